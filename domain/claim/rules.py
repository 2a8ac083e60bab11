"""The rules that several commands on a claim share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from domain.claim.grounds import stands
from domain.claim.state import Claim, Dispute
from domain.errors import InvalidInput, NotFound, RuleBroken, SecondPersonNeeded
from domain.facts import Asked, Facts, PolicyFacts


def demand_standing(asked: Asked[Any], claim: Claim, facts: Facts, ids: tuple[str, ...], pointer: str) -> None:
    """Refuses ids that name no citation of this claim, or one that does not stand."""
    for index, id in enumerate(ids):
        citation = claim.citation(id)
        if citation is None:
            raise asked.fault(f"{pointer}/{index}", f"The claim has no citation {id}.")
        if not stands(citation, claim.id, facts.world):
            raise asked.fault(f"{pointer}/{index}", f"Citation {id} no longer stands.")


def demand_heard_once_public(before: Claim, after: Claim, facts: Facts) -> None:
    """Refuses that what readers see becomes an allegation against somebody of whom no reply was asked (`demand_heard`).

    Raises `RuleBroken`, which names the parties.
    """
    unheard = [party_id for party_id in after.unheard if party_id not in before.unheard]
    public = before.published is not None or facts.placed_openly(before.id)
    if unheard and public and facts.policy().reply_required:
        raise RuleBroken(
            "Readers see the claim already, and an allegation is shown to them only when a reply was asked, or it is "
            f"said why not. First record one of {', '.join(unheard)}."
        )


def demand_counting(claim: Claim, what: str) -> None:
    """Refuses what makes no sense for a withdrawn claim."""
    if claim.withdrawn is not None:
        raise RuleBroken(f"The claim is withdrawn: {what} has to wait until it is reinstated.")


@contextmanager
def judged_again() -> Iterator[None]:
    """For rules that an approval runs anew: what they find is the record's fault, not that of a field sent now."""
    try:
        yield
    except InvalidInput as problem:
        raise RuleBroken(problem.detail) from problem


def demand_second_person(proposer: str, actor: str, policy: PolicyFacts) -> None:
    """Refuses approval by the person who proposed, while the policy asks for four eyes."""
    if policy.four_eyes and proposer == actor:
        raise SecondPersonNeeded("Whoever proposed it cannot approve it: the policy asks for a second person.")


def dispute_of(claim: Claim, id: str) -> Dispute:
    """The dispute with this id. Raises `NotFound`."""
    dispute = claim.dispute(id)
    if dispute is None:
        raise NotFound("dispute", id)
    return dispute


def open_dispute_of(claim: Claim, id: str) -> Dispute:
    """The dispute with this id, which must be open."""
    dispute = dispute_of(claim, id)
    if not dispute.open:
        raise RuleBroken("The dispute is settled; reopen it first.")
    return dispute
