"""Trees and proofs as RFC 6962 section 2.1 defines them: recursively, slowly, and not with our code."""

from functools import cache
from hashlib import sha256

ENTRIES = [str(number).encode() for number in range(300)]
"""The leaves of the trees that are tried at every size."""


@cache
def tree_hash(start: int, stop: int) -> bytes:
    """MTH(D[start:stop])."""
    if start == stop:
        return sha256().digest()
    if stop - start == 1:
        return sha256(b"\x00" + ENTRIES[start]).digest()
    split = start + split_of(stop - start)
    return sha256(b"\x01" + tree_hash(start, split) + tree_hash(split, stop)).digest()


def path(index: int, start: int, stop: int) -> tuple[bytes, ...]:
    """PATH(index - start, D[start:stop])."""
    if stop - start == 1:
        return ()
    split = start + split_of(stop - start)
    if index < split:
        return (*path(index, start, split), tree_hash(split, stop))
    return (*path(index, split, stop), tree_hash(start, split))


def subproof(old: int, start: int, stop: int, *, whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF(old - start, D[start:stop], whole)."""
    if old == stop:
        return () if whole else (tree_hash(start, stop),)
    split = start + split_of(stop - start)
    if old <= split:
        return (*subproof(old, start, split, whole=whole), tree_hash(split, stop))
    return (*subproof(old, split, stop, whole=False), tree_hash(start, split))


def split_of(count: int) -> int:
    """The largest power of two smaller than `count`."""
    split = 1
    while split * 2 < count:
        split *= 2
    return split
