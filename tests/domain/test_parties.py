"""Parties are registered, described and tied to each other."""

from typing import Any

import pytest

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do

NO_PARTY, NO_CLAIM, NO_AFFILIATION = (make_id(kind, bytes(16)) for kind in ("pty", "clm", "aff"))


def describe(**said: Any) -> Do:
    return Do("parties.description", {**said, **bodies.because()}, ("@outlet",))


def affiliate(party_id: str = "@mek", basis_claim_id: str = "@c2", **said: Any) -> Do:
    body = {"party_id": party_id, "relation": "funded_by", "basis_claim_id": basis_claim_id, "as_alleged": True}
    return Do("parties.affiliations", {**body, **said, **bodies.because()}, ("@outlet",), name="f1")


def end(affiliation: str = "@f1", **said: Any) -> Do:
    return Do("parties.affiliations.end", {**said, **bodies.because("It ran out.")}, ("@outlet", affiliation))


def withdraw(affiliation: str = "@f1") -> Do:
    return Do("parties.affiliations.withdrawal", bodies.withdraw(), ("@outlet", affiliation))


REFUSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "nothing changes": ((), describe(), InvalidInput, ""),
    "a party always has a kind": ((), describe(kind=None), InvalidInput, "/kind"),
    "a party always has a name": ((), describe(name=None), InvalidInput, "/name"),
    "a party is private or not": ((), describe(private=None), InvalidInput, "/private"),
    "the other party is unknown": ((), affiliate(NO_PARTY), InvalidInput, "/party_id"),
    "a party is not affiliated to itself": ((), affiliate("@outlet"), InvalidInput, "/party_id"),
    "the claim that says so is unknown": ((), affiliate(basis_claim_id=NO_CLAIM), InvalidInput, "/basis_claim_id"),
    "it would have ended before it began": (
        (),
        affiliate(**{"from": "2022", "until": "2021"}),
        InvalidInput,
        "/until",
    ),
    "it would end before it began": ((affiliate(**{"from": "2022"}),), end(until="2019"), InvalidInput, "/until"),
    "there is no such affiliation to end": ((), end(NO_AFFILIATION), NotFound, None),
    "it was ended already": ((affiliate(), end()), end(), RuleBroken, None),
    "a withdrawn affiliation does not end": ((affiliate(), withdraw()), end(), RuleBroken, None),
    "there is no such affiliation to withdraw": ((), withdraw(NO_AFFILIATION), NotFound, None),
    "it was withdrawn already": ((affiliate(), withdraw()), withdraw(), RuleBroken, None),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_change_of_a_party_is_refused_because(story: Desk, reason: str) -> None:
    given, command, error, pointer = REFUSALS[reason]

    story.given(*given).when(command).then_refused(error, pointer)


def test_a_description_changes_what_it_names_and_clears_what_is_null(story: Desk) -> None:
    story.given(describe(description="A daily", same_as=["https://example.org/paper"], private=True))

    story.when(describe(description=None, same_as=None)).then_events("party.described.v1")

    party = story.state("outlet")
    assert (party.words.description, party.words.same_as) == (None, ())
    assert (party.words.name, party.kind, party.private) == ("The paper", "outlet", True)


def test_an_affiliation_ends_and_stays_visible(story: Desk) -> None:
    story.given(affiliate(**{"from": "2013", "until": "2020?"}))

    story.when(end()).then_events("party.affiliation_ended.v1")

    (affiliation,) = story.state("outlet").affiliations
    assert (affiliation.since, affiliation.until) == ("2013", "2020?")
    assert affiliation.ended is not None
    assert affiliation.words.end_reason == "It ran out."


def test_an_end_that_is_known_better_takes_the_place_of_the_one_before(story: Desk) -> None:
    story.given(affiliate(until="2020?"), end(until="2021-03"))

    assert story.state("outlet").affiliations[0].until == "2021-03"


def test_an_ended_affiliation_may_still_be_withdrawn_and_stays_visible(story: Desk) -> None:
    story.given(affiliate(), end()).when(withdraw()).then_events("party.affiliation_withdrawn.v1")

    (affiliation,) = story.state("outlet").affiliations
    assert (affiliation.cause, affiliation.words.withdrawal_reason) == ("recorded_in_error", "It was not so.")
