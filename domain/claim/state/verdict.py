"""A verdict on a claim, as it stands, and what waits for a second person."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.claim.events import EvidenceNumbers, Finding, RestsOn
from domain.events import Stamp
from domain.values import ChangeCause, WithdrawalCause

VerdictStatus = Literal["proposed", "in_force", "rejected", "superseded", "withdrawn"]
ReviewReason = Literal[
    "reworded",
    "described",
    "quantity_stated",
    "citation_withdrawn",
    "quote_failed",
    "dispute_changed",
    "reply_received",
    "reply_withdrawn",
    "search_withdrawn",
    "search_expired",
    "source_changed",
    "origins_changed",
    "dependency_changed",
    "snapshot_withdrawn",
]


@dataclass(frozen=True, slots=True)
class PendingText:
    """Why the act is proposed."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PendingReaffirmation:
    """A reaffirmation of a verdict that waits for a second person.

    `needs_review` says what moved under the verdict since the reaffirmation was proposed, `origins` how many
    independent origins it rested on then, None where that was not recorded.
    """

    cause: ClassVar[None] = None

    act: Literal["reaffirmation"]
    proposed: Stamp
    words: PendingText
    facts_at: int
    needs_review: tuple[ReviewReason, ...] = ()
    origins: int | None = None


@dataclass(frozen=True, slots=True)
class PendingWithdrawal:
    """A withdrawal of a verdict that waits for a second person."""

    act: Literal["withdrawal"]
    proposed: Stamp
    cause: WithdrawalCause
    words: PendingText


PendingAct = PendingReaffirmation | PendingWithdrawal


@dataclass(frozen=True, slots=True)
class VerdictText:
    """Why the desk concludes so; why it was rejected or withdrawn; who decided, as imported history says."""

    rationale: str | None = None
    rejection_reason: str | None = None
    withdrawal_reason: str | None = None
    reaffirmation_reason: str | None = None
    decided_by: str | None = None
    reaffirmation_decided_by: str | None = None
    withdrawal_decided_by: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rating of the scale, with what it rests on. `judged_version` is the version of the claim that was judged.

    `needs_review` says what moved under it since it was proposed or, if it was reaffirmed, since that was proposed;
    `judged_at` is the ledger position of the facts on which it was judged then, and `judged_origins` how many
    independent origins it rested on, None where that was not recorded. `numbers` and `findings` are what was
    found of the evidence and of the rules of policy `policy_number` at `facts_at`, `overrides` the rules that were set
    aside and are broken. The newest ones count: those of the reaffirmation, the approval or the proposal.
    """

    id: str
    rating: str
    rests_on: RestsOn
    judged_version: int
    changed_because: ChangeCause | None
    policy_number: int
    facts_at: int
    proposed: Stamp
    words: VerdictText
    status: VerdictStatus = "proposed"
    approved: Stamp | None = None
    own_proposal: bool = False
    rejected: Stamp | None = None
    reaffirmed: Stamp | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None
    pending: PendingAct | None = None
    needs_review: tuple[ReviewReason, ...] = ()
    judged_at: int = 0
    judged_origins: int | None = None
    numbers: EvidenceNumbers | None = None
    findings: tuple[Finding, ...] = ()
    overrides: tuple[str, ...] = ()
