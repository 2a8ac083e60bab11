"""Commands on a party."""

from typing import Any

from domain.bodies import Withdraw
from domain.edtf import parse
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts, demand_claim, demand_party
from domain.party import commands as asks
from domain.party import events as happened
from domain.party.state import Affiliation, Party


def register(asked: Asked[asks.RegisterParty], _: None, __: Facts) -> Decided:
    """A party gets a record."""
    body = asked.body
    words = happened.PartyWords(name=body.name, description=body.description, same_as=body.same_as)
    return Decided((happened.PartyRegistered(kind=body.kind, private=body.private, words=words),))


def describe(asked: Asked[asks.DescribeParty], _: Party, __: Facts) -> Decided:
    """Some of what identifies the party changes."""
    body, changes = asked.body, asked.body.named()
    if not changes:
        raise asked.fault("", "Name at least one field that changes.")
    for required in ("kind", "name", "private"):
        if required in changes and getattr(body, required) is None:
            raise asked.fault(f"/{required}", f"A party always has its {required}; it cannot be cleared.")
    words = happened.PartyChange(
        reason=body.reason, name=body.name, description=body.description, same_as=body.same_as or ()
    )
    event = happened.PartyDescribed(changes=changes, kind=body.kind, private=body.private, words=words)
    return Decided((event,))


def affiliate(asked: Asked[asks.Affiliate], party: Party, facts: Facts) -> Decided:
    """The party is tied to another, as a claim says."""
    body = asked.body
    demand_party(asked, facts, body.party_id, "/party_id")
    demand_claim(asked, facts, body.basis_claim_id, "/basis_claim_id")
    if body.party_id == party.id:
        raise asked.fault("/party_id", "A party is not affiliated to itself.")
    _check_order(asked, body.since, body.until)
    affiliation_id = asked.new_id("aff")
    event = happened.AffiliationRecorded(
        affiliation_id=affiliation_id,
        party_id=body.party_id,
        relation=body.relation,
        since=body.since,
        until=body.until,
        basis_claim_id=body.basis_claim_id,
        as_alleged=body.as_alleged,
        words=ReasonWords(reason=body.reason),
    )
    return Decided((event,), (affiliation_id,))


def _check_order(asked: Asked[Any], since: str | None, until: str | None) -> None:
    """Refuses an end that certainly lies before the beginning."""
    began, ended = (None if said is None else parse(said) for said in (since, until))
    if began and ended and began.earliest and ended.latest and ended.latest < began.earliest:
        raise asked.fault("/until", f"It would have ended ({until}) before it began ({since}).")


def _standing(party: Party, id: str) -> Affiliation:
    affiliation = party.affiliation(id)
    if affiliation is None:
        raise NotFound("affiliation", id)
    if affiliation.withdrawn is not None:
        raise RuleBroken("The affiliation is withdrawn already.")
    return affiliation


def end_affiliation(asked: Asked[asks.EndAffiliation], party: Party, _: Facts) -> Decided:
    """The affiliation holds no longer."""
    affiliation = _standing(party, asked.path[0])
    if affiliation.ended is not None:
        raise RuleBroken("The affiliation was ended already.")
    _check_order(asked, affiliation.since, asked.body.until)
    event = happened.AffiliationEnded(
        affiliation_id=affiliation.id, until=asked.body.until, words=ReasonWords(reason=asked.body.reason)
    )
    return Decided((event,))


def withdraw_affiliation(asked: Asked[Withdraw], party: Party, _: Facts) -> Decided:
    """The affiliation should not be relied on."""
    affiliation = _standing(party, asked.path[0])
    event = happened.AffiliationWithdrawn(
        affiliation_id=affiliation.id, cause=asked.body.cause, words=ReasonWords(reason=asked.body.reason)
    )
    return Decided((event,))
