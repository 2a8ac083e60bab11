"""Where a source goes back to: to the end, over any distance, loops and all."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.loops import ends
from domain.evidence.origins import weigh
from domain.evidence.tracing import Chains, Root, trace
from tests.support.sketch import NAMES, Sketch, drawn, node, question, sketches


def traced(world: Sketch, source: str = "a") -> list[tuple[tuple[str, ...], bool]]:
    return [(root.members, root.holds) for root in trace(world, source, "c")]


def way(root: Root) -> list[str]:
    return [step.source_id for step in root.path]


def test_a_source_that_derives_from_nothing_is_its_own_root() -> None:
    assert traced(drawn(node("a"))) == [(("a",), True)]


def test_a_source_that_nobody_recorded_is_its_own_root() -> None:
    assert traced(drawn()) == [(("a",), True)]


def test_a_chain_is_followed_to_its_end() -> None:
    (root,) = trace(drawn(node("a", "b"), node("b", "d"), node("d")), "a", "c")

    assert (root.id, way(root), root.holds, root.loop) == ("d", ["b", "d"], True, False)


def test_a_source_with_two_origins_has_two_roots_even_where_one_of_them_is_nearer() -> None:
    assert traced(drawn(node("a", "b", "d"), node("b", "e"))) == [(("d",), True), (("e",), True)]


def test_of_two_ways_the_shorter_one_is_shown() -> None:
    (root,) = trace(drawn(node("a", "b", "e"), node("b", "d"), node("d", "e")), "a", "c")

    assert way(root) == ["e"]


def test_a_loop_is_one_root() -> None:
    world = drawn(node("a", "b"), node("b", "d"), node("d", "a"))

    for start in "abd":
        (root,) = trace(world, start, "c")
        assert (root.members, root.loop, root.holds) == (("a", "b", "d"), True, True)


def test_a_loop_with_a_way_out_is_no_root() -> None:
    assert traced(drawn(node("a", "b"), node("b", "a", "d"))) == [(("d",), True)]


def test_a_loop_that_has_itself_in_it_twice_ends() -> None:
    assert traced(drawn(node("a", "a", "b"), node("b", "b"))) == [(("b",), True)]


@pytest.mark.parametrize("fallen", ["a", "b", "d"])
def test_a_fallen_source_on_the_only_way_breaks_it(fallen: str) -> None:
    chain = {"a": "b", "b": "d"}
    nodes = [
        node(n, *([chain[n]] if n in chain else []), standing="retracted" if n == fallen else "good") for n in "abd"
    ]

    (root,) = trace(drawn(*nodes), "a", "c")

    assert (root.members, root.holds, root.broken_at, root.own_article) == (("d",), False, fallen, None)


def test_another_way_around_a_fallen_source_holds() -> None:
    world = drawn(node("a", "b", "d"), node("b", "e", standing="retracted"), node("d", "f"), node("f", "e"))

    (root,) = trace(world, "a", "c")

    assert (way(root), root.holds, root.broken_at) == (["d", "f", "e"], True, None)


@pytest.mark.parametrize("standing", ["corrected", "concern", "gone"])
def test_only_a_retraction_breaks_a_way(standing: str) -> None:
    assert traced(drawn(node("a", standing=standing))) == [(("a",), True)]  # type: ignore[arg-type]


def test_own_article_is_refused_as_support() -> None:
    """Directly, or behind those that took it over; and for no other claim."""
    world = drawn(node("a", "b"), node("b"), own=frozenset({("b", "c")}))

    (root,) = trace(world, "a", "c")

    assert (root.holds, root.broken_at, root.own_article) == (False, "b", "art_b")
    assert not trace(world, "b", "c")[0].holds
    assert trace(world, "a", "another")[0].holds


def test_two_thousand_reprints_in_a_row_go_back_to_the_first() -> None:
    world = drawn(*(node(f"s{n}", f"s{n - 1}") for n in range(1, 2_000)), node("s0"))

    (root,) = trace(world, "s1999", "c")

    assert (root.id, len(root.path), root.holds) == ("s0", 1_999, True)


def test_two_thousand_reprints_in_a_row_that_are_all_cited_are_one_origin() -> None:
    names = [f"s{n}" for n in range(2_000)]
    world = drawn(node("s0"), *(node(later, name) for name, later in pairwise(names)))

    evidence = weigh(question(*reversed(names)), world, merge_families=True)

    assert evidence.numbers.supports == 1
    assert [len(leg.roots[0].path) for leg in evidence.legs] == list(reversed(range(2_000)))


@given(world=sketches(), starts=st.permutations(NAMES))
def test_what_chains_share_is_followed_once_and_the_roots_are_the_same(world: Sketch, starts: list[str]) -> None:
    chains = Chains(world, "c")

    assert [chains.trace(start) for start in starts] == [trace(world, start, "c") for start in starts]


@given(world=sketches(), start=st.sampled_from(NAMES))
def test_every_way_leads_to_its_root_along_origins_that_were_declared(world: Sketch, start: str) -> None:
    for root in trace(world, start, "c"):
        at = start
        for step in root.path:
            assert step in world.source(at).derives
            at = step.source_id
        assert at in root.members


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3), max_size=7))
def test_the_ends_of_a_graph_are_what_nothing_leads_out_of(drawn_graph: dict[str, list[str]]) -> None:
    graph = {name: drawn_graph.get(name, []) for name in NAMES}
    reach = {name: {name, *others} for name, others in graph.items()}
    for _ in NAMES:
        reach = {name: set().union(*(reach[other] for other in others)) for name, others in reach.items()}

    closed = {tuple(sorted(others)) for name, others in reach.items() if all(reach[o] == others for o in others)}

    assert ends(graph) == sorted(closed)
