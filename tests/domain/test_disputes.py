"""Disputes are opened, joined, narrowed, settled by two people and reopened; a claim is contested meanwhile."""

import pytest

from domain.claim.state import Dispute
from domain.errors import InvalidInput, NotFound, Refused, RuleBroken, SecondPersonNeeded
from domain.values import make_id
from tests.support import bodies
from tests.support.bodies import position
from tests.support.desk import Desk, Do
from tests.support.story import (
    adopt,
    agree,
    dispute,
    give_up,
    narrow,
    new_policy,
    reopen,
    retract,
    settle,
    take,
    told,
    uncite,
    withdraw,
)

NO_PARTY, NO_CITATION, NO_DISPUTE, NO_POSITION = (make_id(kind, bytes(16)) for kind in ("pty", "cit", "dsp", "pos"))


def test_a_dispute_names_the_points_the_question_and_who_says_what(story: Desk) -> None:
    denial = position("@police", citation_ids=["@x2"], accepts="There was a raid.", stated_on="2023-06-21")
    story.when(dispute(denial, position("@outlet", "differs"), scopes=["occurrence", "cause"]))

    story.then_events("claim.dispute_opened.v1", "claim.position_stated.v1", "claim.position_stated.v1")
    (opened,) = story.state("c1").disputes
    assert opened.id == story.id("d1")
    assert opened.scopes == ("occurrence", "cause")
    assert [p.id for p in opened.positions] == [story.id("d1.1"), story.id("d1.2")]
    assert opened.positions[0].citation_ids == (story.id("x2"),)
    assert opened.positions[0].words.accepts == "There was a raid."
    assert opened.open


OPENINGS = {
    "each point is named once": (dispute(scopes=["date", "date"]), "/scopes"),
    "the party is known": (dispute(position("@police"), position(NO_PARTY)), "/positions/1/party_id"),
    "the citation is one of the claim's": (
        dispute(position("@police", citation_ids=["@x2", NO_CITATION])),
        "/positions/0/citation_ids/1",
    ),
}


@pytest.mark.parametrize("rule", OPENINGS)
def test_a_dispute_is_refused_because(story: Desk, rule: str) -> None:
    command, pointer = OPENINGS[rule]

    story.when(command).then_refused(InvalidInput, pointer)


def test_a_position_rests_on_standing_citations_only(story: Desk) -> None:
    story.given(uncite("x2"))
    story.when(dispute(position("@police", citation_ids=["@x2"]))).then_refused(
        InvalidInput, "/positions/0/citation_ids/0"
    )

    story.given(dispute(), retract("s1"))
    story.when(take(position("@mek", "affirms", citation_ids=["@x1"]))).then_refused(InvalidInput, "/citation_ids/0")


def test_a_withdrawn_position_stays_visible_as_withdrawn(story: Desk) -> None:
    story.given(dispute()).when(give_up()).then_events("claim.position_withdrawn.v1")

    (given_up,) = story.state("c1").disputes[0].positions
    assert given_up.withdrawn is not None
    assert (given_up.cause, given_up.words.withdrawal_reason) == ("recorded_in_error", "It was not so.")
    assert given_up.words.statement == "Nobody died in the raid."


