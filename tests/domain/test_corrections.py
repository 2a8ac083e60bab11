"""Readers of an article of ours are told what was wrong with it, and of nothing that they never met."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.article.events import ArticlePublished, ClaimPlaced, ClaimRemoved, CorrectionIssued
from domain.commands import ACTS
from domain.errors import InvalidInput, Refused, RuleBroken
from domain.events import Recorded
from domain.values import CorrectionKind, make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import corrected, random_desk
from tests.support.story import correct, place, publish_article, revise

NO_CLAIM = make_id("clm", bytes(16))
KINDS = get_args(CorrectionKind)
WITHDRAWN = Do("articles.withdrawal", {"cause": "recorded_in_error", **bodies.because()}, ("@a1",))
REINSTATED = Do("articles.reinstatement", bodies.because("It was right."), ("@a1",))


def remove(placement: str = "m1") -> Do:
    return Do("articles.placements.removal", bodies.because(), ("@a1", f"@{placement}"))


def examined() -> tuple[Do, ...]:
    """Another's article takes the place of ours as `a1`."""
    return Do("articles.create", bodies.article(role="examined"), name="a1"), publish_article()


def test_a_correction_is_kept_with_its_note_and_claims_in_the_order_of_issue(story: Desk) -> None:
    story.given(place(), place("150 computers", claim="c2", name="m2"), publish_article())

    story.when(correct("correction", "c2", "c1", note="It was 140."))
    (issued,) = story.then_events("article.correction_issued.v1")
    story.when(correct("typo", name="k2", note="It read “comptuers”.")).then_events("article.correction_issued.v1")

    first, second = story.state("a1").corrections
    assert (first.id, first.kind, first.words.note) == (story.id("k1"), "correction", "It was 140.")
    assert first.claim_ids == (story.id("c2"), story.id("c1"))
    assert first.issued.position == issued.position
    assert (second.id, second.kind, second.claim_ids) == (story.id("k2"), "typo", ())
    assert story.state("a1").correction(story.id("k2")) == second
    assert story.state("a1").correction(NO_CLAIM) is None


def test_a_correction_changes_neither_the_text_nor_the_places_of_claims(story: Desk) -> None:
    before = story.given(place(), publish_article()).state("a1")

    story.given(correct("correction", "c1"))

    after = story.state("a1")
    assert (after.words, after.placements, after.published) == (before.words, before.placements, before.published)


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "the article is not published": ((place(),), correct("correction", "c1"), RuleBroken, None),
    "the article is another's": (examined(), correct("clarification"), RuleBroken, None),
    "the claim is not in the article": (
        (publish_article(),),
        correct("correction", "c1"),
        InvalidInput,
        "/claim_ids/0",
    ),
    "one of the claims is not": (
        (place(), publish_article()),
        correct("correction", "c1", "c2"),
        InvalidInput,
        "/claim_ids/1",
    ),
    "there is no such claim": (
        (publish_article(),),
        Do("articles.corrections", bodies.correction("update", NO_CLAIM), ("@a1",)),
        InvalidInput,
        "/claim_ids/0",
    ),
    "the claim was removed before readers could meet it": (
        (place(), remove(), publish_article()),
        correct("correction", "c1"),
        InvalidInput,
        "/claim_ids/0",
    ),
    "the claim is named twice": (
        (place(), publish_article()),
        correct("correction", "c1", "c1"),
        InvalidInput,
        "/claim_ids/1",
    ),
    "a typo touches no claim": ((place(), publish_article()), correct("typo", "c1"), InvalidInput, "/claim_ids"),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_correction_is_refused_because(story: Desk, reason: str) -> None:
    before, command, error, pointer = REFUSALS[reason]

    story.given(*before).when(command).then_refused(error, pointer)


@pytest.mark.parametrize("said", [{"kind": "erratum"}, {"note": " "}, {"claim_ids": ["src_"]}, {"url": "https://a.b"}])
def test_a_correction_that_cannot_be_meant_is_refused(said: bodies.Said) -> None:
    with pytest.raises(ValidationError):
        ACTS["articles.corrections"].body.model_validate(bodies.correction(**said))


@pytest.mark.parametrize(
    "happened",
    [
        (place(), publish_article()),
        (publish_article(), place()),
        (place(), publish_article(), remove()),
        (place(), publish_article(), revise("Nothing.")),
        (place(), remove(), place(name="m2"), publish_article(), remove("m2")),
        (publish_article(), place(), remove()),
    ],
    ids=[
        "placed before",
        "placed since",
        "removed since",
        "orphaned since",
        "placed again",
        "placed and removed since",
    ],
)
def test_a_claim_that_readers_met_in_the_article_may_be_named(story: Desk, happened: tuple[Do, ...]) -> None:
    story.given(*happened).when(correct("correction", "c1")).then_events("article.correction_issued.v1")


@pytest.mark.parametrize("kind", KINDS)
def test_while_an_article_is_offered_anything_but_a_retraction_is_issued(story: Desk, kind: CorrectionKind) -> None:
    story.given(publish_article(), WITHDRAWN, REINSTATED).when(correct(kind))

    if kind == "retraction":
        story.then_refused(RuleBroken)
    else:
        story.then_events("article.correction_issued.v1")


@pytest.mark.parametrize("kind", KINDS)
def test_while_an_article_is_withdrawn_nothing_but_a_retraction_is(story: Desk, kind: CorrectionKind) -> None:
    story.given(place(), publish_article(), WITHDRAWN).when(correct(kind))

    if kind == "retraction":
        story.then_events("article.correction_issued.v1")
    else:
        story.then_refused(RuleBroken)


def test_a_retraction_stays_when_the_article_is_reinstated(story: Desk) -> None:
    story.given(place(), publish_article(), WITHDRAWN, correct("retraction", "c1"), REINSTATED)

    assert [c.kind for c in story.state("a1").corrections] == ["retraction"]
    assert story.state("a1").offered


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150))
def test_whatever_happened_exactly_the_claims_that_readers_met_may_be_named(seed: int, commands: int) -> None:
    with random_desk(seed, commands) as desk:
        allowed = corrected(desk)
        streams = desk.newsroom.streams

        for (article, claim), was_allowed in allowed.items():
            own = streams.load(article).state.role == "own"
            assert was_allowed == (own and claim in met(desk.newsroom.streams.history(article))), (article, claim)
        for article, _ in allowed:
            events = streams.history(article)
            for index, recorded in enumerate(events):
                if isinstance(recorded.event, CorrectionIssued):
                    assert set(recorded.event.claim_ids) <= met(events[:index])


def met(events: Sequence[Recorded]) -> set[str]:
    """The claims that stood in the article at any moment since it was published."""
    standing: dict[str, str] = {}
    found: set[str] = set()
    published = False
    for recorded in events:
        match recorded.event:
            case ClaimPlaced() as placed:
                standing[placed.placement_id] = placed.claim_id
            case ClaimRemoved() as removed:
                del standing[removed.placement_id]
            case ArticlePublished():
                published = True
        if published:
            found.update(standing.values())
    return found
