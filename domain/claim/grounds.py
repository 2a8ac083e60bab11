"""A claim as evidence sees it, which of its citations stand, and what its verdicts rest on."""

from domain.claim.events import RestsOn
from domain.claim.state import Citation, Claim
from domain.evidence.origins import WEIGHTY
from domain.evidence.tracing import trace
from domain.evidence.world import Cited, Question, World
from domain.values import QuoteOutcome


def question_of(claim: Claim) -> Question:
    """The claim as far as its evidence is concerned: the citations that were not withdrawn, and who has an interest."""
    cited = (c for c in claim.citations if c.withdrawn is None)
    parties = {position.party_id for dispute in claim.disputes for position in dispute.standing}
    interested = {claim.claimant_id, *parties, *(about.party_id for about in claim.about)}
    return Question(
        claim_id=claim.id,
        cited=tuple(Cited(c.id, c.source_id, c.stance, c.via_source_id) for c in cited),
        interested=frozenset(id for id in interested if id is not None),
    )


def stands(citation: Citation, claim_id: str, world: World) -> bool:
    """Whether anything may rest on the citation: it was not withdrawn, and what it goes back to stands.

    The source through which one is known has to stand too. What only gives context stands while its source does.
    """
    if citation.withdrawn is not None:
        return False
    if citation.stance not in WEIGHTY:
        return not world.source(citation.source_id).fallen
    known = (citation.source_id, citation.via_source_id)
    return all(any(root.holds for root in trace(world, id, claim_id)) for id in known if id is not None)


def standing(claim: Claim, world: World) -> frozenset[str]:
    """The citations of the claim that stand."""
    return frozenset(c.id for c in claim.citations if stands(c, claim.id, world))


def finding(citation: Citation, world: World) -> QuoteOutcome | None:
    """Whether the quote was found in a snapshot that stands, as far as anybody looked; None where nothing is quoted."""
    if citation.quote_wording is None:
        return None
    source = world.source(citation.source_id)
    told = [check for check in citation.told if source.shows(check.snapshot_id)]
    return told[-1].outcome if told else "not_checked"


def ground_of(claim: Claim, rests_on: RestsOn | None = None) -> frozenset[str]:
    """The citations that a verdict with these grounds rests on; by default the one in force.

    Where it names none, or there is none, they are all that were not withdrawn.
    """
    if rests_on is None and claim.verdict is not None:
        rests_on = claim.verdict.rests_on
    named = frozenset(() if rests_on is None else rests_on.citation_ids)
    return named or frozenset(c.id for c in claim.citations if c.withdrawn is None)
