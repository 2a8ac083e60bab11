"""A claim is contested exactly while parties oppose each other in a dispute that is open or cannot be resolved."""

from itertools import product

import pytest

from domain.claim import Claim
from tests.support import bodies
from tests.support.bodies import position
from tests.support.desk import Desk, Do
from tests.support.story import agree, cite, dispute, give_up, narrow, reopen, settle


def contested(desk: Desk) -> bool:
    claim: Claim = desk.state("c1")
    return claim.contested


def test_a_claim_is_contested_while_another_party_denies_it(story: Desk) -> None:
    assert not contested(story.given())
    assert contested(story.given(dispute()))
    assert not contested(story.given(give_up()))


def test_a_party_that_says_otherwise_contests_it_too(story: Desk) -> None:
    assert contested(story.given(dispute(position("@police", "differs"))))


def test_who_only_affirms_contests_nothing(story: Desk) -> None:
    assert not contested(story.given(dispute(position("@police", "affirms"))))


def test_a_claimant_who_denies_their_own_claim_contests_nothing_alone(story: Desk) -> None:
    assert not contested(story.given(dispute(position("@mek", "denies"))))


def test_a_claimant_who_denies_it_is_opposed_by_a_third_party_that_affirms(story: Desk) -> None:
    assert contested(story.given(dispute(position("@mek", "denies"), position("@outlet", "affirms"))))


def test_parties_that_oppose_each_other_in_different_disputes_do_not_meet(story: Desk) -> None:
    assert not contested(
        story.given(dispute(position("@mek", "denies")), dispute(position("@outlet", "affirms"), name="d2"))
    )


def test_a_claim_that_nobody_made_in_particular_is_a_side_itself(story: Desk) -> None:
    denial = bodies.dispute(position("@mek", "denies"))

    story.given(Do("claims.disputes", denial, ("@c2",), name="d2"))

    assert story.state("c2").contested


@pytest.mark.parametrize("outcome", ["affirmed", "denied", "agreed"])
def test_a_settled_dispute_contests_nothing_until_it_is_reopened(story: Desk, outcome: str) -> None:
    assert contested(story.given(dispute(), settle(outcome)))
    assert not contested(story.given(agree()))
    assert contested(story.given(reopen()))
    assert not contested(story.given(settle(outcome), agree()))


def test_what_cannot_be_resolved_stays_contested(story: Desk) -> None:
    assert contested(story.given(dispute(), settle("unresolvable"), agree()))
    assert contested(story.given(reopen()))
    assert not contested(story.given(settle("denied"), agree()))


def test_a_narrowed_dispute_still_contests(story: Desk) -> None:
    assert contested(story.given(dispute(scopes=["cause", "date"]), narrow("date")))


def test_a_new_claimant_changes_who_opposes_whom(story: Desk) -> None:
    story.given(dispute())
    described = {"claimant_id": "@police", **bodies.because("It was the police.")}

    assert not contested(story.given(Do("claims.description", described, ("@c1",))))


PARTIES = ("mek", "police", "outlet")
MOVES = [(party, stance) for party, stance in product(PARTIES, ("affirms", "denies", "differs"))]


@pytest.mark.parametrize("claim", ["c1", "c2"])
@pytest.mark.parametrize("first", MOVES)
@pytest.mark.parametrize("second", MOVES)
def test_any_two_positions_contest_a_claim_as_its_definition_says(
    shared_story: Desk, claim: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    """One party opposes another if it does not affirm what the other affirms; a claim is affirmed by its claimant."""
    taken = [position(f"@{party}", stance) for party, stance in (first, second)]
    shared_story.given(Do("claims.create", _like(shared_story, claim), name="fresh"))
    shared_story.given(Do("claims.disputes", bodies.dispute(*taken), ("@fresh",)))

    affirming = {party for party, stance in (first, second) if stance == "affirms"}
    affirming.add("mek" if claim == "c1" else "nobody")
    opposing = {party for party, stance in (first, second) if stance != "affirms"}
    expected = any(one != other for one in affirming for other in opposing)
    assert shared_story.state("fresh").contested == expected


def _like(desk: Desk, claim: str) -> bodies.Said:
    claimant = desk.state(claim).claimant_id
    return bodies.claim(attribution="named", claimant_id=claimant) if claimant else bodies.claim()


def test_citing_and_disputing_are_independent(story: Desk) -> None:
    story.given(dispute()).when(cite("s2", "refutes")).then_events("claim.cited.v1")

    assert contested(story)
