"""A verdict on a claim."""

from typing import Literal

from typing_extensions import TypedDict

from api.representations.shapes.parts import Agreed, Id, Position, Text, Version, When, Withdrawable
from domain.claim.state import VerdictStatus
from domain.values import ChangeCause, Requirement, WithdrawalCause


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


class Origins(TypedDict):
    """Independent origins of what is cited: each counted once, however many sources repeat it.

    `supports` and `refutes` speak in their own voice, and none of them is the claimant, a party to a dispute or one
    that the claim is about: those are `interested`. `reported` tell what somebody said.
    """

    supports: int
    refutes: int
    interested: int
    reported: int


class GroundOrigins(Origins):
    """The same as a verdict was given. `origins` are those that stood behind what it rests on."""

    origins: int


class Check(TypedDict):
    """How much a rule needed at least (of `no_…`: allowed at most), and how much was found."""

    requirement: Requirement
    needed: int
    found: int
    met: bool


class Finding(TypedDict):
    """What a rule of the policy found."""

    rule: str
    met: bool
    checks: list[Check]


class Verdict(When, Withdrawable):
    """A rating of the scale, with what it rests on and what became of it.

    `judged_version` is the version of the claim that was judged; `facts_at` the ledger position at which the facts
    were looked up; `policy_number` the policy that it was checked against. `numbers` and `findings` are what was found
    then, of the evidence and by the policy's rules; `overrides` are rules that were set aside, for `override_reason`.
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
    numbers: GroundOrigins | None
    findings: list[Finding]
    overrides: list[str]
    override_reason: Text
    decided_by: Text
    approved: Agreed | None
    rejected: When | None
    rejection_reason: Text
    reaffirmed: Reaffirmed | None
    pending: Pending | None
    withdrawal_decided_by: Text
