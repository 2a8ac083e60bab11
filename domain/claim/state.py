"""A claim as it stands: what is claimed and by whom, on what evidence, who denies it, what the desk concludes.

Everything that was ever part of it stays: what was withdrawn, rejected or given up is marked so. Texts are None where
they were erased or are withheld.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from domain.claim.events import AboutParty, ExactWords, RestsOn
from domain.events import Stamp
from domain.values import (
    Attribution,
    Bound,
    ChangeCause,
    ClaimKind,
    LinkRelation,
    PositionStance,
    Recount,
    Scope,
    Settled,
    Stance,
    WithdrawalCause,
    Wording,
)

VerdictStatus = Literal["proposed", "in_force", "rejected", "superseded", "withdrawn"]
ReviewReason = Literal["reworded", "described", "quantity_stated", "citation_withdrawn", "dispute_changed"]


@dataclass(frozen=True, slots=True)
class QuantityText:
    """What is counted, and why the number was stated anew."""

    unit: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and how far it binds."""

    value: str
    bound: Bound
    upper: str | None
    counted_on: str | None
    why: Recount | None
    stated: Stamp
    words: QuantityText


@dataclass(frozen=True, slots=True)
class CitationText:
    """Whom the source reports, what it says, and where."""

    as_named: str | None = None
    quote: str | None = None
    locator: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A source cited on the claim."""

    id: str
    source_id: str
    stance: Stance
    reported_party_id: str | None
    quote_wording: Wording | None
    quote_translated_from: str | None
    snapshot_id: str | None
    via_source_id: str | None
    accessed_on: str | None
    cited: Stamp
    words: CitationText
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class LinkText:
    """Why the link was withdrawn."""

    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to another claim."""

    id: str
    claim_id: str
    relation: LinkRelation
    linked: Stamp
    words: LinkText
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class PositionText:
    """What the party says, how it is called there, and what it accepts."""

    statement: str | None = None
    as_named: str | None = None
    accepts: str | None = None
    unit: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """What one party says in a dispute."""

    id: str
    party_id: str
    stance: PositionStance
    stated_on: str | None
    value: str | None
    bound: Bound | None
    upper: str | None
    counted_on: str | None
    citation_ids: tuple[str, ...]
    stated: Stamp
    words: PositionText
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class SettlementText:
    """Why the dispute is found settled."""

    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a dispute ended, as proposed and, where `agreed` is there, as agreed by a second person."""

    id: str
    outcome: Settled
    citation_ids: tuple[str, ...]
    proposed: Stamp
    words: SettlementText
    agreed: Stamp | None = None
    own_proposal: bool = False


@dataclass(frozen=True, slots=True)
class DisputeText:
    """What the parties disagree about, and why the dispute was opened, narrowed, reopened."""

    question: str | None = None
    reason: str | None = None
    narrowing_reason: str | None = None
    reopening_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disagreement on some points of the claim. `open` until settled; `settlements` holds them all."""

    id: str
    scopes: tuple[Scope, ...]
    opened: Stamp
    words: DisputeText
    open: bool = True
    positions: tuple[Position, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    narrowed: Stamp | None = None
    reopened: Stamp | None = None

    @property
    def standing(self) -> tuple[Position, ...]:
        """The positions that were not withdrawn."""
        return tuple(p for p in self.positions if p.withdrawn is None)

    @property
    def settlement(self) -> Settlement | None:
        """The settlement that holds now, if the dispute is settled."""
        agreed = [s for s in self.settlements if s.agreed is not None]
        return agreed[-1] if agreed and not self.open else None

    @property
    def unsettled_for_good(self) -> bool:
        """Whether the desk found that it cannot be resolved: then the parties still disagree."""
        settlement = self.settlement
        return settlement is not None and settlement.outcome == "unresolvable"

    def position(self, id: str) -> Position | None:
        """The position with this id, withdrawn or not."""
        return next((p for p in self.positions if p.id == id), None)


@dataclass(frozen=True, slots=True)
class PendingText:
    """Why the act is proposed."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PendingReaffirmation:
    """A reaffirmation of a verdict that waits for a second person.

    `needs_review` says what moved under the verdict since the reaffirmation was proposed.
    """

    cause: ClassVar[None] = None

    act: Literal["reaffirmation"]
    proposed: Stamp
    words: PendingText
    needs_review: tuple[ReviewReason, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rating of the scale, with what it rests on. `judged_version` is the version of the claim that was judged.

    `needs_review` says what moved under it since it was proposed or, if it was reaffirmed, since that was proposed.
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


@dataclass(frozen=True, slots=True)
class ClaimText:
    """The claim as the desk words it now, and what else was typed about it."""

    statement: str | None = None
    as_named: str | None = None
    exact_words: str | None = None
    topics: tuple[str, ...] = ()
    reason: str | None = None
    description_reason: str | None = None
    rewording_reason: str | None = None
    withdrawal_reason: str | None = None
    reinstatement_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody claims something."""

    id: str
    kind: ClaimKind
    language: str
    attribution: Attribution
    claimant_id: str | None
    about: tuple[AboutParty, ...]
    exact_words: ExactWords | None
    said_on: str | None
    happened_on: str | None
    appeared_in_id: str | None
    asserted: Stamp
    changed: Stamp
    version: int
    words: ClaimText
    worded: Stamp
    quantity: Quantity | None = None
    citations: tuple[Citation, ...] = ()
    links: tuple[Link, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    published: Stamp | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None
    reinstated: Stamp | None = None

    def citation(self, id: str) -> Citation | None:
        """The citation with this id, withdrawn or not."""
        return next((c for c in self.citations if c.id == id), None)

    def link(self, id: str) -> Link | None:
        """The link with this id, withdrawn or not."""
        return next((k for k in self.links if k.id == id), None)

    def dispute(self, id: str) -> Dispute | None:
        """The dispute with this id, settled or not."""
        return next((d for d in self.disputes if d.id == id), None)

    def verdict_by_id(self, id: str) -> Verdict | None:
        """The verdict with this id, whatever became of it."""
        return next((v for v in self.verdicts if v.id == id), None)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict in force."""
        return next((v for v in reversed(self.verdicts) if v.status == "in_force"), None)

    @property
    def needs_review(self) -> tuple[ReviewReason, ...]:
        """What moved under the verdict in force since people looked at it; no verdict, nothing to review."""
        verdict = self.verdict
        return () if verdict is None else verdict.needs_review

    @property
    def proposal(self) -> Verdict | None:
        """The proposed verdict that waits for a second person."""
        return next((v for v in reversed(self.verdicts) if v.status == "proposed"), None)

    @property
    def contested(self) -> bool:
        """Whether two different parties oppose each other in a dispute that is open, or that cannot be resolved.

        The claim itself is a side: its claimant's, or nobody's in particular.
        """
        return any(_opposed(d, self.claimant_id) for d in self.disputes if d.open or d.unsettled_for_good)


def _opposed(dispute: Dispute, claimant_id: str | None) -> bool:
    against = {p.party_id for p in dispute.standing if p.stance != "affirms"}
    affirming: set[str | None] = {p.party_id for p in dispute.standing if p.stance == "affirms"}
    affirming.add(claimant_id)
    return any(denier != affirmer for denier in against for affirmer in affirming)
