"""Independent origins: what is the same is counted once, however often and by whomever it is said."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence.effects import Effect, Ground, effects
from domain.evidence.origins import Evidence, Numbers, weigh
from domain.evidence.world import Cited, Question, SourceNode, Supposing
from tests.support.sketch import NAMES, PARTIES, Affiliated, Sketch, drawn, node, question, questions, sketches

WEIGHTY = {"supports", "refutes", "reports_claim", "reports_denial"}


class Plainly:
    """The same arithmetic done another way: with all pairs of sources, and by merging until nothing merges any more."""

    def __init__(self, asked: Question, world: Sketch, *, merge: bool) -> None:
        self.world, self.asked = world, asked
        self.cited = [c for c in asked.cited if c.stance in WEIGHTY]
        edges = {(n, step.source_id) for n in NAMES for step in world.source(n).derives}
        closed = {n for n in NAMES if world.source(n).fallen or (n, "c") in world.own}
        self.leads = _closure(edges, set(NAMES))
        self.free = _closure({(a, b) for a, b in edges if not {a, b} & closed}, set(NAMES) - closed)
        self.ring = {n: frozenset(m for m in NAMES if {(n, m), (m, n)} <= self.leads) for n in NAMES}
        self.ends = {n for n in NAMES if all(m in self.ring[n] for m in NAMES if (n, m) in self.leads)}
        self.groups = {frozenset({self.ring[r]}) for c in self.cited for s in _named(c) for r in self.roots(s)}
        merged = {frozenset(pair) for pair in self._known_through()}
        if merge:
            merged |= {frozenset({a, b}) for a, b in combinations(set().union(*self.groups), 2) if self.related(a, b)}
        while pair := next((p for p in combinations(self.groups, 2) if self._touch(*p, merged)), None):
            self.groups = self.groups - set(pair) | {pair[0] | pair[1]}
        self.merge = merge

    def roots(self, source: str) -> list[str]:
        """One member of each end to which the source leads."""
        return sorted({min(self.ring[n]) for n in self.ends if (source, n) in self.leads})

    def holds(self, source: str, root: str) -> bool:
        return any((source, member) in self.free for member in self.ring[root])

    def _known_through(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        through = [(c.source_id, c.via_source_id) for c in self.cited if c.via_source_id is not None]
        return [
            pair
            for source, via in through
            for pair in product(
                (self.ring[r] for r in [*self.roots(source), *self.roots(via)]), (self.ring[r] for r in self.roots(via))
            )
        ]

    def _touch(
        self,
        one: frozenset[frozenset[str]],
        other: frozenset[frozenset[str]],
        merged: set[frozenset[frozenset[str]]],
    ) -> bool:
        return any(frozenset({a, b}) in merged for a in one for b in other)

    def related(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether publishers of both are of one house, or share their content."""
        ours, theirs = self.houses(one), self.houses(other)
        partners = self.partners(one) & theirs | self.partners(other) & ours
        return bool(ours & theirs or partners)

    def houses(self, ring: frozenset[str]) -> set[str]:
        return {p for n in ring for p in self.house(self.world.source(n))}

    def house(self, source: SourceNode) -> set[str]:
        if source.publisher_id is None:
            return set()
        ties = {
            (a.one, a.other)
            for a in self.world.affiliations
            if a.relation in {"owned_by", "part_of", "operates"} and _held(a, source.published_on)
        }
        both = _closure(ties | {(b, a) for a, b in ties}, set(PARTIES))
        return {p for p in PARTIES if (source.publisher_id, p) in both}

    def partners(self, ring: frozenset[str]) -> set[str]:
        found = set()
        for source in map(self.world.source, ring):
            house = self.house(source)
            for a in self.world.affiliations:
                if a.relation == "shares_content_of" and _held(a, source.published_on):
                    found |= ({a.other} if a.one in house else set()) | ({a.one} if a.other in house else set())
                    found -= house
        return found

    def reached(self, *stances: str) -> set[frozenset[frozenset[str]]]:
        return {group for c in self.cited if c.stance in stances for group in self.reached_by(c)}

    def reached_by(self, cited: Cited) -> set[frozenset[frozenset[str]]]:
        via = cited.via_source_id
        if via is not None and not any(self.holds(via, root) for root in self.roots(via)):
            return set()
        held = [self.ring[r] for r in self.roots(cited.source_id) if self.holds(cited.source_id, r)]
        return {group for group in self.groups if any(ring in group for ring in held)}

    def interested(self, group: frozenset[frozenset[str]]) -> bool:
        sources = [self.world.source(n) for ring in group for n in ring]
        behind = {p for s in sources for p in (s.publisher_id, *s.author_ids)}
        if self.merge:
            behind |= {p for s in sources for p in self.house(s)}
        return bool(behind & self.asked.interested)

    def numbers(self) -> Numbers:
        interested = {group for group in self.groups if self.interested(group)}
        supporting, refuting = self.reached("supports"), self.reached("refutes")
        return Numbers(
            supports=len(supporting - interested),
            refutes=len(refuting - interested),
            interested=len((supporting | refuting) & interested),
            reported=len(self.reached("reports_claim", "reports_denial")),
        )


