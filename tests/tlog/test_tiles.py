"""Tiles and bundles: which a log has, where they are served, and that a client believes only what makes up the root."""

from collections import Counter

import pytest

from domain.tlog.building import build_bundles, build_tiles
from domain.tlog.errors import BadProof, BadTile
from domain.tlog.log import Log
from domain.tlog.merkle import leaf_hash, root
from domain.tlog.proving import consistency_proof, inclusion_proof, root_of, verify_inclusion
from domain.tlog.tilenodes import TileNodes
from domain.tlog.tiles import (
    BundleId,
    TileId,
    bundle,
    bundles_of,
    new_bundles,
    new_tiles,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    subtree_root,
    tile_of,
    tile_path,
    tiles_of,
)
from tests.tlog.parts import log_of

BIG = log_of(70_000)
SIZES = [1, 2, 255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 70_000]

PATHS = [
    ("tile/0/000", TileId(0, 0)),
    ("tile/0/x001/x234/067", TileId(0, 1_234_067)),
    ("tile/63/999.p/1", TileId(63, 999, 1)),
    ("tile/10/x001/000.p/255", TileId(10, 1000, 255)),
    ("tile/entries/273.p/112", BundleId(273, 112)),
    ("tile/entries/x036/x028/x797/x018/x963/967", BundleId(36_028_797_018_963_967)),
]
NO_PATHS = [
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/data/000",
    "tile/0/0",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001",
    "tile/0/x001/x000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000/",
    "tile/0/000\n",
    "/tile/0/000",
    "tile/0/X001/000",
    "tile/0/٠٠٠",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/entries/x000/001",
    "",
]


@pytest.mark.parametrize(("path", "id"), PATHS)
def test_a_tile_is_served_at_one_path(path: str, id: TileId | BundleId) -> None:
    assert tile_path(id) == path
    assert parse_tile_path(path) == id


@pytest.mark.parametrize("path", NO_PATHS)
def test_no_other_path_is_that_of_a_tile(path: str) -> None:
    with pytest.raises(BadTile):
        parse_tile_path(path)


def test_the_log_of_the_specification_has_its_tiles() -> None:
    tiles = list(tiles_of(70_000))

    assert Counter((tile.level, tile.full) for tile in tiles) == {
        (0, True): 273,
        (0, False): 1,
        (1, True): 1,
        (1, False): 1,
        (2, False): 1,
    }
    assert [tile for tile in tiles if not tile.full] == [TileId(0, 273, 112), TileId(1, 1, 17), TileId(2, 0, 1)]
    assert list(tiles_of(256)) == [TileId(0, 0), TileId(1, 0, 1)]
    assert not list(tiles_of(0))
    assert not list(bundles_of(0))


@pytest.mark.parametrize("size", SIZES)
def test_one_pass_makes_every_tile_that_a_log_has(size: int) -> None:
    hashes = [BIG.node(0, index) for index in range(size)]

    built = dict(build_tiles(hashes))

    assert set(built) == set(tiles_of(size))
    assert all(built[id] == BIG.tile(id) for id in built)


def test_bundles_hold_the_entries_in_order() -> None:
    log = log_of(600)

    built = dict(build_bundles(b"entry %d" % number for number in range(600)))

    assert list(built) == list(bundles_of(600)) == [BundleId(0), BundleId(1), BundleId(2, 88)]
    assert all(built[id] == log.bundle(id) for id in built)
    assert parse_bundle(built[BundleId(2, 88)], 88)[-1] == b"entry 599"
    assert list(bundles_of(512)) == [BundleId(0), BundleId(1)]


def test_what_a_growing_log_must_write_is_what_it_had_not() -> None:
    for old in [*range(0, 1200, 37), 65_279, 65_280, 65_535, 65_536]:
        for new in [old, old + 1, old + 255, old + 256, old + 700]:
            assert set(new_tiles(old, new)) == set(tiles_of(new)) - set(tiles_of(old))
            assert set(new_bundles(old, new)) == set(bundles_of(new)) - set(bundles_of(old))


@pytest.mark.parametrize(("old", "new"), [(1, 0), (-1, 0), (0, 2**63)])
def test_a_log_does_not_shrink_and_has_an_end(old: int, new: int) -> None:
    with pytest.raises(BadTile):
        new_tiles(old, new)
    with pytest.raises(BadTile):
        new_bundles(old, new)


@pytest.mark.parametrize("id", [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 2**55, 1), (0, 0, 0), (0, 0, 257)])
def test_there_are_no_tiles_beyond_the_formats_bounds(id: tuple[int, int, int]) -> None:
    with pytest.raises(BadTile):
        TileId(*id)


def test_a_tile_has_exactly_its_length() -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(3)]
    data = tile_of(hashes)

    assert parse_tile(data, 3) == tuple(hashes)
    for width in (0, 2, 4, 257):
        with pytest.raises(BadTile):
            parse_tile(data, width)
    for wrong in ([], hashes * 86, [b"short"]):
        with pytest.raises(BadTile):
            tile_of(wrong)
    for count in (0, 3):
        with pytest.raises(BadTile, match="no complete subtree"):
            subtree_root(hashes[:count])


