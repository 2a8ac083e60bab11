"""A dispute about a claim, as it stands: its points, who says what, how it was settled."""

from dataclasses import dataclass

from domain.events import Stamp
from domain.values import Bound, PositionStance, Scope, Settled, WithdrawalCause


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
