"""A claim as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.representations import shapes
from api.representations.parts import Audience, agreed, happened, reasoned, when, withdrawal
from api.representations.replies import reply_body, search_body
from domain.claim import Claim
from domain.claim.events.verdict import EvidenceNumbers, Finding, RestsOn
from domain.claim.state import (
    Citation,
    Dispute,
    Link,
    PendingAct,
    Position,
    Quantity,
    ReviewReason,
    Settlement,
    Verdict,
)
from domain.evidence.origins import Evidence, Numbers
from domain.values import Standing, Wording


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a claim's evidence comes to, as it is shown: how the cited sources stand, and which citations do.

    `evidence` has them counted by origin; it is None in the steps of a history, which does not hold all that they go
    back to. `moved` says why the verdict needs review because of other records, and `given_up` are the withdrawn
    snapshots of the cited sources.
    """

    standings: Mapping[str, Standing]
    standing: frozenset[str]
    evidence: Evidence | None = None
    moved: tuple[ReviewReason, ...] = ()
    given_up: frozenset[str] = frozenset()

    @property
    def numbers(self) -> Numbers | None:
        """How many independent origins there are, where that is known."""
        return None if self.evidence is None else self.evidence.numbers

    def conflicts(self, claim: Claim) -> bool:
        """Whether citations that stand support the claim and others refute it, each source in its own voice."""
        return {"supports", "refutes"} <= {c.stance for c in claim.citations if c.id in self.standing}


def claim_body(claim: Claim, weighed: Weighed, audience: Audience, at: str) -> shapes.Claim:
    """The claim: what was asserted, on what evidence, who denies it, what the desk concludes.

    `contested` says that parties disagree, `evidence_conflicts` that standing citations support and refute it. The
    public is shown no proposal. Deadlines and expiries are looked at as of `at`, a stamp.
    """
    desk = audience == "desk"
    return {
        "id": claim.id,
        "version": claim.version,
        "position": claim.changed.position,
        **_assertion(claim, audience),
        "quantity": _quantity(claim.quantity, audience),
        "citations": [_citation(c, weighed, audience) for c in claim.citations],
        "links": [_link(k, audience) for k in claim.links],
        "disputes": [_dispute(d, audience) for d in claim.disputes],
        "replies": [reply_body(r, audience, at) for r in claim.replies],
        "searches": [search_body(s, audience, at) for s in claim.searches],
        "verdict": _verdict(claim.verdict, audience) if claim.verdict else None,
        "proposal": _verdict(claim.proposal, audience) if desk and claim.proposal else None,
        "verdicts": [_verdict(v, audience) for v in claim.verdicts if desk or v.status not in ("proposed", "rejected")],
        "contested": claim.contested,
        "evidence_conflicts": weighed.conflicts(claim),
        "independent_origins": None if weighed.numbers is None else numbers_body(weighed.numbers),
        **withdrawal(claim.withdrawn, claim.cause, claim.words.withdrawal_reason, audience),
        "reinstated": reasoned(claim.reinstated, audience, claim.words.reinstatement_reason),
        "published": happened(claim.published, audience),
        "needs_review": [*claim.review_reasons(at), *weighed.moved] if desk else [],
    }


def numbers_body(numbers: Numbers) -> shapes.Origins:
    """The four numbers."""
    return {
        "supports": numbers.supports,
        "refutes": numbers.refutes,
        "interested": numbers.interested,
        "reported": numbers.reported,
    }


def _assertion(claim: Claim, audience: Audience) -> shapes.Assertion:
    words, spoken = claim.words, claim.exact_words
    return {
        "statement": words.statement,
        "language": claim.language,
        "kind": claim.kind,
        "attribution": claim.attribution,
        "claimant_id": claim.claimant_id,
        "as_named": words.as_named,
        "about": [{"party_id": a.party_id, "role": a.role} for a in claim.about],
        "exact_words": _spoken(words.exact_words, spoken.wording, spoken.translated_from) if spoken else None,
        "said_on": claim.said_on,
        "happened_on": claim.happened_on,
        "appeared_in_id": claim.appeared_in_id,
        "topics": list(words.topics or ()),
        "reason": words.reason,
        "asserted": when(claim.asserted, audience),
        "worded": reasoned(claim.worded, audience, words.rewording_reason),
        "changed": when(claim.changed, audience),
        "description_reason": words.description_reason,
    }


def _spoken(text: str | None, wording: Wording | None, translated_from: str | None) -> shapes.ExactWords:
    return {"text": text, "wording": wording, "translated_from": translated_from}


def _quantity(quantity: Quantity | None, audience: Audience) -> shapes.Quantity | None:
    if quantity is None:
        return None
    return {
        "value": quantity.value,
        "unit": quantity.words.unit,
        "bound": quantity.bound,
        "upper": quantity.upper,
        "counted_on": quantity.counted_on,
        "why": quantity.why,
        "reason": quantity.words.reason,
        **when(quantity.stated, audience),
    }


def _citation(citation: Citation, weighed: Weighed, audience: Audience) -> shapes.Citation:
    words = citation.words
    quoted = citation.quote_wording is not None
    return {
        "id": citation.id,
        "source_id": citation.source_id,
        "stance": citation.stance,
        "standing": weighed.standings.get(citation.source_id, "good"),
        "stands": citation.id in weighed.standing,
        "reported_party_id": citation.reported_party_id,
        "as_named": words.as_named,
        "quote": _spoken(words.quote, citation.quote_wording, citation.quote_translated_from) if quoted else None,
        "locator": words.locator,
        "snapshot_id": citation.snapshot_id,
        "via_source_id": citation.via_source_id,
        "accessed_on": citation.accessed_on,
        "quantity": _counted(citation),
        "quote_check": _quote_check(citation, weighed),
        **when(citation.cited, audience),
        **withdrawal(citation.withdrawn, citation.cause, words.withdrawal_reason, audience),
    }