def test_a_bundle_neither_ends_early_nor_late() -> None:
    data = bundle([b"", b"word", b"\x00" * 0xFFFF])

    assert parse_bundle(data, 3) == (b"", b"word", b"\x00" * 0xFFFF)
    for wrong, width in [(data, 2), (data, 4), (data[:-1], 3), (data + b"\x00", 3), (b"\x00", 1), (b"", 0), (b"", 257)]:
        with pytest.raises(BadTile):
            parse_bundle(wrong, width)
    for entries in ([], [b""] * 257, [b"\x00" * 0x10000]):
        with pytest.raises(BadTile):
            bundle(entries)


@pytest.mark.parametrize("size", SIZES)
def test_proofs_from_verified_tiles_are_those_of_the_log(size: int) -> None:
    nodes = TileNodes.verified(BIG.tile, size, BIG.root(size))

    assert root_of(size, nodes) == BIG.root(size)
    for index in {0, size // 3, size // 2, size - 1}:
        assert inclusion_proof(index, size, nodes) == BIG.inclusion(index, size)
        assert consistency_proof(index + 1, size, nodes) == BIG.consistency(index + 1, size)


def test_an_empty_log_is_verified_without_a_tile() -> None:
    nodes = TileNodes.verified(BIG.tile, 0, root([]))

    with pytest.raises(BadTile, match="no complete subtree"):
        nodes(0, 0)
    with pytest.raises(BadTile, match="do not make up its root"):
        TileNodes.verified(BIG.tile, 0, BIG.root(1))


def test_any_tile_that_was_tampered_with_is_refused_when_it_is_read() -> None:
    size, tree_root = 70_000, BIG.root()
    for id in [*list(tiles_of(size))[::39], TileId(0, 273, 112), TileId(1, 0), TileId(1, 1, 17), TileId(2, 0, 1)]:

        def tampered(asked: TileId, spoilt: TileId = id) -> bytes:
            data = BIG.tile(asked)
            return data[:-1] + bytes([data[-1] ^ 1]) if asked == spoilt else data

        with pytest.raises(BadTile, match=r"does not match|do not make up"):
            TileNodes.verified(tampered, size, tree_root)(8 * id.level, 256 * id.index)


@pytest.mark.parametrize("length", [0, 32, 8191, 8193, 8224])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    nodes = TileNodes(lambda _: bytes(length), 70_000)

    with pytest.raises(BadTile, match="bytes, not"):
        nodes(0, 5)


@pytest.mark.parametrize(("level", "index"), [(-1, 0), (0, -1), (0, 70_000), (16, 1), (17, 0)])
def test_what_is_not_in_the_tree_is_not_asked_for(level: int, index: int) -> None:
    nodes = TileNodes(lambda _: pytest.fail("a tile was read"), 70_000)

    with pytest.raises(BadTile, match="no complete subtree"):
        nodes(level, index)


def test_a_reader_of_many_proofs_keeps_few_tiles_and_reads_each_once() -> None:
    reads: Counter[TileId] = Counter()

    def read(id: TileId) -> bytes:
        reads[id] += 1
        return BIG.tile(id)

    nodes = TileNodes.verified(read, 70_000, BIG.root())
    for index in range(0, 70_000, 1000):
        verify_inclusion(BIG.node(0, index), index, 70_000, inclusion_proof(index, 70_000, nodes), BIG.root())

    assert set(reads.values()) == {1}
    assert len(reads) < 80


def test_tiles_that_were_let_go_are_read_and_verified_again() -> None:
    reads: Counter[TileId] = Counter()

    def read(id: TileId) -> bytes:
        reads[id] += 1
        return BIG.tile(id)

    nodes = TileNodes.verified(read, 70_000, BIG.root())
    for index in (*range(0, 70_000, 256), 0):
        assert nodes(0, index) == BIG.node(0, index)

    assert reads[TileId(0, 0)] == 2
    assert reads[TileId(0, 273, 112)] == reads[TileId(2, 0, 1)] == 1


def test_a_log_gives_nothing_that_it_has_not() -> None:
    log = Log("log.example", [b"only"])

    for id in (TileId(0, 0, 2), TileId(0, 1, 1), TileId(1, 0, 1)):
        with pytest.raises(BadTile, match="has no tile"):
            log.tile(id)
    with pytest.raises(BadTile, match="has no tile"):
        log.bundle(BundleId(0, 2))
    for level, index in [(0, 1), (1, 0), (-1, 0), (0, -1)]:
        with pytest.raises(BadProof, match="no complete subtree"):
            log.node(level, index)
    for size in (2, -1):
        with pytest.raises(BadProof, match="has 1 leaves, not"):
            log.root(size)
