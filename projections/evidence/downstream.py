"""What derives from a source, at any distance, and by which steps."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.values import OriginRelation
from projections.evidence.schema import TOLD_STEP
from projections.projection import Audience
from projections.views import Reading

_EDGES: Final = (
    "WITH RECURSIVE down(id) AS (VALUES (?) "  # noqa: S608
    "UNION SELECT source_id FROM derivations JOIN down ON derives_from = down.id) "
    f"SELECT derives_from, source_id, relation, {TOLD_STEP} "
    "FROM derivations WHERE derives_from IN down ORDER BY derives_from, source_id, origin_id"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A source derives from another."""

    source_id: str
    relation: OriginRelation
    derives_from: str


class Downstream:
    """The source and all that derives from it. `told` are those of which this audience may know that they do."""

    def __init__(self, reading: Reading, audience: Audience, source_id: str) -> None:
        steps: dict[str, list[tuple[Step, bool]]] = {}
        for derives_from, derived, relation, told in reading.connection.execute(_EDGES, (source_id,)):
            step = Step(derived, relation, derives_from)
            steps.setdefault(derives_from, []).append((step, audience == "desk" or bool(told)))
        self.everything = frozenset((source_id, *(s.source_id for group in steps.values() for s, _ in group)))
        self._next: dict[str, Step | None] = {source_id: None}
        waiting = deque((source_id,))
        while waiting:
            for step, told in steps.get(waiting.popleft(), ()):
                if told and step.source_id not in self._next:
                    self._next[step.source_id] = step
                    waiting.append(step.source_id)
        self.told = frozenset(self._next)

    def path(self, source_id: str) -> tuple[Step, ...]:
        """The shortest way from a source that is told to the one that it leads to, the nearest step first."""
        return tuple(self._path(source_id))

    def _path(self, source_id: str) -> Iterator[Step]:
        step = self._next[source_id]
        while step is not None:
            yield step
            step = self._next[step.derives_from]
