"""Roots against the recursive definition of RFC 6962 section 2.1, and against vectors written by others."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "merkle"
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    bytes(range(0x60, 0x70)),
]
"""The leaves of the tree that the vectors are about."""


def defined(entries: list[bytes]) -> bytes:
    """The tree hash as the RFC writes it down."""
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\x01" + defined(entries[:split]) + defined(entries[split:])).digest()


def test_every_size_to_300_has_the_defined_root() -> None:
    entries = [str(number).encode() for number in range(300)]
    frontier = Frontier()
    assert frontier.root() == root([]) == EMPTY_ROOT == defined([])

    for size, entry in enumerate(entries, 1):
        frontier.push(leaf_hash(entry))
        assert frontier.root() == defined(entries[:size])
        assert frontier.size == size


@given(entries=st.lists(st.binary(max_size=8), max_size=80), cut=st.integers(0, 80))
def test_a_frontier_continues_where_another_stood(entries: list[bytes], cut: int) -> None:
    first = Frontier()
    for entry in entries[:cut]:
        first.push(leaf_hash(entry))

    second = Frontier(first.size, first.hashes)
    for entry in entries[cut:]:
        second.push(leaf_hash(entry))

    assert second.root() == root(map(leaf_hash, entries)) == defined(entries)


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 0), (2, 2), (7, 2), (-1, 1)])
def test_a_frontier_whose_parts_do_not_fit_is_refused(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="one hash for each bit"):
        Frontier(size, [EMPTY_ROOT] * count)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert node_hash(left, right) != leaf_hash(left + right)


def test_vectors_written_by_others_have_our_roots() -> None:
    if not VECTORS.is_dir():
        pytest.skip(f"the proof vectors are not at {VECTORS}")
    roots = dict(pair for path in VECTORS.rglob("*.json") for pair in stated_roots(json.loads(path.read_text())))

    assert len(roots) >= 3
    for size, stated in roots.items():
        assert root(map(leaf_hash, LEAVES[:size])) == base64.b64decode(stated)


def stated_roots(vector: dict[str, object]) -> list[tuple[int, str]]:
    """The (size, root) pairs of a vector that must hold, for the tree whose leaves are known."""
    if vector["wantErr"]:
        return []
    pairs = [(vector.get("treeSize"), vector.get("root"))]
    pairs += [(vector.get("size1"), vector.get("root1")), (vector.get("size2"), vector.get("root2"))]
    return [(size, text) for size, text in pairs if isinstance(size, int) and isinstance(text, str) and 1 < size <= 8]
