"""Claims are asserted, described, reworded, counted, linked, published, withdrawn and reinstated."""

from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import cite, reinstate, uncite, withdraw

NO_PARTY, NO_SOURCE, NO_CLAIM, NO_ARTICLE = (make_id(kind, bytes(16)) for kind in ("pty", "src", "clm", "art"))
NO_CITATION, NO_LINK = make_id("cit", bytes(16)), make_id("lnk", bytes(16))
SELECTED = {"selector": {"exact": "One person died"}}
COUNTED = {"value": "150", "bound": "stated", "unit": "computers"}


def assertion(**said: Any) -> Do:
    return Do("claims.create", bodies.claim(**said), name="new")


def description(**said: Any) -> Do:
    return Do("claims.description", {**said, **bodies.because()}, ("@c1",))


def rewording(statement: str, language: str = "en") -> Do:
    return Do("claims.rewording", bodies.rewording(statement, language=language), ("@c1",))


def count(**said: Any) -> Do:
    return Do("claims.quantity", {**COUNTED, **said}, ("@c1",))


def link(claim: str = "@c2", relation: str = "refines", name: str = "k1") -> Do:
    return Do("claims.links", {"claim_id": claim, "relation": relation}, ("@c1",), name=name)


def unlink(link: str = "@k1") -> Do:
    return Do("claims.links.withdrawal", bodies.withdraw(), ("@c1", link))


def publish() -> Do:
    return Do("claims.publication", {}, ("@c1",))


def test_a_claim_is_recorded_with_its_citations_and_places_in_one_command(story: Desk) -> None:
    story.when(
        assertion(
            citations=[bodies.citation("@s1"), bodies.citation("@s2", "refutes")],
            place=[{"article_id": "@a1", **SELECTED}],
            quantity=COUNTED,
        )
    )

    events = story.then_events(
        "claim.asserted.v1",
        "claim.quantity_stated.v1",
        "claim.cited.v1",
        "claim.cited.v1",
        "article.claim_placed.v1",
    )
    assert len({event.request for event in events}) == len({event.recorded_at for event in events}) == 1
    claim, article = story.state("new"), story.state("a1")
    assert [claim.citations[0].id, claim.citations[1].id, article.placements[0].id] == [
        story.id(f"new.{index}") for index in range(3)
    ]
    assert article.placements[0].claim_id == claim.id


def test_a_claim_that_cannot_be_placed_is_not_recorded_at_all(story: Desk) -> None:
    twice = {"article_id": "@a1", "selector": {"exact": "the "}}
    story.when(assertion(place=[{"article_id": "@a1", **SELECTED}, twice]))

    story.then_refused(InvalidInput, "/place/1/selector")
    assert story.state("a1").placements == ()


def test_the_same_words_may_be_two_different_claims(story: Desk) -> None:
    first, second = (story.do(assertion()) for _ in range(2))

    assert first.record != second.record
    states = [story.newsroom.streams.load(outcome.record).state for outcome in (first, second)]
    assert states[0].words.statement == states[1].words.statement


def test_a_claim_sits_in_many_articles_and_an_article_holds_many_claims(story: Desk) -> None:
    story.given(
        Do("articles.create", bodies.article(), name="a2"),
        assertion(place=[{"article_id": "@a1", **SELECTED}, {"article_id": "@a2", **SELECTED}]),
        assertion(place=[{"article_id": "@a1", **SELECTED}]),
    )

    assert len({placement.claim_id for placement in story.state("a1").placed}) == 2
    assert len(story.state("a2").placed) == 1


def test_one_claim_may_stand_twice_in_an_article(story: Desk) -> None:
    places = [{"article_id": "@a1", "selector": {"exact": exact}} for exact in ("One person died", "the group says")]

    story.given(assertion(place=places))

    assert [placement.claim_id for placement in story.state("a1").placed] == [story.id("new")] * 2


ASSERTIONS: dict[str, tuple[bodies.Said, str]] = {
    "a named claim needs its claimant": ({"attribution": "named"}, "/claimant_id"),
    "only a named claim has a claimant": ({"attribution": "own", "claimant_id": "@mek"}, "/claimant_id"),
    "unnamed claimants have no record": (
        {"attribution": "unnamed", "as_named": "x", "claimant_id": "@mek"},
        "/claimant_id",
    ),
    "unnamed claimants are called somehow": ({"attribution": "unnamed"}, "/as_named"),
    "those who believe in general are called somehow": ({"attribution": "general"}, "/as_named"),
    "the claimant is known": ({"attribution": "named", "claimant_id": NO_PARTY}, "/claimant_id"),
    "whom it is about is known": (
        {"about": [{"party_id": "@mek", "role": "actor"}, {"party_id": NO_PARTY, "role": "affected"}]},
        "/about/1/party_id",
    ),
    "where it appeared is known": ({"appeared_in_id": NO_SOURCE}, "/appeared_in_id"),
    "a quantity states its number": ({"kind": "quantity"}, "/quantity"),
    "a cited source is known": (
        {"citations": [{"source_id": "@s1", "stance": "mentions"}, {"source_id": NO_SOURCE, "stance": "mentions"}]},
        "/citations/1/source_id",
    ),
    "the article is known": ({"place": [{"article_id": NO_ARTICLE, **SELECTED}]}, "/place/0/article_id"),
    "the words are in the article": (
        {"place": [{"article_id": "@a1", "selector": {"exact": "nowhere"}}]},
        "/place/0/selector",
    ),
}


