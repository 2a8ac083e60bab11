"""Proofs of every tree size to 300, for every leaf and every earlier size: they hold, and nothing near them does."""

from collections.abc import Callable, Iterator

import pytest

from domain.tlog.errors import BadProof
from domain.tlog.log import Log
from domain.tlog.merkle import EMPTY_ROOT
from domain.tlog.proving import consistency_proof, inclusion_proof, root_of, verify_consistency, verify_inclusion
from tests.tlog.trees import ENTRIES, path, subproof, tree_hash

LOG = Log("log.example", ENTRIES)
LEAVES = [tree_hash(index, index + 1) for index in range(300)]
ROOTS = [tree_hash(0, size) for size in range(301)]
BLOCKS = [range(1, 130), range(130, 190), range(190, 230), range(230, 265), range(265, 301)]
"""Tree sizes in parts of about the same work."""

Proof = tuple[bytes, ...]
block = pytest.mark.parametrize("sizes", BLOCKS, ids=lambda sizes: f"to{sizes[-1]}")

nearby = pytest.mark.parametrize(
    "sizes", [range(1, 51), pytest.param(range(51, 301), marks=pytest.mark.soak)], ids=["to50", "to300"]
)


def refused(verify: Callable[..., None], *arguments: object) -> bool:
    try:
        verify(*arguments)
    except BadProof:
        return True
    return False


def flipped(data: bytes, place: int) -> bytes:
    """The hash with one bit changed, another bit for each place."""
    spoilt = bytearray(data)
    spoilt[place * 7 % 32] ^= 1 << place % 8
    return bytes(spoilt)


def with_a_flip(proof: Proof) -> Iterator[Proof]:
    """The proof with one bit changed, in each hash in turn."""
    for place, hash in enumerate(proof):
        yield (*proof[:place], flipped(hash, place), *proof[place + 1 :])


def near(index: int, size: int) -> set[int]:
    """The indices that differ in one bit, the neighbours and the ends."""
    bits = {index ^ 1 << bit for bit in range(size.bit_length())}
    return ((bits | {index - 1, index + 1, 0, size - 1}) & set(range(size))) - {index}


def of_another_length(proof: Proof) -> Iterator[Proof]:
    """The proof with each hash missing in turn, each twice, and one more at its end."""
    for place, hash in enumerate(proof):
        yield proof[:place] + proof[place + 1 :]
        yield (*proof[:place], hash, *proof[place:])
    yield (*proof, EMPTY_ROOT)


@block
def test_inclusion_proofs_are_as_defined_and_hold_but_not_with_a_bit_flipped(sizes: range) -> None:
    for size in sizes:
        root = ROOTS[size]
        for index in range(size):
            leaf = LEAVES[index]
            proof = inclusion_proof(index, size, LOG.node)

            assert proof == path(index, 0, size)
            verify_inclusion(leaf, index, size, proof, root)
            assert refused(verify_inclusion, flipped(leaf, index), index, size, proof, root)
            assert refused(verify_inclusion, leaf, index, size, proof, flipped(root, index))
            assert all(refused(verify_inclusion, leaf, index, size, bad, root) for bad in with_a_flip(proof))


@block
def test_consistency_proofs_are_as_defined_and_hold_but_not_with_a_bit_flipped(sizes: range) -> None:
    for new in sizes:
        root = ROOTS[new]
        for old in range(1, new + 1):
            earlier = ROOTS[old]
            proof = consistency_proof(old, new, LOG.node)

            assert proof == subproof(old, 0, new, whole=True)
            verify_consistency(old, earlier, new, root, proof)
            assert refused(verify_consistency, old, flipped(earlier, old), new, root, proof)
            assert refused(verify_consistency, old, earlier, new, flipped(root, old), proof)
            assert all(refused(verify_consistency, old, earlier, new, root, bad) for bad in with_a_flip(proof))


@nearby
def test_proofs_have_exactly_one_length(sizes: range) -> None:
    for size in sizes:
        root = ROOTS[size]
        for other in range(1, size + 1):
            leaf, earlier = LEAVES[other - 1], ROOTS[other]
            included = inclusion_proof(other - 1, size, LOG.node)
            consistent = consistency_proof(other, size, LOG.node)

            for bad in of_another_length(included):
                assert refused(verify_inclusion, leaf, other - 1, size, bad, root)
            for bad in of_another_length(consistent):
                assert refused(verify_consistency, other, earlier, size, root, bad)


