"""A policy is proposed by one approver and adopted by another."""

from dataclasses import replace

import pytest

from domain.errors import NotFound, Refused, RuleBroken, SecondPersonNeeded, StaleVersion
from tests.support.desk import Desk, Do
from tests.support.story import adopt, new_policy

SETTINGS = {"merge_publisher_family": False, "about_tolerance": "0.25"}


def test_a_ledger_begins_with_a_policy_in_force(desk: Desk) -> None:
    policy = desk.newsroom.policy

    assert (policy.in_force, len(policy.versions)) == (1, 1)
    assert policy.current is not None
    assert policy.current.four_eyes
    assert policy.current.own_proposal


def test_a_proposed_policy_is_not_in_force_before_it_is_adopted(desk: Desk) -> None:
    desk.when(new_policy(four_eyes=False, settings=SETTINGS)).then_events("policy.proposed.v1")
    assert desk.newsroom.policy.in_force == 1
    assert desk.outcome is not None
    assert (desk.outcome.record, desk.outcome.created) == ("2", ())

    (event,) = desk.when(adopt()).then_events("policy.adopted.v1")

    current = desk.newsroom.policy.current
    assert current is not None
    assert (current.number, current.four_eyes, current.about_tolerance) == (2, False, "0.25")
    assert (current.adopted is not None, current.own_proposal) == (True, False)
    rating = current.rating("unproven")
    assert rating is not None
    assert (rating.words.label, rating.needs_citation) == ("Unproven", False)
    assert current.rating("plausible") is None
    assert event.version == 4


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused]]] = {
    "nobody adopts what they proposed": ((new_policy(by="ap"),), adopt(by="ap"), SecondPersonNeeded),
    "the policy in force asks for four eyes, whatever the new one says": (
        (new_policy(by="ap", four_eyes=False),),
        adopt(by="ap"),
        SecondPersonNeeded,
    ),
    "it was adopted already": ((new_policy(), adopt()), adopt(), RuleBroken),
    "a later one is in force": ((new_policy(), new_policy(), adopt(3)), adopt(2), RuleBroken),
    "there is no such policy": ((), adopt(2), NotFound),
    "policies count from 1": ((), adopt(0), NotFound),
    "a policy's number is a number": ((), Do("policies.approval", {}, ("two",), "ap"), NotFound),
    "foreign digits are no number": ((), Do("policies.approval", {}, ("٢",), "ap"), NotFound),
    "a number has no sign": ((), Do("policies.approval", {}, ("-1",), "ap"), NotFound),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_an_adoption_is_refused_because(desk: Desk, reason: str) -> None:
    given, command, error = REFUSALS[reason]

    desk.given(*given).when(command).then_refused(error)


def test_without_four_eyes_an_own_policy_may_be_adopted_and_the_history_says_so() -> None:
    with Desk(four_eyes=False) as desk:
        desk.given(new_policy(by="ap")).when(adopt(by="ap")).then_events("policy.adopted.v1")

        assert desk.newsroom.policy.versions[1].own_proposal


def test_an_adoption_says_which_version_of_the_policies_it_was_made_for(desk: Desk) -> None:
    desk.given(new_policy())
    version = desk.newsroom.policy.version
    desk.given(new_policy())

    desk.when(replace(adopt(), newest=False, version=version)).then_refused(StaleVersion)
    desk.when(replace(adopt(), newest=False, version=version + 1)).then_events("policy.adopted.v1")


def test_a_superseded_proposal_stays_among_the_versions(desk: Desk) -> None:
    desk.given(new_policy(), new_policy(), adopt(3))

    assert [version.adopted is not None for version in desk.newsroom.policy.versions] == [True, False, True]
