"""Who was ever named by whom, for looking at the world of evidence at any moment (`domain.names`)."""

from domain.errors import Unavailable
from projections.views import Views

Seeding = tuple[int, list[tuple[str, str]]]

_NAMES = "SELECT name, id FROM names"


def known_names(views: Views, ledger: str) -> Seeding:
    """The ledger position that the views have reached, and what was named up to there by which record.

    Of views that were not made from this ledger, or cannot be read, it is position 0 and nothing.
    """
    try:
        with views.reading() as reading:
            made_from = reading.connection.execute("SELECT ledger FROM made_from").fetchone()
            if made_from != (ledger,) or "evidence" not in reading.positions:
                return 0, []
            return reading.positions["evidence"], reading.connection.execute(_NAMES).fetchall()
    except Unavailable:
        return 0, []
