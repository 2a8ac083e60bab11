"""How the checks of a claim's quotes become its state."""

from typing import Final

from domain.claim import events as happened
from domain.claim.fold import fold, marked
from domain.claim.state import Citation, Claim, QuoteCheck
from domain.events import Recorded, Stamp
from domain.folding import amend, replace

_FAILED: Final = ("changed_near_quote", "quote_gone", "page_gone")


@fold.then(happened.QuoteChecked)
def _checked(claim: Claim, recorded: Recorded, event: happened.QuoteChecked) -> Claim:
    check = QuoteCheck(
        snapshot_id=event.snapshot_id,
        outcome=event.outcome,
        score=event.score,
        cause=event.cause,
        compared=event.compared,
        start=event.start,
        end=event.end,
        profile=event.profile,
        facts_at=event.facts_at,
        checked=Stamp.of(recorded),
    )

    def add(citation: Citation) -> Citation:
        return replace(citation, checks=(*citation.checks, check))

    failed = event.outcome == "not_found" or event.compared in _FAILED
    return replace(
        claim,
        citations=amend(claim.citations, event.citation_id, add),
        verdicts=marked(claim, "quote_failed", lambda v: event.citation_id in v.rests_on.citation_ids)
        if failed
        else claim.verdicts,
    )
