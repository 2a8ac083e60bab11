"""A tree read from its tiles, believed or verified: C2SP tlog-tiles v0.1.0 (revision 1cd32db, 2026-02-06).

`building.py` makes the tiles in one pass; this reads single hashes out of them, so that proofs need a few tiles only.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Self

from domain.tlog.errors import BadTile
from domain.tlog.proving import root_of
from domain.tlog.text import HASH_LENGTH, check_hash, check_size
from domain.tlog.tiles import HEIGHT, WIDTH, TileId, parse_tile, subtree_root

ReadTile = Callable[[TileId], bytes]
"""Gives a tile's bytes, cut to the width that is asked for; what it raises is not caught."""

_KEPT: Final = 256
"""Tiles in memory, at most: two megabytes of hashes."""


class TileNodes:
    """The `Nodes` of a log of `size` leaves, read from its tiles; nothing of it is believed but the tiles' lengths.

    Asked are only tiles that a log of this size has, at the width that they have there. Some hundred stay in memory.
    BadTile if a tile has another length, or if a hash is asked for that is not in the tree.
    """

    def __init__(self, read_tile: ReadTile, size: int) -> None:
        check_size(size, "the tree size", BadTile)
        self._read_tile = read_tile
        self._size = size
        self._kept: OrderedDict[TileId, bytes] = OrderedDict()
        self._border: dict[TileId, bytes] | None = None

    @classmethod
    def verified(cls, read_tile: ReadTile, size: int, root: bytes) -> Self:
        """Nodes of which every one has been proven to belong to the tree of this size and root, or BadTile is raised.

        The partial tiles, which are the tree's right border, are read at once and must make up the root; a full tile
        is believed when its root stands in the tile above.
        """
        check_hash(root, "the root", BadTile)
        nodes = cls(read_tile, size)
        border = {id: nodes._tile(id) for id in nodes._partial_tiles()}
        if root_of(size, nodes) != root:
            raise BadTile("the partial tiles at the border of the tree do not make up its root")
        nodes._border = border
        nodes._kept.clear()
        return nodes

    def __call__(self, level: int, index: int, /) -> bytes:
        """The hash over leaves `index * 2**level` to before `(index + 1) * 2**level`."""
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise BadTile(f"the tree of {self._size} leaves has no complete subtree {index} of level {level}")
        tile_level, within = divmod(level, HEIGHT)
        tile_index, first = divmod(index << within, WIDTH)
        data = self._tile(self._id(tile_level, tile_index))
        hashes = data[first * HASH_LENGTH : (first + (1 << within)) * HASH_LENGTH]
        return subtree_root(parse_tile(hashes, 1 << within))

    def _id(self, level: int, index: int) -> TileId:
        width = min(WIDTH, (self._size >> HEIGHT * level) - index * WIDTH)
        return TileId(level, index, width)

    def _partial_tiles(self) -> list[TileId]:
        counts = [self._size >> HEIGHT * level for level in range(self._size.bit_length() // HEIGHT + 1)]
        return [self._id(level, count // WIDTH) for level, count in enumerate(counts) if count % WIDTH]

    def _tile(self, id: TileId) -> bytes:
        if self._border and id in self._border:
            return self._border[id]
        if id in self._kept:
            self._kept.move_to_end(id)
            return self._kept[id]
        data = self._read_tile(id)
        hashes = parse_tile(data, id.width)
        if self._border is not None:
            self._check_parent(id, hashes)
        self._kept[id] = data
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return data

    def _check_parent(self, id: TileId, hashes: tuple[bytes, ...]) -> None:
        """A full tile below the border has a parent, whose hash it must have; the topmost tile is always partial."""
        if self(HEIGHT * (id.level + 1), id.index) != subtree_root(hashes):
            raise BadTile(f"tile {id.index} of level {id.level} does not match the tile above it")
