"""What is found, for its audience: the best first, and of equals the oldest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from domain.values import WithdrawalCause
from projections.changes import RecordKind
from projections.excerpts import Excerpt, excerpt
from projections.projection import Audience, filled
from projections.search import INDEX
from projections.tables import Row, told
from projections.terms import Terms
from projections.views import Reading
from projections.wordings import Passage, PassageKind

COUNTED: Final = 1_000
"""Up to here what is found is counted."""

_COLUMNS: Final = (
    f"score, created, record_kind, id, {told('title')}, language, claimant_id, as_named, rating, contested, "
    f"withdrawn, cause, opened_at IS NOT NULL, shown, {told('passages')}"
)
_TITLE, _PASSAGES = 5.0, 1.0
"""What a word counts in the title, and elsewhere."""
_CONDITIONS: Final = {
    "kind": "record_kind = :kind",
    "language": "(language = :language OR substr(language, 1, length(:language) + 1) = :language || '-')",
    "contested": "contested = :contested",
    "withdrawn": "withdrawn = :withdrawn",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the terms, and everything of the rest that is not None.

    `language` is a BCP 47 tag and finds what is more exactly of that language too: `fa` finds `fa-Arab`. What is not
    a claim is never contested, and sources and parties are not withdrawn.
    """

    terms: Terms
    kind: RecordKind | None = None
    language: str | None = None
    contested: bool | None = None
    withdrawn: bool | None = None


class Cursor(NamedTuple):
    """A place among results: behind this score and this record."""

    score: float
    created: int


@dataclass(frozen=True, slots=True)
class Result:
    """A record that was found. `title` is None where it was erased; of a claim it is the statement.

    `found_in` says in which passage the words were found, if not only in the title, and `excerpt` shows them there.
    `open` says whether the public can see the record.
    """

    kind: RecordKind
    id: str
    title: str | None
    language: str | None
    claimant_id: str | None
    as_named: str | None
    rating: str | None
    contested: bool
    withdrawn: bool
    cause: WithdrawalCause | None
    open: bool
    found_in: PassageKind | None
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class Results:
    """Some of what was found. `total` counts all of it, up to `COUNTED`; `more` says that there is more than that."""

    items: tuple[Result, ...]
    next: Cursor | None
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """The same in SQL: the index, what narrows its hits by more than words, and the values in both."""

    index: str
    narrowing: str
    values: Mapping[str, Any]


NOTHING: Final = Results((), None, 0, more=False)


def results(
    reading: Reading, audience: Audience, wanted: Wanted, after: Cursor | None = None, limit: int = 50
) -> Results:
    """What has all of the words, in the order of relevance (BM25), among what this audience can see."""
    if not wanted.terms:
        return NOTHING
    asked = _asked(audience, wanted)
    rows = _page(reading, asked, after, limit + 1)
    total = _count(reading, asked) if after is not None or len(rows) > limit else len(rows)
    return Results(
        items=tuple(_result(audience, wanted.terms, row) for row in rows[:limit]),
        next=Cursor(*rows[limit - 1][:2]) if len(rows) > limit else None,
        total=min(total, COUNTED),
        more=total > COUNTED,
    )


def _asked(audience: Audience, wanted: Wanted) -> _Asked:
    given = {name: getattr(wanted, name) for name in _CONDITIONS}
    narrowed = {name: value for name, value in given.items() if value is not None}
    conditions = "".join(f"AND {_CONDITIONS[name]} " for name in narrowed)
    return _Asked(
        INDEX[audience].name,
        f"JOIN search ON created = hit {conditions}" if narrowed else "",
        {"match": wanted.terms.match, "desk": audience == "desk", **narrowed},
    )


def _page(reading: Reading, asked: _Asked, after: Cursor | None, limit: int) -> list[Row]:
    behind = "" if after is None else "WHERE (score, hit) > (:score, :created) "
    found = reading.connection.execute(
        f"WITH hits AS MATERIALIZED (SELECT rowid AS hit, bm25({asked.index}, {_TITLE}, {_PASSAGES}) AS score "  # noqa: S608 (our words)
        f"FROM {asked.index} WHERE {asked.index} MATCH :match), "
        f"best AS (SELECT hit, score FROM hits {asked.narrowing}{behind}ORDER BY score, hit LIMIT :limit) "
        f"SELECT {_COLUMNS} FROM best JOIN search ON created = hit ORDER BY score, created",
        {**asked.values, **({} if after is None else after._asdict()), "limit": limit},
    )
    return found.fetchall()


def _count(reading: Reading, asked: _Asked) -> int:
    (counted,) = reading.connection.execute(
        f"WITH hits AS (SELECT rowid AS hit FROM {asked.index} WHERE {asked.index} MATCH :match) "  # noqa: S608 (our words)
        f"SELECT count(*) FROM (SELECT 1 FROM hits {asked.narrowing}LIMIT :limit)",
        {**asked.values, "limit": COUNTED + 1},
    ).fetchone()
    return int(counted)


def _result(audience: Audience, terms: Terms, row: Row) -> Result:
    _, _, *said, shown, passages = row
    open_to_it = audience == "desk" or shown == "all"
    passage, found = _excerpt(passages, terms) if open_to_it else (None, None)
    return filled(Result, (*said, passage, found))


def _excerpt(passages: str, terms: Terms) -> tuple[PassageKind | None, Excerpt | None]:
    """From the passage that has most of the terms, of equals the first; nothing if none has any."""
    said = [Passage(*passage) for passage in json.loads(passages)]
    if not said:
        return None, None
    best = said[0] if len(said) == 1 else max(said, key=lambda passage: terms.count(passage.text))
    found = excerpt(best.text, terms)
    return (None, None) if found is None else (best.kind, found)
