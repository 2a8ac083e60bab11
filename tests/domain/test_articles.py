"""Articles are drafted, revised, published and withdrawn; claims are placed in them and found again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import place, publish_article, revise, told

NO_CLAIM, NO_SOURCE, NO_PLACEMENT = (make_id(kind, bytes(16)) for kind in ("clm", "src", "pch"))
TEXT = bodies.TEXT


def draft(**said: Any) -> Do:
    return Do("articles.create", bodies.article(**said), name="new")


def remove(placement: str = "@m1") -> Do:
    return Do("articles.placements.removal", bodies.because("Not there."), ("@a1", placement))


def withdraw_article() -> Do:
    return Do("articles.withdrawal", {"cause": "legal", **bodies.because("A court said so.")}, ("@a1",))


def reinstate_article() -> Do:
    return Do("articles.reinstatement", bodies.because("It was lifted."), ("@a1",))


@pytest.mark.parametrize("role", ["own", "examined"])
def test_an_article_is_drafted_with_or_without_its_text(story: Desk, role: str) -> None:
    story.when(draft(role=role, text=None, source_id="@s1")).then_events("article.drafted.v1")

    article = story.state("new")
    assert (article.role, article.words.text, article.source_id) == (role, None, story.id("s1"))
    assert not article.offered


def test_a_claim_is_placed_at_the_only_place_where_its_words_stand(story: Desk) -> None:
    story.when(place("One person died"))

    (event,) = story.then_events("article.claim_placed.v1")
    (placement,) = story.state("a1").placed
    assert TEXT[placement.start : placement.end] == placement.words.exact == "One person died"
    assert (placement.claim_id, placement.placed.position) == (story.id("c1"), event.position)
    assert TEXT[: placement.start].endswith(placement.words.prefix)
    assert TEXT[placement.end :].startswith(placement.words.suffix)


@pytest.mark.parametrize(
    "selector",
    [
        {"exact": "The police", "suffix": " took"},
        {"exact": "he police", "prefix": "T"},
        {"exact": "police", "start": TEXT.index("police took")},
        {"exact": "police", "end": TEXT.index("police took") + len("police")},
        {"exact": TEXT},
    ],
)
def test_a_place_may_be_told_by_what_is_around_it_or_where_it_is(story: Desk, selector: dict[str, Any]) -> None:
    story.when(place(**selector)).then_events("article.claim_placed.v1")


@pytest.mark.parametrize(
    "selector",
    [
        {"exact": "nowhere"},
        {"exact": "police"},
        {"exact": "Тirana"},
        {"exact": "One person died", "prefix": "Then "},
        {"exact": "One person died", "start": 0},
        {"exact": "One person died", "start": 10_000},
    ],
    ids=["missing", "twice", "look-alike", "other context", "other place", "beyond the end"],
)
def test_words_that_do_not_stand_there_exactly_once_are_refused(story: Desk, selector: dict[str, Any]) -> None:
    story.when(place(**selector)).then_refused(InvalidInput, "/selector")


def test_a_refused_look_alike_is_named(story: Desk) -> None:
    refusal = story.when(place("Тirana")).then_refused(InvalidInput, "/selector")

    assert "CYRILLIC" in refusal.detail


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "the source is unknown": ((), draft(source_id=NO_SOURCE), InvalidInput, "/source_id"),
    "the claim is unknown": (
        (),
        Do("articles.claims", bodies.place(NO_CLAIM), ("@a1",)),
        InvalidInput,
        "/claim_id",
    ),
    "the article has no text": (
        (draft(text=None),),
        Do("articles.claims", bodies.place("@c1"), ("@new",)),
        RuleBroken,
        None,
    ),
    "there is no such placement": ((), remove(NO_PLACEMENT), NotFound, None),
    "the placement was removed already": ((place(), remove()), remove(), RuleBroken, None),
    "the article reads so already": ((), revise(TEXT), InvalidInput, "/text"),
    "it is published already": ((publish_article(),), publish_article(), RuleBroken, None),
    "a withdrawn article is not published": ((withdraw_article(),), publish_article(), RuleBroken, None),
    "an article of ours is not published without its text": (
        (draft(text=None),),
        Do("articles.publication", {}, ("@new",)),
        RuleBroken,
        None,
    ),
    "it is withdrawn already": ((withdraw_article(),), withdraw_article(), RuleBroken, None),
    "it is not withdrawn": ((), reinstate_article(), RuleBroken, None),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_change_of_an_article_is_refused_because(story: Desk, reason: str) -> None:
    before, command, error, pointer = REFUSALS[reason]

    story.given(*before).when(command).then_refused(error, pointer)


def test_another_s_article_is_published_without_its_text(story: Desk) -> None:
    story.given(draft(text=None, role="examined"))

    story.when(Do("articles.publication", {}, ("@new",))).then_events("article.published.v1")


def test_a_revision_finds_each_placed_claim_again_or_marks_it_orphaned_in_the_same_event(story: Desk) -> None:
    story.given(place("One person died", name="m1"), place("150 computers", claim="c2", name="m2"))
    story.given(place("raided the camp", name="m3"), remove("@m3"))

    (event,) = story.when(revise("Later: One person died, the group says.")).then_events("article.text_revised.v1")

    fates = {fate.placement_id: (fate.fate, fate.start) for fate in event.event.fates}  # type: ignore[attr-defined]
    assert fates == {story.id("m1"): ("exact", 7), story.id("m2"): ("orphaned", None)}
    first, second, removed = story.state("a1").placements
    assert (first.fate, first.start, first.context_changed) == ("exact", 7, True)
    assert (first.words.prefix, first.words.suffix) == ("Later: ", ", the group says.")
    assert (second.fate, second.start, second.anchor, second.words.exact) == ("orphaned", None, None, "150 computers")
    assert (removed.fate, removed.removed is not None) == (None, True)


def test_a_revision_far_away_changes_nothing_around_a_place(story: Desk) -> None:
    story.given(place("One person died"), revise(TEXT + " More is not known."))

    (placement,) = story.state("a1").placed
    assert (placement.fate, placement.context_changed) == ("exact", False)


def test_an_orphan_stays_one_until_it_is_placed_again(story: Desk) -> None:
    story.given(place(), revise("Nothing."), revise(TEXT))

    assert [placement.fate for placement in story.state("a1").placed] == ["orphaned"]
    story.when(place(name="m2")).then_events("article.claim_placed.v1")


def test_a_removed_placement_stays_visible_as_removed(story: Desk) -> None:
    story.given(place()).when(remove()).then_events("article.claim_removed.v1")

    (removed,) = story.state("a1").placements
    assert (removed.words.removal_reason, removed.words.exact) == ("Not there.", "One person died")
    assert story.state("a1").placed == ()


def test_an_article_is_published_withdrawn_and_reinstated(story: Desk) -> None:
    story.when(publish_article(url="https://example.org/raid", published_at="2023-06-21T09:00:00+02:00"))
    story.then_events("article.published.v1")
    published = story.state("a1")
    assert (published.offered, published.published_at) == (True, "2023-06-21T09:00:00+02:00")
    assert published.words.url == "https://example.org/raid"

    story.when(withdraw_article()).then_events("article.withdrawn.v1")
    withdrawn = story.state("a1")
    assert (withdrawn.offered, withdrawn.cause) == (False, "legal")
    assert withdrawn.words.withdrawal_reason == "A court said so."
    assert withdrawn.words.text == TEXT

    story.when(reinstate_article()).then_events("article.reinstated.v1")
    assert story.state("a1").offered
    assert story.state("a1").cause is None


def test_publication_without_an_address_keeps_the_one_that_was_drafted(story: Desk) -> None:
    story.given(draft(url="https://example.org/draft"), Do("articles.publication", {}, ("@new",)))

    assert story.state("new").words.url == "https://example.org/draft"


@given(
    st.lists(st.text("ab ", min_size=1, max_size=12), min_size=1, max_size=4), st.text("ab ", min_size=1, max_size=2)
)
def test_however_a_text_is_revised_a_place_holds_its_words_or_is_lost(texts: list[str], quote: str) -> None:
    with Desk() as desk:
        told(desk).given(Do("articles.create", bodies.article(text=f"x{quote}y"), name="a1"), place(quote))
        for text in texts:
            desk.when(revise(f"z{text}z"))
            article = desk.state("a1")
            (placement,) = article.placed
            if placement.start is None:
                assert placement.fate == "orphaned"
            else:
                assert article.words.text[placement.start : placement.end] == quote == placement.words.exact


def test_no_claim_is_placed_in_a_withdrawn_article(desk: Desk) -> None:
    desk.given(
        Do("claims.create", bodies.claim(), name="late"),
        Do("articles.create", bodies.article(), name="gone"),
        Do("articles.withdrawal", bodies.because(), ("@gone",)),
    )
    desk.when(Do("articles.claims", bodies.place("@late"), ("@gone",))).then_refused(RuleBroken)
