"""What pages have to look for across records: what is open, what is listed, what is cited and named where.

The answers come from the projections, which may lag a moment.
"""

from collections.abc import Sequence

from api.agenda import Agenda, agenda
from api.representations import Audience
from domain.claim import Claim
from domain.newsroom import Newsroom
from domain.values import Standing
from projections import articles, contested, corrections, openness, parties, sources
from projections.changes import ChangeRow, changed_last
from projections.contested import ContestedRow
from projections.corrections import CorrectionRow
from projections.evidence import impact, single
from projections.evidence.downstream import Downstream, Step
from projections.evidence.judged import judged_claims
from projections.parties import Occurrence
from projections.projection import Page
from projections.results import Cursor, Results, Wanted, results
from projections.similar import Similar, similar_to
from projections.views import Views


class Finder:
    """Looks through the views. Raises `Unavailable` where they cannot be read."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def opened_at(self, id: str) -> int | None:
        """The ledger position at which the record became open to the public; None if it is not."""
        with self._views.reading() as reading:
            return openness.opened_at(reading, id)

    def articles(self, audience: Audience, limit: int) -> Sequence[str]:
        """Articles, the newest first."""
        with self._views.reading() as reading:
            return [row.id for row in articles.newest_articles(reading, audience, limit)]

    def latest(self, audience: Audience, limit: int) -> Sequence[ChangeRow]:
        """The claims that changed last as far as this audience may know, the newest change first."""
        with self._views.reading() as reading:
            return changed_last(reading, audience, "claim", limit)

    def contested(self, audience: Audience, after: int, limit: int) -> tuple[Page[ContestedRow], int]:
        """Claims that are contested now, the oldest first, and how many there are in all."""
        with self._views.reading() as reading:
            page = contested.contested(reading, audience, after, limit)
            return page, contested.count_contested(reading, audience)

    def agenda(self, newsroom: Newsroom, at: str, after: str | None, limit: int) -> Agenda:
        """What waits at the desk at this moment, the oldest first. Raises `InvalidInput` for a cursor that is none."""
        return agenda(newsroom, self._views, at, after, limit, None)

    def search(self, audience: Audience, wanted: Wanted, after: Cursor | None, limit: int) -> Results:
        """What has all of the words that are wanted, the best first."""
        with self._views.reading() as reading:
            return results(reading, audience, wanted, after, limit)

    def corrections(self, audience: Audience, after: int, limit: int, **wanted: str) -> Page[CorrectionRow]:
        """Corrections, the newest first: all, or those of a `kind`, of an `article`, or that name a `claim`."""
        with self._views.reading() as reading:
            return corrections.corrections(reading, audience, after, limit, **wanted)

    def placing(self, claim_id: str, audience: Audience) -> Sequence[str]:
        """Articles in which the claim stands."""
        with self._views.reading() as reading:
            rows = articles.placements_of(reading, audience, claim_id)
        return list(dict.fromkeys(row.article_id for row in rows))

    def citing(self, source_id: str, audience: Audience) -> Sequence[str]:
        """Claims on which the source is or was cited, or that are known through it, the oldest citation first."""
        with self._views.reading() as reading:
            return list(dict.fromkeys(cited.claim_id for cited in sources.cited_in(reading, audience, source_id)))

    def impact(self, source_id: str, audience: Audience, assume: Standing | None, limit: int) -> impact.Impact | None:
        """What hangs on the source with the standing that it has, or with the one that is assumed."""
        with self._views.reading() as reading:
            return impact.impact(reading, audience, source_id, assume, limit=limit)

    def drawing_on(self, source_id: str, audience: Audience) -> Sequence[tuple[Step, int]]:
        """How each source that draws on this one does, by the shortest way, and how many steps away it is."""
        with self._views.reading() as reading:
            below = Downstream(reading, audience, source_id)
        paths = [below.path(id) for id in sorted(below.told - {source_id})]
        return sorted(((path[0], len(path)) for path in paths), key=lambda found: found[1])

    def on_one_origin(self, audience: Audience, after: int, limit: int) -> Page[single.OnOneOrigin]:
        """The verdicts in force that hang on one single origin, in the order in which the claims were recorded."""
        with self._views.reading() as reading:
            return single.on_one_origin(reading, audience, after, limit)

    def judged(self, after: int, limit: int) -> Page[str]:
        """Claims with a verdict in force, in the order in which they were recorded."""
        with self._views.reading() as reading:
            return judged_claims(reading, after, limit)

    def similar(self, claim: Claim) -> Sequence[Similar]:
        """Claims that may say the same, drafts among them, the most alike first. For the desk."""
        with self._views.reading() as reading:
            return similar_to(reading, claim)

    def occurrences(self, party_id: str, audience: Audience) -> Sequence[Occurrence]:
        """Where the party figures, in which role."""
        with self._views.reading() as reading:
            return parties.occurrences(reading, audience, party_id)
