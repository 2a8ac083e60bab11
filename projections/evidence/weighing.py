"""What was found of a claim's evidence at one position, and the rows that say so."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.evidence.origins import Evidence, weigh
from domain.evidence.tracing import Root
from domain.evidence.world import Cited
from domain.review import moved_since
from projections.documents import digest_of
from projections.evidence.docket import Docket
from projections.evidence.schema import CitedAs
from projections.evidence.world import BatchWorld
from projections.tables import Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """Since which event a verdict has waited for a review without a break: its position, and when it was recorded."""

    verdict_id: str
    since: int
    since_at: str


class _Way(NamedTuple):
    """A citation leads to a root by the source that is cited, or by the one through which that is known."""

    cited: Cited
    role: CitedAs
    source_id: str
    root: Root
    origin: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence of a claim, and why its verdict needs review: by its own marks, and by what moved elsewhere."""

    docket: Docket
    evidence: Evidence
    reasons: tuple[str, ...]

    def waiting(self, before: Waiting | None, since: int, since_at: str) -> Waiting | None:
        """What waits after an event, where `before` waited before it. Of a withdrawn claim nobody has to look."""
        docket = self.docket
        if docket.verdict_id is None or not self.reasons or docket.withdrawn:
            return None
        if before is not None and before.verdict_id == docket.verdict_id:
            return before
        return Waiting(docket.verdict_id, since, since_at)

    def row(self, waiting: Waiting | None, document: bytes) -> Row:
        """The claim's row among the grounds; `document` is its docket."""
        docket, evidence, numbers = self.docket, self.evidence, self.evidence.numbers
        said = (
            docket.claim_id,
            docket.verdict_id,
            docket.rating,
            numbers.supports,
            numbers.refutes,
            numbers.interested,
            numbers.reported,
            evidence.behind(frozenset(docket.ground)),
            evidence.conflicts,
            ",".join(self.reasons) or None,
            None if waiting is None else waiting.since,
            None if waiting is None else waiting.since_at,
        )
        return docket.created, *said, digest_of(*said, document)

    def leg_rows(self) -> Iterator[Row]:
        """Where each citation leads."""
        ground = frozenset(self.docket.ground)
        ways = list(self._ways())
        along = Counter(way.origin for way in ways if way.counts and way.cited.id in ground)
        for cited, role, source_id, root, origin, counts in ways:
            said = cited.id, role, root.id, source_id, origin, root.holds, counts, cited.id in ground
            yield self.docket.created, *said, along[origin], cited.via_source_id is not None

    def _ways(self) -> Iterator[_Way]:
        origins = {root: origin.number for origin in self.evidence.origins for root in origin.roots}
        for leg in self.evidence.legs:
            cited = leg.cited
            for root in leg.roots:
                origin = origins[root.id]
                counts = root.holds and origin in leg.origins
                yield _Way(cited, "cited", cited.source_id, root, origin, counts)
            if cited.via_source_id is not None:
                yield from (_Way(cited, "via", cited.via_source_id, r, origins[r.id], False) for r in leg.via)


def weighed(docket: Docket, world: BatchWorld, *, merge_families: bool) -> Weighed:
    """The evidence of the claim in this world."""

    def traced(source_id: str) -> tuple[Root, ...]:
        return world.traced(source_id, docket.claim_id)

    evidence = weigh(docket.question, world, merge_families=merge_families, tracing=traced)
    elsewhere = moved_since(docket.judged, evidence, world, world.at)
    return Weighed(docket, evidence, (*docket.marks, *elsewhere))
