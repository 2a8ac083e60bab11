"""What a claim rests on, as it stands: its number, the sources cited on it, its ties to other claims."""

from dataclasses import dataclass
from typing import Final, get_args

from domain.events import Stamp
from domain.values import (
    Bound,
    LinkRelation,
    NoText,
    QuoteCause,
    QuoteChange,
    QuoteOutcome,
    Recount,
    Stance,
    WithdrawalCause,
    Wording,
)

FOUND: Final[frozenset[QuoteOutcome]] = frozenset({"found", "found_with_changes"})
"""Outcomes of a check that say that the quote is there."""

_NOTHING_TO_READ: Final = frozenset(get_args(NoText))


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
class QuoteCheck:
    """What looking for a citation's quote in one snapshot of its source came to."""

    snapshot_id: str
    outcome: QuoteOutcome
    score: str | None
    cause: QuoteCause | None
    compared: QuoteChange | None
    start: int | None
    end: int | None
    profile: str
    facts_at: int
    checked: Stamp


@dataclass(frozen=True, slots=True)
class CitationText:
    """Whom the source reports, what it says, and where."""

    as_named: str | None = None
    quote: str | None = None
    locator: str | None = None
    unit: str | None = None
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
    value: str | None = None
    bound: Bound | None = None
    upper: str | None = None
    counted_on: str | None = None
    checks: tuple[QuoteCheck, ...] = ()

    @property
    def quote_state(self) -> QuoteOutcome | None:
        """Whether the quote was found, as far as anybody looked; None where nothing is quoted.

        A snapshot without a text, a picture say, tells nothing: what was found in others before, or not, stands.
        """
        if self.quote_wording is None:
            return None
        return self.told[-1].outcome if self.checks else "not_checked"

    @property
    def told(self) -> tuple[QuoteCheck, ...]:
        """The checks that say something of the quote; all of them where none does."""
        return tuple(check for check in self.checks if check.cause not in _NOTHING_TO_READ) or self.checks


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
