"""What weighing the evidence of a claim has to know of the claim itself, small enough to be kept for each."""

from dataclasses import dataclass
from typing import Final

from domain.claim import Claim
from domain.claim.grounds import ground_of, question_of
from domain.claim.state import ReviewReason
from domain.evidence.world import Cited, Question
from domain.review import Judged, judged
from projections.documents import Documents


@dataclass(frozen=True, slots=True)
class Docket:
    """A claim as far as its evidence and the ground of its verdict are concerned.

    `ground` names the citations that its verdict rests on, all if there is none. `marks` say what moved in the claim
    itself under its verdict.
    """

    created: int
    claim_id: str
    cited: tuple[Cited, ...] = ()
    interested: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
    verdict_id: str | None = None
    rating: str | None = None
    judged: Judged | None = None
    marks: tuple[ReviewReason, ...] = ()
    withdrawn: bool = False

    @property
    def question(self) -> Question:
        """What is weighed."""
        return Question(self.claim_id, self.cited, frozenset(self.interested))


DOCKETS: Final[Documents[Docket]] = Documents(Docket)


def docket_of(claim: Claim) -> Docket:
    """The claim in the state that it has."""
    question, verdict = question_of(claim), claim.verdict
    return Docket(
        created=claim.asserted.position,
        claim_id=claim.id,
        cited=question.cited,
        interested=tuple(sorted(question.interested)),
        ground=tuple(sorted(ground_of(claim))),
        verdict_id=None if verdict is None else verdict.id,
        rating=None if verdict is None else verdict.rating,
        judged=judged(claim),
        marks=claim.needs_review,
        withdrawn=claim.withdrawn is not None,
    )
