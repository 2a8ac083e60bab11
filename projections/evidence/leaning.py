"""Which citations, claims and verdicts lean on a source, and what becomes of the verdicts when it stands or falls."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from domain.evidence.effects import Effect, Ground, effects
from domain.values import Stance, Standing
from projections.evidence.downstream import Downstream
from projections.evidence.reckoning import Moves, moves
from projections.evidence.schema import CitedAs
from projections.evidence.upstream import Upstream
from projections.projection import Audience
from projections.tables import Row
from projections.views import Reading

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


class Citing(NamedTuple):
    """A citation that was not withdrawn, on the claim that was recorded at the position `created`."""

    id: str
    created: int
    claim_id: str
    source_id: str
    role: CitedAs
    stance: Stance


class Judged(NamedTuple):
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
        cited = Counter((c.created, c.claim_id) for c in self.citing)
        self.claims = {claim_id: cited[created, claim_id] for created, claim_id in sorted(cited)}
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

    def verdicts(self, standing: Standing, assumed: Standing) -> list[Judged]:
        """The verdicts in force that are concerned when the source, which has this standing, is `assumed` to have that.

        They are held against what is under them while the source stands. What becomes of a verdict is the same for
        everybody: what it leans on counts whether this audience is told of it or not.
        """
        if self._desk:
            return self._judged(standing, assumed)
        everything = Leaning(self._reading, "desk", self._source_id)
        return [judged for judged in everything.verdicts(standing, assumed) if judged.claim_id in self.concerned]

    def _judged(self, standing: Standing, assumed: Standing) -> list[Judged]:
        direct = sorted({citation.created for citation in self.citing})
        relying = [id for id in self.concerned if id not in self.claims]
        claims = self._reading.connection.execute(_GROUNDS, (json.dumps(direct), json.dumps(relying))).fetchall()
        moved = self._moves(standing, assumed)
        grounds = {
            id: Ground(origins + moved.before[created], origins + moved.after[created])
            for created, id, _, _, origins in claims
        }
        grounds.update((id, Ground(0, 0)) for _, id in self._depends_on if id not in grounds)
        effect_on = effects(grounds, self._depends_on)
        return [
            Judged(created, id, verdict_id, rating, grounds[id], effect_on[id])
            for created, id, verdict_id, rating, _ in claims
            if verdict_id is not None
        ]

    def _moves(self, standing: Standing, assumed: Standing) -> Moves:
        if "retracted" not in (standing, assumed):
            return Moves(Counter(), Counter())
        upstream = Upstream(self._reading, self.downstream.everything, self._source_id)
        return moves(self._reading, upstream, fallen=assumed == "retracted")
