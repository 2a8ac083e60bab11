"""What a claim's page says of its verdicts: the one in force and why, what waits at the desk, and those before."""

from dataclasses import dataclass
from typing import Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.rules import RulePart, rule_parts
from api.pages.shapes import Ref, Sign, Text, When, recorded
from domain.claim import Claim
from domain.claim.state import Verdict, VerdictStatus
from domain.events import Stamp

_STATUS: Final[dict[VerdictStatus, str]] = {
    "proposed": "Proposed, waits for a second person",
    "in_force": "In force",
    "rejected": "Rejected",
    "superseded": "Replaced by a later verdict",
    "withdrawn": "Withdrawn",
}


@dataclass(frozen=True, slots=True)
class VerdictPart:
    """One verdict. `own`: approved by the person who proposed it. `moved_on`: the claim changed since it was judged."""

    sign: Sign
    status: str
    in_force: bool
    since: When
    rationale: Text
    rests_on: tuple[Ref, ...]
    disputes: int
    policy_number: int
    own: bool
    changed_because: str | None
    decided_by: str | None
    reaffirmed: When | None
    reaffirmation_reason: Text
    withdrawn: When | None
    withdrawal_cause: str | None
    withdrawal_reason: Text
    rejected: When | None
    rejection_reason: Text
    pending: str | None
    judged: Text | None
    origins: str | None
    rules: tuple[RulePart, ...]


def verdict_part(verdict: Verdict, claim: Claim, library: Library) -> VerdictPart:
    """The verdict with what it rests on. The statement it judged is told where the claim reads otherwise now."""
    said = verdict.words
    cited = [citation for id in verdict.rests_on.citation_ids if (citation := claim.citation(id)) is not None]
    sources = dict.fromkeys(citation.source_id for citation in cited)
    return VerdictPart(
        sign=library.sign(verdict),
        status=_STATUS[verdict.status],
        in_force=verdict.status == "in_force",
        since=recorded(verdict.approved or verdict.proposed),
        rationale=Text(said.rationale),
        rests_on=tuple(map(library.source_ref, sources)),
        disputes=len(verdict.rests_on.dispute_ids),
        policy_number=verdict.policy_number,
        own=verdict.own_proposal,
        changed_because=None if verdict.changed_because is None else phrases.CHANGED_BECAUSE[verdict.changed_because],
        decided_by=said.decided_by,
        reaffirmed=_when(verdict.reaffirmed),
        reaffirmation_reason=Text(said.reaffirmation_reason),
        withdrawn=_when(verdict.withdrawn),
        withdrawal_cause=None if verdict.cause is None else phrases.CAUSE[verdict.cause],
        withdrawal_reason=Text(said.withdrawal_reason),
        rejected=_when(verdict.rejected),
        rejection_reason=Text(said.rejection_reason),
        pending=None if verdict.pending is None else verdict.pending.act,
        judged=_judged(verdict, claim, library),
        origins=_origins(verdict),
        rules=rule_parts(verdict.findings, verdict.overrides, verdict.policy_number, library),
    )


def _origins(verdict: Verdict) -> str | None:
    """To how many origins the evidence went back when the verdict was judged last. Reports count here too."""
    if verdict.numbers is None or not verdict.rests_on.citation_ids:
        return None
    return phrases.counted(verdict.numbers.origins, "origin", "origins")


def _when(stamp: Stamp | None) -> When | None:
    return None if stamp is None else recorded(stamp)


def _judged(verdict: Verdict, claim: Claim, library: Library) -> Text | None:
    """The statement as it was judged, if it was reworded since."""
    if verdict.approved is None or claim.worded.position <= verdict.approved.position:
        return None
    then = library.wording(claim.id, verdict.judged_version)
    return None if then is None or then.words == claim.words.statement else then
