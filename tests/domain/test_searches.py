"""Searches that found nothing: where, for what, until when they may be relied on, and what rests on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim.state.reply import end_of
from domain.edtf import parse
from domain.errors import InvalidInput, NotFound, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import approve, look, overlook, propose

NO_SEARCH = make_id("sch", bytes(16))


def test_a_search_that_found_nothing_is_recorded(story: Desk) -> None:
    story.when(look(searched_on="2026-11-20", valid_until="2027-06"))

    story.then_events("claim.search_recorded.v1")
    (search,) = story.state("c1").searches
    assert search.id == story.id("q1")
    assert (search.words.where, search.words.looked_for) == ("the register of deaths", "a death on 20 June 2023")
    assert search.expires == "2027-06-30T23:59:59.999999Z"


UNTIL: dict[str, tuple[str | None, str, str]] = {
    "the last day counts": ("2027-06-30", "2027-06-30T23:59:59.999999Z", "valid"),
    "the day after does not": ("2027-06-30", "2027-07-01T00:00:00.000000Z", "expired"),
    "a month holds to its last day": ("2028-02", "2028-02-29T23:00:00.000000Z", "valid"),
    "a season holds to the end of its year": ("2027-22", "2027-12-31T12:00:00.000000Z", "valid"),
    "without an end it never expires": (None, "9999-12-31T23:59:59.999999Z", "valid"),
}


@pytest.mark.parametrize("what", UNTIL)
def test_a_search_holds_until_the_end_of_its_last_day(story: Desk, what: str) -> None:
    valid_until, at, status = UNTIL[what]
    story.given(look(valid_until=valid_until))

    assert story.state("c1").searches[0].status(at) == status


@given(day=st.dates())
def test_a_day_ends_with_its_last_microsecond(day: object) -> None:
    end = end_of(str(day))

    assert end == f"{parse(str(day)).latest}T23:59:59.999999Z"


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_until": "2026/.."},
        {"valid_until": "2026-11-19", "searched_on": "2026-11-20"},
        {"valid_until": "2025", "searched_on": "2026"},
    ],
)
def test_a_search_ends_some_day_after_it_was_made(story: Desk, dates: bodies.Said) -> None:
    story.when(look(**dates)).then_refused(InvalidInput, "/valid_until")


def test_a_withdrawn_search_stays_as_withdrawn(story: Desk) -> None:
    story.given(look(valid_until="2026")).when(overlook()).then_events("claim.search_withdrawn.v1")

    (search,) = story.state("c1").searches
    assert search.status("2099") == "withdrawn"
    story.when(overlook()).then_refused(RuleBroken)
    story.when(Do("claims.searches.withdrawal", bodies.withdraw(), ("@c1", NO_SEARCH))).then_refused(NotFound)


def test_a_verdict_rests_on_searches_of_its_claim_that_stand(story: Desk) -> None:
    story.given(look(), look(name="q2"), overlook("q2"))

    for id in (NO_SEARCH, story.id("q2")):
        story.when(propose(rests_on={"search_ids": [id]})).then_refused(InvalidInput, "/rests_on/search_ids/0")
    story.when(propose(rests_on={"search_ids": ["@q1"]})).then_events("claim.verdict_proposed.v1")


def test_the_fall_of_a_search_marks_the_verdict_that_rests_on_it(story: Desk) -> None:
    story.given(look(), look(name="q2"), propose(rests_on={"search_ids": ["@q1"]}), approve())

    story.given(overlook("q2"))
    assert story.state("c1").needs_review == ()
    story.given(overlook("q1"))
    assert story.state("c1").needs_review == ("search_withdrawn",)


def test_expired_search_marks_verdict_for_review(story: Desk) -> None:
    story.given(
        look(valid_until="2026-12-31"),
        look("q2", valid_until="2026-12-01"),
        propose(rests_on={"search_ids": ["@q1"]}),
        approve(),
    )
    claim = story.state("c1")

    assert claim.review_reasons("2026-12-31T23:59:59.999999Z") == ()
    assert claim.review_reasons("2027-01-01T00:00:00.000000Z") == ("search_expired",)
    assert claim.needs_review == ()


def test_a_search_that_expires_behind_no_verdict_in_force_marks_nothing(story: Desk) -> None:
    story.given(look(valid_until="2026-12-01"), propose(rests_on={"search_ids": ["@q1"]}))

    assert story.state("c1").review_reasons("2099") == ()