@pytest.mark.parametrize("rule", ASSERTIONS)
def test_a_claim_is_refused_because(story: Desk, rule: str) -> None:
    said, pointer = ASSERTIONS[rule]

    story.when(assertion(**said)).then_refused(InvalidInput, pointer)


@pytest.mark.parametrize(
    "said",
    [
        {"attribution": "named", "claimant_id": "@mek", "as_named": "the dissidents"},
        {"attribution": "unnamed", "as_named": "its opponents"},
        {"attribution": "general", "as_named": "it is believed"},
        {"attribution": "own"},
    ],
)
def test_each_attribution_can_be_recorded(story: Desk, said: dict[str, str]) -> None:
    story.when(assertion(**said)).then_events("claim.asserted.v1")


CITATIONS: dict[str, tuple[bodies.Said, str]] = {
    "the source is known": ({"source_id": NO_SOURCE}, "/source_id"),
    "the source through which it is known is known": ({"via_source_id": NO_SOURCE}, "/via_source_id"),
    "the party it reports is known": (
        {"stance": "reports_claim", "reported_party_id": NO_PARTY},
        "/reported_party_id",
    ),
    "no source is known through itself": ({"via_source_id": "@s1"}, "/via_source_id"),
    "who supports speaks for itself": ({"reported_party_id": "@mek"}, "/reported_party_id"),
    "who refutes speaks for itself": ({"stance": "refutes", "reported_party_id": "@mek"}, "/reported_party_id"),
}


@pytest.mark.parametrize("rule", CITATIONS)
def test_a_citation_is_refused_because(story: Desk, rule: str) -> None:
    said, pointer = CITATIONS[rule]
    body = {"source_id": "@s1", "stance": "supports", **said}

    story.when(Do("claims.citations", body, ("@c1",))).then_refused(InvalidInput, pointer)
    story.when(assertion(citations=[body])).then_refused(InvalidInput, f"/citations/0{pointer}")


def test_a_withdrawn_citation_stays_visible_as_withdrawn(story: Desk) -> None:
    story.when(uncite())

    (event,) = story.then_events("claim.citation_withdrawn.v1")
    citation = story.state("c1").citation(story.id("x1"))
    assert citation.withdrawn.position == event.position
    assert (citation.cause, citation.words.withdrawal_reason) == ("recorded_in_error", "It was not so.")
    assert citation.source_id == story.id("s1")


def test_a_withdrawn_source_citation_may_be_recorded_anew(story: Desk) -> None:
    story.given(uncite()).when(cite()).then_events("claim.cited.v1")


DESCRIPTIONS: dict[str, tuple[bodies.Said, str]] = {
    "something changes": ({}, ""),
    "a claim always has a kind": ({"kind": None}, "/kind"),
    "a claim always has an attribution": ({"attribution": None}, "/attribution"),
    "the claimant is known": ({"claimant_id": NO_PARTY}, "/claimant_id"),
    "a named claim keeps its claimant": ({"claimant_id": None}, "/claimant_id"),
    "an unnamed claim has no claimant": ({"attribution": "unnamed", "as_named": "some"}, "/claimant_id"),
    "unnamed claimants are called somehow": ({"attribution": "unnamed", "claimant_id": None}, "/as_named"),
    "whom it is about is known": ({"about": [{"party_id": NO_PARTY, "role": "actor"}]}, "/about/0/party_id"),
    "where it appeared is known": ({"appeared_in_id": NO_SOURCE}, "/appeared_in_id"),
    "a quantity has a number": ({"kind": "quantity"}, "/kind"),
}


@pytest.mark.parametrize("rule", DESCRIPTIONS)
def test_a_description_is_refused_because(story: Desk, rule: str) -> None:
    said, pointer = DESCRIPTIONS[rule]

    story.when(description(**said)).then_refused(InvalidInput, pointer)


def test_a_description_changes_what_it_names_and_nothing_else(story: Desk) -> None:
    story.given(description(said_on="2023-06-21", topics=["raids", "Albania"], about=None))
    before = story.state("c1")

    story.when(description(said_on=None, happened_on="2023-06-20")).then_events("claim.described.v1")

    after = story.state("c1")
    assert (after.said_on, after.happened_on) == (None, "2023-06-20")
    assert (after.words.topics, after.about) == (("raids", "Albania"), ())
    assert (after.kind, after.claimant_id, after.words.statement) == (
        before.kind,
        before.claimant_id,
        before.words.statement,
    )


