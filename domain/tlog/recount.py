"""The map of `domain.tlog.prefixmap` counted again by other code: the whole of it in memory, rehashed where it changed.

It gives the same roots, and is what a verifier uses: nobody's stored nodes are believed.
"""

from hashlib import sha256
from typing import Final

from domain.tlog.prefixmap import DEPTH, EMPTY, KEY, MOST

_ZERO: Final = 0
_HASH: Final = 2

Leaf = tuple[bytes, bytes]
"""A key and the hash of its leaf."""


class Recount:
    """A map that grows. About 400 bytes a key; a root costs hashes only for the paths that changed since the last."""

    def __init__(self) -> None:
        self._root: Inner | Leaf | None = None

    def put(self, key: bytes, count: int, last: bytes) -> None:
        """Gives the key this value. Raises `ValueError` for other lengths and ranges than an entry of the map has."""
        if len(key) != KEY or len(last) != KEY or not 1 <= count <= MOST:
            raise ValueError("an entry has a key and a hash of 32 bytes, and a count from 1 to 2^63 - 1")
        leaf = key, sha256(b"\x02" + key + count.to_bytes(8, "big") + last).digest()
        bits, depth = int.from_bytes(key, "big"), 0
        parent: Inner | None = None
        node = self._root
        while isinstance(node, list):
            node[_HASH] = None
            parent, depth = node, depth + 1
            node = node[bits >> (DEPTH - depth) & 1]  # type: ignore[assignment]
        below = leaf if node is None or node[0] == key else _parted(node, leaf, depth)
        if parent is None:
            self._root = below
        else:
            parent[bits >> (DEPTH - depth) & 1] = below

    def root(self) -> bytes:
        """The root over all keys."""
        return _hash(self._root)


Inner = list["Inner | Leaf | bytes | None"]
"""The subtrees for a next bit of 0 and of 1, and the hash of both, None where something below has changed."""


def _parted(old: Leaf, new: Leaf, depth: int) -> Inner:
    """The subtree at this depth of two keys that differ in a bit below."""
    one, other = int.from_bytes(old[0], "big"), int.from_bytes(new[0], "big")
    common = DEPTH - (one ^ other).bit_length()
    subtree: Inner = [old, new, None] if new[0] > old[0] else [new, old, None]
    for level in range(common - 1, depth - 1, -1):
        subtree = [None, subtree, None] if one >> (DEPTH - 1 - level) & 1 else [subtree, None, None]
    return subtree


def _hash(node: "Inner | Leaf | bytes | None") -> bytes:
    if node is None:
        return EMPTY
    if isinstance(node, tuple):
        return node[1]
    assert isinstance(node, list), "a subtree is nothing, a leaf or a place where keys part"  # noqa: S101
    known = node[_HASH]
    if isinstance(known, bytes):
        return known
    node[_HASH] = found = sha256(b"\x03" + _hash(node[_ZERO]) + _hash(node[1])).digest()
    return found
