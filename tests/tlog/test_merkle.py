"""Roots against the recursive definition of RFC 6962 section 2.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root
from tests.tlog.trees import ENTRIES, tree_hash


def test_every_size_to_300_has_the_defined_root() -> None:
    frontier = Frontier()
    assert frontier.root() == root([]) == EMPTY_ROOT == tree_hash(0, 0)

    for size, entry in enumerate(ENTRIES, 1):
        frontier.push(leaf_hash(entry))
        assert frontier.root() == tree_hash(0, size)
        assert frontier.size == size


@given(size=st.integers(0, 300), cut=st.integers(0, 300))
def test_a_frontier_continues_where_another_stood(size: int, cut: int) -> None:
    first = Frontier()
    for entry in ENTRIES[: min(cut, size)]:
        first.push(leaf_hash(entry))

    second = Frontier(first.size, first.hashes)
    for entry in ENTRIES[min(cut, size) : size]:
        second.push(leaf_hash(entry))

    assert second.root() == root(map(leaf_hash, ENTRIES[:size])) == tree_hash(0, size)


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 0), (2, 2), (7, 2), (-1, 1)])
def test_a_frontier_whose_parts_do_not_fit_is_refused(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="one hash for each bit"):
        Frontier(size, [EMPTY_ROOT] * count)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")

    assert node_hash(left, right) != leaf_hash(left + right)