def _quote_check(citation: Citation, weighed: Weighed) -> shapes.QuoteCheck | None:
    if not citation.checks:
        return None
    last = citation.checks[-1]
    return {
        "outcome": last.outcome,
        "cause": last.cause,
        "score": last.score,
        "compared": last.compared,
        "snapshot_id": last.snapshot_id,
        "snapshot_withdrawn": last.snapshot_id in weighed.given_up,
        "checked_at": last.checked.at,
        "position": None if last.start is None or last.end is None else {"start": last.start, "end": last.end},
    }


def _link(link: Link, audience: Audience) -> shapes.Link:
    return {
        "id": link.id,
        "claim_id": link.claim_id,
        "relation": link.relation,
        **when(link.linked, audience),
        **withdrawal(link.withdrawn, link.cause, link.words.withdrawal_reason, audience),
    }


def _dispute(dispute: Dispute, audience: Audience) -> shapes.Dispute:
    words = dispute.words
    return {
        "id": dispute.id,
        "scopes": list(dispute.scopes),
        "open": dispute.open,
        "question": words.question,
        "reason": words.reason,
        "positions": [_position(p, audience) for p in dispute.positions],
        "settlement": _settlement(dispute.settlement, audience) if dispute.settlement else None,
        "settlements": [_settlement(s, audience) for s in dispute.settlements],
        "narrowed": reasoned(dispute.narrowed, audience, words.narrowing_reason),
        "reopened": reasoned(dispute.reopened, audience, words.reopening_reason),
        **when(dispute.opened, audience),
    }


def _position(position: Position, audience: Audience) -> shapes.Position:
    words = position.words
    return {
        "id": position.id,
        "party_id": position.party_id,
        "as_named": words.as_named,
        "stance": position.stance,
        "statement": words.statement,
        "stated_on": position.stated_on,
        "accepts": words.accepts,
        "quantity": _counted(position),
        "citation_ids": list(position.citation_ids),
        **when(position.stated, audience),
        **withdrawal(position.withdrawn, position.cause, words.withdrawal_reason, audience),
    }


def _counted(part: Citation | Position) -> shapes.Amount | None:
    if part.value is None:
        return None
    return {
        "value": part.value,
        "unit": part.words.unit,
        "bound": part.bound,
        "upper": part.upper,
        "counted_on": part.counted_on,
    }


def _settlement(settlement: Settlement, audience: Audience) -> shapes.Settlement:
    return {
        "id": settlement.id,
        "outcome": settlement.outcome,
        "rationale": settlement.words.rationale,
        "citation_ids": list(settlement.citation_ids),
        **when(settlement.proposed, audience),
        "agreed": agreed(settlement.agreed, audience, own_proposal=settlement.own_proposal),
    }


def _verdict(verdict: Verdict, audience: Audience) -> shapes.Verdict:
    words = verdict.words
    return {
        "id": verdict.id,
        "rating": verdict.rating,
        "status": verdict.status,
        "rationale": words.rationale,
        "rests_on": _grounds(verdict.rests_on),
        "judged_version": verdict.judged_version,
        "changed_because": verdict.changed_because,
        "policy_number": verdict.policy_number,
        "facts_at": verdict.facts_at,
        "numbers": None if verdict.numbers is None else _kept_numbers(verdict.numbers),
        "findings": [finding_body(finding) for finding in verdict.findings],
        "overrides": list(verdict.overrides),
        "override_reason": words.override_reason if verdict.overrides else None,
        "decided_by": words.decided_by,
        **when(verdict.proposed, audience),
        "approved": agreed(verdict.approved, audience, own_proposal=verdict.own_proposal),
        "rejected": happened(verdict.rejected, audience),
        "rejection_reason": words.rejection_reason,
        "reaffirmed": _reaffirmed(verdict, audience),
        "pending": _pending(verdict.pending, audience),
        **withdrawal(verdict.withdrawn, verdict.cause, words.withdrawal_reason, audience),
        "withdrawal_decided_by": words.withdrawal_decided_by,
    }


def _kept_numbers(numbers: EvidenceNumbers) -> shapes.GroundOrigins:
    return {
        "supports": numbers.supports,
        "refutes": numbers.refutes,
        "interested": numbers.interested,
        "reported": numbers.reported,
        "origins": numbers.origins,
    }


def finding_body(finding: Finding) -> shapes.Finding:
    """What a rule of the policy found."""
    checks: list[shapes.Check] = [
        {"requirement": c.requirement, "needed": c.needed, "found": c.found, "met": c.met} for c in finding.checks
    ]
    return {"rule": finding.rule, "met": finding.met, "checks": checks}


def _grounds(rests_on: RestsOn) -> shapes.RestsOn:
    return {
        "citation_ids": list(rests_on.citation_ids),
        "search_ids": list(rests_on.search_ids),
        "reply_ids": list(rests_on.reply_ids),
        "dispute_ids": list(rests_on.dispute_ids),
    }


def _reaffirmed(verdict: Verdict, audience: Audience) -> shapes.Reaffirmed | None:
    said, words = verdict.reaffirmed, verdict.words
    if said is None:
        return None
    decided_by = words.reaffirmation_decided_by
    return {"reason": words.reaffirmation_reason, "decided_by": decided_by, **when(said, audience)}


def _pending(pending: PendingAct | None, audience: Audience) -> shapes.Pending | None:
    if pending is None:
        return None
    act, cause, reason = pending.act, pending.cause, pending.words.reason
    return {"act": act, "cause": cause, "reason": reason, **when(pending.proposed, audience)}
