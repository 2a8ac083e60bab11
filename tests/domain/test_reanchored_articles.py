"""Revisions of articles on the record: what became of each place, and what editors say about it afterwards."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.article.events import PlacementFate
from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import confirm, place, place_again, revise, told

TEXT = bodies.TEXT
NO_PLACEMENT = make_id("pch", bytes(16))


@pytest.fixture
def story() -> Iterator[Desk]:
    with Desk() as desk:
        yield told(desk)


def fates(desk: Desk) -> list[PlacementFate]:
    (event,) = desk.then_events("article.text_revised.v1")
    return list(event.event.fates)  # type: ignore[attr-defined]


def only(desk: Desk) -> Any:
    (placement,) = desk.state("a1").placements
    return placement


def test_a_revision_records_what_was_found_by_likeness_and_how_much_alike_it_is(story: Desk) -> None:
    story.given(place("One person died, the group says"))

    story.when(revise(TEXT.replace("One person died", "One persons died")))

    (fate,) = fates(story)
    placement = only(story)
    assert (fate.fate, fate.score) == ("fuzzy", placement.score)
    assert Decimal("0.85") <= Decimal(fate.score or "") < 1
    assert len(fate.score or "") == len("0.00")
    assert placement.words.exact == "One persons died, the group says"
    assert placement.doubtful


def test_a_revision_records_why_a_place_was_lost_and_among_how_many_nobody_could_choose(story: Desk) -> None:
    story.given(place("One person died", name="m1"), place("150 computers", name="m2"))

    story.when(revise("One person died. Everybody knows it. One person died."))

    assert [(f.fate, f.start, f.orphaned_because, f.candidates) for f in fates(story)] == [
        ("orphaned", None, "ambiguous", 2),
        ("orphaned", None, "gone", None),
    ]
    assert [p.orphaned_because for p in story.state("a1").placements] == ["ambiguous", "gone"]


def test_why_a_place_was_lost_is_still_known_after_the_next_revision(story: Desk) -> None:
    story.given(place(), revise("One person died. Everybody knows it. One person died."))
    lost = only(story)

    story.given(revise("Another text."))

    assert only(story) == lost


def test_a_place_found_by_likeness_does_not_become_exact_by_being_found_again(story: Desk) -> None:
    once = TEXT.replace("One person died", "One persons died")
    story.given(place("One person died, the group says"), revise(once))
    score = only(story).score

    story.when(revise(f"{once} More is not known."))

    assert [fate.fate for fate in fates(story)] == ["exact"]
    assert (only(story).fate, only(story).score, only(story).doubtful) == ("fuzzy", score, True)


def test_a_place_in_other_surroundings_stays_in_doubt_until_somebody_looked(story: Desk) -> None:
    moved = TEXT.replace("camp. One", "camp. Yesterday one man said that. One")
    story.given(place(), revise(moved), revise(f"{moved} More is not known."))
    assert only(story).context_changed
    assert only(story).doubtful

    story.when(confirm(reason="It says the same.")).then_events("article.placement_confirmed.v1")

    assert not only(story).doubtful
    assert only(story).words.confirmation_reason == "It says the same."


def test_after_it_was_confirmed_only_what_happens_to_a_place_later_counts(story: Desk) -> None:
    once = TEXT.replace("One person died", "One persons died")
    story.given(place("One person died, the group says"), revise(once), confirm())
    assert (only(story).fate, only(story).doubtful) == ("fuzzy", False)

    story.given(revise(f"{once} More is not known."))

    assert (only(story).fate, only(story).score, only(story).doubtful) == ("exact", None, False)


def test_a_lost_claim_is_placed_again_under_the_same_id(story: Desk) -> None:
    story.given(place(), revise("Nobody lived, says the group."))
    lost = only(story)

    story.when(place_again("Nobody lived")).then_events("article.claim_placed_again.v1")

    there = only(story)
    assert (there.id, there.claim_id, there.placed) == (lost.id, lost.claim_id, lost.placed)
    assert (there.start, there.end, there.words.exact, there.words.suffix) == (
        0,
        12,
        "Nobody lived",
        ", says the group.",
    )
    assert (there.fate, there.orphaned_because, there.doubtful) == (None, None, False)
    assert there.words.new_place_reason == "It moved."


def test_a_place_in_doubt_may_be_placed_where_it_is(story: Desk) -> None:
    once = TEXT.replace("One person died", "One persons died")
    story.given(place("One person died, the group says"), revise(once))

    story.when(place_again("One persons died, the group says")).then_events("article.claim_placed_again.v1")

    assert only(story).fate is None


MOVED = revise(TEXT.replace("camp. One", "camp. Yesterday a man said that. One"))
REMOVE = Do("articles.placements.removal", bodies.because(), ("@a1", "@m1"))
REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "nothing happened to the place": ((), confirm(), RuleBroken, None),
    "the edit was far away": ((revise(f"{TEXT} That is all."),), confirm(), RuleBroken, None),
    "it was confirmed already": ((MOVED, confirm()), confirm(), RuleBroken, None),
    "the place was lost": ((revise("Nothing."),), confirm(), RuleBroken, None),
    "the placement was removed": ((MOVED, REMOVE), confirm(), RuleBroken, None),
    "there is no such placement": (
        (),
        Do("articles.placements.confirmation", {}, ("@a1", NO_PLACEMENT)),
        NotFound,
        None,
    ),
    "the words are not there": ((), place_again("Nobody lived"), InvalidInput, "/selector"),
    "the words are there twice": ((), place_again("police"), InvalidInput, "/selector"),
    "the words stand elsewhere": ((), place_again("150 computers", start=3), InvalidInput, "/selector"),
    "the claim stands there already": ((), place_again("One person died"), InvalidInput, "/selector"),
    "the placement to place was removed": ((REMOVE,), place_again("150 computers"), RuleBroken, None),
    "the article is withdrawn": (
        (Do("articles.withdrawal", bodies.because(), ("@a1",)),),
        place_again("150 computers"),
        RuleBroken,
        None,
    ),
    "no such placement can be placed": (
        (),
        Do(
            "articles.placements.selector",
            {"selector": {"exact": "150 computers"}, **bodies.because()},
            ("@a1", NO_PLACEMENT),
        ),
        NotFound,
        None,
    ),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_it_is_refused_because(story: Desk, reason: str) -> None:
    before, command, error, pointer = REFUSALS[reason]
    story.given(place(), *before)
    length = story.length

    story.when(command).then_refused(error, pointer)

    assert story.length == length


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from([*TEXT.split(), "new", "words"]), max_size=20).map(" ".join), max_size=4))
def test_however_a_text_is_revised_the_state_follows_from_the_events(texts: list[str]) -> None:
    with Desk() as desk:
        told(desk).given(place("One person died, the group says", name="m1"), place("150 computers", name="m2"))
        for text in dict.fromkeys(f"{text}." for text in texts):
            desk.given(revise(text))
            for placement in desk.state("a1").placements:
                if placement.start is not None:
                    assert text[placement.start : placement.end] == placement.words.exact
        streams = desk.newsroom.streams
        assert streams.at(desk.id("a1"), desk.length) == desk.state("a1")
