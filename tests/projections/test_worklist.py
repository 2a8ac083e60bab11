"""The worklist: what waits, since when, and who proposed it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import Stamp
from domain.streams import FOLDS
from projections.articles import Articles
from projections.claims import Claims
from projections.due import Due
from projections.evidence import Evidence
from projections.projection import Projection
from projections.worklist import BEGINNING, Place, Worklist, WorkRow, count_waiting, waiting, worklist
from tests.projections.folded import past_of
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk
from tests.support.story import agree, approve, dispute, place, propose, reject, reopen, settle, uncite, withdraw

REWORD = Do("claims.rewording", bodies.rewording("Somebody died in the raid."), ("@c1",))
DESCRIBE = Do("claims.description", {"topics": ["raid"], **bodies.because()}, ("@c1",))
REAFFIRM = Do("claims.verdicts.reaffirmation", bodies.because(), ("@c1", "@v1"), "ed2")
REINSTATE = Do("claims.reinstatement", bodies.because(), ("@c1",))
PROPOSE_WITHDRAWAL = Do("claims.verdicts.withdrawal", bodies.withdraw(), ("@c1", "@v1"), "ed2")


def read_all(watched: Watched, kind: str | None = None) -> tuple[WorkRow, ...]:
    return watched.read(lambda reading: worklist(reading, limit=10_000, kind=kind))


def kinds(watched: Watched) -> list[str]:
    return [row.kind for row in read_all(watched)]


def text(to: str) -> Do:
    return Do("articles.revisions", {"text": to, **bodies.because()}, ("@a1",))


def expected(desk: Desk) -> Iterator[tuple[int, str, str, str]]:
    """Since when, of which part, how and in which record something waits, by the whole history of each record."""
    streams = desk.newsroom.streams
    for stream in {event.stream for event in streams.events() if event.stream[:3] in ("clm", "art")}:
        state = None
        begun: dict[tuple[str, str, Stamp | None], int] = {}
        for event in streams.history(stream):
            state = FOLDS[stream[:3]].step(state, event)
            works = {(work.kind, work.part, work.proposed): event.position for work in waiting(state)}
            begun = {key: begun.get(key, position) for key, position in works.items()}
        yield from ((since, part, kind, stream) for (kind, part, _), since in begun.items())
    yield from ((since, verdict, "review", claim) for claim, (verdict, since) in past_of(desk).since.items())


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150), limit=st.integers(1, 9))
def test_the_list_holds_exactly_what_waits_the_oldest_first(seed: int, commands: int, limit: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        kept: list[Projection] = [Claims(), Articles(), Due(), Evidence(), Worklist()]
        watched = Watched(desk, Path(folder) / "views.db", kept, batch=17)

        rows = read_all(watched)

        assert [(row.since, row.part, row.kind, row.record) for row in rows] == sorted(expected(desk))
        events = list(desk.newsroom.streams.events())
        for row in rows:
            begun = events[row.since - 1]
            assert row.since_at == begun.recorded_at
            assert row.proposer in (None, begun.actor)
        paged: list[WorkRow] = []
        place_ = BEGINNING
        while page := watched.read(lambda reading, at=place_: worklist(reading, at, limit)):  # type: ignore[misc]
            paged += page
            place_ = Place(page[-1].since, page[-1].part)
        assert tuple(paged) == rows
        assert watched.read(count_waiting) == len(rows)
        watched.close()


def test_nothing_waits_where_nothing_was_proposed(watched: Watched) -> None:
    watched.desk.given(dispute(), place())

    assert read_all(watched) == ()


def test_a_proposed_verdict_waits_until_it_is_decided(watched: Watched) -> None:
    watched.desk.given(propose("true", "x1", by="ed2"))

    (row,) = read_all(watched)

    assert (row.kind, row.record, row.part) == ("verdict", watched.desk.id("c1"), watched.desk.id("v1"))
    assert (row.since, row.proposer, row.rating) == (watched.desk.length, watched.desk.id("ed2"), "true")
    assert row.title == "A member died in the raid of 20 June 2023."
    watched.desk.given(reject())
    assert read_all(watched) == ()


def test_an_act_on_a_verdict_waits_until_it_is_approved(watched: Watched) -> None:
    watched.desk.given(propose(), approve(), PROPOSE_WITHDRAWAL)

    (row,) = read_all(watched)

    assert (row.kind, row.proposer, row.cause) == ("withdrawal", watched.desk.id("ed2"), "recorded_in_error")
    watched.desk.given(approve())
    assert read_all(watched) == ()


def test_a_verdict_needs_review_since_the_first_thing_that_moved_under_it(watched: Watched) -> None:
    watched.desk.given(propose("true", "x1"), approve(), REWORD)
    first = watched.desk.length
    watched.desk.given(DESCRIBE, uncite("x1"))

    (row,) = read_all(watched)

    assert (row.kind, row.since, row.proposer) == ("review", first, None)
    assert row.reasons == ("reworded", "described", "citation_withdrawn", "origins_changed")


def test_a_reaffirmation_waits_beside_the_review_that_it_answers(watched: Watched) -> None:
    watched.desk.given(propose(), approve(), REWORD, REAFFIRM)
    assert kinds(watched) == ["review", "reaffirmation"]

    watched.desk.given(approve())

    assert read_all(watched) == ()


def test_a_withdrawn_claim_needs_no_review_until_it_counts_again(watched: Watched) -> None:
    watched.desk.given(propose(), approve(), REWORD, withdraw())
    assert read_all(watched) == ()

    watched.desk.given(REINSTATE)

    (row,) = read_all(watched)
    assert (row.kind, row.since) == ("review", watched.desk.length)


def test_a_settlement_waits_and_a_later_one_takes_its_place(watched: Watched) -> None:
    watched.desk.given(dispute(), settle("denied"), settle("affirmed", by="ed2"))

    (row,) = read_all(watched)

    assert (row.kind, row.part, row.outcome) == ("settlement", watched.desk.id("d1"), "affirmed")
    assert (row.since, row.proposer) == (watched.desk.length, watched.desk.id("ed2"))
    watched.desk.given(agree())
    assert read_all(watched) == ()
    watched.desk.given(reopen())
    assert read_all(watched) == ()


def test_a_placement_waits_when_its_words_are_lost_or_those_around_them_change(watched: Watched) -> None:
    watched.desk.given(place(name="m1"), text("Yesterday, or so. One person died, they say, whoever they are."))
    (row,) = read_all(watched)
    assert (row.kind, row.part, row.claim_id) == ("context_changed", watched.desk.id("m1"), watched.desk.id("c1"))

    watched.desk.given(text("Nothing of this is known."))
    lost = watched.desk.length
    watched.desk.given(text("Nothing of this is known any more."))

    (row,) = read_all(watched)
    assert (row.kind, row.since, row.record) == ("orphaned", lost, watched.desk.id("a1"))
    watched.desk.given(Do("articles.placements.removal", bodies.because(), ("@a1", "@m1")))
    assert read_all(watched) == ()


@pytest.mark.parametrize("batch", [1, 1_000])
def test_what_ends_and_begins_again_waits_since_it_began_again(watched: Watched, batch: int, tmp_path: Path) -> None:
    watched.desk.given(propose(), approve(), REWORD, REAFFIRM, approve(), DESCRIBE)
    other = Watched(watched.desk, tmp_path / "other.db", batch=batch)

    (row,) = read_all(other)

    assert (row.kind, row.since, row.reasons) == ("review", watched.desk.length, ("described",))
    other.close()


def test_one_kind_is_read_and_counted_alone(watched: Watched) -> None:
    watched.desk.given(propose(), dispute(), settle())

    assert [row.kind for row in read_all(watched, "settlement")] == ["settlement"]
    assert watched.read(lambda reading: count_waiting(reading, "verdict")) == 1
