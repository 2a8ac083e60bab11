"""The log's tiles of hashes (C2SP tlog-tiles), so that a proof reads a few rows instead of the ledger.

They are made from the leaves alone. The last tile of each level grows until it is full; a tile is never shortened.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from domain.errors import NotCaughtUp
from domain.tlog.merkle import leaf_hash
from domain.tlog.tilenodes import TileNodes
from domain.tlog.tiles import WIDTH, TileId, subtree_root
from projections.batch import Batch
from projections.tables import Row, Table
from projections.views import Reading

_HASH: Final = 32
_TILES: Final = Table(
    "log_tiles",
    ("level INTEGER NOT NULL", "number INTEGER NOT NULL", "hashes BLOB NOT NULL", "digest BLOB NOT NULL"),
    ("level", "number"),
    main=True,
)
_LAST: Final = "SELECT number, hashes FROM log_tiles WHERE level = ? ORDER BY number DESC LIMIT 1"
_TILE: Final = "SELECT substr(hashes, 1, ?) FROM log_tiles WHERE level = ? AND number = ? AND length(hashes) >= ?"


class Tiles:
    """One row for each tile: up to 256 hashes of 32 bytes, in order. Every tile but the last of a level is full."""

    NAME = "tiles"
    VERSION = 1
    TABLES = (_TILES,)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Adds the leaves of the batch."""
        growing = _Growing(views)
        growing.add(0, map(leaf_hash, batch.leaves))
        views.executemany(_TILES.put, growing.rows())


class _Growing:
    """The tiles that change: of each level the last one, and those that come after it."""

    def __init__(self, views: sqlite3.Connection) -> None:
        self._views = views
        self._last: dict[int, tuple[int, list[bytes]]] = {}
        self._full: list[tuple[int, int, list[bytes]]] = []

    def add(self, level: int, hashes: Iterable[bytes]) -> None:
        """Adds hashes to a level. Each tile that they fill adds the hash of all it holds to the level above."""
        number, tile = self._last[level] if level in self._last else self._read(level)
        for hash in hashes:
            if len(tile) == WIDTH:
                number, tile = number + 1, []
            tile.append(hash)
            if len(tile) == WIDTH:
                self._full.append((level, number, tile))
                self.add(level + 1, (subtree_root(tile),))
        self._last[level] = number, tile

    def _read(self, level: int) -> tuple[int, list[bytes]]:
        found = self._views.execute(_LAST, (level,)).fetchone()
        if found is None:
            return 0, []
        number, hashes = found
        return number, [hashes[n : n + _HASH] for n in range(0, len(hashes), _HASH)]

    def rows(self) -> Iterator[Row]:
        """The rows of the tiles that changed."""
        last = ((level, number, tile) for level, (number, tile) in self._last.items() if tile)
        for level, number, tile in (*self._full, *last):
            hashes = b"".join(tile)
            yield level, number, hashes, sha256(b"%d/%d/%b" % (level, number, hashes)).digest()


def tile(reading: Reading, level: int, number: int, width: int) -> bytes | None:
    """The first `width` hashes of a tile; None if the log has no such tile, or the tile no so many yet."""
    found = reading.connection.execute(_TILE, (width * _HASH, level, number, width * _HASH)).fetchone()
    return None if found is None else bytes(found[0])


def nodes(reading: Reading, size: int) -> TileNodes:
    """The hashes of the tree of the first `size` leaves, which the reading must have, for proofs in it."""

    def read(id: TileId) -> bytes:
        found = tile(reading, id.level, id.index, id.width)
        if found is None:
            raise NotCaughtUp(size, reading.positions.get(Tiles.NAME, 0))
        return found

    return TileNodes(read, size)