def test_a_dispute_is_narrowed_to_some_of_its_points(story: Desk) -> None:
    story.given(dispute(scopes=["occurrence", "cause", "date"]))

    story.when(narrow("date", "date")).then_refused(InvalidInput, "/scopes")
    story.when(narrow("place")).then_refused(InvalidInput, "/scopes")
    story.when(narrow("occurrence", "cause", "date")).then_refused(InvalidInput, "/scopes")
    story.when(narrow("cause")).then_events("claim.dispute_narrowed.v1")
    assert story.state("c1").disputes[0].scopes == ("cause",)


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "the claim is withdrawn": ((withdraw(),), dispute(), RuleBroken, None),
    "there is no such dispute": (
        (),
        Do("claims.disputes.positions", position("@police"), ("@c1", NO_DISPUTE)),
        NotFound,
        None,
    ),
    "the dispute belongs to another claim": (
        (dispute(),),
        Do("claims.disputes.positions", position("@police"), ("@c2", "@d1")),
        NotFound,
        None,
    ),
    "the party is unknown": ((dispute(),), take(position(NO_PARTY)), InvalidInput, "/party_id"),
    "positions come while the dispute is open": (
        (dispute(), settle(), agree()),
        take(position("@outlet")),
        RuleBroken,
        None,
    ),
    "there is no such position": (
        (dispute(),),
        Do("claims.disputes.positions.withdrawal", bodies.withdraw(), ("@c1", "@d1", NO_POSITION)),
        NotFound,
        None,
    ),
    "the position is withdrawn already": ((dispute(), give_up()), give_up(), RuleBroken, None),
    "positions are given up while the dispute is open": (
        (dispute(), settle(), agree()),
        give_up(),
        RuleBroken,
        None,
    ),
    "a settled dispute is not narrowed": (
        (dispute(scopes=["cause", "date"]), settle(), agree()),
        narrow("date"),
        RuleBroken,
        None,
    ),
    "a settlement rests on citations of the claim": (
        (dispute(),),
        settle(citation_ids=[NO_CITATION]),
        InvalidInput,
        "/citation_ids/0",
    ),
    "a settled dispute is not settled": ((dispute(), settle(), agree()), settle(), RuleBroken, None),
    "no settlement waits": ((dispute(),), agree(), RuleBroken, None),
    "the settlement was approved already": ((dispute(), settle(), agree()), agree(), RuleBroken, None),
    "after reopening the old settlement waits no more": (
        (dispute(), settle(), agree(), reopen()),
        agree(),
        RuleBroken,
        None,
    ),
    "the citation it rests on fell meanwhile": (
        (dispute(), settle(citation_ids=["@x1"]), uncite()),
        agree(),
        RuleBroken,
        None,
    ),
    "the source it rests on was retracted meanwhile": (
        (dispute(), settle(citation_ids=["@x1"]), retract()),
        agree(),
        RuleBroken,
        None,
    ),
    "the dispute is open": ((dispute(),), reopen(), RuleBroken, None),
    "a withdrawn claim has no dispute to reopen": (
        (dispute(), settle(), agree(), withdraw()),
        reopen(),
        RuleBroken,
        None,
    ),
    "there is no such dispute to reopen": (
        (),
        Do("claims.disputes.reopening", bodies.because(), ("@c1", NO_DISPUTE)),
        NotFound,
        None,
    ),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_change_of_a_dispute_is_refused_because(story: Desk, reason: str) -> None:
    given, command, error, pointer = REFUSALS[reason]

    story.given(*given).when(command).then_refused(error, pointer)


def test_a_settlement_holds_when_a_second_person_agrees(story: Desk) -> None:
    story.given(dispute()).when(settle(by="ap")).then_events("claim.settlement_proposed.v1")
    assert story.state("c1").disputes[0].open
    assert story.state("c1").disputes[0].settlement is None

    story.when(agree(by="ap")).then_refused(SecondPersonNeeded)
    (event,) = story.when(agree(by="ap2")).then_events("claim.dispute_settled.v1")

    settled = story.state("c1").disputes[0]
    assert not settled.open
    assert settled.settlement.id == story.id("t1")
    assert settled.settlement.agreed.position == event.position
    assert not settled.settlement.own_proposal


def test_without_four_eyes_the_history_says_that_it_was_an_own_proposal() -> None:
    with Desk(four_eyes=False) as desk:
        told(desk).given(dispute(), settle(by="ap"))
        desk.when(agree(by="ap")).then_events("claim.dispute_settled.v1")

        assert desk.state("c1").disputes[0].settlement.own_proposal
        assert desk.history("c1")[-1].event.own_proposal  # type: ignore[attr-defined]


def test_the_policy_in_force_at_the_approval_asks_for_the_second_person(story: Desk) -> None:
    story.given(dispute(), settle(by="ap"), new_policy(four_eyes=False), adopt())

    story.when(agree(by="ap")).then_events("claim.dispute_settled.v1")


def test_a_later_proposal_takes_the_place_of_one_that_waits(story: Desk) -> None:
    story.given(dispute(), settle("affirmed"), settle("denied")).when(agree()).then_events("claim.dispute_settled.v1")

    outcomes = [(s.outcome, s.agreed is not None) for s in story.state("c1").disputes[0].settlements]
    assert outcomes == [("affirmed", False), ("denied", True)]


def test_a_dispute_with_a_settlement_that_was_superseded_shows_the_last_one(story: Desk) -> None:
    story.given(dispute(), settle("denied"), agree(), reopen(), settle("agreed"), agree())

    settled: Dispute = story.state("c1").disputes[0]
    assert settled.settlement is not None
    assert settled.settlement.outcome == "agreed"
    assert [s.outcome for s in settled.settlements] == ["denied", "agreed"]
