"""Lists and counts of claims, each for its audience."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from domain.values import Attribution, ClaimKind, WithdrawalCause
from projections.due import EXPIRED
from projections.openness import CHANGED
from projections.projection import FIRST, Audience, Page, filled, page
from projections.search import INDEX
from projections.tables import told
from projections.terms import Terms
from projections.views import Reading

_COLUMNS: Final = (
    f"created, claims.id, version, {CHANGED}, {told('statement')}, kind, language, attribution, "
    f"claimant_id, rating, overrides, {told('override_reason')}, contested, coalesce(conflicts, 0), withdrawn, "
    f"CASE WHEN claims.id IN ({EXPIRED}) THEN coalesce(reasons || ',', '') || 'search_expired' "
    "ELSE reasons END, opened_at"
)
_OPEN: Final = {"public": "JOIN", "desk": "LEFT JOIN"}
_DEALS_WITH: Final = (
    "created IN (SELECT claim FROM claim_topics WHERE topic = :topic)"
    " AND (:desk OR withdrawn IS NULL OR withdrawn <> 'recorded_in_error')"
)
_STANDS_IN: Final = (
    "claims.id IN (SELECT claim_id FROM placements WHERE article_id = :article AND removed IS NULL)"
    " AND (:desk OR :article IN (SELECT id FROM openness))"
)
_CITES: Final = (
    "created IN (SELECT claim FROM citations WHERE source_id = :source"
    " AND (:desk OR citations.withdrawn IS NULL OR citations.withdrawn > opened_at))"
)
_NAMES: Final = (
    "created IN (SELECT claim FROM claim_parties WHERE party_id = :party"
    " AND (:desk OR claim_parties.withdrawn IS NULL OR claim_parties.withdrawn > opened_at))"
)
_CONDITIONS: Final = {
    "article": _STANDS_IN,
    "source": _CITES,
    "party": _NAMES,
    "about": "created IN (SELECT claim FROM claim_parties WHERE party_id = :about AND role = 'about')",
    "rating": "rating = :rating",
    "contested": "contested = :contested",
    "evidence_conflicts": "coalesce(conflicts, 0) = :evidence_conflicts",
    "withdrawn": "(withdrawn IS NOT NULL) = :withdrawn",
    "needs_review": f"(reasons IS NOT NULL OR claims.id IN ({EXPIRED})) = :needs_review",
    "topic": _DEALS_WITH,
    "q": "created IN (SELECT rowid FROM {index} WHERE {index} MATCH :q)",
}
_QUICK: Final = {
    ("contested", True): "contested",
    ("evidence_conflicts", True): "created IN (SELECT claim FROM grounds WHERE conflicts)",
    ("withdrawn", True): "withdrawn IS NOT NULL",
    ("needs_review", True): (
        "created IN (SELECT claim FROM grounds WHERE reasons IS NOT NULL "  # noqa: S608 (our words)
        f"UNION SELECT created FROM claims WHERE id IN ({EXPIRED}))"
    ),
}
"""Conditions in the words of a partial index, which SQLite uses for these words only."""


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims are asked for: those that fit everything that is not None.

    `article`, `source`, `party` and `about` are ids. A source fits where it is cited, where it is named as the one
    through which another is known, and where the claim appeared; a party fits where it claims, is spoken of, takes a
    position or is reported. What was withdrawn before the claim was opened does not fit for the public. To the
    public no claim needs review. `q` fits where the claim has all of the words, and no words fit nothing.
    """

    article: str | None = None
    source: str | None = None
    party: str | None = None
    about: str | None = None
    rating: str | None = None
    contested: bool | None = None
    evidence_conflicts: bool | None = None
    withdrawn: bool | None = None
    needs_review: bool | None = None
    topic: str | None = None
    q: Terms | None = None


EVERYTHING: Final = ClaimFilter()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list. `statement` is None where it was erased, or is not for this audience.

    `position` and `changed_at` are those of the last event by which it changed for this audience; `rating` is that of
    the verdict in force, `overrides` the rules that were set aside for it, and `override_reason` why; `withdrawn` is
    the cause, None for a claim that counts; `opened_at` is None for what is not open to the public.
    """

    created: int
    id: str
    version: int
    position: int
    changed_at: str
    statement: str | None
    kind: ClaimKind
    language: str
    attribution: Attribution
    claimant_id: str | None
    rating: str | None
    overrides: tuple[str, ...]
    override_reason: str | None
    contested: bool
    evidence_conflicts: bool
    withdrawn: WithdrawalCause | None
    needs_review: tuple[str, ...]
    opened_at: int | None


def claims(
    reading: Reading,
    audience: Audience,
    wanted: ClaimFilter = EVERYTHING,
    after: int = FIRST,
    limit: int = 50,
    at: str = "",
) -> Page[ClaimRow]:
    """The claims that fit, in the order in which they were recorded. `after` is a cursor, `FIRST` at the beginning.

    Searches are looked at as of `at`, a stamp; at no moment none has expired.
    """
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    asked = {name: value for name, value in given.items() if value is not None}
    if audience == "public" and (asked.pop("needs_review", False)):
        return Page((), None)
    if wanted.q is not None:
        if not wanted.q:
            return Page((), None)
        asked["q"] = wanted.q.match
    conditions = " AND ".join(["created > :after", *_conditions(asked, audience)])
    found = reading.connection.execute(
        f"SELECT {_COLUMNS} FROM claims {_OPEN[audience]} openness ON openness.id = claims.id "  # noqa: S608 (our words)
        "LEFT JOIN grounds ON grounds.claim = created "
        f"WHERE {conditions} ORDER BY created LIMIT :limit",
        {**asked, "desk": audience == "desk", "after": after, "limit": limit + 1, "at": at},
    )
    rows = [_row(audience, row) for row in found]
    return page(rows, [row.created for row in rows], limit)


def _conditions(asked: dict[str, Any], audience: Audience) -> Iterator[str]:
    for name, value in asked.items():
        yield _QUICK.get((name, value), _CONDITIONS[name]).format(index=INDEX[audience].name)


def _row(audience: Audience, row: Sequence[Any]) -> ClaimRow:
    read = filled(ClaimRow, row)
    read = replace(read, overrides=_listed(read.overrides), needs_review=_listed(read.needs_review))
    if audience == "desk":
        return read
    statement = None if read.withdrawn == "recorded_in_error" else read.statement
    return replace(read, statement=statement, needs_review=())


def _listed(kept: Any) -> tuple[str, ...]:
    """What a column keeps with commas between."""
    return tuple(filter(None, (kept or "").split(",")))
