"""What hangs on a source: nobody is forgotten at any distance, and asking changes nothing."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.claim import Claim
from domain.claim.grounds import ground_of, question_of
from domain.evidence.effects import Effect
from domain.evidence.origins import weigh
from domain.evidence.world import Supposing
from domain.source import Source
from domain.surroundings import node_of
from domain.values import Standing
from projections.evidence.impact import Impact, impact
from projections.evidence.single import on_one_origin
from projections.openness import opened
from tests.projections.folded import Past, past_of
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import approve, cite, propose, retract
from tests.support.webs import random_web

EVERYTHING = 100_000


def found(watched: Watched, source: str, assume: Standing | None = None, audience: Any = "desk") -> Impact:
    id = watched.desk.names.get(source, source)
    impacted = watched.read(lambda reading: impact(reading, audience, id, assume, limit=EVERYTHING))
    assert impacted is not None
    return impacted


class Naive:
    """The same, found by going through everything, again and again until nothing changes."""

    def __init__(self, past: Past, source_id: str, assume: Standing | None) -> None:
        self.past = past
        self.source: Source = past.states[source_id]
        self.sources = {id: state for id, state in past.states.items() if isinstance(state, Source)}
        self.all_claims = {claim.id: claim for claim in past.claims()}
        self.before = Supposing(past.world, {source_id: "good"})
        self.after = Supposing(past.world, {source_id: assume or self.source.standing})

    def leaning_sources(self) -> set[str]:
        leaning = {self.source.id}
        while True:
            more = {s.id for s in self.sources.values() if {d.source_id for d in node_of(s).derives} & leaning}
            if more <= leaning:
                return leaning
            leaning |= more

    def citations(self) -> set[tuple[str, str]]:
        sources = self.leaning_sources()
        return {
            (claim.id, c.id)
            for claim in self.all_claims.values()
            for c in claim.citations
            if c.withdrawn is None and {c.source_id, c.via_source_id} & sources
        }

    def depends_on(self, claim: Claim) -> set[str]:
        return {k.claim_id for k in claim.links if k.relation == "depends_on" and k.withdrawn is None}

    def concerned(self) -> set[str]:
        concerned = {claim for claim, _ in self.citations()}
        while True:
            more = {claim.id for claim in self.all_claims.values() if self.depends_on(claim) & concerned}
            if more <= concerned:
                return concerned
            concerned |= more

    def origins(self, claim: Claim, world: Supposing) -> int:
        return weigh(question_of(claim), world, merge_families=self.past.merge).behind(ground_of(claim))

    def effects(self) -> dict[str, Effect]:
        claims = self.all_claims
        counts = {id: (self.origins(c, self.before), self.origins(c, self.after)) for id, c in claims.items()}
        effect: dict[str, Effect] = {
            id: "unaffected" if after >= before else "weakened" if after else "unsupported"
            for id, (before, after) in counts.items()
        }
        while True:
            again = {id: self.carried(claim, counts[id][1], effect) for id, claim in claims.items()}
            if again == effect:
                return effect
            effect = again

    def carried(self, claim: Claim, left: int, effect: Mapping[str, Effect]) -> Effect:
        below = [effect[id] for id in self.depends_on(claim)]
        if effect[claim.id] == "unsupported" or (below and not left and set(below) == {"unsupported"}):
            return "unsupported"
        return "weakened" if effect[claim.id] == "weakened" or set(below) - {"unaffected"} else "unaffected"

    def verdicts(self) -> set[tuple[str, str, Effect, int, int]]:
        effect = self.effects()
        claims = (self.all_claims[id] for id in self.concerned())
        return {
            (c.id, c.verdict.id, effect[c.id], self.origins(c, self.before), self.origins(c, self.after))
            for c in claims
            if c.verdict is not None
        }


def check(past: Past, found: Impact, naive: Naive) -> None:
    assert {(c.claim_id, c.id) for c in found.citations} == naive.citations()
    assert {claim.id: claim.citations for claim in found.claims} == {
        id: sum(claim == id for claim, _ in naive.citations()) for id in {claim for claim, _ in naive.citations()}
    }
    said = {(v.claim_id, v.verdict_id, v.effect, v.before, v.remaining_origins) for v in found.verdicts}
    assert said == naive.verdicts()
    articles = (state for id, state in past.states.items() if id.startswith("art"))
    placing = {a.id for a in articles if {p.claim_id for p in a.placed} & naive.concerned()}
    assert {article.id for article in found.articles} == placing
    for citation in found.citations:
        assert list(walked(past, citation.source_id, citation.path)) == [*([found.source_id] if citation.path else [])]


def walked(past: Past, source_id: str, path: tuple[Any, ...]) -> Iterator[str]:
    """Where a path that begins at the source ends, when each of its steps is an origin that was declared."""
    for step in path:
        assert step.source_id == source_id
        derives = node_of(past.states[source_id]).derives
        assert (step.derives_from, step.relation) in {(d.source_id, d.relation) for d in derives}
        source_id = step.derives_from
    if path:
        yield source_id


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), commands=st.integers(30, 160), assume=st.sampled_from([None, "retracted", "good"]))
def test_impact_is_what_going_through_everything_finds(seed: int, commands: int, assume: Standing | None) -> None:
    with TemporaryDirectory() as folder, random_web(seed, commands) as desk:
        watched, past = Watched(desk, Path(folder) / "views.db"), past_of(desk)

        for id in [id for id, state in past.states.items() if isinstance(state, Source)][:6]:
            check(past, found(watched, id, assume), Naive(past, id, assume))

        watched.close()


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), commands=st.integers(60, 200))
def test_the_public_is_told_of_open_records_alone(seed: int, commands: int) -> None:
    with TemporaryDirectory() as folder, random_web(seed, commands) as desk:
        watched, past = Watched(desk, Path(folder) / "views.db"), past_of(desk)
        watched.runner.catch_up()
        with watched.views.reading() as reading:
            is_open = opened(reading, past.states)
            for id in [id for id, state in past.states.items() if isinstance(state, Source)]:
                told = impact(reading, "public", id, "retracted", limit=EVERYTHING)
                assert (told is None) == (id not in is_open)
                if told is not None:
                    check_told(past, told, set(is_open))
            for row in on_one_origin(reading, "public", limit=EVERYTHING).items:
                assert {row.claim_id, *row.roots} <= set(is_open)
                assert not any(past.states[root].confidential for root in row.roots)
        watched.close()


def check_told(past: Past, told: Impact, is_open: set[str]) -> None:
    steps = [step for citation in told.citations for step in citation.path]
    assert {claim.id for claim in told.claims} | {article.id for article in told.articles} <= is_open
    assert {verdict.claim_id for verdict in told.verdicts} <= is_open
    assert {end for step in steps for end in (step.source_id, step.derives_from)} <= is_open
    assert not any(past.states[step.source_id].confidential for step in steps)
    assert told.totals.citations == len(told.citations)
    assert told.totals.verdicts == len(told.verdicts)


# The story: s3 reprints s2, which reprints s1. Nobody cites s1 itself.


@pytest.fixture
def chain(desk: Desk) -> Desk:
    return desk.given(
        Do("sources.create", bodies.source(title="First"), name="first"),
        Do("sources.create", bodies.source(title="Second"), name="second"),
        Do("sources.create", bodies.source(title="Third"), name="third"),
        derive("second", "first"),
        derive("third", "second"),
        cite("third", name="far"),
        propose("true", "far"),
        approve(),
        Do("claims.create", bodies.claim(statement="It follows.", kind="fact"), name="c3"),
        Do("claims.links", {"claim_id": "@c1", "relation": "depends_on"}, ("@c3",)),
        Do("claims.verdicts", bodies.verdict(), ("@c3",), name="v3"),
        Do("claims.verdicts.approval", {}, ("@c3", "@v3"), "ap"),
        Do("articles.claims", bodies.place("@c1"), ("@a1",), name="m1"),
    )


def derive(source: str, other: str, **said: Any) -> Do:
    origin = {"derives_from": f"@{other}", "relation": "republishes", **bodies.because(), **said}
    return Do("sources.origins", origin, (f"@{source}",), name=f"o_{source}_{other}")


def reinstated(source: str) -> Do:
    notice = {"standing": "good", "declared_by": "publisher", "notice_url": "https://example.org/notice"}
    return Do("sources.standing", {**notice, **bodies.because()}, (f"@{source}",))


def grounds(watched: Watched) -> list[tuple[Any, ...]]:
    return watched.read(lambda reading: reading.connection.execute("SELECT * FROM grounds ORDER BY claim").fetchall())


def legs(watched: Watched) -> list[tuple[Any, ...]]:
    return watched.read(lambda reading: reading.connection.execute("SELECT * FROM legs ORDER BY 1, 2, 3, 4").fetchall())


def test_impact_goes_beyond_one_hop(watched: Watched, chain: Desk) -> None:
    assumed = found(watched, "first", "retracted")

    (citation,) = assumed.citations
    assert [(step.source_id, step.derives_from) for step in citation.path] == [
        (chain.id("third"), chain.id("second")),
        (chain.id("second"), chain.id("first")),
    ]
    assert [claim.id for claim in assumed.claims] == [chain.id("c1")]
    said = [(v.claim_id, v.effect, v.before, v.remaining_origins) for v in assumed.verdicts]
    assert said == [(chain.id("c1"), "unsupported", 1, 0), (chain.id("c3"), "unsupported", 0, 0)]
    assert [article.id for article in assumed.articles] == [chain.id("a1")]
    assert (assumed.standing, assumed.assumed, assumed.totals.unsupported) == ("good", "retracted", 2)


def test_a_verdict_with_another_origin_is_weakened(watched: Watched, chain: Desk) -> None:
    chain.given(
        cite("s2", name="near"),
        propose("true", "far", "near", name="v2", changed_because="new_evidence"),
        approve("v2"),
    )

    said = [
        (v.claim_id, v.effect, v.before, v.remaining_origins) for v in found(watched, "first", "retracted").verdicts
    ]

    assert said == [(chain.id("c1"), "weakened", 2, 1), (chain.id("c3"), "weakened", 0, 0)]


@pytest.mark.parametrize("assume", ["corrected", "concern", "gone", "good"])
def test_only_a_retraction_takes_an_origin_away(watched: Watched, chain: Desk, assume: Standing) -> None:
    assert {verdict.effect for verdict in found(watched, "first", assume).verdicts} == {"unaffected"}


def test_what_our_own_article_took_over_was_no_support_before_either(watched: Watched, chain: Desk) -> None:
    chain.given(
        Do("articles.create", bodies.article(source_id="@second"), name="a2"),
        Do("articles.claims", bodies.place("@c1"), ("@a2",), name="m2"),
        Do("articles.publication", {}, ("@a2",)),
    )

    said = [(v.claim_id, v.effect, v.before) for v in found(watched, "first", "retracted").verdicts]

    assert said == [(chain.id("c1"), "unaffected", 0), (chain.id("c3"), "unaffected", 0)]


def test_dry_run_leaves_the_ledger_as_long_as_it_was(watched: Watched, chain: Desk) -> None:
    before, views = chain.length, watched.digests()

    found(watched, "first", "retracted")

    assert (chain.length, watched.digests()) == (before, views)
    assert {verdict.effect for verdict in found(watched, "first").verdicts} == {"unaffected"}


def test_what_is_assumed_is_what_comes_of_it(watched: Watched, chain: Desk) -> None:
    assumed = found(watched, "first", "retracted")

    chain.given(retract("first"))

    real = found(watched, "first")
    assert (real.verdicts, real.citations, real.articles) == (assumed.verdicts, assumed.citations, assumed.articles)
    assert {verdict.effect for verdict in found(watched, "first", "good").verdicts} == {"unaffected"}


def test_retract_then_reinstate_restores_everything(watched: Watched, chain: Desk) -> None:
    before = grounds(watched), legs(watched)

    chain.given(retract("first"))

    fallen = {row[1]: (row[8], row[10]) for row in grounds(watched)}
    assert fallen[chain.id("c1")] == (0, "source_changed")
    assert (grounds(watched), legs(watched)) != before

    chain.given(reinstated("first"))

    assert (grounds(watched), legs(watched)) == before
    assert [entry.standing for entry in chain.state("first").standings] == ["retracted", "good"]


def test_links_are_followed_in_both_directions(watched: Watched, desk: Desk) -> None:
    """Who owns whom is in one record, and holds for both."""
    desk.given(
        Do("parties.create", bodies.party(name="Owner", kind="organisation"), name="owner"),
        Do("parties.create", bodies.party(name="Other paper", kind="outlet"), name="other"),
        Do("sources.create", bodies.source(publisher_id="@other"), name="s3"),
        cite("s3", name="x3"),
    )
    owned = {"relation": "owned_by", "basis_claim_id": "@c2", "as_alleged": False, **bodies.because()}
    operates = {**owned, "relation": "operates", "party_id": "@other"}

    def supporting() -> int:
        return int({row[1]: row[4] for row in grounds(watched)}[desk.id("c1")])

    assert supporting() == 2
    desk.given(Do("parties.affiliations", {**owned, "party_id": "@owner"}, ("@outlet",), name="f1"))
    assert supporting() == 2
    desk.given(Do("parties.affiliations", operates, ("@owner",), name="f2"))
    assert supporting() == 1
    desk.given(Do("parties.affiliations.withdrawal", bodies.withdraw(), ("@outlet", "@f1")))
    assert supporting() == 2


def test_ten_outlets_one_origin(watched: Watched, desk: Desk) -> None:
    for number in range(10):
        desk.given(
            Do("parties.create", bodies.party(name=f"Outlet {number}", kind="outlet"), name=f"p{number}"),
            Do("sources.create", bodies.source(publisher_id=f"@p{number}"), name=f"r{number}"),
            derive(f"r{number}", "s1"),
            Do("claims.citations", bodies.citation(f"@r{number}"), ("@c2",), name=f"y{number}"),
        )

    verdicts = [f"@y{number}" for number in range(10)]
    desk.given(
        Do("claims.verdicts", {**bodies.verdict("true"), "rests_on": {"citation_ids": verdicts}}, ("@c2",), name="v9"),
        Do("claims.verdicts.approval", {}, ("@c2", "@v9"), "ap"),
    )

    (row,) = watched.read(lambda reading: on_one_origin(reading, "desk")).items
    assert (row.claim_id, row.verdict_id, row.roots) == (desk.id("c2"), desk.id("v9"), (desk.id("s1"),))
    assert {r[1]: r[4] for r in grounds(watched)}[desk.id("c2")] == 1


def test_the_register_has_no_verdict_with_two_origins_and_no_withdrawn_claim(watched: Watched, chain: Desk) -> None:
    def listed() -> list[str]:
        return [row.verdict_id for row in watched.read(lambda reading: on_one_origin(reading, "desk")).items]

    assert listed() == [chain.id("v1")]
    chain.given(Do("claims.withdrawal", bodies.withdraw(), ("@c1",)))
    assert listed() == []
    chain.given(Do("claims.reinstatement", bodies.because(), ("@c1",)))
    assert listed() == [chain.id("v1")]
    chain.given(
        cite("s2", name="near"),
        propose("true", "far", "near", name="v2", changed_because="new_evidence"),
        approve("v2"),
    )
    assert listed() == []


def test_all_is_shown_in_parts_and_counted_as_a_whole(watched: Watched, chain: Desk) -> None:
    everything = found(watched, "first", "retracted")
    parts: list[Impact] = []
    after: int | None = 0
    while after is not None:
        shown = partial(impact, audience="desk", source_id=chain.id("first"), assume="retracted", after=after, limit=1)
        part = watched.read(shown)
        assert part is not None
        assert part.totals == everything.totals
        parts.append(part)
        after = part.next
    assert tuple(verdict for part in parts for verdict in part.verdicts) == everything.verdicts
    assert tuple(citation for part in parts for citation in part.citations) == everything.citations
    assert len(parts) == 2


def test_there_is_no_impact_of_what_is_not_there(watched: Watched, chain: Desk) -> None:
    assert watched.read(lambda reading: impact(reading, "desk", "src_nothing")) is None
    assert watched.read(lambda reading: impact(reading, "public", chain.id("first"))) is None
