"""What can be looked for: the words of every record, for the desk and for the public in indexes of their own.

The rank of what is found rests on how often a word occurs in all records. If both audiences shared an index, drafts
would move the order in which the public sees its results.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Final

from domain.article import Article
from domain.claim import Claim
from domain.party import Party
from domain.values import kind_of
from projections.batch import Batch
from projections.documents import digest_of
from projections.openness import Opening
from projections.projection import Audience
from projections.tables import Parts, Row, Table, WordIndex
from projections.wordings import Record, shown, wording

_SEARCH: Final = Table(
    "search",
    (
        "created INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "record_kind TEXT NOT NULL",
        "version INTEGER NOT NULL",
        "opened_at INTEGER",
        "shown TEXT NOT NULL",
        "language TEXT",
        "claimant_id TEXT",
        "as_named TEXT",
        "rating TEXT",
        "contested INTEGER NOT NULL",
        "withdrawn INTEGER NOT NULL",
        "cause TEXT",
        "title TEXT",
        "passages TEXT NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("created",),
    main=True,
)
DESK: Final = WordIndex("search_desk")
PUBLIC: Final = WordIndex("search_public")
INDEX: Final[Mapping[Audience, WordIndex]] = {"desk": DESK, "public": PUBLIC}
"""Audience → where its words are."""
_OPENED: Final = (
    "SELECT id, opened_at FROM search WHERE opened_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
)


class Search:
    """One row for each record, its words in the desk's index, and in the public's what the public may find of them."""

    NAME = "search"
    VERSION = 1
    TABLES = (_SEARCH, DESK, PUBLIC)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the records that changed or were opened. The indexes are touched only where they would change."""
        open_before = _opened(views, batch.changed)
        opening = Opening(batch, lambda ids: _opened(views, ids))
        for recorded in batch.events:
            opening.follow(recorded)
        desk, public, rows = Parts(DESK), Parts(PUBLIC), []
        for id in dict.fromkeys((*batch.changed, *opening.opened)):
            after = _Entry(batch.state(id), opening.since(id))
            rows.append(after.row())
            change = batch.changed.get(id)
            before = _entry(after.record if change is None else change.before, open_before.get(id))
            if before is None or not before.reads_like(after):
                desk.change(() if before is None else before.for_desk(), after.for_desk())
                public.change(() if before is None else before.for_public(), after.for_public())
        views.executemany(_SEARCH.put, rows)
        desk.write(views)
        public.write(views)


class _Entry:
    """A record as it can be found, given the position at which it was opened."""

    def __init__(self, record: Record, opened_at: int | None) -> None:
        self.record = record
        self._opened_at = opened_at
        self.wording = wording(record)
        self.shown = shown(record, open=opened_at is not None)

    def reads_like(self, other: "_Entry") -> bool:
        """Whether both audiences would find the same words."""
        return self.shown == other.shown and self.wording == other.wording

    def for_desk(self) -> list[Row]:
        return [(_created(self.record), self.wording.title_words, self.wording.passage_words)]

    def for_public(self) -> list[Row]:
        match self.shown:
            case "nothing":
                return []
            case "title":
                return [(_created(self.record), self.wording.title_words, "")]
            case "all":
                return self.for_desk()

    def row(self) -> Row:
        record, changed = self.record, self.record.changed
        claimant_id, as_named = _speaker(record)
        state = (*_judged(record), *_fallen(record))
        digested = (record.id, record.version, changed.position, changed.commitment, self._opened_at, self.shown)
        return (
            _created(record),
            record.id,
            kind_of(record.id),
            record.version,
            self._opened_at,
            self.shown,
            None if isinstance(record, Party) else record.language,
            claimant_id,
            as_named,
            *state,
            self.wording.title,
            json.dumps(self.wording.passages, ensure_ascii=False),
            digest_of(*digested, *state),
        )


def _entry(record: Record | None, opened_at: int | None) -> _Entry | None:
    return None if record is None else _Entry(record, opened_at)


def _speaker(record: Record) -> tuple[str | None, str | None]:
    return (record.claimant_id, record.words.as_named) if isinstance(record, Claim) else (None, None)


def _judged(record: Record) -> tuple[str | None, bool]:
    if not isinstance(record, Claim):
        return None, False
    return None if record.verdict is None else record.verdict.rating, record.contested


def _fallen(record: Record) -> tuple[bool, str | None]:
    return (record.withdrawn is not None, record.cause) if isinstance(record, Article | Claim) else (False, None)


def _created(record: Record) -> int:
    match record:
        case Claim():
            return record.asserted.position
        case Article():
            return record.drafted.position
        case _:
            return record.registered.position


def _opened(views: sqlite3.Connection, ids: Collection[str]) -> dict[str, int]:
    return dict(views.execute(_OPENED, (json.dumps(list(ids)),)).fetchall())
