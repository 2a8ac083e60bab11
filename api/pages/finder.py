"""What pages have to look for across records: what is open, what is listed, what is cited and named where.

The answers come from the projections, which may lag a moment; what changed last comes from the ledger's own end.
"""

from collections.abc import Sequence
from typing import Final

from api.representations import Audience
from domain.streams import Streams
from projections import articles, contested, openness, parties, sources
from projections.parties import Occurrence
from projections.projection import FIRST
from projections.views import Views

RECENT: Final = 1_000
"""How many of the ledger's last events are looked through for claims that changed."""

_BATCH: Final = 200


class Finder:
    """Looks through the views. Raises `Unavailable` where they cannot be read."""

    def __init__(self, views: Views, streams: Streams) -> None:
        self._views = views
        self._streams = streams

    def opened_at(self, id: str) -> int | None:
        """The ledger position at which the record became open to the public; None if it is not."""
        with self._views.reading() as reading:
            return openness.opened_at(reading, id)

    def articles(self, audience: Audience, limit: int) -> Sequence[str]:
        """Articles, the newest first."""
        after: int | None = FIRST
        newest: list[str] = []
        with self._views.reading() as reading:
            while after is not None:
                page = articles.articles(reading, audience, after, _BATCH)
                newest = [*newest, *(row.id for row in page.items)][-limit:]
                after = page.next
        return newest[::-1]

    def latest(self, audience: Audience, limit: int) -> Sequence[str]:
        """Claims with an event among the ledger's last `RECENT`, the one that changed last first."""
        head = self._streams.store.head().position
        rows = self._streams.store.rows(max(0, head - RECENT), RECENT)
        changed = list(dict.fromkeys(row.stream for row in reversed(rows) if row.stream.startswith("clm_")))
        if audience == "public":
            with self._views.reading() as reading:
                open = openness.opened(reading, changed)
            changed = [id for id in changed if id in open]
        return changed[:limit]

    def contested(self, audience: Audience, limit: int) -> Sequence[str]:
        """Claims that are contested now, the oldest first."""
        with self._views.reading() as reading:
            return [row.claim_id for row in contested.contested(reading, audience, FIRST, limit).items]

    def placing(self, claim_id: str, audience: Audience) -> Sequence[str]:
        """Articles in which the claim stands."""
        with self._views.reading() as reading:
            rows = articles.placements_of(reading, audience, claim_id)
        return list(dict.fromkeys(row.article_id for row in rows))

    def citing(self, source_id: str, audience: Audience) -> Sequence[str]:
        """Claims on which the source is or was cited, or that are known through it, the oldest citation first."""
        with self._views.reading() as reading:
            return list(dict.fromkeys(cited.claim_id for cited in sources.cited_in(reading, audience, source_id)))

    def occurrences(self, party_id: str, audience: Audience) -> Sequence[Occurrence]:
        """Where the party figures, in which role."""
        with self._views.reading() as reading:
            return parties.occurrences(reading, audience, party_id)
