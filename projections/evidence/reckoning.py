"""How many origins more or fewer are under claims with a source standing, or fallen, than there are now.

Only the legs that lean on the source are read. Each says how many legs lead to its origin, so that it is known whether
others hold that origin whatever becomes of these.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from projections.evidence.upstream import Upstream
from projections.views import Reading

_LEANING: Final = (
    "SELECT claim, root, source_id, origin, counts, along FROM legs "
    "WHERE source_id IN (SELECT value FROM json_each(?)) AND ground AND NOT through"
)
_LEANING_THROUGH: Final = (
    "SELECT DISTINCT claim, citation_id FROM legs "
    "WHERE source_id IN (SELECT value FROM json_each(?)) AND ground AND through"
)
_THROUGH: Final = (
    "SELECT claim, citation_id, role, root, source_id, origin, holds, counts, along "
    "FROM (SELECT value FROM json_each(?)) CROSS JOIN legs "
    "WHERE claim = json_extract(value, '$[0]') AND citation_id = json_extract(value, '$[1]') AND ground"
)

Held = tuple[bool, bool]
"""Whether a root holds a source: with the source that moves standing, and as supposed."""


class Moves(NamedTuple):
    """Claim → how many origins more, or fewer, it rests on than now: with the source standing, and as supposed."""

    before: Counter[int]
    after: Counter[int]


class _Leg(NamedTuple):
    """A row of the table `legs` of a citation that is known through another source."""

    claim: int
    citation_id: str
    role: str
    root: str
    source_id: str
    origin: int
    holds: int
    counts: int
    along: int


@dataclass(slots=True)
class _Origin:
    """An origin of a claim: by how many legs it is reached now, all and those that do not lean on the source."""

    now: int
    others: int
    standing: bool = False
    left: bool = False

    def lean(self, counts: int, held: Held) -> None:
        """Takes in a leg that leans on the source."""
        self.others -= counts
        self.standing |= held[0]
        self.left |= held[1]


def moves(reading: Reading, upstream: Upstream, *, fallen: bool) -> Moves:
    """What moves under claims, by their positions, with the source standing, and `fallen` or not."""
    origins: dict[tuple[int, int], _Origin] = {}
    _directly(reading, upstream, origins, fallen=fallen)
    _through(reading, upstream, origins, fallen=fallen)
    moved = Moves(Counter(), Counter())
    for (claim, _), origin in origins.items():
        if not origin.others:
            now = bool(origin.now)
            moved.before[claim] += origin.standing - now
            moved.after[claim] += origin.left - now
    return moved


def _directly(reading: Reading, upstream: Upstream, origins: dict[tuple[int, int], _Origin], *, fallen: bool) -> None:
    """Takes in the legs whose source is cited for itself: nearly all there are, thousands for an agency's report.

    What holds a source is the same for all claims but those that an article of ours holds.
    """
    known: dict[tuple[str, str], Held] = {}
    for claim, root, source_id, origin, counts, along in reading.connection.execute(_LEANING, _asked(upstream)):
        held = known.get((source_id, root))
        if held is None or claim in upstream.own:
            held = _held_by(upstream, source_id, claim, root, fallen=fallen)
            if claim not in upstream.own:
                known[source_id, root] = held
        reached = origins.get((claim, origin))
        if reached is None:
            reached = origins[claim, origin] = _Origin(along, along)
        reached.lean(counts, held)


def _through(reading: Reading, upstream: Upstream, origins: dict[tuple[int, int], _Origin], *, fallen: bool) -> None:
    """Takes in the citations that are known through another source, of which either may lean on the one that moves."""
    legs = list(_through_legs(reading, upstream))
    seen = _seen(legs, upstream, fallen=fallen)
    for leg in legs:
        if leg.role == "cited":
            reached = origins.setdefault((leg.claim, leg.origin), _Origin(leg.along, leg.along))
            (before, after), (seen_before, seen_after) = _held(leg, upstream, fallen=fallen), seen[leg.citation_id]
            reached.lean(leg.counts, (before and seen_before, after and seen_after))


def _through_legs(reading: Reading, upstream: Upstream) -> Iterator[_Leg]:
    through = json.dumps(reading.connection.execute(_LEANING_THROUGH, _asked(upstream)).fetchall())
    yield from map(_Leg._make, reading.connection.execute(_THROUGH, (through,)))


def _asked(upstream: Upstream) -> tuple[str]:
    return (json.dumps(sorted(upstream.leaning)),)


def _held(leg: _Leg, upstream: Upstream, *, fallen: bool) -> Held:
    """Whether the leg's root holds its source, with the source that moves standing, and `fallen` or not."""
    if leg.source_id not in upstream.leaning:
        return bool(leg.holds), bool(leg.holds)
    return _held_by(upstream, leg.source_id, leg.claim, leg.root, fallen=fallen)


def _held_by(upstream: Upstream, source_id: str, claim: int, root: str, *, fallen: bool) -> Held:
    standing, left = upstream.roots(source_id, claim)
    return root in standing, root in (left if fallen else standing)


def _seen(legs: list[_Leg], upstream: Upstream, *, fallen: bool) -> Mapping[str, Held]:
    """Citation that is known through another source → whether anything holds that one, both ways."""
    seen: dict[str, Held] = {}
    for leg in legs:
        if leg.role == "via":
            (before, after), others = _held(leg, upstream, fallen=fallen), seen.get(leg.citation_id, (False, False))
            seen[leg.citation_id] = before or others[0], after or others[1]
    return seen
