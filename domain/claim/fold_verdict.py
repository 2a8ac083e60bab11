"""How the events of a claim's verdicts become its state."""

from collections.abc import Callable

from domain.claim import events as happened
from domain.claim.fold import fold
from domain.claim.state import (
    Claim,
    PendingAct,
    PendingReaffirmation,
    PendingText,
    PendingWithdrawal,
    Verdict,
    VerdictText,
)
from domain.events import Recorded, Stamp
from domain.folding import amend, reason_of, replace


def _on(claim: Claim, verdict_id: str, change: Callable[[Verdict], Verdict]) -> Claim:
    return replace(claim, verdicts=amend(claim.verdicts, verdict_id, change))


def _origins(numbers: happened.EvidenceNumbers | None) -> int | None:
    return None if numbers is None else numbers.origins


@fold.then(happened.VerdictProposed)
def _proposed(claim: Claim, recorded: Recorded, event: happened.VerdictProposed) -> Claim:
    verdict = Verdict(
        id=event.verdict_id,
        rating=event.rating,
        rests_on=event.rests_on,
        judged_version=event.judged_version,
        changed_because=event.changed_because,
        policy_number=event.policy_number,
        facts_at=event.facts_at,
        proposed=Stamp.of(recorded),
        words=VerdictText(
            rationale=event.words.rationale if event.words else None,
            override_reason=event.words.override_reason if event.words else None,
        ),
        judged_at=event.facts_at,
        judged_origins=_origins(event.numbers),
        numbers=event.numbers,
        findings=event.findings or (),
        overrides=event.overrides or (),
    )
    return replace(claim, verdicts=(*claim.verdicts, verdict))


@fold.then(happened.VerdictApproved)
def _approved(claim: Claim, recorded: Recorded, event: happened.VerdictApproved) -> Claim:
    def supersede(verdict: Verdict) -> Verdict:
        return replace(verdict, status="superseded", pending=None) if verdict.status == "in_force" else verdict

    def approve(verdict: Verdict) -> Verdict:
        words = replace(verdict.words, decided_by=event.words.decided_by if event.words else None)
        return replace(
            verdict,
            status="in_force",
            approved=Stamp.of(recorded),
            own_proposal=event.own_proposal,
            policy_number=verdict.policy_number if event.numbers is None else event.policy_number,
            facts_at=verdict.facts_at if event.numbers is None else event.facts_at,
            numbers=event.numbers or verdict.numbers,
            findings=verdict.findings if event.numbers is None else event.findings or (),
            overrides=_still_broken(verdict.overrides, event.findings or ()),
            words=words,
        )

    before = replace(claim, verdicts=tuple(supersede(v) for v in claim.verdicts))
    return _on(before, event.verdict_id, approve)


def _still_broken(overrides: tuple[str, ...], findings: tuple[happened.Finding, ...]) -> tuple[str, ...]:
    """The rules that the verdict goes against still: one that is met now, or is no more, is not set aside."""
    broken = {finding.rule for finding in findings if not finding.met}
    return tuple(id for id in overrides if id in broken)


@fold.then(happened.VerdictRejected)
def _rejected(claim: Claim, recorded: Recorded, event: happened.VerdictRejected) -> Claim:
    def reject(verdict: Verdict) -> Verdict:
        words = replace(verdict.words, rejection_reason=reason_of(event))
        if event.act == "verdict":
            return replace(verdict, status="rejected", rejected=Stamp.of(recorded), words=words)
        return replace(verdict, pending=None, words=words)

    return _on(claim, event.verdict_id, reject)


@fold.then(happened.VerdictActProposed)
def _act_proposed(claim: Claim, recorded: Recorded, event: happened.VerdictActProposed) -> Claim:
    pending = _pending(recorded, event)
    return _on(claim, event.verdict_id, lambda verdict: replace(verdict, pending=pending))


def _pending(recorded: Recorded, event: happened.VerdictActProposed) -> PendingAct:
    words = PendingText(reason_of(event))
    if event.act == "reaffirmation":
        return PendingReaffirmation(
            event.act, Stamp.of(recorded), words, event.facts_at, origins=_origins(event.numbers)
        )
    if event.cause is None:
        raise ValueError("a withdrawal has a cause")
    return PendingWithdrawal(event.act, Stamp.of(recorded), event.cause, words)


@fold.then(happened.VerdictReaffirmed)
def _reaffirmed(claim: Claim, recorded: Recorded, event: happened.VerdictReaffirmed) -> Claim:
    def reaffirm(verdict: Verdict) -> Verdict:
        pending = verdict.pending
        words = replace(
            verdict.words,
            reaffirmation_reason=pending.words.reason if pending else None,
            reaffirmation_decided_by=event.words.decided_by if event.words else None,
        )
        if not isinstance(pending, PendingReaffirmation):
            return replace(verdict, reaffirmed=Stamp.of(recorded), pending=None, words=words, needs_review=())
        return replace(
            verdict,
            reaffirmed=Stamp.of(recorded),
            pending=None,
            words=words,
            needs_review=pending.needs_review,
            judged_at=pending.facts_at,
            judged_origins=_origins(event.numbers) if pending.origins is None else pending.origins,
            policy_number=verdict.policy_number if event.numbers is None else event.policy_number,
            facts_at=verdict.facts_at if event.numbers is None else event.facts_at,
            numbers=event.numbers or verdict.numbers,
            findings=verdict.findings if event.numbers is None else event.findings or (),
            overrides=_still_broken(verdict.overrides, event.findings or ()),
        )

    return _on(claim, event.verdict_id, reaffirm)


@fold.then(happened.VerdictWithdrawn)
def _withdrawn(claim: Claim, recorded: Recorded, event: happened.VerdictWithdrawn) -> Claim:
    def withdraw(verdict: Verdict) -> Verdict:
        words = replace(
            verdict.words,
            withdrawal_reason=verdict.pending.words.reason if verdict.pending else None,
            withdrawal_decided_by=event.words.decided_by if event.words else None,
        )
        return replace(
            verdict,
            status="withdrawn",
            withdrawn=Stamp.of(recorded),
            cause=event.cause,
            pending=None,
            words=words,
        )

    return _on(claim, event.verdict_id, withdraw)
