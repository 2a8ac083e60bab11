"""Inclusion and consistency proofs: RFC 6962 sections 2.1.1 and 2.1.2, verified as RFC 9162 2.1.3.2 and 2.1.4.2 say.

A proof says nothing about an empty tree: as in the RFCs and in Go's `sumdb/tlog`, neither side of a proof has size 0.
Between a tree and itself the consistency proof is empty and the roots must be equal.
"""

from typing import Protocol

from domain.tlog.errors import BadProof
from domain.tlog.merkle import EMPTY_ROOT, node_hash
from domain.tlog.text import check_hash, check_size


class Nodes(Protocol):
    """The hashes of a tree's complete subtrees."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """The hash over the leaves from `index * 2**level` on, `2**level` of them; level 0 gives leaf hashes."""
        ...


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the tree of this size; `EMPTY_ROOT` for 0. BadProof if the size is out of range."""
    check_size(size, "the tree size", BadProof)
    return _hash_over(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The audit path of the leaf at this index, from the leaf's sibling to the root's child. BadProof if there is none.

    `nodes` is asked for complete subtrees of the tree of this size, and for no others.
    """
    _check_index(index, size)
    start, stop = 0, size
    path: list[bytes] = []
    while stop - start > 1:
        split = start + _largest_power_below(stop - start)
        if index < split:
            path.append(_hash_over(split, stop, nodes))
            stop = split
        else:
            path.append(_hash_over(start, split, nodes))
            start = split
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof that the tree of size `old` is the beginning of that of size `new`. BadProof unless 0 < old <= new."""
    _check_sizes(old, new)
    start, stop = 0, new
    path: list[bytes] = []
    while stop != old:
        split = start + _largest_power_below(stop - start)
        if old <= split:
            path.append(_hash_over(split, stop, nodes))
            stop = split
        else:
            path.append(_hash_over(start, split, nodes))
            start = split
    if start:
        path.append(_hash_over(start, stop, nodes))
    return tuple(reversed(path))


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: tuple[bytes, ...], root: bytes) -> None:
    """BadProof unless the leaf of this hash stands at this index of the tree of this size and root (RFC 9162 2.1.3.2).

    A proof has exactly one length; one with a hash too many or too few is refused, as is a hash that has not 32 bytes.
    """
    _check_index(index, size)
    _check_hashes(("the leaf hash", leaf_hash), ("the root", root), proof=proof)
    place, last = index, size - 1
    node = leaf_hash
    for sibling in proof:
        if last == 0:
            raise BadProof("the inclusion proof has too many hashes")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            place, last = _climb(place, last)
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the inclusion proof has too few hashes")
    if node != root:
        raise BadProof("the inclusion proof leads to another root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: tuple[bytes, ...]) -> None:
    """BadProof unless the old tree is the beginning of the new one (RFC 9162 2.1.4.2), with 0 < old <= new.

    Of equal sizes the roots must be equal and the proof empty. A witness that has seen nothing yet has size 0; for that
    there is no proof to verify, and it must not ask here.
    """
    _check_sizes(old, new)
    _check_hashes(("the old root", old_root), ("the new root", new_root), proof=proof)
    if old == new:
        _check_same(old_root, new_root, proof)
        return
    if not proof:
        raise BadProof("the consistency proof is empty")
    path = proof if old & (old - 1) else (old_root, *proof)
    old_node, new_node = _climb_both(old, new, path)
    if old_node != old_root:
        raise BadProof("the consistency proof leads to another old root")
    if new_node != new_root:
        raise BadProof("the consistency proof leads to another new root")


def _climb_both(old: int, new: int, path: tuple[bytes, ...]) -> tuple[bytes, bytes]:
    """The old and the new root to which a consistency proof leads; `path` begins with a node of both trees."""
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the consistency proof has too many hashes")
        if place & 1 or place == last:
            old_node = node_hash(sibling, old_node)
            new_node = node_hash(sibling, new_node)
            place, last = _climb(place, last)
        else:
            new_node = node_hash(new_node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the consistency proof has too few hashes")
    return old_node, new_node


def _climb(place: int, last: int) -> tuple[int, int]:
    """Skip the levels at which the node on the right border has no sibling."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _hash_over(start: int, stop: int, nodes: Nodes) -> bytes:
    """The RFC's MTH(D[start:stop]) where `start` is a multiple of the largest power of two in the range's length."""
    pieces: list[bytes] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        pieces.append(nodes(level, start >> level))
        start += 1 << level
    node = pieces.pop()
    while pieces:
        node = node_hash(pieces.pop(), node)
    return node


def _largest_power_below(count: int) -> int:
    """The largest power of two smaller than `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _check_index(index: int, size: int) -> None:
    check_size(size, "the tree size", BadProof)
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf at index {index}")


def _check_sizes(old: int, new: int) -> None:
    check_size(new, "the new tree size", BadProof)
    if old < 1:
        raise BadProof(f"there is no consistency proof from a tree of {old} leaves")
    if old > new:
        raise BadProof(f"a tree of {old} leaves is not the beginning of one of {new}")


def _check_hashes(*named: tuple[str, bytes], proof: tuple[bytes, ...]) -> None:
    for what, data in named:
        check_hash(data, what, BadProof)
    for place, data in enumerate(proof):
        check_hash(data, f"hash {place} of the proof", BadProof)


def _check_same(old_root: bytes, new_root: bytes, proof: tuple[bytes, ...]) -> None:
    if proof:
        raise BadProof("the consistency proof between trees of one size is not empty")
    if old_root != new_root:
        raise BadProof("two trees of one size have different roots")
