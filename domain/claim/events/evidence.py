"""Sources are cited for and against a claim, and citations are withdrawn."""

from domain.events import Event, NoWords, ReasonWords, Words
from domain.values import Bound, QuoteCause, QuoteChange, QuoteOutcome, Stance, WithdrawalCause, Wording


class CitationWords(Words):
    """Whom the source reports and how it names them, the words quoted, where they stand, and what its number counts."""

    as_named: str | None = None
    quote: str | None = None
    locator: str | None = None
    unit: str | None = None


class ClaimCited(Event, type="claim.cited.v1"):
    """A source was cited. `supports` and `refutes` are in its own voice; `reports_…` tell what others said.

    `quote_wording` and `quote_translated_from` belong to the quote. `via_source_id` is the source through which one is
    known that nobody here has seen. `accessed_on` is an EDTF date. The number fields say what the number is by
    the source, as those of `claim.quantity_stated.v1` do.
    """

    citation_id: str
    source_id: str
    stance: Stance
    reported_party_id: str | None = None
    quote_wording: Wording | None = None
    quote_translated_from: str | None = None
    snapshot_id: str | None = None
    via_source_id: str | None = None
    accessed_on: str | None = None
    value: str | None = None
    bound: Bound | None = None
    upper: str | None = None
    counted_on: str | None = None
    words: CitationWords | None


class QuoteChecked(Event, type="claim.quote_checked.v1"):
    """The quote was looked for in the text of a snapshot of the source; `snapshot_id` says in which.

    `score` (a decimal from 0 to 1) belongs to `found_with_changes`, `cause` to `not_checked`. `start` and `end` are
    where the quote stands in the normalised text, in code points. `compared` says what became of it since the last
    check in an earlier snapshot. `profile` names the normalisation and the way of looking; `facts_at` is the ledger
    position of what was known of the source.
    """

    citation_id: str
    source_id: str
    snapshot_id: str
    outcome: QuoteOutcome
    score: str | None = None
    cause: QuoteCause | None = None
    compared: QuoteChange | None = None
    start: int | None = None
    end: int | None = None
    profile: str
    facts_at: int
    words: NoWords | None


class CitationWithdrawn(Event, type="claim.citation_withdrawn.v1"):
    """The citation should not be relied on. It stays visible as withdrawn."""

    citation_id: str
    cause: WithdrawalCause
    words: ReasonWords | None
