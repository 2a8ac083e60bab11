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

_COLUMNS: Final = "claim, citation_id, role, root, source_id, origin, holds, counts, along, through"
_LEANING: Final = (
    f"SELECT {_COLUMNS} FROM legs "  # noqa: S608
    "WHERE source_id IN (SELECT value FROM json_each(?)) AND ground"
)
_THROUGH: Final = (
    f"SELECT {_COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN legs "  # noqa: S608
    "WHERE claim = json_extract(value, '$[0]') AND citation_id = json_extract(value, '$[1]') AND ground"
)
_SEEN: Final = True, True


class Moves(NamedTuple):
    """Claim → how many origins more, or fewer, it rests on than now: with the source standing, and as supposed."""

    before: Counter[int]
    after: Counter[int]


class _Leg(NamedTuple):
    """A row of the table `legs`."""

    claim: int
    citation_id: str
    role: str
    root: str
    source_id: str
    origin: int
    holds: int
    counts: int
    along: int
    through: int


@dataclass(slots=True)
class _Origin:
    """An origin of a claim: by how many legs it is reached now, all and those that do not lean on the source."""

    now: int
    others: int
    standing: bool = False
    left: bool = False


def moves(reading: Reading, upstream: Upstream, *, fallen: bool) -> Moves:
    """What moves under claims, by their positions, with the source standing, and `fallen` or not."""
    legs = list(_legs(reading, upstream))
    seen = _seen(legs, upstream, fallen=fallen)
    origins: dict[tuple[int, int], _Origin] = {}
    for leg in legs:
        if leg.role == "via":
            continue
        key = leg.claim, leg.origin
        origin = origins.get(key)
        if origin is None:
            origin = origins[key] = _Origin(leg.along, leg.along)
        origin.others -= leg.counts
        (before, after), through = _held(leg, upstream, fallen=fallen), seen.get(leg.citation_id, _SEEN)
        origin.standing |= before and through[0]
        origin.left |= after and through[1]
    moved = Moves(Counter(), Counter())
    for (claim, _), origin in origins.items():
        if not origin.others:
            now = bool(origin.now)
            moved.before[claim] += origin.standing - now
            moved.after[claim] += origin.left - now
    return moved


def _legs(reading: Reading, upstream: Upstream) -> Iterator[_Leg]:
    """The legs that lean on the source. Of a citation that is known through another source, all of them."""
    through: set[tuple[int, str]] = set()
    for leg in map(_Leg._make, reading.connection.execute(_LEANING, (json.dumps(sorted(upstream.leaning)),))):
        if leg.through:
            through.add((leg.claim, leg.citation_id))
        else:
            yield leg
    yield from map(_Leg._make, reading.connection.execute(_THROUGH, (json.dumps(sorted(through)),)))


def _held(leg: _Leg, upstream: Upstream, *, fallen: bool) -> tuple[bool, bool]:
    """Whether the leg's root holds its source, with the source that moves standing, and `fallen` or not."""
    if leg.source_id not in upstream.leaning:
        return bool(leg.holds), bool(leg.holds)
    standing, left = upstream.roots(leg.source_id, leg.claim)
    return leg.root in standing, leg.root in (left if fallen else standing)


def _seen(legs: list[_Leg], upstream: Upstream, *, fallen: bool) -> Mapping[str, tuple[bool, bool]]:
    """Citation that is known through another source → whether anything holds that one, both ways."""
    seen: dict[str, tuple[bool, bool]] = {}
    for leg in legs:
        if leg.role == "via":
            (before, after), others = _held(leg, upstream, fallen=fallen), seen.get(leg.citation_id, (False, False))
            seen[leg.citation_id] = before or others[0], after or others[1]
    return seen