@nearby
def test_proofs_hold_for_no_index_and_no_size_nearby(sizes: range) -> None:
    for size in sizes:
        root = ROOTS[size]
        for index in range(size):
            leaf = LEAVES[index]
            included = inclusion_proof(index, size, LOG.node)
            consistent = consistency_proof(index + 1, size, LOG.node)

            for other in near(index, size):
                assert refused(verify_inclusion, leaf, other, size, included, root)
                assert refused(verify_consistency, other + 1, ROOTS[other + 1], size, root, consistent)
            for other in {size - 1, size + 1} & set(range(index + 1, 301)):
                assert refused(verify_inclusion, leaf, index, other, included, ROOTS[other])
                assert refused(verify_consistency, index + 1, ROOTS[index + 1], other, ROOTS[other], consistent)


def test_a_proof_holds_at_no_other_index_and_in_no_tree_of_another_size() -> None:
    for size in range(1, 41):
        for index in range(size):
            proof = inclusion_proof(index, size, LOG.node)
            others = [other for other in range(size) if other != index]
            sizes = [other for other in range(index + 1, 42) if other != size]

            assert all(refused(verify_inclusion, LEAVES[index], other, size, proof, ROOTS[size]) for other in others)
            assert all(refused(verify_inclusion, LEAVES[index], index, other, proof, ROOTS[other]) for other in sizes)


def test_a_consistency_proof_holds_between_no_other_sizes() -> None:
    for new in range(1, 33):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, LOG.node)
            for other in range(1, 34):
                if other != old:
                    assert refused(verify_consistency, other, ROOTS[other], new, ROOTS[new], proof)
                if other != new:
                    assert refused(verify_consistency, old, ROOTS[old], other, ROOTS[other], proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4), (0, -1), (0, 2**63)])
def test_there_is_no_inclusion_where_there_is_no_leaf(index: int, size: int) -> None:
    with pytest.raises(BadProof, match=r"no leaf at index|the tree size is"):
        inclusion_proof(index, size, LOG.node)
    with pytest.raises(BadProof, match=r"no leaf at index|the tree size is"):
        verify_inclusion(LEAVES[0], index, size, (), LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (-1, 5), (6, 5), (1, 2**63)])
def test_there_is_no_consistency_from_nothing_nor_backwards(old: int, new: int) -> None:
    with pytest.raises(BadProof, match=r"no consistency proof from|not the beginning of|the new tree size is"):
        consistency_proof(old, new, LOG.node)
    with pytest.raises(BadProof, match=r"no consistency proof from|not the beginning of|the new tree size is"):
        verify_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, ())


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_has_not_the_length_of_a_hash_is_refused(length: int) -> None:
    odd = bytes(length)

    for leaf, proof, root in [
        (odd, (LEAVES[1],), ROOTS[2]),
        (LEAVES[0], (odd,), ROOTS[2]),
        (LEAVES[0], (LEAVES[1],), odd),
    ]:
        with pytest.raises(BadProof, match=f"has {length} bytes, not 32"):
            verify_inclusion(leaf, 0, 2, proof, root)
    for first, proof, root in [
        (odd, (LEAVES[1],), ROOTS[2]),
        (LEAVES[0], (odd,), ROOTS[2]),
        (LEAVES[0], (LEAVES[1],), odd),
    ]:
        with pytest.raises(BadProof, match=f"has {length} bytes, not 32"):
            verify_consistency(1, first, 2, root, proof)


def test_the_root_of_every_size_comes_from_complete_subtrees_alone() -> None:
    assert [root_of(size, LOG.node) for size in range(301)] == ROOTS


def test_two_trees_of_one_size_are_consistent_when_they_are_the_same() -> None:
    verify_consistency(7, ROOTS[7], 7, ROOTS[7], ())

    with pytest.raises(BadProof, match="different roots"):
        verify_consistency(7, ROOTS[7], 7, ROOTS[8], ())
    with pytest.raises(BadProof, match="is not empty"):
        verify_consistency(7, ROOTS[7], 7, ROOTS[7], (ROOTS[7],))


def test_the_largest_tree_has_proofs_of_at_most_63_hashes() -> None:
    largest = 2**63 - 1

    proof = inclusion_proof(12345, largest, lambda _level, _index: EMPTY_ROOT)

    assert len(proof) == 63
    with pytest.raises(BadProof, match="another root"):
        verify_inclusion(LEAVES[0], 12345, largest, proof, EMPTY_ROOT)
