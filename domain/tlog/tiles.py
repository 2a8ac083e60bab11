"""Tiles and entry bundles: C2SP tlog-tiles v0.1.0 (revision 1cd32db, 2026-02-06).

A tile holds 256 hashes of one level of the tree, or fewer at the right border; each hash of a tile above level 0 is
the root of a full tile below. An entry bundle holds the entries under a tile of level 0.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.tlog.errors import BadTile
from domain.tlog.merkle import node_hash
from domain.tlog.text import HASH_LENGTH, MAX_SIZE, check_hash, check_size

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
"""Hashes of a full tile, and entries of a full bundle."""

MAX_LEVEL: Final = 63
MAX_INDEX: Final = MAX_SIZE >> HEIGHT
"""The index of the last tile that a log of `MAX_SIZE` leaves has."""

MAX_ENTRY: Final = 0xFFFF
"""Bytes of an entry, at most: its length stands before it in 16 bits."""

_LENGTH: Final = 2
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class TileId:
    """A tile by level (0 to 63), index within the level, and width: how many hashes it holds, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= MAX_LEVEL:
            raise BadTile(f"there is no tile of level {self.level}")
        _check_place(self.index, self.width)

    @property
    def full(self) -> bool:
        """Whether the tile holds all it ever will."""
        return self.width == WIDTH


@dataclass(frozen=True, slots=True)
class BundleId:
    """An entry bundle by index and width: how many entries it holds, 1 to 256."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _check_place(self.index, self.width)

    @property
    def full(self) -> bool:
        """Whether the bundle holds all it ever will."""
        return self.width == WIDTH


def tile_path(id: TileId | BundleId) -> str:
    """Where a tile or bundle is served, below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/7`."""
    kind = f"{id.level}" if isinstance(id, TileId) else "entries"
    digits = f"{id.index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{kind}/{number}" + ("" if id.full else f".p/{id.width}")


def parse_tile_path(path: str) -> TileId | BundleId:
    """The tile or bundle that is served at this path; BadTile for any spelling but that of `tile_path`."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise BadTile(f"{path[:80]!r} is not the path of a tile")
    kind, number, partial = found.groups()
    index = int(number.replace("/", "").replace("x", ""))
    width = int(partial) if partial else WIDTH
    id = BundleId(index, width) if kind == "entries" else TileId(int(kind), index, width)
    if tile_path(id) != path:
        raise BadTile(f"{path!r} is not how the path of this tile is written")
    return id


def tiles_of(size: int) -> Iterator[TileId]:
    """Every tile of a log of this size, full and partial, level by level from 0, in order. None for size 0."""
    return new_tiles(0, size)


def new_tiles(old: int, new: int) -> Iterator[TileId]:
    """The tiles of a log of size `new` that one of size `old` had not, or had with another width; as `tiles_of`.

    BadTile unless 0 <= old <= new <= `MAX_SIZE`.
    """
    _check_growth(old, new)
    return (
        TileId(level, index, width)
        for level in range(_levels(new))
        for index, width in _grown(old >> HEIGHT * level, new >> HEIGHT * level)
    )


def bundles_of(size: int) -> Iterator[BundleId]:
    """Every entry bundle of a log of this size, in order."""
    return new_bundles(0, size)


def new_bundles(old: int, new: int) -> Iterator[BundleId]:
    """The entry bundles of a log of size `new` that one of size `old` had not, or had with another width."""
    _check_growth(old, new)
    return (BundleId(index, width) for index, width in _grown(old, new))


def tile_of(hashes: Sequence[bytes]) -> bytes:
    """The bytes of a tile of these hashes, 1 to 256 of 32 bytes."""
    if not 1 <= len(hashes) <= WIDTH:
        raise BadTile(f"a tile has 1 to {WIDTH} hashes, not {len(hashes)}")
    for hash in hashes:
        check_hash(hash, "a hash of a tile", BadTile)
    return b"".join(hashes)


def parse_tile(data: bytes, width: int) -> tuple[bytes, ...]:
    """The hashes of a tile of this width; BadTile if the data has not exactly their length."""
    if not 1 <= width <= WIDTH:
        raise BadTile(f"a tile has 1 to {WIDTH} hashes, not {width}")
    if len(data) != width * HASH_LENGTH:
        raise BadTile(f"a tile of {width} hashes has {width * HASH_LENGTH} bytes, not {len(data)}")
    return tuple(data[start : start + HASH_LENGTH] for start in range(0, len(data), HASH_LENGTH))


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a complete subtree's hashes, whose number is a power of two: 256 for that of a full tile."""
    count = len(hashes)
    if count < 1 or count & (count - 1):
        raise BadTile(f"{count} hashes are no complete subtree")
    return subtree_levels(hashes)[-1][0]


def subtree_levels(hashes: Sequence[bytes]) -> tuple[Sequence[bytes], ...]:
    """These hashes, and above them level by level those of the complete subtrees, down to a level of one."""
    levels = [hashes]
    while len(below := levels[-1]) > 1:
        levels.append([node_hash(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)])
    return tuple(levels)


def bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of a bundle of these entries, 1 to 256 of at most 65,535 bytes each."""
    if not 1 <= len(entries) <= WIDTH:
        raise BadTile(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise BadTile(f"an entry has more than {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The entries of a bundle of this width, 1 to 256; BadTile if the data ends early or late."""
    if not 1 <= width <= WIDTH:
        raise BadTile(f"a bundle has 1 to {WIDTH} entries, not {width}")
    entries: list[bytes] = []
    start = 0
    for place in range(width):
        begin = start + _LENGTH
        end = begin + int.from_bytes(data[start:begin], "big")
        if begin > len(data) or end > len(data):
            raise BadTile(f"the bundle ends within entry {place} of {width}")
        entries.append(data[begin:end])
        start = end
    if start != len(data):
        raise BadTile(f"the bundle goes on after its {width} entries")
    return tuple(entries)


def _grown(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Index and width of what holds the elements of a level once it has grown from `old` to `new` of them."""
    if old == new:
        return
    for index in range(old // WIDTH, new // WIDTH):
        yield index, WIDTH
    if new % WIDTH:
        yield new // WIDTH, new % WIDTH


def _levels(size: int) -> int:
    """How many levels of tiles a log of this size has."""
    return -(-size.bit_length() // HEIGHT)


def _check_growth(old: int, new: int) -> None:
    check_size(new, "the tree size", BadTile)
    if not 0 <= old <= new:
        raise BadTile(f"a log does not grow from {old} to {new} leaves")


def _check_place(index: int, width: int) -> None:
    if not 0 <= index <= MAX_INDEX:
        raise BadTile(f"there is no tile at index {index}")
    if not 1 <= width <= WIDTH:
        raise BadTile(f"a tile has a width of 1 to {WIDTH}, not {width}")
