"""What was proposed about the words of recorded events, and what came of it, as the desk's state keeps it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from domain.events import Stamp

WordAct = Literal["erasure", "withholding", "release"]
"""What may be done to the words of an event."""

Outcome = Literal["waiting", "done", "rejected"]


@dataclass(frozen=True, slots=True)
class ProposalText:
    """Why it was proposed, which words shall stand in place of those erased, and why it was rejected."""

    reason: str | None = None
    redacted: dict[str, Any] | None = None
    rejection_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an admin proposed of the words of the events at these positions, and what came of it."""

    id: str
    act: WordAct
    positions: tuple[int, ...]
    proposed: Stamp
    words: ProposalText
    decided: Stamp | None = None
    outcome: Outcome = "waiting"


@dataclass(frozen=True, slots=True)
class ConcealedText:
    """Why it was done, and which words stand in place of those erased."""

    reason: str | None = None
    redacted: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Concealed:
    """What was done last to the words of one event, and by which event."""

    act: WordAct
    by: Stamp
    words: ConcealedText


@dataclass(frozen=True, slots=True)
class WordActs:
    """All of it. `erased` and `kept` go from the position of an event to what was done to its words.

    `kept` tells what holds between desk and public: whether the event was withheld or released last.
    """

    proposals: dict[str, Proposal] = field(default_factory=dict)
    erased: dict[int, Concealed] = field(default_factory=dict)
    kept: dict[int, Concealed] = field(default_factory=dict)

    def waiting(self, position: int | None = None) -> tuple[Proposal, ...]:
        """The proposals that wait for a second person, oldest first; of this event, if a position is given."""
        found = (p for p in self.proposals.values() if p.outcome == "waiting")
        return tuple(p for p in found if position is None or position in p.positions)

    def with_twins(self, position: int) -> tuple[int, ...]:
        """The position, and that of the event with the same words where a proposal and what came of it share them."""
        done = ((p.proposed, p.decided) for p in self.proposals.values() if p.outcome == "done")
        pairs = [(proposed.position, decided.position) for proposed, decided in done if decided is not None]
        twins = {place for pair in pairs if position in pair for place in pair}
        return tuple(sorted({position, *twins}))
