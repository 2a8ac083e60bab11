"""The map counted again has the roots of the map that is kept: two programs, one definition."""

from random import Random

import pytest

from domain.tlog import prefixmap
from domain.tlog.prefixmap import EMPTY, Entry, Node
from domain.tlog.recount import Recount


def test_an_empty_map_has_the_empty_root() -> None:
    assert Recount().root() == EMPTY


@pytest.mark.parametrize("seed", range(10))
def test_after_each_change_the_roots_are_the_same(seed: int) -> None:
    dice = Random(seed)
    keys = [dice.randbytes(32) for _ in range(60)]
    keys += [key[:31] + bytes([key[31] ^ 1]) for key in keys[:5]]
    nodes: dict[bytes, Node] = {}
    counted = Recount()
    for _ in range(40):
        entries = {key: Entry(key, dice.randint(1, 99), dice.randbytes(32)) for key in dice.choices(keys, k=4)}
        kept = prefixmap.update(nodes.get, entries)
        nodes.update(kept.nodes)
        for entry in entries.values():
            counted.put(entry.key, entry.count, entry.last)

        assert counted.root() == kept.root


@pytest.mark.parametrize(
    ("key", "count", "last"),
    [(b"short", 1, bytes(32)), (bytes(32), 0, bytes(32)), (bytes(32), 2**63, bytes(32)), (bytes(32), 1, b"")],
)
def test_what_is_no_entry_is_refused(key: bytes, count: int, last: bytes) -> None:
    with pytest.raises(ValueError, match="an entry has"):
        Recount().put(key, count, last)
