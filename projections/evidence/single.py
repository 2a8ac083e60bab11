"""The register of verdicts in force that hang on one single origin."""

import json
from dataclasses import dataclass
from typing import Final

from projections.evidence.schema import TOLD_STEP
from projections.projection import FIRST, Audience, Page, page
from projections.views import Reading

_LISTED: Final = (
    "SELECT claim, claim_id, verdict_id, verdict_rating, statement FROM grounds JOIN claims ON created = claim "
    "WHERE origins = 1 AND verdict_id IS NOT NULL AND claim > :after AND claims.withdrawn IS NULL "
    "AND (:desk OR claim_id IN (SELECT id FROM openness)) ORDER BY claim LIMIT :limit"
)
_LEGS: Final = (
    "SELECT DISTINCT claim, source_id, root FROM legs "
    "WHERE claim IN (SELECT value FROM json_each(:claims)) AND ground AND counts"
)
_ROOTS: Final = f"{_LEGS} ORDER BY claim, root"
_TOLD_ROOTS: Final = (
    f"WITH RECURSIVE leg AS ({_LEGS}), way(start, id) AS ("  # noqa: S608
    "SELECT DISTINCT source_id, source_id FROM leg WHERE source_id IN (SELECT id FROM openness) "
    "AND NOT (SELECT confidential FROM evidence_sources WHERE id = source_id) "
    f"UNION SELECT start, derives_from FROM way JOIN derivations ON source_id = way.id WHERE {TOLD_STEP}) "
    "SELECT DISTINCT claim, source_id, root FROM leg JOIN way ON start = source_id AND way.id = root "
    "ORDER BY claim, root"
)


@dataclass(frozen=True, slots=True)
class OnOneOrigin:
    """A verdict in force under which there is one independent origin.

    `roots` are the sources in which that begins, several where one publisher's house published them, or where one is
    known only through another. The public is not told of those to which no way leads that may be told.
    """

    created: int
    claim_id: str
    verdict_id: str
    rating: str
    statement: str | None
    roots: tuple[str, ...]


def on_one_origin(reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50) -> Page[OnOneOrigin]:
    """The register, in the order in which the claims were recorded, without claims that were withdrawn.

    `after` is a cursor, `FIRST` at the beginning.
    """
    desk = audience == "desk"
    asked = {"desk": desk, "after": after, "limit": limit + 1}
    found = reading.connection.execute(_LISTED, asked).fetchall()
    roots: dict[int, dict[str, None]] = {}
    claims = json.dumps([created for created, *_ in found])
    for created, _, root in reading.connection.execute(_ROOTS if desk else _TOLD_ROOTS, {"claims": claims}):
        roots.setdefault(created, {})[root] = None
    rows = [
        OnOneOrigin(created, id, verdict_id, rating, statement, tuple(roots.get(created, ())))
        for created, id, verdict_id, rating, statement in found
    ]
    return page(rows, [row.created for row in rows], limit)
