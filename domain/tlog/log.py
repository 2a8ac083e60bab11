"""A whole log in memory, from raw leaves and given keys: any C2SP tiled log can be made again byte for byte.

Follows C2SP tlog-tiles v0.1.0, tlog-checkpoint v1.0.0 and tlog-proof `@v1`; see the modules that it puts together.
"""

from collections.abc import Iterable, Iterator, Sequence

from domain.tlog.building import build_bundles, build_tiles
from domain.tlog.checkpoint import Checkpoint, sign_checkpoint
from domain.tlog.errors import BadProof, BadTile
from domain.tlog.keys import SigningKey
from domain.tlog.merkle import leaf_hash, node_hash
from domain.tlog.proof import TlogProof
from domain.tlog.proving import consistency_proof, inclusion_proof, root_of
from domain.tlog.tiles import HEIGHT, WIDTH, BundleId, TileId, bundle, tile_of, tile_path


class Log:
    """A log of this origin and these leaves, for sizes that fit into memory: about 150 bytes a leaf beside the leaf.

    Everything is answered for any size up to the number of leaves; without one, for all of them.
    """

    def __init__(self, origin: str, leaves: Iterable[bytes]) -> None:
        self._origin = origin
        self._leaves = tuple(leaves)
        self._levels = [[leaf_hash(leaf) for leaf in self._leaves]]
        while len(below := self._levels[-1]) > 1:
            pairs = range(0, len(below) - 1, 2)
            self._levels.append([node_hash(below[place], below[place + 1]) for place in pairs])

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._leaves)

    def node(self, level: int, index: int, /) -> bytes:
        """The hash of a complete subtree, as proofs need it (`Nodes`). BadProof if the log has it not."""
        if not (0 <= level < len(self._levels) and 0 <= index < len(self._levels[level])):
            raise BadProof(f"the log has no complete subtree {index} of level {level}")
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree of this size."""
        return root_of(self._known(size), self.node)

    def checkpoint(self, *keys: SigningKey, size: int | None = None) -> bytes:
        """The signed checkpoint of this size, with a signature of each key in order."""
        known = self._known(size)
        return sign_checkpoint(Checkpoint(self._origin, known, self.root(known)), *keys)

    def tile(self, id: TileId) -> bytes:
        """The bytes of a tile of any width that its level has reached. BadTile if there is none."""
        level = self._levels[HEIGHT * id.level] if HEIGHT * id.level < len(self._levels) else []
        return tile_of(_slice(level, id))

    def bundle(self, id: BundleId) -> bytes:
        """The bytes of an entry bundle. BadTile if there is none."""
        return bundle(_slice(self._leaves, id))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The audit path of a leaf in the tree of this size. BadProof if it has no such leaf."""
        return inclusion_proof(index, self._known(size), self.node)

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The proof that the tree of size `old`, at least 1, is the beginning of that of size `new`."""
        return consistency_proof(old, self._known(new), self.node)

    def proof(self, index: int, checkpoint: bytes, extra: bytes | None = None) -> TlogProof:
        """The proof file of a leaf, for a signed checkpoint of the whole log."""
        return TlogProof(index, self.inclusion(index), checkpoint, extra)

    def files(self, *keys: SigningKey) -> Iterator[tuple[str, bytes]]:
        """Everything that a web server needs, as paths below the log's prefix and bytes; the checkpoint comes last."""
        for tile_id, data in build_tiles(self._levels[0]):
            yield tile_path(tile_id), data
        for bundle_id, data in build_bundles(self._leaves):
            yield tile_path(bundle_id), data
        yield "checkpoint", self.checkpoint(*keys)

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise BadProof(f"the log has {self.size} leaves, not {size}")
        return size


def _slice(elements: Sequence[bytes], id: TileId | BundleId) -> Sequence[bytes]:
    first = id.index * WIDTH
    if first + id.width > len(elements):
        raise BadTile(f"the log has no tile {id.index} of width {id.width} there")
    return elements[first : first + id.width]
