"""A verdict on a claim."""

from typing import Literal

from typing_extensions import TypedDict

from api.representations.shapes.parts import Agreed, Id, Position, Text, Version, When, Withdrawable
from domain.claim.state import VerdictStatus
from domain.values import ChangeCause, WithdrawalCause


class RestsOn(TypedDict):
    """What the verdict rests on, by id."""

    citation_ids: list[Id]
    search_ids: list[Id]
    reply_ids: list[Id]
    dispute_ids: list[Id]


class Reaffirmed(When):
    """That the verdict was found to hold still. `decided_by` is who decided then, for imported history."""

    reason: Text
    decided_by: Text


class Pending(When):
    """What waits for a second person."""

    act: Literal["reaffirmation", "withdrawal"]
    cause: WithdrawalCause | None
    reason: Text


class Verdict(When, Withdrawable):
    """A rating of the scale, with what it rests on and what became of it.

    `judged_version` is the version of the claim that was judged; `facts_at` the ledger position at which the facts
    were looked up; `policy_number` the policy that it was checked against.
    """

    id: Id
    rating: str
    status: VerdictStatus
    rationale: Text
    rests_on: RestsOn
    judged_version: Version
    changed_because: ChangeCause | None
    policy_number: int
    facts_at: Position
    decided_by: Text
    approved: Agreed | None
    rejected: When | None
    rejection_reason: Text
    reaffirmed: Reaffirmed | None
    pending: Pending | None
    withdrawal_decided_by: Text
