"""What the clock alone will change, and what it put on the worklist."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.claim import Claim
from projections.claim_lists import ClaimFilter, claims
from projections.due import turns
from projections.worklist import BEGINNING, Place, WorkRow, count_waiting, worklist
from tests.projections.watching import Watched
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk
from tests.support.story import (
    answer,
    approve,
    ask,
    consider,
    decline,
    look,
    overlook,
    propose,
    reinstate,
    unask,
    withdraw,
)

BEFORE, DEADLINE, AFTER = (f"2026-11-30T{time}Z" for time in ("09:59:59.999999", "10:00:00.000000", "10:00:00.000001"))
NEW_YEAR = "2027-01-01T00:00:00.000000Z"
RESTING = (look(valid_until="2026-12-31"), propose(rests_on={"search_ids": ["@q1"]}), approve())


def waiting(watched: Watched, at: str) -> list[tuple[str, str]]:
    rows = watched.read(lambda reading: worklist(reading, limit=100, at=at))
    assert watched.read(lambda reading: count_waiting(reading, at=at)) == len(rows)
    return [(row.kind, row.part) for row in rows]


def test_a_request_is_overdue_after_its_deadline_and_not_at_it(desk: Desk, watched: Watched) -> None:
    desk.given(ask())

    assert waiting(watched, BEFORE) == waiting(watched, DEADLINE) == []
    assert waiting(watched, AFTER) == [("reply_overdue", desk.id("r1"))]
    (row,) = watched.read(lambda reading: worklist(reading, at=AFTER))
    assert (row.record, row.party_id, row.due_at) == (desk.id("c1"), desk.id("police"), DEADLINE)


def test_who_was_heard_or_need_not_be_is_not_overdue(desk: Desk, watched: Watched) -> None:
    desk.given(ask(), ask("mek", name="r2"), ask("outlet", name="r3"), answer(), decline("r2"), unask("r3"))

    assert waiting(watched, "2099") == []


def test_a_silence_that_was_considered_and_a_withdrawn_claim_wait_for_nobody(desk: Desk, watched: Watched) -> None:
    desk.given(ask(), withdraw())
    assert waiting(watched, AFTER) == []

    desk.given(reinstate())
    desk.now.skip(timedelta(days=8))
    assert waiting(watched, AFTER) == [("reply_overdue", desk.id("r1"))]

    desk.given(consider())
    assert waiting(watched, AFTER) == []


def test_an_expired_search_behind_the_verdict_in_force_waits_and_marks_the_claim(desk: Desk, watched: Watched) -> None:
    desk.given(*RESTING)
    review = ClaimFilter(needs_review=True)
    none = ClaimFilter(needs_review=False)

    assert waiting(watched, "2026-12-31T23:59:59.999999Z") == []
    assert waiting(watched, NEW_YEAR) == [("search_expired", desk.id("q1"))]
    (row,) = watched.read(lambda reading: claims(reading, "desk", review, at=NEW_YEAR)).items
    assert (row.id, row.needs_review) == (desk.id("c1"), ("search_expired",))
    assert desk.id("c1") not in [r.id for r in watched.read(lambda x: claims(x, "desk", none, at=NEW_YEAR)).items]
    assert watched.read(lambda reading: claims(reading, "desk", review, at=DEADLINE)).items == ()
    assert watched.read(lambda reading: claims(reading, "public", review, at=NEW_YEAR)).items == ()


def test_stored_marks_and_those_of_the_clock_stand_side_by_side(desk: Desk, watched: Watched) -> None:
    desk.given(*RESTING, ask(), answer())

    (row,) = watched.read(lambda reading: claims(reading, "desk", ClaimFilter(needs_review=True), at=NEW_YEAR)).items

    assert row.needs_review == ("reply_received", "search_expired")


def test_a_search_behind_no_verdict_in_force_or_withdrawn_does_not_wait(desk: Desk, watched: Watched) -> None:
    desk.given(look("q2", valid_until="2026-12-01"), *RESTING)
    desk.given(overlook())

    assert [kind for kind, _ in waiting(watched, NEW_YEAR)] == ["review"]


def test_late_answer_is_on_the_worklist(desk: Desk, watched: Watched) -> None:
    desk.given(ask(), ask("mek", name="r2"))
    desk.given(answer(reply="r2"))
    desk.now.skip(timedelta(days=8))
    desk.given(answer())

    assert waiting(watched, "") == [("late_answer", desk.id("r1"))]
    desk.given(consider())
    assert waiting(watched, "") == []


def test_a_later_verdict_that_rests_on_a_late_answer_takes_it_off_once_it_is_approved(
    desk: Desk, watched: Watched
) -> None:
    desk.given(ask())
    desk.now.skip(timedelta(days=8))
    desk.given(answer(), propose(rests_on={"reply_ids": ["@r1"]}))
    assert sorted(kind for kind, _ in waiting(watched, "")) == ["late_answer", "verdict"]

    desk.given(approve())
    assert waiting(watched, "") == []


def test_turns_are_the_last_thing_that_fell_due_and_the_next_that_will(desk: Desk, watched: Watched) -> None:
    assert watched.read(lambda reading: turns(reading, AFTER)) == (None, None)
    desk.given(ask(), look(valid_until="2026-12-31"))

    assert watched.read(lambda reading: turns(reading, DEADLINE)) == (None, DEADLINE)
    assert watched.read(lambda reading: turns(reading, AFTER)) == (DEADLINE, "2026-12-31T23:59:59.999999Z")
    assert watched.read(lambda reading: turns(reading, NEW_YEAR)) == ("2026-12-31T23:59:59.999999Z", None)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), limit=st.integers(1, 7), at=st.sampled_from((AFTER, NEW_YEAR, "2099", DEADLINE)))
def test_the_list_has_what_the_states_say_is_due_whatever_the_size_of_its_pages(seed: int, limit: int, at: str) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, 120) as desk:
        watched = Watched(desk, Path(folder) / "views.db", batch=17)

        expected = {part for claim in _claims(desk) for part in _due(claim, at)}
        rows = watched.read(lambda reading: worklist(reading, limit=10_000, at=at))
        paged: list[WorkRow] = []
        place = BEGINNING
        while page := watched.read(lambda reading, since=place: worklist(reading, since, limit, at=at)):  # type: ignore[misc]
            paged += page
            place = Place(page[-1].since, page[-1].part)
        watched.close()

    assert {row.part for row in rows if row.due_at is not None} == expected
    assert paged == list(rows)


def _claims(desk: Desk) -> list[Claim]:
    streams = desk.newsroom.streams
    ids = dict.fromkeys(e.stream for e in streams.events() if e.stream.startswith("clm"))
    return [streams.load(id).state for id in ids]


def _due(claim: Claim, at: str) -> list[str]:
    if claim.withdrawn is not None:
        return []
    silent = [r.id for r in claim.replies if r.status(at) == "silent" and r.considered is None]
    behind = () if claim.verdict is None else claim.verdict.rests_on.search_ids
    return silent + [s.id for s in claim.searches if s.status(at) == "expired" and s.id in behind]


def test_the_random_ledgers_hold_what_is_looked_for() -> None:
    with random_desk(7, 400) as desk:
        held = [claim for claim in _claims(desk) if claim.replies or claim.searches]
        assert any(_due(claim, "2099") for claim in held)


def test_of_requests_to_the_same_party_each_falls_due_by_itself(desk: Desk, watched: Watched) -> None:
    desk.given(ask())
    desk.now.skip(timedelta(days=8))
    desk.given(ask(name="r2", deadline="2026-12-20T10:00:00Z"))
    desk.given(Do("claims.replies.answer", {"text": "No."}, ("@c1", "@r2")))

    assert waiting(watched, "2099") == [("reply_overdue", desk.id("r1"))]
