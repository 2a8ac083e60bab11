"""Sources as they stand, and where each is cited."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from domain.source import Source
from domain.values import SourceKind, Stance, Standing
from projections.batch import Batch
from projections.documents import Commitments
from projections.openness import CHANGED
from projections.projection import FIRST, Audience, Page, filled, page
from projections.tables import Parts, Row, Table, beyond, told
from projections.views import Reading

_STATES: Final = Commitments(Source)

CitedAs = Literal["cited", "via", "appeared_in"]

_SOURCES: Final = Table(
    "sources",
    (
        "created INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "version INTEGER NOT NULL",
        "position INTEGER NOT NULL",
        "changed_at TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "title TEXT",
        "desk_title TEXT",
        "url TEXT",
        "desk_url TEXT",
        "publisher_id TEXT",
        "language TEXT",
        "published_on TEXT",
        "is_primary INTEGER NOT NULL",
        "confidential INTEGER NOT NULL",
        "standing TEXT NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("created",),
    (("sources_changed", "(position)"),),
    main=True,
)
_PARTIES: Final = Table(
    "source_parties",
    ("party_id TEXT NOT NULL", "source INTEGER NOT NULL", "role TEXT NOT NULL", "source_id TEXT NOT NULL"),
    ("party_id", "source", "role"),
)
_LISTED: Final = (
    f"SELECT created, sources.id, version, {CHANGED}, kind, {told('title')}, {told('url')}, publisher_id, language, "  # noqa: S608 (our words)
    "published_on, is_primary, confidential, standing, opened_at "
    "FROM sources LEFT JOIN openness ON openness.id = sources.id "
)
_CITED: Final = (
    "SELECT citations.claim_id, citations.id, citations.role, stance, citations.withdrawn, cited, "
    "CASE WHEN :desk OR claims.withdrawn IS NULL OR claims.withdrawn <> 'recorded_in_error' THEN statement END "
    "FROM citations JOIN claims ON claims.created = citations.claim "
    "LEFT JOIN openness ON openness.id = citations.claim_id "
    "WHERE source_id = :id AND (:desk OR (opened_at IS NOT NULL "
    "AND (citations.withdrawn IS NULL OR citations.withdrawn > opened_at))) "
    "ORDER BY cited, citations.role"
)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in a list. To the public a confidential one has neither title, address, publisher nor date.

    `position` and `changed_at` are those of the last event by which it changed for this audience.
    """

    created: int
    id: str
    version: int
    position: int
    changed_at: str
    kind: SourceKind
    title: str | None
    url: str | None
    publisher_id: str | None
    language: str | None
    published_on: str | None
    primary: bool
    confidential: bool
    standing: Standing
    opened_at: int | None


@dataclass(frozen=True, slots=True)
class CitedIn:
    """Where a source is cited: on which claim, by which citation, in which stance.

    `role` is `via` where it is only the source through which the cited one is known, and `appeared_in` where the claim
    appeared in it; there is no citation then. `withdrawn` is the ledger position at which the citation was withdrawn.
    """

    claim_id: str
    citation_id: str | None
    role: CitedAs
    stance: Stance | None
    withdrawn: int | None
    position: int
    statement: str | None


class Sources:
    """One row for each source, and one for each party that published or wrote it."""

    NAME = "sources"
    VERSION = 4
    TABLES = (_SOURCES, _PARTIES)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the sources that changed."""
        parties, rows = Parts(_PARTIES), []
        for id, change in batch.of("src"):
            rows.append(_row(batch, id, change.after))
            parties.change(_parties(change.before), _parties(change.after))
        views.executemany(_SOURCES.put, rows)
        parties.write(views)


def _row(batch: Batch, id: str, source: Source) -> Row:
    told, moved = batch.told(id).words, batch.moved(id, source.changed)
    return (
        source.registered.position,
        source.id,
        source.version,
        moved.position,
        moved.at,
        source.kind,
        told.title,
        beyond(source.words.title, told.title),
        told.url,
        beyond(source.words.url, told.url),
        source.publisher_id,
        source.language,
        source.published_on,
        source.primary,
        source.confidential,
        source.standing,
        _STATES.digest(source, *moved.digested),
    )


def _parties(source: Source | None) -> Iterator[Row]:
    if source is None:
        return
    if source.publisher_id is not None:
        yield source.publisher_id, source.registered.position, "publisher", source.id
    for author_id in source.author_ids:
        yield author_id, source.registered.position, "author", source.id


def sources(reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50) -> Page[SourceRow]:
    """The sources in the order in which they were registered. `after` is a cursor, `FIRST` at the beginning."""
    found = reading.connection.execute(
        _LISTED + "WHERE created > :after AND (:desk OR opened_at IS NOT NULL) ORDER BY created LIMIT :limit",
        {"desk": audience == "desk", "after": after, "limit": limit + 1},
    )
    rows = [_listed(audience, row) for row in found]
    return page(rows, [row.created for row in rows], limit)


def cited_in(reading: Reading, audience: Audience, id: str) -> tuple[CitedIn, ...]:
    """Where the source is cited, oldest first, withdrawn citations included.

    To the public only open claims count, and no citation that was withdrawn before its claim was opened; a claim
    that was recorded in error has no statement.
    """
    found = reading.connection.execute(_CITED, {"desk": audience == "desk", "id": id})
    return tuple(CitedIn(*row) for row in found)


def _listed(audience: Audience, row: Row) -> SourceRow:
    read = filled(SourceRow, row)
    if not read.confidential or audience == "desk":
        return read
    return replace(read, title=None, url=None, publisher_id=None, published_on=None)
