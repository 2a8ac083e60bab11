"""The desk concludes: a verdict is proposed, approved or rejected, reaffirmed, withdrawn, each by two people."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.claim.events.dispute import RationaleWords
from domain.events import Event, ReasonWords, Words
from domain.values import ChangeCause, Requirement, VerdictAct, WithdrawalCause


class RestsOn(BaseModel):
    """The evidence that a verdict names: citations, searches, replies and disputes of its claim."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    citation_ids: tuple[str, ...] = ()
    search_ids: tuple[str, ...] = ()
    reply_ids: tuple[str, ...] = ()
    dispute_ids: tuple[str, ...] = ()


class EvidenceNumbers(BaseModel):
    """The independent origins that were found: the four numbers of the claim, and those that the verdict rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supports: int
    refutes: int
    interested: int
    reported: int
    origins: int


class Check(BaseModel):
    """One requirement of a rule: how much of it was `needed` at least, or at most, and how much was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requirement: Requirement
    needed: int
    found: int
    met: bool


class Finding(BaseModel):
    """What a rule of the policy found. It is met if all its checks are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    met: bool
    checks: tuple[Check, ...]


class VerdictWords(RationaleWords):
    """Why the conclusion was drawn, and why rules were set aside for it."""

    override_reason: str | None = None


class VerdictProposed(Event, type="claim.verdict_proposed.v1"):
    """Somebody at the desk proposes a rating of the scale.

    `judged_version` is the version of the claim that was judged; `changed_because` is there when another verdict was
    in force. `policy_number` and `facts_at` (a ledger position) say under which rules and on which facts. `numbers` and
    `findings` are what was found then, `overrides` the rules that are set aside; `numbers` and `findings` are absent
    where nothing was counted.
    """

    verdict_id: str
    rating: str
    rests_on: RestsOn
    judged_version: int
    changed_because: ChangeCause | None = None
    policy_number: int
    facts_at: int
    numbers: EvidenceNumbers | None = None
    findings: tuple[Finding, ...] | None = None
    overrides: tuple[str, ...] | None = None
    words: VerdictWords | None


class ApprovalWords(Words):
    """Who decided, as far as an imported history says."""

    decided_by: str | None = None


class VerdictApproved(Event, type="claim.verdict_approved.v1"):
    """The verdict is in force, and the one before is not. The rules were run again, on the claim at `seen_version`."""

    verdict_id: str
    seen_version: int
    policy_number: int
    facts_at: int
    own_proposal: bool
    numbers: EvidenceNumbers | None = None
    findings: tuple[Finding, ...] | None = None
    words: ApprovalWords | None


class VerdictRejected(Event, type="claim.verdict_rejected.v1"):
    """What waited for a second person, the verdict itself or its reaffirmation or withdrawal, was turned down."""

    verdict_id: str
    act: VerdictAct
    words: ReasonWords | None


class VerdictActProposed(Event, type="claim.verdict_act_proposed.v1"):
    """Somebody proposes that the verdict in force be reaffirmed as it stands, or withdrawn for this cause.

    Whoever proposes to reaffirm it has seen these `numbers`.
    """

    verdict_id: str
    act: Literal["reaffirmation", "withdrawal"]
    cause: WithdrawalCause | None = None
    facts_at: int
    numbers: EvidenceNumbers | None = None
    words: ReasonWords | None


class VerdictReaffirmed(Event, type="claim.verdict_reaffirmed.v1"):
    """The verdict was looked at again, on the claim at `seen_version`, and stands."""

    verdict_id: str
    seen_version: int
    policy_number: int
    facts_at: int
    own_proposal: bool
    numbers: EvidenceNumbers | None = None
    findings: tuple[Finding, ...] | None = None
    words: ApprovalWords | None


class VerdictWithdrawn(Event, type="claim.verdict_withdrawn.v1"):
    """The verdict is no longer in force, and none is. It stays visible as withdrawn."""

    verdict_id: str
    cause: WithdrawalCause
    policy_number: int
    own_proposal: bool
    words: ApprovalWords | None
