"""Commands on a claim's verdicts: propose, approve, reject, reaffirm, withdraw; by two people while four eyes hold."""

from domain.bodies import GiveReason, Withdraw
from domain.claim import commands as asks
from domain.claim import events as happened
from domain.claim.judging import Judged, demand_met, judged_now
from domain.claim.rules import demand_counting, demand_second_person, demand_standing, judged_again
from domain.claim.state import Claim, PendingAct, PendingWithdrawal, Verdict
from domain.errors import NotFound, RuleBroken
from domain.events import Event, ReasonWords
from domain.facts import Asked, Decided, Facts, PolicyFacts


def propose(asked: Asked[asks.ProposeVerdict], claim: Claim, facts: Facts) -> Decided:
    """The desk is asked to conclude."""
    demand_counting(claim, "a verdict")
    body, policy = asked.body, facts.policy()
    if claim.proposal is not None:
        raise RuleBroken(f"Verdict {claim.proposal.id} waits for approval; approve or reject it first.")
    _check_change(asked, claim)
    _check_rating(asked, body.rating, policy)
    rests_on = happened.RestsOn(**dict(body.rests_on))
    _check_grounds(asked, claim, facts, body.rating, rests_on)
    overrides = _overrides(asked, policy)
    found = judged_now(claim, facts, body.rating, rests_on, asked.decided_at or asked.now)
    _check_broken(asked, found)
    demand_met(found.outcomes, overrides)
    verdict_id = asked.new_id("vdt")
    event = happened.VerdictProposed(
        verdict_id=verdict_id,
        rating=body.rating,
        rests_on=rests_on,
        judged_version=claim.version,
        changed_because=body.changed_because,
        policy_number=policy.number,
        facts_at=facts.position,
        numbers=found.numbers,
        findings=found.findings or None,
        overrides=overrides or None,
        words=happened.VerdictWords(
            rationale=body.rationale, override_reason=body.override.reason if body.override else None
        ),
    )
    return Decided((event,), (verdict_id,))


def _overrides(asked: Asked[asks.ProposeVerdict], policy: PolicyFacts) -> tuple[str, ...]:
    """The rules that are to be set aside, which have to be rules for this rating."""
    override = asked.body.override
    if override is None:
        return ()
    known = {rule.id for rule in policy.rules if asked.body.rating in rule.ratings}
    for index, id in enumerate(override.rules):
        if id not in known:
            raise asked.fault(f"/override/rules/{index}", f"Policy {policy.number} has no such rule for this rating.")
    return tuple(dict.fromkeys(override.rules))


def _check_broken(asked: Asked[asks.ProposeVerdict], found: Judged) -> None:
    """Readers are told that the verdict goes against the rules that are set aside, so each has to be broken."""
    met = {outcome.rule.id for outcome in found.outcomes if outcome.met}
    for index, id in enumerate(asked.body.override.rules if asked.body.override else ()):
        if id in met:
            raise asked.fault(f"/override/rules/{index}", f"Rule '{id}' is met: there is nothing to set aside.")


def _check_change(asked: Asked[asks.ProposeVerdict], claim: Claim) -> None:
    in_force, because = claim.verdict, asked.body.changed_because
    if in_force is not None and because is None:
        raise asked.fault("/changed_because", "A verdict is in force: say why it changes.")
    if in_force is None and because is not None:
        raise asked.fault("/changed_because", "No verdict is in force that could change.")


def _check_rating(asked: Asked[asks.ProposeVerdict] | Asked[asks.Approve], rating: str, policy: PolicyFacts) -> None:
    if rating not in policy.needs_citation:
        known = ", ".join(policy.needs_citation)
        raise asked.fault("/rating", f"The scale of policy {policy.number} has no rating '{rating}'; it has {known}.")


def _check_grounds(
    asked: Asked[asks.ProposeVerdict] | Asked[asks.Approve],
    claim: Claim,
    facts: Facts,
    rating: str,
    rests_on: happened.RestsOn,
) -> None:
    demand_standing(asked, claim, facts, rests_on.citation_ids, "/rests_on/citation_ids")
    for index, id in enumerate(rests_on.dispute_ids):
        if claim.dispute(id) is None:
            raise asked.fault(f"/rests_on/dispute_ids/{index}", f"The claim has no dispute {id}.")
    _check_found_nothing(asked, claim, rests_on.search_ids)
    _check_replies(asked, claim, rests_on.reply_ids)
    if facts.policy().needs_citation[rating] and not rests_on.citation_ids:
        raise asked.fault("/rests_on/citation_ids", f"The rating '{rating}' needs at least one standing citation.")


def _check_found_nothing(
    asked: Asked[asks.ProposeVerdict] | Asked[asks.Approve], claim: Claim, search_ids: tuple[str, ...]
) -> None:
    for index, id in enumerate(search_ids):
        search = claim.search(id)
        if search is None:
            raise asked.fault(f"/rests_on/search_ids/{index}", f"The claim has no search {id}.")
        if search.withdrawn is not None:
            raise asked.fault(f"/rests_on/search_ids/{index}", f"Search {id} was withdrawn.")


def _check_replies(
    asked: Asked[asks.ProposeVerdict] | Asked[asks.Approve], claim: Claim, reply_ids: tuple[str, ...]
) -> None:
    for index, id in enumerate(reply_ids):
        reply = claim.reply(id)
        if reply is None:
            raise asked.fault(f"/rests_on/reply_ids/{index}", f"The claim has no reply {id}.")
        if reply.withdrawn is not None:
            raise asked.fault(f"/rests_on/reply_ids/{index}", f"Reply {id} was withdrawn.")
        if not reply.settled:
            detail = f"Nothing came of request {id} yet: record the answer, or that the silence was considered."
            raise asked.fault(f"/rests_on/reply_ids/{index}", detail)


