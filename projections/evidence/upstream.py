"""What holds a source up: the roots to which it leads on ways that are free, with one source standing or fallen."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from domain.evidence.loops import ends
from projections.views import Reading

_EDGES: Final = (
    "WITH RECURSIVE up(id) AS (SELECT value FROM json_each(?) "
    "UNION SELECT derives_from FROM derivations JOIN up ON source_id = up.id) "
    "SELECT DISTINCT source_id, derives_from FROM derivations WHERE source_id IN up"
)
_FALLEN: Final = (
    "SELECT id FROM evidence_sources WHERE id IN (SELECT value FROM json_each(?)) AND standing = 'retracted'"
)
_OWN: Final = (
    "SELECT claim, id FROM evidence_sources JOIN own_claims ON name = id JOIN grounds USING (claim_id) "
    "WHERE id IN (SELECT value FROM json_each(:ids)) "
    "UNION ALL SELECT claim, id FROM evidence_sources JOIN own_claims ON name = page JOIN grounds USING (claim_id) "
    "WHERE id IN (SELECT value FROM json_each(:ids)) AND page IS NOT NULL"
)


class Upstream:
    """Everything that the sources `leaning` go back to, over any distance. One source in it may stand or fall."""

    def __init__(self, reading: Reading, source_ids: Collection[str], moving: str) -> None:
        self.leaning = frozenset(source_ids)
        self._ups: dict[str, list[str]] = {id: [] for id in source_ids}
        for source_id, derives_from in reading.connection.execute(_EDGES, (json.dumps(sorted(source_ids)),)):
            self._ups.setdefault(source_id, []).append(derives_from)
            self._ups.setdefault(derives_from, [])
        self._root_of = {id: members[0] for members in ends(self._ups) for id in members}
        everything = json.dumps(sorted(self._ups))
        fallen = {id for (id,) in reading.connection.execute(_FALLEN, (everything,))}
        self._closed = frozenset(fallen - {moving}), frozenset(fallen | {moving})
        self.own: dict[int, set[str]] = defaultdict(set)
        for claim, source_id in reading.connection.execute(_OWN, {"ids": everything}):
            self.own[claim].add(source_id)
        self._known: dict[tuple[str, int | None], tuple[frozenset[str], frozenset[str]]] = {}

    def roots(self, source_id: str, claim: int) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the roots that hold the source as evidence on the claim that was recorded at this position.

        First with the source that moves standing, then with it fallen.
        """
        key = source_id, claim if claim in self.own else None
        known = self._known.get(key)
        if known is None:
            own = self.own.get(claim, set())
            standing, fallen = (self._reached(source_id, closed | own) for closed in self._closed)
            known = self._known[key] = standing, fallen
        return known

    def _reached(self, source_id: str, closed: frozenset[str]) -> frozenset[str]:
        found, waiting = set[str](), [source_id]
        while waiting:
            id = waiting.pop()
            if id not in found and id not in closed:
                found.add(id)
                waiting.extend(self._ups[id])
        return frozenset(self._root_of[id] for id in found if id in self._root_of)