def _closure(edges: set[tuple[str, str]], among: set[str]) -> set[tuple[str, str]]:
    """Which leads to which over any distance, itself included (S. Warshall, A theorem on Boolean matrices, 1962)."""
    found = edges | {(n, n) for n in among}
    for middle, one, other in product(sorted(among), sorted(among), sorted(among)):
        if (one, middle) in found and (middle, other) in found:
            found.add((one, other))
    return found


def _named(cited: Cited) -> list[str]:
    return [cited.source_id, *([cited.via_source_id] if cited.via_source_id is not None else [])]


def _held(affiliation: Affiliated, on: str | None) -> bool:
    """Dates are years here."""
    if on is None:
        return True
    return (affiliation.since or "0") <= on <= (affiliation.until or "9")


@settings(max_examples=250)
@given(asked=questions(), world=sketches(), merge=st.booleans(), chosen=st.sets(st.integers(0, 5)))
def test_weighing_is_what_plain_counting_finds(
    asked: Question, world: Sketch, *, merge: bool, chosen: set[int]
) -> None:
    found, plainly = weigh(asked, world, merge_families=merge), Plainly(asked, world, merge=merge)
    citations = {f"x{n}" for n in chosen}

    assert found.numbers == plainly.numbers()
    assert {frozenset(root for root in origin.roots) for origin in found.origins} == {
        frozenset(min(ring) for ring in group) for group in plainly.groups
    }
    reached = [group for c in plainly.cited if c.id in citations for group in plainly.reached_by(c)]
    assert found.behind(citations) == len(set(reached))
    assert found.holding() == {c.id for c in plainly.cited if plainly.reached_by(c)}
    assert found.conflicts == bool(plainly.reached("supports") and plainly.reached("refutes"))


@given(asked=questions(), world=sketches(), merge=st.booleans())
def test_every_origin_says_why_its_roots_are_one(asked: Question, world: Sketch, *, merge: bool) -> None:
    for origin in weigh(asked, world, merge_families=merge).origins:
        assert len(origin.merges) == len(origin.roots) - 1
        joined, pairs = {origin.roots[0]}, [set(m.roots) for m in origin.merges]
        for _ in pairs:
            joined |= set().union(*(pair for pair in pairs if pair & joined))
        assert joined == set(origin.roots)


@given(asked=questions(), world=sketches(), merge=st.booleans(), source=st.sampled_from(NAMES))
def test_a_fall_takes_origins_away_and_its_return_brings_them_back(
    asked: Question, world: Sketch, source: str, *, merge: bool
) -> None:
    standing = weigh(asked, Supposing(world, {source: "good"}), merge_families=merge)
    fallen = weigh(asked, Supposing(world, {source: "retracted"}), merge_families=merge)
    again = weigh(asked, Supposing(Supposing(world, {source: "retracted"}), {source: "good"}), merge_families=merge)

    assert again == standing
    assert fallen.origins == standing.origins
    for before, after in zip(standing.legs, fallen.legs, strict=True):
        assert set(after.origins) <= set(before.origins)


def numbers(found: Evidence) -> tuple[int, int, int, int]:
    n = found.numbers
    return n.supports, n.refutes, n.interested, n.reported


def weighed(world: Sketch, asked: Question, *, merge: bool = True) -> tuple[int, int, int, int]:
    return numbers(weigh(asked, world, merge_families=merge))


def test_ten_outlets_one_origin() -> None:
    reprints = [node(f"s{n}", "first", publisher_id=f"p{n}") for n in range(10)]

    assert weighed(drawn(*reprints), question(*(s.id for s in reprints))) == (1, 0, 0, 0)


@pytest.mark.parametrize("reprints", [40, 5_000])
def test_thousands_of_reprints_of_one_statement_are_one_origin(reprints: int) -> None:
    world = drawn(*(node(f"s{n}", "first") for n in range(reprints)))

    found = weigh(question(*(f"s{n}" for n in range(reprints))), world, merge_families=True)

    assert (numbers(found), len(found.legs)) == ((1, 0, 0, 0), reprints)


def test_thousands_of_sources_of_one_publisher_are_one_origin() -> None:
    world = drawn(*(node(f"s{n}", publisher_id="p") for n in range(5_000)))

    assert weighed(world, question(*(f"s{n}" for n in range(5_000)))) == (1, 0, 0, 0)


def test_a_loop_of_reprints_counts_once() -> None:
    world = drawn(node("a", "b"), node("b", "d"), node("d", "a"))

    found = weigh(question("a", "b", "d"), world, merge_families=True)

    assert numbers(found) == (1, 0, 0, 0)
    assert [origin.loops for origin in found.origins] == [(("a", "b", "d"),)]


