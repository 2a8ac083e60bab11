"""Parties disagree about a claim, on a point, since a date; the dispute narrows, is settled, is reopened."""

from domain.events import Event, NoWords, ReasonWords, Words
from domain.values import Bound, PositionStance, Scope, Settled, WithdrawalCause


class DisputeWords(Words):
    """What the parties disagree about, as a question, and why it was opened."""

    question: str
    reason: str


class DisputeOpened(Event, type="claim.dispute_opened.v1"):
    """The desk recorded that parties disagree. `scopes` say on which points."""

    dispute_id: str
    scopes: tuple[Scope, ...]
    words: DisputeWords | None


class PositionWords(Words):
    """What the party says, how it is called there, what it accepts, and what its number counts."""

    statement: str
    as_named: str | None = None
    accepts: str | None = None
    unit: str | None = None


class PositionStated(Event, type="claim.position_stated.v1"):
    """A party affirms, denies, or says otherwise. `stated_on` is an EDTF date; the number fields are its own count.

    `facts_at` (a ledger position) says on which facts its citations were found to stand.
    """

    dispute_id: str
    position_id: str
    party_id: str
    stance: PositionStance
    stated_on: str | None = None
    value: str | None = None
    bound: Bound | None = None
    upper: str | None = None
    counted_on: str | None = None
    citation_ids: tuple[str, ...] = ()
    facts_at: int
    words: PositionWords | None


class PositionWithdrawn(Event, type="claim.position_withdrawn.v1"):
    """The position no longer stands: the party gave it up, or it was never theirs. It stays visible as withdrawn."""

    dispute_id: str
    position_id: str
    cause: WithdrawalCause
    words: ReasonWords | None


class DisputeNarrowed(Event, type="claim.dispute_narrowed.v1"):
    """The parties still disagree, on fewer points: these."""

    dispute_id: str
    scopes: tuple[Scope, ...]
    words: ReasonWords | None


class RationaleWords(Words):
    """Why the conclusion was drawn."""

    rationale: str


class SettlementProposed(Event, type="claim.settlement_proposed.v1"):
    """Somebody at the desk finds the dispute settled, on facts at a ledger position. Another person has to agree."""

    dispute_id: str
    settlement_id: str
    outcome: Settled
    citation_ids: tuple[str, ...] = ()
    facts_at: int
    words: RationaleWords | None


class DisputeSettled(Event, type="claim.dispute_settled.v1"):
    """The proposed settlement holds. `own_proposal`: agreed to by the person who proposed it."""

    dispute_id: str
    settlement_id: str
    policy_number: int
    facts_at: int
    own_proposal: bool
    words: NoWords | None


class DisputeReopened(Event, type="claim.dispute_reopened.v1"):
    """The parties disagree again, or still."""

    dispute_id: str
    words: ReasonWords | None
