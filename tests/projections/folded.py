"""What folded records alone say of the evidence, for tests of what the views make of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from domain.claim import Claim
from domain.claim.grounds import ground_of, question_of
from domain.events import Recorded
from domain.evidence.origins import Evidence, weigh
from domain.review import moved
from domain.streams import FOLDS
from domain.surroundings import Surroundings, names
from tests.support.desk import Desk


class Expected(NamedTuple):
    """What a claim's row must say."""

    id: str
    verdict_id: str | None
    rating: str | None
    supports: int
    refutes: int
    interested: int
    reported: int
    origins: int
    conflicts: bool
    reasons: str | None
    since: int | None


class Past:
    """All records as they stand after each event, folded one by one, with nothing remembered of what they come to."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.named: dict[str, set[str]] = {}
        self.since: dict[str, tuple[str, int]] = {}

    def follow(self, recorded: Recorded) -> None:
        """Takes in one event, and notes whose verdict begins or ceases to wait for a review."""
        stream = recorded.stream
        self.states[stream] = FOLDS[stream[:3]].step(self.states.get(stream), recorded)
        for name in names(recorded.event):
            self.named.setdefault(name, set()).add(stream)
        for claim in self.claims():
            verdict = claim.verdict
            if verdict is None or claim.withdrawn is not None or not self.reasons(claim):
                self.since.pop(claim.id, None)
            elif self.since.get(claim.id, ("", 0))[0] != verdict.id:
                self.since[claim.id] = verdict.id, recorded.position

    def claims(self) -> Iterator[Claim]:
        return (state for id, state in self.states.items() if id.startswith("clm"))

    @property
    def world(self) -> Surroundings:
        return Surroundings(self.states.get, lambda name: self.named.get(name, ()))

    @property
    def merge(self) -> bool:
        policy = next(state for id, state in self.states.items() if id.startswith("pol"))
        return policy.current is None or policy.current.merge_publisher_family

    def evidence(self, claim: Claim) -> Evidence:
        return weigh(question_of(claim), self.world, merge_families=self.merge)

    def reasons(self, claim: Claim) -> tuple[str, ...]:
        return (*claim.needs_review, *moved(claim, self.evidence(claim), self.world, self.states.get))

    def expected(self) -> list[Expected]:
        return [self._expected(claim) for claim in sorted(self.claims(), key=lambda claim: claim.asserted.position)]

    def _expected(self, claim: Claim) -> Expected:
        evidence, verdict = self.evidence(claim), claim.verdict
        numbers = evidence.numbers
        return Expected(
            claim.id,
            None if verdict is None else verdict.id,
            None if verdict is None else verdict.rating,
            numbers.supports,
            numbers.refutes,
            numbers.interested,
            numbers.reported,
            evidence.behind(ground_of(claim)),
            evidence.conflicts,
            ",".join(self.reasons(claim)) or None,
            self.since.get(claim.id, ("", None))[1],
        )

    def legs(self) -> set[tuple[str, str, int]]:
        return {
            (claim.id, leg.cited.id, origin)
            for claim in self.claims()
            for leg in self.evidence(claim).legs
            for origin in leg.origins
        }


def past_of(desk: Desk) -> Past:
    past = Past()
    for recorded in desk.newsroom.streams.events():
        past.follow(recorded)
    return past
