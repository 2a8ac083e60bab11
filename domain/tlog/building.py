"""All tiles of a log in one pass over its leaves: C2SP tlog-tiles v0.1.0 (revision 1cd32db, 2026-02-06)."""

from collections.abc import Iterable, Iterator
from itertools import islice

from domain.tlog.tiles import WIDTH, BundleId, TileId, bundle, subtree_root, tile_of


def build_tiles(leaf_hashes: Iterable[bytes]) -> Iterator[tuple[TileId, bytes]]:
    """Every tile of the log of these leaves with its bytes.

    A full tile comes as soon as its last leaf is there, below before above; the partial ones come at the end. Memory
    is one tile for each level.
    """
    open_hashes: list[list[bytes]] = [[]]
    counts = [0]
    for leaf in leaf_hashes:
        open_hashes[0].append(leaf)
        level = 0
        while len(open_hashes[level]) == WIDTH:
            full = open_hashes[level]
            yield TileId(level, counts[level]), tile_of(full)
            open_hashes[level] = []
            counts[level] += 1
            level += 1
            if level == len(counts):
                open_hashes.append([])
                counts.append(0)
            open_hashes[level].append(subtree_root(full))
    for level, hashes in enumerate(open_hashes):
        if hashes:
            yield TileId(level, counts[level], len(hashes)), tile_of(hashes)


def build_bundles(entries: Iterable[bytes]) -> Iterator[tuple[BundleId, bytes]]:
    """Every entry bundle of the log of these entries with its bytes, in order."""
    rest = iter(entries)
    index = 0
    while chunk := list(islice(rest, WIDTH)):
        yield BundleId(index, len(chunk)), bundle(chunk)
        index += 1
