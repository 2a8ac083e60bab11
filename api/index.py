"""What only the views know: which records are open, and where each is cited and placed. It may lag a moment."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from api.representations import Audience
from projections import openness, parties, past, sources
from projections.views import Views


class ViewsIndex:
    """Asks the views. Raises `Unavailable` where they cannot be read."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def opened_at(self, id: str) -> int | None:
        """The ledger position at which the record became open to the public; None if it is not."""
        with self._views.reading() as reading:
            return openness.opened_at(reading, id)

    def opened(self, ids: Iterable[str]) -> dict[str, int]:
        """Those of the records that are open, with the position at which each became so."""
        with self._views.reading() as reading:
            return openness.opened(reading, ids)

    def placed_in(self, claim_id: str) -> tuple[str, ...]:
        """The articles in which the claim is or was placed, open or not, by the age of the first placement."""
        with self._views.reading() as reading:
            return past.articles_ever_placing(reading, claim_id)

    def cited_in(self, source_id: str, audience: Audience) -> list[dict[str, Any]]:
        """Where the source is cited, oldest first."""
        with self._views.reading() as reading:
            return [asdict(cited) for cited in sources.cited_in(reading, audience, source_id)]

    def occurrences(self, party_id: str, audience: Audience) -> list[dict[str, Any]]:
        """Where the party occurs: in which claims and sources, and as what."""
        with self._views.reading() as reading:
            return [asdict(occurrence) for occurrence in parties.occurrences(reading, audience, party_id)]
