"""The log's tiles and the ledger's map, as the views keep them: what the definitions say, however it was taken in."""

from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from domain.errors import VersionConflict
from domain.ledger.rows import Row
from domain.tlog.merkle import leaf_hash, node_hash, root
from domain.tlog.prefixmap import EMPTY, Entry, root_of, update
from projections.log import map as ledger_map
from projections.log import tiles
from projections.log.map import LedgerMap
from projections.log.tiles import Tiles
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk


def rows(desk: Desk) -> list[Row]:
    return desk.store.rows(0, 1_000_000)


def full_root(hashes: list[bytes]) -> bytes:
    """The root of a complete subtree, pair by pair."""
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[n : n + 2]) for n in range(0, len(hashes), 2)]
    return hashes[0]


def levels(desk: Desk) -> list[list[bytes]]:
    """The hashes of each level of tiles, from the leaves."""
    found = [[leaf_hash(row.leaf) for row in rows(desk)]]
    while len(found[-1]) >= 256:
        below = found[-1]
        found.append([full_root(below[n : n + 256]) for n in range(0, len(below) - 255, 256)])
    return found


def mapped(desk: Desk, size: int) -> bytes:
    """The root of the map of the first events, counted anew."""
    counted: dict[bytes, Entry] = {}
    for row in rows(desk)[:size]:
        key = sha256(row.stream.encode()).digest()
        held = counted.get(key)
        counted[key] = Entry(key, 1 + (held.count if held else 0), leaf_hash(row.leaf))
    return update(lambda _: None, counted).root


def commit(watched: Watched, size: int | None = None) -> int:
    """Commits to the map as it stands, or to that of fewer events; gives the position of the event."""
    watched.runner.catch_up()
    with watched.views.reading() as reading:
        last = ledger_map.committed(reading)
        root = ledger_map.next_root(reading) if size is None else mapped(watched.desk, size).hex()
        size = reading.positions["map"] if size is None else size
    before = None if last is None else (last.stream, last.version)
    return watched.desk.newsroom.commit_map(size, root, before).last


@pytest.fixture(scope="module")
def long_desk() -> Desk:
    return random_desk(seed=5, n=800)


@pytest.mark.parametrize("batch", [1, 7, 255, 256, 1_000])
def test_the_tiles_hold_the_hashes_of_the_definition(long_desk: Desk, tmp_path: Path, batch: int) -> None:
    watched = Watched(long_desk, tmp_path / "views.db", [Tiles()], batch=batch)
    wanted = levels(long_desk)

    assert len(wanted[0]) > 3 * 256
    watched.runner.catch_up()
    with watched.views.reading() as reading:
        for level, hashes in enumerate(wanted):
            for index in range(0, len(hashes), 256):
                part = hashes[index : index + 256]
                for width in {1, len(part) // 2 + 1, len(part)}:
                    assert tiles.tile(reading, level, index // 256, width) == b"".join(part[:width])
            assert tiles.tile(reading, level, len(hashes) // 256, len(hashes) % 256 + 1) is None
    watched.close()


def test_the_map_is_that_of_the_definition_and_moves_only_by_commitments(watched: Watched) -> None:
    watched.runner.catch_up()
    assert watched.read(ledger_map.committed) is None
    assert watched.read(ledger_map.due)
    size = watched.desk.store.head().position

    position = commit(watched)
    found = watched.read(ledger_map.committed)

    assert found is not None
    assert (found.position, found.size, found.root) == (position, size, mapped(watched.desk, size).hex())
    assert found.sound
    assert not watched.read(ledger_map.due)
    watched.desk.given(Do("parties.create", bodies.party()))
    assert watched.read(ledger_map.due)
    assert watched.read(ledger_map.committed) == found
    again = commit(watched)
    assert watched.read(ledger_map.committed).size == again - 1  # type: ignore[union-attr]
    assert watched.read(ledger_map.committed).root == mapped(watched.desk, again - 1).hex()  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(4))
def test_every_stream_is_found_with_all_its_events_however_often_it_was_committed_to(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    desk = random_desk(seed=seed, n=40)
    watched = Watched(desk, tmp_path / "views.db", [LedgerMap()], batch=dice.choice([1, 3, 1_000]))
    for _ in range(6):
        desk.given(Do("parties.create", bodies.party()))
        head = desk.store.head().position
        last = watched.read(ledger_map.committed)
        commit(watched, dice.choice([None, dice.randint(last.size + 1 if last else 1, head)]))

    found = watched.read(ledger_map.committed)
    assert found is not None
    assert found.sound
    for stream in {row.stream for row in rows(desk)}:
        mine = [row for row in rows(desk)[: found.size] if row.stream == stream]
        said = watched.read(lambda reading, stream=stream: ledger_map.found(reading, stream))  # type: ignore[misc]
        key = sha256(stream.encode()).digest()
        assert root_of(said, key).hex() == found.root
        if mine:
            assert said.entry == Entry(key, len(mine), leaf_hash(mine[-1].leaf))
        else:
            assert said.entry is None or said.entry.key != key
    watched.close()


def test_a_root_that_is_not_the_ledgers_is_noticed_and_the_map_goes_on(watched: Watched) -> None:
    size = watched.desk.store.head().position
    watched.desk.newsroom.commit_map(size, "00" * 32, None)

    found = watched.read(ledger_map.committed)

    assert found is not None
    assert not found.sound
    assert found.reckoned == mapped(watched.desk, size).hex()
    commit(watched)
    assert watched.read(ledger_map.committed).sound  # type: ignore[union-attr]
    assert watched.errors() == {}


def test_only_one_of_two_commits_to_the_map_at_once(watched: Watched) -> None:
    commit(watched)
    last = watched.read(ledger_map.committed)
    assert last is not None
    watched.desk.newsroom.commit_map(last.position, "11" * 32, (last.stream, last.version))

    with pytest.raises(VersionConflict):
        watched.desk.newsroom.commit_map(last.position, "22" * 32, (last.stream, last.version))


def test_the_map_and_the_tiles_are_the_same_when_they_are_made_anew(watched: Watched) -> None:
    for _ in range(3):
        watched.desk.given(Do("parties.create", bodies.party()))
        commit(watched)
    digests = watched.digests()

    assert watched.runner.check() == []
    watched.runner.rebuild()
    assert watched.digests() == digests


def test_of_an_empty_map_everything_is_missing(watched: Watched) -> None:
    found = watched.read(lambda reading: ledger_map.found(reading, "clm_nothing"))

    assert found.entry is None
    assert root_of(found, bytes(32)) == EMPTY
    assert root([]) != EMPTY
