"""What the views remember of former times, for readers who ask for a past moment."""

from projections.views import Reading


def articles_ever_placing(reading: Reading, claim_id: str) -> tuple[str, ...]:
    """The articles in which the claim is or was placed, open or not, by the position of the first placement."""
    found = reading.connection.execute(
        "SELECT article_id FROM placements WHERE claim_id = ? GROUP BY article_id ORDER BY min(placed)", (claim_id,)
    )
    return tuple(id for (id,) in found)