def _judge_again(asked: Asked[asks.Approve], claim: Claim, facts: Facts, verdict: Verdict) -> Judged:
    """Runs the rules on a verdict as they and the evidence are now.

    What was set aside stays so while the rule asks for the same: nobody gave a reason against what it asks for since.
    """
    with judged_again():
        _check_rating(asked, verdict.rating, facts.policy())
        _check_grounds(asked, claim, facts, verdict.rating, verdict.rests_on)
    found = judged_now(claim, facts, verdict.rating, verdict.rests_on, asked.decided_at or asked.now)
    then = {rule.id: rule.demands for rule in facts.rules_of(verdict.policy_number)}
    same = {outcome.rule.id for outcome in found.outcomes if then.get(outcome.rule.id) == outcome.rule.demands}
    demand_met(found.outcomes, same.intersection(verdict.overrides))
    return found


def _verdict_of(claim: Claim, id: str) -> Verdict:
    verdict = claim.verdict_by_id(id)
    if verdict is None:
        raise NotFound("verdict", id)
    return verdict


def approve(asked: Asked[asks.Approve], claim: Claim, facts: Facts) -> Decided:
    """A second person agrees to what waits: the verdict, its reaffirmation, or its withdrawal."""
    (verdict_id,) = asked.path
    verdict = _verdict_of(claim, verdict_id)
    if asked.body.decided_by is not None and asked.decided_at is None:
        raise asked.fault("/decided_by", "'decided_by' is for imported history, which carries decided_at.")
    if verdict.pending is not None:
        return Decided((_approve_act(asked, claim, facts, verdict, verdict.pending),))
    if verdict.status != "proposed":
        raise RuleBroken("Nothing about this verdict waits for approval.")
    return Decided((_approve_verdict(asked, claim, facts, verdict),))


def _approve_verdict(asked: Asked[asks.Approve], claim: Claim, facts: Facts, verdict: Verdict) -> Event:
    demand_counting(claim, "a verdict")
    policy = facts.policy()
    demand_second_person(verdict.proposed.by, asked.actor, policy)
    found = _judge_again(asked, claim, facts, verdict)
    return happened.VerdictApproved(
        verdict_id=verdict.id,
        seen_version=claim.version,
        policy_number=policy.number,
        facts_at=facts.position,
        own_proposal=verdict.proposed.by == asked.actor,
        numbers=found.numbers,
        findings=found.findings or None,
        words=happened.ApprovalWords(decided_by=asked.body.decided_by),
    )


def _approve_act(
    asked: Asked[asks.Approve], claim: Claim, facts: Facts, verdict: Verdict, pending: PendingAct
) -> Event:
    policy = facts.policy()
    demand_second_person(pending.proposed.by, asked.actor, policy)
    own, words = pending.proposed.by == asked.actor, happened.ApprovalWords(decided_by=asked.body.decided_by)
    if isinstance(pending, PendingWithdrawal):
        return happened.VerdictWithdrawn(
            verdict_id=verdict.id,
            cause=pending.cause,
            policy_number=policy.number,
            own_proposal=own,
            words=words,
        )
    demand_counting(claim, "a verdict")
    found = _judge_again(asked, claim, facts, verdict)
    return happened.VerdictReaffirmed(
        verdict_id=verdict.id,
        seen_version=claim.version,
        policy_number=policy.number,
        facts_at=facts.position,
        own_proposal=own,
        numbers=found.numbers,
        findings=found.findings or None,
        words=words,
    )


def reject(asked: Asked[GiveReason], claim: Claim, _: Facts) -> Decided:
    """What waits for a second person is turned down; whoever proposed it may do so too."""
    (verdict_id,) = asked.path
    verdict = _verdict_of(claim, verdict_id)
    if verdict.pending is None and verdict.status != "proposed":
        raise RuleBroken("Nothing about this verdict waits for approval.")
    act = verdict.pending.act if verdict.pending is not None else "verdict"
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.VerdictRejected(verdict_id=verdict_id, act=act, words=words),))


def withdraw(asked: Asked[Withdraw], claim: Claim, facts: Facts) -> Decided:
    """The desk is asked to take the verdict back without putting another in its place."""
    verdict = _in_force(claim, asked.path[0])
    event = happened.VerdictActProposed(
        verdict_id=verdict.id,
        act="withdrawal",
        cause=asked.body.cause,
        facts_at=facts.position,
        words=ReasonWords(reason=asked.body.reason),
    )
    return Decided((event,))


def reaffirm(asked: Asked[GiveReason], claim: Claim, facts: Facts) -> Decided:
    """The desk is asked to say that the verdict stands, having looked at it again."""
    demand_counting(claim, "a verdict")
    verdict = _in_force(claim, asked.path[0])
    found = judged_now(claim, facts, verdict.rating, verdict.rests_on, asked.decided_at or asked.now)
    event = happened.VerdictActProposed(
        verdict_id=verdict.id,
        act="reaffirmation",
        facts_at=facts.position,
        numbers=found.numbers,
        words=ReasonWords(reason=asked.body.reason),
    )
    return Decided((event,))


def _in_force(claim: Claim, id: str) -> Verdict:
    verdict = _verdict_of(claim, id)
    if verdict.status != "in_force":
        raise RuleBroken(f"The verdict is not in force: it is {verdict.status.replace('_', ' ')}.")
    if verdict.pending is not None:
        raise RuleBroken(f"A {verdict.pending.act} of this verdict waits for approval; approve or reject it first.")
    return verdict
