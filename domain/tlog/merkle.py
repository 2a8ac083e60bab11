"""Merkle tree hashes: RFC 6962 section 2.1, the same as RFC 9162 section 2.1, with SHA-256.

`tests/tlog/test_merkle.py` holds this code against the RFC's recursive definition for every size to 300.
"""

from collections.abc import Iterable
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in order; memory grows with the logarithm of their number."""
    frontier = Frontier()
    for hash in hashes:
        frontier.push(hash)
    return frontier.root()


class Frontier:
    """A growing tree, of which only the roots of its complete subtrees are kept: at most one for each bit of its size.

    `size` and `hashes` (from the largest subtree to the smallest) are the whole state; a frontier made from them
    continues where the other stood. ValueError if their numbers cannot belong together.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or size.bit_count() != len(self._hashes):
            raise ValueError("a frontier has one hash for each bit that is set in its size")

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, the largest first."""
        return tuple(self._hashes)

    def push(self, leaf_hash: bytes) -> None:
        """Add a leaf at the end, by its hash."""
        node = leaf_hash
        complete = self._size
        while complete & 1:
            node = node_hash(self._hashes.pop(), node)
            complete >>= 1
        self._hashes.append(node)
        self._size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self._hashes:
            return EMPTY_ROOT
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = node_hash(left, node)
        return node
