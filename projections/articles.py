"""Articles as they stand, and where in them each claim is placed."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.article import Article
from domain.values import ArticleRole, Fate
from projections.batch import Batch
from projections.documents import Commitments
from projections.openness import CHANGED
from projections.projection import FIRST, Audience, Page, filled, page
from projections.tables import Parts, Row, Table, beyond, told
from projections.views import Reading

_STATES: Final = Commitments(Article)

_ARTICLES: Final = Table(
    "articles",
    (
        "created INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "version INTEGER NOT NULL",
        "position INTEGER NOT NULL",
        "changed_at TEXT NOT NULL",
        "role TEXT NOT NULL",
        "language TEXT NOT NULL",
        "title TEXT",
        "desk_title TEXT",
        "url TEXT",
        "desk_url TEXT",
        "source_id TEXT",
        "published_at TEXT",
        "published INTEGER NOT NULL",
        "withdrawn INTEGER NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("created",),
    (("articles_changed", "(position)"),),
    main=True,
)
_PLACEMENTS: Final = Table(
    "placements",
    (
        "article_id TEXT NOT NULL",
        "placed INTEGER NOT NULL",
        "id TEXT NOT NULL",
        "claim_id TEXT NOT NULL",
        "first INTEGER",
        "past INTEGER",
        "fate TEXT",
        "context_changed INTEGER NOT NULL",
        "removed INTEGER",
    ),
    ("article_id", "placed"),
    (("placements_of", "(claim_id)"),),
)
_LISTED: Final = (
    f"SELECT created, articles.id, version, {CHANGED}, role, language, {told('title')}, "  # noqa: S608 (our words)
    f"{told('url')}, source_id, published_at, "
    "published, withdrawn, opened_at FROM articles LEFT JOIN openness ON openness.id = articles.id "
)
_DRAFTED_LAST: Final = _LISTED + "ORDER BY created DESC LIMIT :limit"
_OPENED: Final = (
    "SELECT id FROM openness INDEXED BY openness_articles WHERE record_kind = 'article' "
    "ORDER BY opened_at DESC LIMIT :limit"
)
_OPENED_LAST: Final = f"{_LISTED} WHERE articles.id IN ({_OPENED}) ORDER BY opened_at DESC"
_PLACED: Final = (
    "SELECT placements.id, article_id, placements.claim_id, first, past, fate, context_changed FROM placements "
    "WHERE removed IS NULL AND (:desk OR article_id IN (SELECT id FROM openness)) "
)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list. `published_at` says when it appeared, where that was before it was recorded.

    `position` and `changed_at` are those of the last event by which it changed for this audience. `opened_at` is None
    for what the public cannot see; a withdrawn article stays listed as withdrawn.
    """

    created: int
    id: str
    version: int
    position: int
    changed_at: str
    role: ArticleRole
    language: str
    title: str | None
    url: str | None
    source_id: str | None
    published_at: str | None
    published: bool
    withdrawn: bool
    opened_at: int | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A claim in an article. `start` and `end` are code points, end excluded; None where the place was lost."""

    id: str
    article_id: str
    claim_id: str
    start: int | None
    end: int | None
    fate: Fate | None
    context_changed: bool


class Articles:
    """One row for each article, published or not, and one for each placement, removed ones included."""

    NAME = "articles"
    VERSION = 4
    TABLES = (_ARTICLES, _PLACEMENTS)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the articles that changed."""
        placements, rows = Parts(_PLACEMENTS), []
        for id, change in batch.of("art"):
            rows.append(_row(batch, id, change.after))
            placements.change(_placements(change.before), _placements(change.after))
        views.executemany(_ARTICLES.put, rows)
        placements.write(views)


def _row(batch: Batch, id: str, article: Article) -> Row:
    told, moved = batch.told(id).words, batch.moved(id, article.changed)
    return (
        article.drafted.position,
        article.id,
        article.version,
        moved.position,
        moved.at,
        article.role,
        article.language,
        told.title,
        beyond(article.words.title, told.title),
        told.url,
        beyond(article.words.url, told.url),
        article.source_id,
        article.published_at,
        article.published is not None,
        article.withdrawn is not None,
        _STATES.digest(article, *moved.digested),
    )


def _placements(article: Article | None) -> Iterator[Row]:
    if article is None:
        return
    for p in article.placements:
        removed = None if p.removed is None else p.removed.position
        yield article.id, p.placed.position, p.id, p.claim_id, p.start, p.end, p.fate, p.context_changed, removed


def articles(reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50) -> Page[ArticleRow]:
    """The articles in the order in which they were drafted. `after` is a cursor, `FIRST` at the beginning."""
    found = reading.connection.execute(
        _LISTED + "WHERE created > :after AND (:desk OR opened_at IS NOT NULL) ORDER BY created LIMIT :limit",
        {"desk": audience == "desk", "after": after, "limit": limit + 1},
    )
    rows = [filled(ArticleRow, row) for row in found]
    return page(rows, [row.created for row in rows], limit)


def newest_articles(reading: Reading, audience: Audience, limit: int) -> tuple[ArticleRow, ...]:
    """Up to `limit` articles, the newest first: to the public as they were opened, to the desk as they were drafted."""
    desk = audience == "desk"
    found = reading.connection.execute(_DRAFTED_LAST if desk else _OPENED_LAST, {"desk": desk, "limit": limit})
    return tuple(filled(ArticleRow, row) for row in found)


def placements_of(reading: Reading, audience: Audience, claim_id: str) -> tuple[PlacementRow, ...]:
    """The places where this claim stands, in the order of placing; for the public only those in open articles."""
    found = reading.connection.execute(
        _PLACED + "AND claim_id = :id ORDER BY placed", {"desk": audience == "desk", "id": claim_id}
    )
    return tuple(filled(PlacementRow, row) for row in found)
