"""Which citations, claims and verdicts lean on a source, and what becomes of the verdicts when it stands or falls."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from domain.evidence.effects import Effect, Ground, effects
from domain.values import Stance, Standing
from projections.evidence.downstream import Downstream
from projections.evidence.upstream import Upstream
from projections.projection import Audience
from projections.tables import Row
from projections.views import Reading

CitedAs = Literal["cited", "via"]

_CITING: Final = (
    "SELECT id, claim, claim_id, source_id, role, stance FROM citations "
    "WHERE source_id IN (SELECT value FROM json_each(:ids)) AND role <> 'appeared_in' AND withdrawn IS NULL "
    "AND (:desk OR claim_id IN (SELECT id FROM openness)) ORDER BY cited, role"
)
_RELYING: Final = (
    "SELECT claim_id, depends_on FROM dependencies WHERE depends_on IN (SELECT value FROM json_each(:ids)) "
    "AND (:desk OR claim_id IN (SELECT id FROM openness))"
)
_LEANING: Final = (
    "SELECT claim_id, depends_on FROM dependencies WHERE claim_id IN (SELECT value FROM json_each(:ids)) "
    "AND (:desk OR depends_on IN (SELECT id FROM openness))"
)
_GROUNDS: Final = (
    "SELECT claim, claim_id, verdict_id, verdict_rating, origins FROM grounds "
    "WHERE claim IN (SELECT value FROM json_each(?)) "
    "UNION ALL SELECT claim, claim_id, verdict_id, verdict_rating, origins FROM grounds "
    "WHERE claim_id IN (SELECT value FROM json_each(?))"
)
_LEGS: Final = (
    "SELECT claim, citation_id, role, root, source_id, origin, holds FROM legs "
    "WHERE claim IN (SELECT value FROM json_each(?)) AND ground"
)
_SEEN: Final = True, True


class Citing(NamedTuple):
    """A citation that was not withdrawn, on the claim that was recorded at the position `created`."""

    id: str
    created: int
    claim_id: str
    source_id: str
    role: CitedAs
    stance: Stance


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict in force, the origins under it, and what becomes of it. `created` orders them."""

    created: int
    claim_id: str
    verdict_id: str
    rating: str
    ground: Ground
    effect: Effect


class Leaning:
    """What leans on a source, as far as the audience may know of it.

    `citing` are the citations, each once, the oldest first. `claims` maps the ids of their claims, the oldest first, to
    how many of them each has. `concerned` has these claims, and all that depend on one of them at any distance.
    """

    def __init__(self, reading: Reading, audience: Audience, source_id: str) -> None:
        self._reading = reading
        self._desk = audience == "desk"
        self._source_id = source_id
        self.downstream = Downstream(reading, audience, source_id)
        citing: dict[str, Citing] = {}
        for row in self._asked(_CITING, self.downstream.told):
            citing.setdefault(row[0], Citing(*row))
        self.citing = tuple(citing.values())
        self.claims = Counter(claim_id for _, claim_id in sorted((c.created, c.claim_id) for c in self.citing))
        self._depends_on = set(self._relying())
        self.concerned = dict.fromkeys((*self.claims, *sorted(claim for claim, _ in self._depends_on)))

    def _asked(self, statement: str, ids: Iterable[str]) -> list[Row]:
        asked = {"ids": json.dumps(sorted(ids)), "desk": self._desk}
        return self._reading.connection.execute(statement, asked).fetchall()

    def _relying(self) -> Iterator[tuple[str, str]]:
        """Who depends on these claims, over any distance, and on what else those depend."""
        known, waiting, relying = set(self.claims), set(self.claims), set[str]()
        while waiting:
            found = {claim for claim, _ in self._asked(_RELYING, waiting)}
            relying |= found
            waiting = found - known
            known |= found
        yield from ((claim, dependency) for claim, dependency in self._asked(_LEANING, relying))

    def verdicts(self, standing: Standing, assumed: Standing) -> tuple[Judged, ...]:
        """The verdicts in force that are concerned when the source, which has this standing, is `assumed` to have that.

        They are held against what is under them while the source stands.
        """
        direct = sorted({citation.created for citation in self.citing})
        relying = [id for id in self.concerned if id not in self.claims]
        claims = self._reading.connection.execute(_GROUNDS, (json.dumps(direct), json.dumps(relying))).fetchall()
        grounds = {id: Ground(origins, origins) for _, id, _, _, origins in claims}
        grounds.update((id, Ground(0, 0)) for _, id in self._depends_on if id not in grounds)
        if "retracted" in (standing, assumed):
            leaned_on = {id for _, id in self._depends_on}
            looked_at = {created: id for created, id, verdict_id, *_ in claims if verdict_id or id in leaned_on}
            grounds.update(self._reckoned(looked_at, fallen=assumed == "retracted"))
        effect_on = effects(grounds, self._depends_on)
        return tuple(
            Judged(created, id, verdict_id, rating, grounds[id], effect_on[id])
            for created, id, verdict_id, rating, _ in claims
            if verdict_id is not None
        )

    def _reckoned(self, claims: Mapping[int, str], *, fallen: bool) -> dict[str, Ground]:
        """The origins under the verdicts of these claims, with the source standing, and `fallen` or not."""
        upstream = Upstream(self._reading, self.downstream.everything, self._source_id)
        legs = self._reading.connection.execute(_LEGS, (json.dumps(list(claims)),)).fetchall()
        standing, left = _reached(legs, claims, upstream, fallen=fallen)
        before, after = (Counter(claim for claim, _ in reached) for reached in (standing, left))
        return {id: Ground(before[created], after[created]) for created, id in claims.items()}


Reached = set[tuple[int, int]]
"""Claims, and numbers of origins of theirs to which something leads in fact."""


def _reached(
    legs: Sequence[Row], claims: Mapping[int, str], upstream: Upstream, *, fallen: bool
) -> tuple[Reached, Reached]:
    """Where the legs lead, with the source standing, and `fallen` or not; legs of what is upstream by what is there."""

    def held(claim: int, root: str, source_id: str, holds: int) -> tuple[bool, bool]:
        if source_id not in upstream.leaning:
            return bool(holds), bool(holds)
        before = root in upstream.roots(source_id, claims[claim], fallen=False)
        return before, root in upstream.roots(source_id, claims[claim], fallen=True) if fallen else before

    seen: dict[str, tuple[bool, bool]] = {}
    for claim, citation_id, _, root, source_id, _, holds in (leg for leg in legs if leg[2] == "via"):
        (before, after), others = held(claim, root, source_id, holds), seen.get(citation_id, (False, False))
        seen[citation_id] = before or others[0], after or others[1]
    standing: Reached = set()
    left: Reached = set()
    for claim, citation_id, _, root, source_id, origin, holds in (leg for leg in legs if leg[2] == "cited"):
        (before, after), through = held(claim, root, source_id, holds), seen.get(citation_id, _SEEN)
        if before and through[0]:
            standing.add((claim, origin))
        if after and through[1]:
            left.add((claim, origin))
    return standing, left
