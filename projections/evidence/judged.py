"""Which claims have a verdict in force, for whoever goes through all of them."""

from typing import Final

from projections.projection import FIRST, Page, page
from projections.views import Reading

_JUDGED: Final = "SELECT claim, claim_id FROM grounds WHERE verdict_id IS NOT NULL AND claim > ? ORDER BY claim LIMIT ?"


def judged_claims(reading: Reading, after: int = FIRST, limit: int = 50) -> Page[str]:
    """The ids of claims with a verdict in force, in the order in which they were recorded. `after` is a cursor."""
    found = reading.connection.execute(_JUDGED, (after, limit + 1)).fetchall()
    return page([id for _, id in found], [created for created, _ in found], limit)