def test_one_house_counts_once_only_where_the_policy_says_so() -> None:
    world = drawn(
        node("a", publisher_id="p"),
        node("b", publisher_id="q"),
        affiliations=(Affiliated("p", "r"), Affiliated("q", "r")),
    )

    assert weighed(world, question("a", "b")) == (1, 0, 0, 0)
    assert weighed(world, question("a", "b"), merge=False) == (2, 0, 0, 0)


def test_what_was_sold_before_the_publication_is_not_merged() -> None:
    owned = Affiliated("p", "q", since="2018", until="2020")
    world = drawn(
        node("a", publisher_id="p", published_on="2022"),
        node("b", publisher_id="q", published_on="2022"),
        affiliations=(owned,),
    )

    assert weighed(world, question("a", "b")) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("sharing", "origins"),
    [
        ((("p", "q"),), 2),
        ((("q", "p"),), 2),
        ((("p", "agency"), ("q", "agency")), 3),
        ((("p", "q"), ("q", "r")), 1),
        ((("p", "q"), ("q", "agency"), ("r", "agency")), 2),
    ],
)
def test_sharing_content_ties_those_who_are_cited_and_nobody_else(
    sharing: tuple[tuple[str, str], ...], origins: int
) -> None:
    shared = tuple(Affiliated(one, other, "shares_content_of") for one, other in sharing)
    sources = (node("a", publisher_id="p"), node("b", publisher_id="q"), node("d", publisher_id="r"))

    assert weighed(drawn(*sources, affiliations=shared), question("a", "b", "d")) == (origins, 0, 0, 0)


def test_reporting_what_somebody_said_is_never_support() -> None:
    assert weighed(drawn(), question(("a", "reports_claim"), ("b", "reports_denial"))) == (0, 0, 0, 2)


def test_context_counts_for_nothing() -> None:
    assert weighed(drawn(), question(("a", "context"), ("b", "mentions"))) == (0, 0, 0, 0)


def test_whoever_has_an_interest_is_counted_apart() -> None:
    world = drawn(
        node("a", publisher_id="p"),
        node("b", author_ids=("q",)),
        node("d", publisher_id="s"),
        node("e"),
        affiliations=(Affiliated("s", "q"),),
    )

    assert weighed(world, question("a", "b", "d", ("e", "refutes"), interested=("p", "q"))) == (0, 1, 3, 0)


def test_own_article_is_refused_as_support() -> None:
    world = drawn(node("a", "b"), node("b"), own=frozenset({("b", "c")}))

    assert weighed(world, question("a", "b")) == (0, 0, 0, 0)


def test_what_is_known_only_through_another_is_one_origin_with_it_and_falls_with_it() -> None:
    cited = Question("c", (Cited("x0", "a", "supports", "b"), Cited("x1", "b", "supports")))

    assert weighed(drawn(), cited) == (1, 0, 0, 0)
    assert weighed(drawn(node("b", standing="retracted")), cited) == (0, 0, 0, 0)


def test_evidence_conflicts_only_between_sources_that_stand_and_speak_themselves() -> None:
    def conflict(world: Sketch, *stances: str) -> bool:
        pairs = [("a", stances[0]), ("b", stances[1])]
        return weigh(question(*pairs), world, merge_families=True).conflicts  # type: ignore[arg-type]

    assert conflict(drawn(), "supports", "refutes")
    assert not conflict(drawn(), "supports", "supports")
    assert not conflict(drawn(), "supports", "reports_denial")
    assert not conflict(drawn(node("b", standing="retracted")), "supports", "refutes")


CLAIMS = ("k", "l", "m", "n")


@given(
    grounds=st.fixed_dictionaries(
        {
            claim: st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda t: Ground(max(t), min(t)))
            for claim in CLAIMS
        }
    ),
    depends_on=st.sets(st.tuples(st.sampled_from(CLAIMS), st.sampled_from(CLAIMS)), max_size=6),
)
def test_effects_are_carried_on_until_nothing_changes(
    grounds: dict[str, Ground], depends_on: set[tuple[str, str]]
) -> None:
    worse: list[Effect] = ["unaffected", "weakened", "unsupported"]
    found = {
        claim: worse[0] if ground.after == ground.before else worse[1] if ground.after else worse[2]
        for claim, ground in grounds.items()
    }
    for _ in range(2 * len(CLAIMS)):
        for claim, ground in grounds.items():
            below = [found[other] for one, other in depends_on if one == claim]
            if below and not ground.after and set(below) == {"unsupported"}:
                found[claim] = "unsupported"
            elif set(below) - {"unaffected"} and found[claim] == "unaffected":
                found[claim] = "weakened"

    assert effects(grounds, depends_on) == found


def test_a_claim_that_rests_on_others_alone_falls_only_with_all_of_them() -> None:
    grounds = {"k": Ground(0, 0), "l": Ground(1, 0), "m": Ground(1, 1)}

    assert effects(grounds, [("k", "l"), ("k", "m")])["k"] == "weakened"
    assert effects({**grounds, "m": Ground(2, 0)}, [("k", "l"), ("k", "m")])["k"] == "unsupported"
    assert effects(grounds, [("k", "m")])["k"] == "unaffected"
