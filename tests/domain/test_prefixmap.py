"""The verifiable map: its root by the definition, its proofs, and that none of them can be bent."""

from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tlog.prefixmap import EMPTY, KEY, Entry, Found, Inner, Node, decoded, find, place, root_of, update

CLOSE = st.builds(lambda head, tail: bytes([head]) + bytes(30) + bytes([tail]), st.integers(0, 3), st.integers(0, 3))
"""Keys that share long beginnings, as hashes hardly ever do."""
KEYS = st.one_of(CLOSE, st.binary(min_size=KEY, max_size=KEY))
ENTRIES = st.builds(Entry, KEYS, st.integers(1, 2**63 - 1), st.binary(min_size=KEY, max_size=KEY))
MAPS = st.lists(ENTRIES, max_size=24, unique_by=lambda entry: entry.key)


def defined(entries: list[Entry], depth: int = 0) -> bytes:
    """The root as the definition says it."""
    if not entries:
        return bytes(32)
    if len(entries) == 1:
        (entry,) = entries
        return sha256(b"\x02" + entry.key + entry.count.to_bytes(8, "big") + entry.last).digest()
    bits = [f"{int.from_bytes(entry.key, 'big'):0256b}"[depth] for entry in entries]
    halves = [[e for e, b in zip(entries, bits, strict=True) if b == side] for side in "01"]
    return sha256(b"\x03" + b"".join(defined(half, depth + 1) for half in halves)).digest()


def built(*steps: list[Entry]) -> tuple[bytes, dict[bytes, Node]]:
    nodes: dict[bytes, Node] = {}
    root = EMPTY
    for entries in steps:
        made = update(nodes.get, {entry.key: entry for entry in entries})
        nodes.update(made.nodes)
        root = made.root
    return root, nodes


def many(count: int) -> list[Entry]:
    dice = Random(7)
    return [Entry(dice.randbytes(32), dice.randint(1, 9), dice.randbytes(32)) for _ in range(count)]


def flipped(hash: bytes) -> bytes:
    return bytes([hash[0] ^ 1]) + hash[1:]


@given(entries=MAPS)
def test_the_root_is_that_of_the_definition(entries: list[Entry]) -> None:
    assert built(entries)[0] == defined(entries)


@given(before=MAPS, after=MAPS, cut=st.integers(0, 24))
def test_it_is_the_same_in_however_many_steps(before: list[Entry], after: list[Entry], cut: int) -> None:
    last = {entry.key: entry for entry in (*before, *after)}

    root, nodes = built(before, after[:cut], after[cut:])

    assert root == defined(list(last.values()))
    assert update(nodes.get, {}).root == root
    assert all(decoded(node.encoded) == node for node in nodes.values())


@given(entries=MAPS, key=KEYS)
def test_every_key_is_found_or_shown_to_be_missing(entries: list[Entry], key: bytes) -> None:
    root, nodes = built(entries)

    for entry in entries:
        found = find(nodes.get, entry.key)
        assert found.entry == entry
        assert root_of(found, entry.key) == root
    missing = find(nodes.get, key)
    assert root_of(missing, key) == root
    held = missing.entry is not None and missing.entry.key == key
    assert held is (key in {entry.key for entry in entries})


def test_a_thousand_entries_in_batches_are_those_at_once_and_their_paths_are_short() -> None:
    entries = many(1_000)

    root, nodes = built(*(entries[n : n + 37] for n in range(0, 1_000, 37)))

    assert root == built(entries)[0] == defined(entries)
    assert max(len(find(nodes.get, entry.key).siblings) for entry in entries) < 32


def test_nothing_in_a_proof_can_be_changed() -> None:
    entries = many(300)
    root, nodes = built(entries)

    for entry in entries:
        found = find(nodes.get, entry.key)
        assert found.entry is not None
        for bent in (
            Found(Entry(entry.key, entry.count + 1, entry.last), found.siblings),
            Found(Entry(entry.key, entry.count, flipped(entry.last)), found.siblings),
            Found(None, found.siblings),
            Found(entry, found.siblings[1:]),
            Found(entry, (*found.siblings, EMPTY)),
            Found(entry, (EMPTY, *found.siblings)),
            *(
                Found(entry, (*found.siblings[:n], flipped(hash), *found.siblings[n + 1 :]))
                for n, hash in enumerate(found.siblings)
            ),
        ):
            assert root_of(bent, entry.key) != root


def test_another_keys_leaf_shows_nothing_off_its_path() -> None:
    entries = many(64)
    _, nodes = built(entries)
    elsewhere = next(e for e in entries if e.key[0] >> 7 != entries[0].key[0] >> 7)

    with pytest.raises(ValueError, match="does not lie on the path"):
        root_of(find(nodes.get, entries[0].key), elsewhere.key)


@pytest.mark.parametrize(
    ("key", "siblings"),
    [(bytes(31), ()), (bytes(33), ()), (bytes(32), (bytes(31),)), (bytes(32), (bytes(32),) * 257)],
)
def test_what_is_no_path_is_refused(key: bytes, siblings: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="256 siblings"):
        root_of(Found(None, siblings), key)


@pytest.mark.parametrize(("key", "count", "last"), [(31, 1, 32), (32, 1, 31), (32, 0, 32), (32, 2**63, 32), (0, 1, 0)])
def test_what_is_no_entry_is_refused(key: int, count: int, last: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Entry(bytes(key), count, bytes(last))


@pytest.mark.parametrize("length", [0, 63, 65, 71, 73, 136])
def test_what_is_no_node_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="64 or 72"):
        decoded(bytes(length))


def test_an_entry_of_a_map_is_no_leaf_of_the_log() -> None:
    entry = Entry(bytes(32), 1, bytes(32))

    assert entry.hash != sha256(b"\x00" + entry.encoded).digest()
    assert Inner(EMPTY, EMPTY).hash != sha256(b"\x01" + EMPTY + EMPTY).digest()
    assert place(b"\xff" * 32, 3) == b"\x00\x03\xe0"
