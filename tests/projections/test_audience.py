"""What the lists say to the public of an open claim is what can be said from its open events alone."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audience import open_positions, public_claim
from domain.claim import Claim
from projections import claim_lists, openness
from projections.openness import rests_on
from projections.views import Reading
from tests.projections.watching import Watched
from tests.support.desk import Desk
from tests.support.ledgers import random_desk


def public(desk: Desk, id: str, opened_at: int) -> Claim:
    history = desk.newsroom.streams.history(id)
    return public_claim(desk.newsroom.streams.load(id).state, open_positions(history, opened_at))


def check_claim(desk: Desk, reading: Reading, row: claim_lists.ClaimRow) -> None:
    assert row.opened_at is not None
    claim = public(desk, row.id, row.opened_at)
    verdict = claim.verdict
    assert row.rating == (verdict.rating if verdict is not None else None)
    assert row.contested == claim.contested
    assert row.withdrawn == claim.cause
    assert row.needs_review == claim.needs_review
    assert set(openness.opened(reading, rests_on(claim))) == set(rests_on(claim))


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 200))
def test_the_public_list_rests_on_open_events_alone(seed: int, commands: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", batch=11)
        watched.runner.catch_up()
        with watched.views.reading() as reading:
            listed = claim_lists.claims(reading, "public", limit=10_000).items
            for row in listed:
                check_claim(desk, reading, row)
            everything = claim_lists.claims(reading, "desk", limit=10_000).items
            assert [r.id for r in listed] == [r.id for r in everything if r.opened_at is not None]
        watched.close()