def test_an_unnamed_claimant_keeps_the_name_it_was_called_by(story: Desk) -> None:
    story.given(description(attribution="unnamed", claimant_id=None, as_named="its opponents"))

    story.when(description(attribution="general")).then_events("claim.described.v1")
    story.when(description(as_named=None)).then_refused(InvalidInput, "/as_named")


def test_a_claim_becomes_a_quantity_once_its_number_is_stated(story: Desk) -> None:
    story.given(count()).when(description(kind="quantity")).then_events("claim.described.v1")


def test_a_rewording_keeps_the_claim_and_its_history(story: Desk) -> None:
    story.when(rewording("In the raid of 20 June 2023 a member died."))

    (event,) = story.then_events("claim.reworded.v1")
    assert story.state("c1").words.statement == "In the raid of 20 June 2023 a member died."
    assert story.state("c1").worded.position == event.position
    assert story.history("c1")[0].event.words.statement == "A member died in the raid of 20 June 2023."  # type: ignore[union-attr]


def test_the_same_wording_is_no_rewording_but_another_language_is(story: Desk) -> None:
    statement = str(bodies.claim()["statement"])

    story.when(rewording(statement)).then_refused(InvalidInput, "/statement")
    story.when(rewording(statement, "en-GB")).then_events("claim.reworded.v1")


def test_a_number_is_stated_and_counted_again(story: Desk) -> None:
    story.when(count(why="our_error")).then_refused(InvalidInput, "/why")
    story.when(count()).then_events("claim.quantity_stated.v1")
    story.when(count()).then_refused(InvalidInput, "/why")
    story.when(count(value="151", why="new_count")).then_events("claim.quantity_stated.v1")

    assert (story.state("c1").quantity.value, story.state("c1").quantity.why) == ("151", "new_count")


def test_a_claim_is_linked_once_in_each_way(story: Desk) -> None:
    story.when(link(NO_CLAIM)).then_refused(InvalidInput, "/claim_id")
    story.when(link("@c1")).then_refused(InvalidInput, "/claim_id")
    story.when(link()).then_events("claim.linked.v1")
    story.when(link()).then_refused(InvalidInput, "/claim_id")
    story.when(link(relation="restates", name="k2")).then_events("claim.linked.v1")


def test_a_withdrawn_link_stays_visible_and_may_be_made_anew(story: Desk) -> None:
    story.given(link()).when(unlink()).then_events("claim.unlinked.v1")

    assert story.state("c1").links[0].words.withdrawal_reason == "It was not so."
    story.when(link(name="k2")).then_events("claim.linked.v1")


def test_a_withdrawn_claim_stays_visible_as_withdrawn_until_it_is_reinstated(story: Desk) -> None:
    story.when(withdraw()).then_events("claim.withdrawn.v1")
    withdrawn = story.state("c1")
    assert withdrawn.withdrawn.by == story.id("ed")
    assert (withdrawn.cause, withdrawn.words.withdrawal_reason) == ("recorded_in_error", "It was not so.")
    assert withdrawn.words.statement
    assert len(withdrawn.citations) == 2

    story.when(reinstate()).then_events("claim.reinstated.v1")
    assert (story.state("c1").withdrawn, story.state("c1").cause) == (None, None)
    assert story.state("c1").words.withdrawal_reason == "It was not so."


STATES: dict[str, tuple[tuple[Do, ...], Do, type[Refused]]] = {
    "it is withdrawn already": ((withdraw(),), withdraw(), RuleBroken),
    "it was never withdrawn": ((), reinstate(), RuleBroken),
    "it was reinstated already": ((withdraw(), reinstate()), reinstate(), RuleBroken),
    "it is published already": ((publish(),), publish(), RuleBroken),
    "a withdrawn claim is not published": ((withdraw(),), publish(), RuleBroken),
    "there is no such citation": (
        (),
        Do("claims.citations.withdrawal", bodies.withdraw(), ("@c1", NO_CITATION)),
        NotFound,
    ),
    "the citation belongs to another claim": (
        (),
        Do("claims.citations.withdrawal", bodies.withdraw(), ("@c2", "@x1")),
        NotFound,
    ),
    "the citation is withdrawn already": ((uncite(),), uncite(), RuleBroken),
    "there is no such link": ((), unlink(NO_LINK), NotFound),
    "the link is withdrawn already": ((link(), unlink()), unlink(), RuleBroken),
}


@pytest.mark.parametrize("reason", STATES)
def test_a_change_is_refused_because(story: Desk, reason: str) -> None:
    given, command, error = STATES[reason]

    story.given(*given).when(command).then_refused(error)


def test_a_claim_is_published_by_itself(story: Desk) -> None:
    story.when(publish())

    (event,) = story.then_events("claim.published.v1")
    assert story.state("c1").published.position == event.position
