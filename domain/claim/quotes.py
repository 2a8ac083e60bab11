"""The command that checks a citation's quote against a snapshot of its source."""

from typing import Final

from domain import quotes
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.state import Citation, Claim, QuoteCheck
from domain.errors import NotFound, RuleBroken
from domain.events import NoWords
from domain.facts import Asked, Decided, Facts, SnapshotFacts
from domain.quotes import Match
from domain.values import QuoteCause, QuoteChange, Wording

_NOT_VERBATIM: Final[dict[Wording, QuoteCause]] = {"translated": "translation", "paraphrased": "paraphrase"}


def check(asked: Asked[asks.CheckQuote], claim: Claim, facts: Facts) -> Decided:
    """Somebody looks whether the quote stands in a snapshot of the source, and what became of it since last time."""
    citation = _quoting(claim, asked.path[0])
    snapshot = _snapshot(asked, citation, facts)
    cause = _cause(citation, snapshot)
    match = None if cause is not None else quotes.look_for(_quote(citation), facts.text(snapshot))
    event = happened.QuoteChecked(
        citation_id=citation.id,
        source_id=citation.source_id,
        snapshot_id=snapshot.id,
        outcome="not_checked" if match is None else match.outcome,
        score=None if match is None else match.score,
        cause=cause,
        compared=_compared(citation, snapshot, match, facts),
        start=None if match is None else match.start,
        end=None if match is None else match.end,
        profile=quotes.PROFILE,
        facts_at=facts.position,
        words=NoWords(),
    )
    return Decided((event,))


def _quoting(claim: Claim, id: str) -> Citation:
    citation = claim.citation(id)
    if citation is None:
        raise NotFound("citation", id)
    if citation.withdrawn is not None:
        raise RuleBroken("The citation is withdrawn.")
    if citation.quote_wording is None:
        raise RuleBroken("The citation quotes nothing that could be looked for.")
    if citation.words.quote is None:
        raise RuleBroken("The quote was erased; there is nothing left to look for.")
    return citation


def _quote(citation: Citation) -> str:
    return citation.words.quote or ""


def _snapshot(asked: Asked[asks.CheckQuote], citation: Citation, facts: Facts) -> SnapshotFacts:
    """The snapshot that was asked for, or else the one that is cited, or else the newest of the source."""
    id = asked.body.snapshot_id
    if id is not None:
        found = facts.snapshot(citation.source_id, id)
        if found is None:
            raise asked.fault("/snapshot_id", f"The source {citation.source_id} has no snapshot {id} that stands.")
        return found
    cited = None if citation.snapshot_id is None else facts.snapshot(citation.source_id, citation.snapshot_id)
    found = cited or facts.snapshot(citation.source_id)
    if found is None:
        raise RuleBroken("No snapshot of the source was captured yet: capture one first.")
    return found


def _cause(citation: Citation, snapshot: SnapshotFacts) -> QuoteCause | None:
    """Why the quote is not looked for there; None if it is."""
    if snapshot.no_text == "page_gone":
        return "page_gone"
    if citation.quote_wording in _NOT_VERBATIM:
        return _NOT_VERBATIM[citation.quote_wording]
    return snapshot.no_text or quotes.unfit(_quote(citation), snapshot.title)


def _compared(citation: Citation, snapshot: SnapshotFacts, match: Match | None, facts: Facts) -> QuoteChange | None:
    """What became of the quote since it was last looked for in an earlier snapshot that had a text."""
    if snapshot.no_text == "page_gone":
        return "page_gone" if _earlier(citation, snapshot, facts, citation.checks) is not None else None
    if match is None:
        return None
    found = tuple(check for check in citation.checks if check.outcome in ("found", "found_with_changes"))
    earlier = _earlier(citation, snapshot, facts, found)
    if earlier is None:
        return None
    return quotes.compare(_quote(citation), facts.text(earlier), facts.text(snapshot))


def _earlier(
    citation: Citation, snapshot: SnapshotFacts, facts: Facts, checks: tuple[QuoteCheck, ...]
) -> SnapshotFacts | None:
    """The newest snapshot before this one in which these checks looked, of those that still stand and had a page."""
    ids = dict.fromkeys(check.snapshot_id for check in checks if check.snapshot_id != snapshot.id)
    known = [found for id in ids if (found := facts.snapshot(citation.source_id, id)) is not None]
    before = [s for s in known if s.captured_at <= snapshot.captured_at and s.no_text != "page_gone"]
    return max(before, key=lambda s: s.captured_at, default=None)
