"""The contested register: who is in it, since when, and what it says."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from projections import contested
from projections.contested import ContestedRow
from projections.projection import Audience
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.ledgers import random_desk
from tests.support.story import agree, dispute, give_up, reopen, settle, take, withdraw

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))


def register(watched: Watched, audience: Audience = "desk") -> tuple[ContestedRow, ...]:
    return watched.read(lambda reading: contested.contested(reading, audience)).items


def test_an_uncontested_ledger_has_an_empty_register(watched: Watched) -> None:
    watched.desk.given(dispute(bodies.position("@police", "affirms")))

    assert register(watched) == ()


def test_a_contested_claim_is_entered_with_both_dates_and_sides(watched: Watched) -> None:
    watched.desk.given(
        dispute(
            bodies.position("@police", stated_on="2023-06-21"),
            bodies.position("@outlet", "differs", stated_on="2023-06"),
            bodies.position("@mek", "affirms", stated_on="2013"),
        )
    )
    first_denial = watched.desk.length - 2

    (row,) = register(watched)

    (d,) = row.disputes
    assert row.since == first_denial
    assert row.stated_since == "2023-06"
    assert (d.id, d.scopes, d.open, d.question) == (
        watched.desk.id("d1"),
        ("occurrence",),
        True,
        "Did somebody die in the raid?",
    )
    assert [(side.party_id, side.stance) for side in d.sides] == [
        (watched.desk.id("police"), "denies"),
        (watched.desk.id("outlet"), "differs"),
        (watched.desk.id("mek"), "affirms"),
    ]


def test_since_stays_while_it_lasts_and_begins_anew_after_a_break(watched: Watched) -> None:
    watched.desk.given(dispute())
    (first,) = register(watched)
    watched.desk.given(take(bodies.position("@outlet")), give_up("d1.1"))
    (second,) = register(watched)
    watched.desk.given(give_up("p1"))
    assert register(watched) == ()

    watched.desk.given(take(bodies.position("@outlet"), name="p2"))

    (third,) = register(watched)
    assert second.since == first.since
    assert third.since == watched.desk.length


def test_a_settled_dispute_leaves_the_register_and_an_unresolvable_one_stays(watched: Watched) -> None:
    watched.desk.given(dispute(), settle("denied"), agree())
    assert register(watched) == ()

    watched.desk.given(reopen(), settle("unresolvable"), agree())

    (row,) = register(watched)
    assert [d.open for d in row.disputes] == [False]


def test_each_audience_has_its_register(watched: Watched) -> None:
    watched.desk.given(dispute())
    assert register(watched, "public") == ()

    watched.desk.given(PUBLISH_CLAIM)
    assert register(watched, "public") == register(watched)

    watched.desk.given(withdraw())
    (public,) = register(watched, "public")
    assert (public.withdrawn, public.statement, public.disputes[0].question) == ("recorded_in_error", None, None)
    assert register(watched)[0].statement is not None


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150))
def test_the_register_holds_exactly_the_contested_claims(seed: int, commands: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", batch=13)
        streams = desk.newsroom.streams
        claims = {e.stream for e in streams.events() if e.stream.startswith("clm")}

        entered = register(watched)

        assert {row.claim_id for row in entered} == {id for id in claims if streams.load(id).state.contested}
        for row in entered:
            assert streams.at(row.claim_id, row.since) is not None
            since = next(e for e in streams.history(row.claim_id) if e.position == row.since)
            assert since.recorded_at == row.since_at
        watched.close()
