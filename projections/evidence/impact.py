"""What hangs on a source: the citations that lean on it at any distance, their claims, verdicts and articles.

The same can be asked for a standing that the source does not have. Nothing is written by asking.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.evidence.effects import Effect
from domain.values import Stance, Standing
from projections.evidence.downstream import Step
from projections.evidence.leaning import Judged, Leaning
from projections.evidence.schema import CitedAs
from projections.projection import Audience
from projections.views import Reading

_STANDING: Final = "SELECT standing FROM evidence_sources WHERE id = :id AND (:desk OR id IN (SELECT id FROM openness))"
_STATEMENTS: Final = (
    "SELECT id, CASE WHEN :desk OR withdrawn IS NULL OR withdrawn <> 'recorded_in_error' THEN statement END, "
    "withdrawn IS NOT NULL FROM claims WHERE id IN (SELECT value FROM json_each(:ids))"
)
_PLACING: Final = (
    "SELECT articles.id, title, published, articles.withdrawn, count(DISTINCT claim_id) "
    "FROM placements JOIN articles ON articles.id = article_id "
    "WHERE claim_id IN (SELECT value FROM json_each(:ids)) AND removed IS NULL "
    "AND (:desk OR article_id IN (SELECT id FROM openness)) GROUP BY articles.id ORDER BY created"
)
_WORST: Final[tuple[Effect, ...]] = ("unsupported", "weakened", "unaffected")


@dataclass(frozen=True, slots=True)
class LeaningCitation:
    """A citation that leans on the source. `path` leads from `source_id` to it, and is empty if that is the source.

    `role` is `via` where `source_id` is not what is cited, but the source through which that is known.
    """

    id: str
    claim_id: str
    source_id: str
    role: CitedAs
    stance: Stance
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class LeaningClaim:
    """A claim on which such citations stand. `statement` is None where it was erased, or is not for this audience."""

    id: str
    statement: str | None
    withdrawn: bool
    citations: int


@dataclass(frozen=True, slots=True)
class LeaningVerdict:
    """A verdict in force, and what becomes of it.

    `before` is the number of independent origins under it with the source in good standing, `remaining_origins` with
    the standing that is looked at. `effect` is carried on to claims that depend on this one.
    """

    claim_id: str
    verdict_id: str
    rating: str
    effect: Effect
    before: int
    remaining_origins: int
    statement: str | None


@dataclass(frozen=True, slots=True)
class LeaningArticle:
    """An article in which such claims stand: how many of those that are concerned."""

    id: str
    title: str | None
    published: bool
    withdrawn: bool
    claims: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are of each, whatever is listed."""

    citations: int
    claims: int
    verdicts: int
    articles: int
    unsupported: int
    weakened: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What hangs on a source with this standing, which is `assumed` if it is not the one that it has.

    The lists have the same part of each: as many as were asked for, after as many as were asked for. `verdicts` begin
    with the worst, everything else with the oldest. `next` says how many there were so far, None at the end of all.
    """

    source_id: str
    standing: Standing
    assumed: Standing | None
    totals: Totals
    citations: tuple[LeaningCitation, ...]
    claims: tuple[LeaningClaim, ...]
    verdicts: tuple[LeaningVerdict, ...]
    articles: tuple[LeaningArticle, ...]
    next: int | None


def impact(
    reading: Reading,
    audience: Audience,
    source_id: str,
    assume: Standing | None = None,
    after: int = 0,
    limit: int = 50,
) -> Impact | None:
    """What hangs on the source with the standing that it has, or with the one that is assumed; None if there is none.

    The public is told of open claims and articles, and of ways that lead through open sources. The numbers of origins
    and what becomes of a verdict are the same for everybody.
    """
    found = reading.connection.execute(_STANDING, {"id": source_id, "desk": audience == "desk"}).fetchone()
    if found is None:
        return None
    leaning = Leaning(reading, audience, source_id)
    judged = leaning.verdicts(found[0], assume or found[0])
    verdicts = sorted(judged, key=lambda verdict: (_WORST.index(verdict.effect), verdict.created))
    showing = _Showing(reading, audience, leaning, after, after + limit)
    claims, articles = tuple(leaning.claims.items()), showing.articles()
    longest = max(len(leaning.citing), len(claims), len(verdicts), len(articles))
    return Impact(
        source_id=source_id,
        standing=found[0],
        assumed=assume,
        totals=Totals(
            citations=len(leaning.citing),
            claims=len(claims),
            verdicts=len(verdicts),
            articles=len(articles),
            unsupported=sum(verdict.effect == "unsupported" for verdict in verdicts),
            weakened=sum(verdict.effect == "weakened" for verdict in verdicts),
        ),
        citations=showing.citations(),
        claims=showing.claims(claims),
        verdicts=showing.verdicts(verdicts),
        articles=articles[after : after + limit],
        next=after + limit if longest > after + limit else None,
    )


@dataclass(frozen=True, slots=True)
class _Showing:
    """The part of each list that is shown, from `after` to `end`."""

    reading: Reading
    audience: Audience
    leaning: Leaning
    after: int
    end: int

    def citations(self) -> tuple[LeaningCitation, ...]:
        """Citations with the ways by which they lean on the source."""
        path = self.leaning.downstream.path
        return tuple(
            LeaningCitation(c.id, c.claim_id, c.source_id, c.role, c.stance, path(c.source_id))
            for c in self.leaning.citing[self.after : self.end]
        )

    def claims(self, claims: Sequence[tuple[str, int]]) -> tuple[LeaningClaim, ...]:
        """Claims with their words, and how many of the citations each has."""
        shown = dict(claims[self.after : self.end])
        said = self._said(shown)
        return tuple(LeaningClaim(id, *said[id], citations) for id, citations in shown.items() if id in said)

    def verdicts(self, verdicts: Sequence[Judged]) -> tuple[LeaningVerdict, ...]:
        """Verdicts with the statements that they are about."""
        shown = verdicts[self.after : self.end]
        said = self._said([judged.claim_id for judged in shown])
        return tuple(
            LeaningVerdict(
                claim_id=judged.claim_id,
                verdict_id=judged.verdict_id,
                rating=judged.rating,
                effect=judged.effect,
                before=judged.ground.before,
                remaining_origins=judged.ground.after,
                statement=said.get(judged.claim_id, (None, False))[0],
            )
            for judged in shown
        )

    def articles(self) -> tuple[LeaningArticle, ...]:
        """All articles in which the claims stand, or claims that depend on them, the oldest first."""
        asked = {"ids": json.dumps(list(self.leaning.concerned)), "desk": self.audience == "desk"}
        found = self.reading.connection.execute(_PLACING, asked)
        return tuple(LeaningArticle(id, title, bool(out), bool(back), n) for id, title, out, back, n in found)

    def _said(self, claim_ids: Iterable[str]) -> dict[str, tuple[str | None, bool]]:
        asked = {"ids": json.dumps(list(claim_ids)), "desk": self.audience == "desk"}
        found = self.reading.connection.execute(_STATEMENTS, asked)
        return {id: (statement, bool(withdrawn)) for id, statement, withdrawn in found}
