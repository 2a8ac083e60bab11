"""Sources are cited for and against a claim, and citations are withdrawn."""

from domain.events import Event, ReasonWords, Words
from domain.values import Stance, WithdrawalCause, Wording


class CitationWords(Words):
    """Whom the source reports and how it names them, the words quoted, and where in the source they stand."""

    as_named: str | None = None
    quote: str | None = None
    locator: str | None = None


class ClaimCited(Event, type="claim.cited.v1"):
    """A source was cited. `supports` and `refutes` are in its own voice; `reports_…` tell what others said.

    `quote_wording` and `quote_translated_from` belong to the quote. `via_source_id` is the source through which one is
    known that nobody here has seen. `accessed_on` is an EDTF date.
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
    words: CitationWords | None


class CitationWithdrawn(Event, type="claim.citation_withdrawn.v1"):
    """The citation should not be relied on. It stays visible as withdrawn."""

    citation_id: str
    cause: WithdrawalCause
    words: ReasonWords | None
