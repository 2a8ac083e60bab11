"""A tree read from its tiles, believed or verified: C2SP tlog-tiles v0.1.0 (revision 1cd32db, 2026-02-06).

`building.py` makes the tiles in one pass; this reads single hashes out of them, so that proofs need a few tiles only.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, Self

from domain.tlog.errors import BadTile
from domain.tlog.proving import root_of
from domain.tlog.text import check_hash, check_size
from domain.tlog.tiles import HEIGHT, WIDTH, TileId, parse_tile, subtree_levels

ReadTile = Callable[[TileId], bytes]
"""Gives a tile's bytes, cut to the width that is asked for; what it raises is not caught."""

_Levels = tuple[Sequence[bytes], ...]
"""A tile's hashes, and above them those of its complete subtrees."""

_Place = tuple[int, int]
"""A tile's level and index; its width follows from the size of the log."""

_KEPT: Final = 256
"""Tiles in memory, at most, each with the hashes above its own: some ten megabytes."""


class TileNodes:
    """The `Nodes` of a log of `size` leaves, read from its tiles; nothing of it is believed but the tiles' lengths.

    Asked are only tiles that a log of this size has, at the width that they have there. Some hundred stay in memory.
    BadTile if a tile has another length, or if a hash is asked for that is not in the tree.
    """

    def __init__(self, read_tile: ReadTile, size: int) -> None:
        check_size(size, "the tree size", BadTile)
        self._read_tile = read_tile
        self._size = size
        self._kept: OrderedDict[_Place, _Levels] = OrderedDict()
        self._border: dict[_Place, _Levels] | None = None

    @classmethod
    def verified(cls, read_tile: ReadTile, size: int, root: bytes) -> Self:
        """Nodes of which every one has been proven to belong to the tree of this size and root, or BadTile is raised.

        The partial tiles, which are the tree's right border, are read at once and must make up the root; a full tile
        is believed when its root stands in the tile above.
        """
        check_hash(root, "the root", BadTile)
        nodes = cls(read_tile, size)
        border = {place: nodes._tile(place) for place in nodes._partial_tiles()}
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
        return self._tile((tile_level, tile_index))[within][first >> within]

    def _partial_tiles(self) -> list[_Place]:
        counts = [self._size >> HEIGHT * level for level in range(self._size.bit_length() // HEIGHT + 1)]
        return [(level, count // WIDTH) for level, count in enumerate(counts) if count % WIDTH]

    def _tile(self, place: _Place) -> _Levels:
        if self._border and place in self._border:
            return self._border[place]
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        levels = self._read(*place)
        self._kept[place] = levels
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return levels

    def _read(self, level: int, index: int) -> _Levels:
        width = min(WIDTH, (self._size >> HEIGHT * level) - index * WIDTH)
        levels = subtree_levels(parse_tile(self._read_tile(TileId(level, index, width)), width))
        if self._border is not None:
            self._check_parent(level, index, levels)
        return levels

    def _check_parent(self, level: int, index: int, levels: _Levels) -> None:
        """A full tile below the border has a parent, whose hash it must have; the topmost tile is always partial."""
        if self(HEIGHT * (level + 1), index) != levels[-1][0]:
            raise BadTile(f"tile {index} of level {level} does not match the tile above it")
