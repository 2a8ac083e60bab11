"""What the policy's rules find of a claim, and the numbers that a verdict keeps."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from domain.claim import events as happened
from domain.claim.grounds import finding, ground_of, question_of
from domain.claim.state import FOUND, Claim
from domain.errors import PolicyBroken
from domain.evidence.origins import Evidence, weigh
from domain.evidence.world import World
from domain.facts import Facts
from domain.rules import Found, Outcome, Rule, in_words, judge

VOICES = frozenset({"supports", "refutes"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim's evidence at one moment, counted, and what the rules for a rating find of it."""

    numbers: happened.EvidenceNumbers
    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> tuple[happened.Finding, ...]:
        """The outcomes as a verdict's event keeps them."""
        return tuple(map(_finding, self.outcomes))


def judged(
    claim: Claim,
    world: World,
    rating: str,
    rests_on: happened.RestsOn,
    rules: Sequence[Rule],
    *,
    at: str,
    merge_families: bool,
) -> Judged:
    """The claim's evidence in this world, and what the rules say of the rating at this moment (RFC 3339)."""
    evidence = weigh(question_of(claim), world, merge_families=merge_families)
    ground, numbers = ground_of(claim, rests_on), evidence.numbers
    kept = happened.EvidenceNumbers(
        supports=numbers.supports,
        refutes=numbers.refutes,
        interested=numbers.interested,
        reported=numbers.reported,
        origins=evidence.behind(ground),
    )
    found = _found(claim, world, evidence, ground, rests_on, at)
    return Judged(kept, judge(rules, rating, found))


def judged_now(claim: Claim, facts: Facts, rating: str, rests_on: happened.RestsOn, at: str) -> Judged:
    """The same by the policy in force, on the facts of a command."""
    policy = facts.policy()
    return judged(
        claim, facts.world, rating, rests_on, policy.rules, at=at, merge_families=policy.merge_publisher_family
    )


def demand_met(outcomes: Iterable[Outcome], overrides: Collection[str]) -> None:
    """Raises `PolicyBroken` for rules that are not met and not set aside. It names the rules, and what was found."""
    broken = [outcome for outcome in outcomes if not outcome.met and outcome.rule.id not in overrides]
    if broken:
        told = "; ".join(f"{outcome.rule.id} asks for {_missing(outcome)}" for outcome in broken)
        raise PolicyBroken(f"The policy's rules for this rating are not met: {told}.", broken)


def _missing(outcome: Outcome) -> str:
    return ", and ".join(f"{in_words(m.demand)} ({_count(m.found, m.needed)})" for m in outcome.measured if not m.met)


def _count(found: int, needed: int) -> str:
    return f"{found} of {needed} found" if needed else f"{found} found"


def _found(
    claim: Claim, world: World, evidence: Evidence, ground: Collection[str], rests_on: happened.RestsOn, at: str
) -> Found:
    quoted = [c for c in claim.citations if c.id in ground and c.quote_wording == "verbatim"]
    actors = {about.party_id for about in claim.about if about.role == "actor"}
    searches = [search for search in claim.searches if search.withdrawn is None]
    behind = [search for search in searches if search.id in rests_on.search_ids]
    return Found(
        supports=evidence.numbers.supports,
        refutes=evidence.numbers.refutes,
        primary=_primary(world, evidence),
        disputes=[d.scopes for d in claim.disputes if d.open or d.unsettled_for_good],
        quotes=(len(quoted), sum(1 for c in quoted if finding(c, world) in FOUND)),
        replies=(len(actors), len(actors) - len(claim.unheard)),
        searches=sum(1 for search in searches if search.status(at) == "valid"),
        expired=sum(1 for search in behind if search.status(at) == "expired"),
    )


def _primary(world: World, evidence: Evidence) -> int:
    """How many primary sources speak for themselves, or are what a citation that holds goes back to."""
    spoken = [leg for leg in evidence.legs if leg.holds and leg.cited.stance in VOICES]
    reached = {id for leg in spoken for root in leg.roots if root.holds for id in (leg.cited.source_id, *root.members)}
    return sum(1 for id in reached if world.source(id).primary)


def _finding(outcome: Outcome) -> happened.Finding:
    checks = tuple(
        happened.Check(requirement=m.demand.requirement, needed=m.needed, found=m.found, met=m.met)
        for m in outcome.measured
    )
    return happened.Finding(rule=outcome.rule.id, met=outcome.met, checks=checks)
