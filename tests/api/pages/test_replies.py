"""What readers and the desk see of replies, searches and numbers on a claim's page."""

from datetime import timedelta

from tests.api.pages.world import Readers
from tests.support.desk import Do
from tests.support.story import answer, ask, cite, consider, decline, look, not_sought, told

PUBLISH = Do("claims.publication", {}, ("@c1",))
NUMBER = {"value": "150", "bound": "stated", "unit": "computers"}


def page(readers: Readers, by: str | None = None) -> str:
    return readers.page(f"/claims/{readers.office.desk.id('c1')}", by=by).words


def test_the_page_tells_who_was_asked_how_and_what_they_said(readers: Readers) -> None:
    told(readers.office.desk).given(
        ask(requested_on="2026-11-22"),
        answer(),
        ask("mek", name="r2"),
        decline("r2", statement="We do not comment."),
        not_sought("outlet", name="r3"),
        PUBLISH,
    )

    words = page(readers)

    assert "The police Replied" in words
    assert "Asked through e-mail to the press office, 22 November 2026, until 30 November 2026, 10:00 UTC" in words
    assert "Nobody died." in words
    assert "The group Declined to comment" in words
    assert "We do not comment." in words
    assert "The paper Not asked for its reply" in words
    assert "Nobody can be reached there." in words


def test_a_pending_request_is_for_the_desk_and_so_is_a_silence_until_it_is_considered(readers: Readers) -> None:
    told(readers.office.desk).given(PUBLISH, ask())
    assert "Asked; it has time to reply still" in page(readers, "ed")
    assert "Did somebody die in the raid?" not in page(readers)

    readers.office.skip(timedelta(days=8))
    assert "Asked; no reply by the deadline" in page(readers, "ed")
    assert "no reply by the deadline" not in page(readers)

    readers.office.desk.given(consider())
    assert "Asked; no reply by the deadline" in page(readers)


def test_an_expired_search_says_that_it_should_be_made_again(readers: Readers) -> None:
    told(readers.office.desk).given(look(searched_on="2026-11-20", valid_until="2026-11-24"), PUBLISH)
    fresh = page(readers)
    assert "Looked for: a death on 20 June 2023 Where: the register of deaths Nothing was found." in fresh
    assert "expired" not in fresh

    readers.office.skip(timedelta(days=3))
    assert "This search has expired: it should be made again." in page(readers)


def test_the_numbers_of_citations_are_set_against_the_claims_own(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("claims.quantity", NUMBER, ("@c1",)),
        cite("s1", quantity={"value": "100", "bound": "at_least", "unit": "computers"}),
        cite("s2", quantity={"value": "200", "bound": "exactly", "unit": "computers"}),
        cite("s2", quantity={"value": "9", "bound": "exactly", "unit": "people"}),
        PUBLISH,
    )

    words = page(readers)

    assert "at least 100 computers; agrees with the claim’s number" in words
    assert "exactly 200 computers; conflicts with the claim’s number" in words
    assert "exactly 9 people; not compared with the claim’s number" in words
    assert "A dispute about the quantity may be worth opening" not in words
    assert "A dispute about the quantity may be worth opening" in page(readers, "ed")


def test_the_history_tells_of_requests_answers_and_searches(readers: Readers) -> None:
    told(readers.office.desk).given(ask(), answer(), consider(), look(valid_until="2027"), PUBLISH)

    words = readers.page(f"/claims/{readers.office.desk.id('c1')}/history", by="ed").words

    for said in (
        "A party was asked for its reply until 30 November 2026, 10:00 UTC",
        "A party replied",
        "The desk considered what a party answered",
        "A search found nothing, to be relied on until 2027",
    ):
        assert said in words
