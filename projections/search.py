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
from projections.batch import Batch, Moved
from projections.documents import digest_of
from projections.openness import Opening
from projections.projection import Audience
from projections.tables import Parts, Row, Table, WordIndex, beyond
from projections.wordings import Record, Wording, shown, wording

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
        "desk_title TEXT",
        "passages TEXT NOT NULL",
        "desk_passages TEXT",
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
    VERSION = 2
    TABLES = (_SEARCH, DESK, PUBLIC)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the records that changed or were opened. The indexes are touched only where they would change."""
        open_before = _opened(views, batch.changed)
        opening = Opening(batch, lambda ids: _opened(views, ids))
        for recorded in batch.events:
            opening.follow(recorded)
        desk, public, rows = Parts(DESK), Parts(PUBLIC), []
        for id in dict.fromkeys((*batch.changed, *opening.opened)):
            after = _Entry(batch.state(id), opening.since(id), batch.told(id))
            rows.append(after.row(batch.moved(id, after.record.changed)))
            change = batch.changed.get(id)
            before = _entry(after.record if change is None else change.before, open_before.get(id))
            if batch.is_forced(id):
                stale = [(_created(after.record), None, None)]
                desk.change(stale, after.for_desk())
                public.change(stale, after.for_public())
            elif before is None or not before.reads_like(after):
                desk.change(() if before is None else before.for_desk(), after.for_desk())
                public.change(() if before is None else before.for_public(), after.for_public())
        views.executemany(_SEARCH.put, rows)
        desk.write(views)
        public.write(views)


class _Entry:
    """A record as it can be found, given the position at which it was opened, and how it is told to the public."""

    def __init__(self, record: Record, opened_at: int | None, told: Record) -> None:
        self.record = record
        self._opened_at = opened_at
        self.wording = wording(record)
        self.told = self.wording if told is record else wording(told)
        self._speaker = _speaker(told)
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
                return [(_created(self.record), self.told.title_words, "")]
            case "all":
                return [(_created(self.record), self.told.title_words, self.told.passage_words)]

    def row(self, moved: Moved) -> Row:
        record, changed = self.record, self.record.changed
        claimant_id, as_named = self._speaker
        state = (*_judged(record), *_fallen(record))
        digested = (record.id, record.version, changed.position, changed.commitment, self._opened_at, self.shown)
        passages, told = _document(self.wording), _document(self.told)
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
            self.told.title,
            beyond(self.wording.title, self.told.title),
            told,
            beyond(passages, told),
            digest_of(*digested, *state, *moved.digested),
        )


def _document(wording: Wording) -> str:
    return json.dumps(wording.passages, ensure_ascii=False)


def _entry(record: Record | None, opened_at: int | None) -> _Entry | None:
    return None if record is None else _Entry(record, opened_at, record)


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
