"""A claim's evidence at any moment: counted by origin in the world as its records said it then."""

from collections.abc import Callable
from typing import Any

from api.moments import Moment
from api.representations.claims import Weighed
from domain.claim import Claim
from domain.claim.grounds import question_of, standing
from domain.claim.judging import Judged, judged
from domain.claim.state import Verdict
from domain.evidence.origins import Evidence, weigh
from domain.newsroom import Newsroom
from domain.policy import Policy
from domain.policy.state import PolicyVersion
from domain.review import moved
from domain.surroundings import Surroundings


class Weighing:
    """Weighs claims. `folded` gives a record as it stood at a moment, None if there was none."""

    def __init__(self, newsroom: Newsroom, folded: Callable[[str, Moment], Any]) -> None:
        self._newsroom = newsroom
        self._folded = folded

    def weigh(self, claim: Claim, moment: Moment) -> Weighed:
        """What the claim's evidence comes to at that moment, by the policy that was in force then."""
        world = self.world(moment)
        evidence = self._evidence(claim, world, moment)
        sources = {c.source_id: world.source(c.source_id) for c in claim.citations}
        return Weighed(
            standings={id: source.standing for id, source in sources.items()},
            standing=standing(claim, world),
            evidence=evidence,
            moved=moved(claim, evidence, world, world.state_of),
            given_up=frozenset(id for source in sources.values() for _, id in source.given_up),
        )

    def evidence(self, claim: Claim, moment: Moment) -> Evidence:
        """The claim's citations at that moment, counted by origin."""
        return self._evidence(claim, self.world(moment), moment)

    def _evidence(self, claim: Claim, world: Surroundings, moment: Moment) -> Evidence:
        policy = self._policy(moment)
        merge = policy is None or policy.merge_publisher_family
        return weigh(question_of(claim), world, merge_families=merge)

    def world(self, moment: Moment) -> Surroundings:
        """Sources, parties and our own articles as they stood at that moment."""
        self._newsroom.names.catch_up()
        known: dict[str, Any] = {}

        def state_of(id: str) -> Any:
            if id not in known:
                known[id] = self._folded(id, moment)
            return known[id]

        return Surroundings(state_of, self._newsroom.names.naming)

    def judge(self, claim: Claim, verdict: Verdict, policy: PolicyVersion, moment: Moment, at: str) -> Judged:
        """What the rules of this policy find of the verdict at that moment; `at` is its time, a stamp."""
        return judged(
            claim,
            self.world(moment),
            verdict.rating,
            verdict.rests_on,
            policy.rules,
            at=at,
            merge_families=policy.merge_publisher_family,
        )

    def _policy(self, moment: Moment) -> PolicyVersion | None:
        policy: Policy | None = self._folded(self._newsroom.desk.policy_id, moment)
        return None if policy is None else policy.current
