"""A claim as evidence sees it, and what its verdicts rest on."""

from domain.claim.events import RestsOn
from domain.claim.state import Claim
from domain.evidence.world import Cited, Question


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


def ground_of(claim: Claim, rests_on: RestsOn | None = None) -> frozenset[str]:
    """The citations that a verdict with these grounds rests on; by default the one in force.

    Where it names none, or there is none, they are all that were not withdrawn.
    """
    if rests_on is None and claim.verdict is not None:
        rests_on = claim.verdict.rests_on
    named = frozenset(() if rests_on is None else rests_on.citation_ids)
    return named or frozenset(c.id for c in claim.citations if c.withdrawn is None)
