"""Commands on a claim's disputes: open, take and withdraw positions, narrow, settle by two people, reopen."""

from domain.bodies import GiveReason, Nothing, Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.rules import (
    demand_counting,
    demand_second_person,
    demand_standing,
    dispute_of,
    judged_again,
    open_dispute_of,
)
from domain.claim.state import Claim, Dispute, Settlement
from domain.errors import NotFound, RuleBroken
from domain.events import NoWords, ReasonWords
from domain.facts import Asked, Decided, Facts, demand_party


def open_dispute(asked: Asked[asks.OpenDispute], claim: Claim, facts: Facts) -> Decided:
    """Parties disagree about the claim."""
    demand_counting(claim, "a dispute")
    body = asked.body
    _check_scopes(asked, body.scopes)
    dispute_id = asked.new_id("dsp")
    opened = happened.DisputeOpened(
        dispute_id=dispute_id,
        scopes=body.scopes,
        words=happened.DisputeWords(question=body.question, reason=body.reason),
    )
    stated = [
        _position(asked.within(position, f"/positions/{index}"), claim, facts, dispute_id)
        for index, position in enumerate(body.positions)
    ]
    return Decided((opened, *stated), (dispute_id, *(event.position_id for event in stated)))


def _check_scopes(asked: Asked[asks.OpenDispute] | Asked[asks.Narrow], scopes: tuple[str, ...]) -> None:
    if len(set(scopes)) != len(scopes):
        raise asked.fault("/scopes", "Each point is named once.")


def _position(asked: Asked[asks.TakePosition], claim: Claim, facts: Facts, dispute_id: str) -> happened.PositionStated:
    body, number = asked.body, asked.body.quantity
    demand_party(asked, facts, body.party_id, "/party_id")
    demand_standing(asked, claim, facts, body.citation_ids, "/citation_ids")
    return happened.PositionStated(
        dispute_id=dispute_id,
        position_id=asked.new_id("pos"),
        party_id=body.party_id,
        stance=body.stance,
        stated_on=body.stated_on,
        value=number.value if number else None,
        bound=number.bound if number else None,
        upper=number.upper if number else None,
        counted_on=number.counted_on if number else None,
        citation_ids=body.citation_ids,
        facts_at=facts.position,
        words=happened.PositionWords(
            statement=body.statement,
            as_named=body.as_named,
            accepts=body.accepts,
            unit=number.unit if number else None,
        ),
    )


def state_position(asked: Asked[asks.TakePosition], claim: Claim, facts: Facts) -> Decided:
    """A party says something in the dispute."""
    (dispute_id,) = asked.path
    open_dispute_of(claim, dispute_id)
    event = _position(asked, claim, facts, dispute_id)
    return Decided((event,), (event.position_id,))


def withdraw_position(asked: Asked[Withdraw], claim: Claim, _: Facts) -> Decided:
    """The position no longer stands."""
    dispute_id, position_id = asked.path
    position = open_dispute_of(claim, dispute_id).position(position_id)
    if position is None:
        raise NotFound("position", position_id)
    if position.withdrawn is not None:
        raise RuleBroken("The position is withdrawn already.")
    event = happened.PositionWithdrawn(
        dispute_id=dispute_id,
        position_id=position_id,
        cause=asked.body.cause,
        words=ReasonWords(reason=asked.body.reason),
    )
    return Decided((event,))


def narrow(asked: Asked[asks.Narrow], claim: Claim, _: Facts) -> Decided:
    """The parties disagree on fewer points."""
    (dispute_id,) = asked.path
    dispute, scopes = open_dispute_of(claim, dispute_id), asked.body.scopes
    _check_scopes(asked, scopes)
    if not set(scopes) < set(dispute.scopes):
        raise asked.fault("/scopes", f"To narrow is to keep some, not all, of: {', '.join(dispute.scopes)}.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.DisputeNarrowed(dispute_id=dispute_id, scopes=scopes, words=words),))


def settle(asked: Asked[asks.Settle], claim: Claim, facts: Facts) -> Decided:
    """The desk is asked to find the dispute settled. A later proposal takes the place of one that waits."""
    (dispute_id,) = asked.path
    open_dispute_of(claim, dispute_id)
    body = asked.body
    demand_standing(asked, claim, facts, body.citation_ids, "/citation_ids")
    settlement_id = asked.new_id("stl")
    event = happened.SettlementProposed(
        dispute_id=dispute_id,
        settlement_id=settlement_id,
        outcome=body.outcome,
        citation_ids=body.citation_ids,
        facts_at=facts.position,
        words=happened.RationaleWords(rationale=body.rationale),
    )
    return Decided((event,), (settlement_id,))


def approve_settlement(asked: Asked[Nothing], claim: Claim, facts: Facts) -> Decided:
    """A second person agrees to the settlement that waits."""
    (dispute_id,) = asked.path
    waiting = _waiting(open_dispute_of(claim, dispute_id))
    policy = facts.policy()
    demand_second_person(waiting.proposed.by, asked.actor, policy)
    with judged_again():
        demand_standing(asked, claim, facts, waiting.citation_ids, "")
    event = happened.DisputeSettled(
        dispute_id=dispute_id,
        settlement_id=waiting.id,
        policy_number=policy.number,
        facts_at=facts.position,
        own_proposal=waiting.proposed.by == asked.actor,
        words=NoWords(),
    )
    return Decided((event,))


def _waiting(dispute: Dispute) -> Settlement:
    if not dispute.settlements or dispute.settlements[-1].agreed is not None:
        raise RuleBroken("No settlement of this dispute waits for approval.")
    return dispute.settlements[-1]


def reopen(asked: Asked[GiveReason], claim: Claim, _: Facts) -> Decided:
    """The parties disagree again, or still."""
    (dispute_id,) = asked.path
    demand_counting(claim, "a dispute")
    if dispute_of(claim, dispute_id).open:
        raise RuleBroken("The dispute is open.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.DisputeReopened(dispute_id=dispute_id, words=words),))
