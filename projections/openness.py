"""Which records are open to the public, since which ledger position, and when each changed last for the public.

An article is opened when it is published; a claim when an open article places it, or when it is published by itself.
What an open record rests on opens with it, and what it comes to rest on later opens then: an article's source, a
claim's parties and the sources of its standing citations, the parties whose replies are told, a source's publisher and
authors and the sources that it goes back to. A confidential source opens nobody: whoever opened with it would give it
away. When it is confidential no longer, they open then. It does not open as what another goes back to either, since
that would say where it talked. What is open stays open.

An open record changes for the public by its opening, by every later event of it that the public may read, and when
another record opens to which it was tied before (`domain.audience`).
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from domain.article import Article
from domain.article.events import ArticlePublished
from domain.audience import named, open_positions, protects, readable, tells, tells_of
from domain.claim import Claim
from domain.claim.events import ClaimPublished
from domain.events import Event, Recorded
from domain.source import Source
from domain.values import kind_of
from projections.batch import Batch, touched_by
from projections.documents import digest_of
from projections.tables import Row, Table
from projections.views import Reading

_OPENS: Final[tuple[type[Event], ...]] = (ArticlePublished, ClaimPublished)
_OPENNESS: Final = Table(
    "openness",
    (
        "id TEXT NOT NULL",
        "record_kind TEXT NOT NULL",
        "opened_at INTEGER NOT NULL",
        "told INTEGER NOT NULL",
        "told_at TEXT NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("id",),
    (
        ("openness_told", "(record_kind, told, id)"),
        ("openness_articles", "(opened_at) WHERE record_kind = 'article'"),
    ),
    main=True,
)
CHANGED: Final = "CASE WHEN :desk THEN position ELSE told END, CASE WHEN :desk THEN changed_at ELSE told_at END"
"""Position and time of a record's last change, as its audience knows it, where its table is joined with `openness`."""
_TIES: Final = Table("openness_ties", ("names TEXT NOT NULL", "id TEXT NOT NULL"), ("names", "id"))
_OPENED: Final = "SELECT id, opened_at FROM openness WHERE id IN (SELECT value FROM json_each(?))"

OpenBefore = Callable[[Collection[str]], Mapping[str, int]]
"""Ids → those of them that were open before the batch, with the position at which each was opened."""


class Openness:
    """One row for each open record: its id, the position of the event that opened it, and what was told of it last.

    `told` is the position of the last event by which the public could read something new of the record, and `told_at`
    when that was recorded. `openness_ties` keeps which records were tied to others that were not open.
    """

    NAME = "openness"
    VERSION = 5
    TABLES = (_OPENNESS, _TIES)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Opens what the events of the batch open, and notes what they tell, one after another."""
        opening = Opening(batch, lambda ids: _opened(views, ids))
        telling = _Telling(batch, views, opening)
        for recorded in batch.events:
            telling.follow(recorded)
        views.executemany(_OPENNESS.put, telling.rows())
        views.executemany(_TIES.put, telling.tie_rows())


class Opening:
    """What a batch opens, one event after another. `opened` maps the ids of what it opened to positions."""

    def __init__(self, batch: Batch, open_before: OpenBefore) -> None:
        self._batch = batch
        self._open_before = open_before
        self._since: dict[str, int | None] = {**dict.fromkeys(batch.changed), **open_before(batch.changed)}
        self.opened: dict[str, int] = {}

    def follow(self, recorded: Recorded) -> list[str]:
        """Takes in one event; gives the ids of the records that it opens."""
        if isinstance(recorded.event, _OPENS):
            return self._spread([recorded.stream], recorded.position)
        if self._since.get(recorded.stream) is not None:
            return self._spread(self._below(recorded.stream, recorded.position), recorded.position)
        return []

    def since(self, id: str) -> int | None:
        """The position at which the record was opened, by the events so far; None if it is not open."""
        if id not in self._since:
            self._since[id] = self._open_before((id,)).get(id)
        return self._since[id]

    def is_open(self, id: str) -> bool:
        """Whether the record is open, by the events so far."""
        return self.since(id) is not None

    def _spread(self, ids: Iterable[str], position: int) -> list[str]:
        """Opens these records, and what they rest on at this position, as far as they are not open yet."""
        waiting = [id for id in ids if not self.is_open(id)]
        spread = []
        while waiting:
            id = waiting.pop()
            if not self.is_open(id):
                self._since[id] = self.opened[id] = position
                spread.append(id)
                waiting.extend(self._below(id, position))
        return spread

    def _below(self, id: str, position: int) -> Iterator[str]:
        record = self._batch.at(id, position)
        yield from rests_on(record)
        for origin in _goes_back_to(record):
            if not self.is_open(origin) and not protects(self._batch.at(origin, position)):
                yield origin


class _Telling:
    """What a batch tells the public: `last` maps ids to the last event that told something new of the record.

    `ties` maps the ids of records that are not open to those of the records that name them.
    """

    def __init__(self, batch: Batch, views: sqlite3.Connection, opening: Opening) -> None:
        self._batch = batch
        self._views = views
        self._opening = opening
        self.last: dict[str, Recorded] = {}
        self.ties: dict[str, set[str]] = {}

    def follow(self, recorded: Recorded) -> None:
        """Takes in one event."""
        for id in self._opening.follow(recorded):
            self.last[id] = recorded
            self._tell_of(id, recorded)
        for id in touched_by(self._batch.concealment, recorded):
            if self._opening.is_open(id) and self._touches(id, recorded):
                self.last[id] = recorded
        if recorded.stream not in self._batch.changed:
            return
        if self._opening.is_open(recorded.stream) and self._tells(recorded):
            self.last[recorded.stream] = recorded
        for name in named(recorded.event):
            if not self._opening.is_open(name):
                self.ties.setdefault(name, set()).add(recorded.stream)

    def _tells(self, recorded: Recorded) -> bool:
        stream, position = recorded.stream, recorded.position
        before, after = self._batch.at(stream, position - 1), self._batch.at(stream, position)
        return tells(recorded, before, after, self._opening.is_open)

    def _touches(self, id: str, act: Recorded) -> bool:
        """Whether the public reads something of the record otherwise because of what was done to words."""
        since, record = self._opening.since(id), self._batch.at(id, act.position)
        if since is None or protects(record):
            return False
        events = [event for event in self._batch.history(id) if event.position < act.position]
        open_ = open_positions(events, since, self._opening.is_open)
        concealment = self._batch.concealment
        told = set[int]()
        for upto in (act.position - 1, act.position):
            kept = {place: kept.withheld for place, kept in concealment.kept(id, upto).items()}
            told |= readable(open_, kept)
        return any(place in told for place in concealment.positions_of(act, id))

    def _tell_of(self, id: str, recorded: Recorded) -> None:
        """A record that has just been opened: whatever was tied to it before may be told of the tie now."""
        for tied in self._tied_to(id):
            since = self._opening.since(tied)
            state = self._batch.at(tied, recorded.position)
            if since is not None and tells_of(state, since, id, self._opening.is_open):
                self.last[tied] = recorded

    def _tied_to(self, id: str) -> set[str]:
        known = self._views.execute("SELECT id FROM openness_ties WHERE names = ?", (id,))
        return {*(tied for (tied,) in known), *self.ties.get(id, ())}

    def rows(self) -> Iterator[Row]:
        """The rows of the records that changed."""
        for id, recorded in self.last.items():
            opened_at = self._opening.since(id)
            said = (id, kind_of(id), opened_at, recorded.position, recorded.recorded_at)
            yield *said, digest_of(*said)

    def tie_rows(self) -> Iterator[Row]:
        """The rows of the new ties."""
        return ((name, id) for name, ids in self.ties.items() for id in ids)


def rests_on(record: Any) -> Iterator[str]:
    """The ids of the records that open with this one, in the state that it has, but for what a source goes back to."""
    match record:
        case Article():
            yield from (placement.claim_id for placement in record.placed)
            yield from _given(record.source_id)
        case Claim():
            yield from _claim_rests_on(record)
        case Source(confidential=False):
            yield from (*_given(record.publisher_id), *record.author_ids)
        case _:
            return


def _goes_back_to(record: Any) -> Iterator[str]:
    if isinstance(record, Source) and not record.confidential:
        standing = (origin for origin in record.origins if origin.withdrawn is None and not origin.as_alleged)
        yield from (origin.derives_from for origin in standing)


def _claim_rests_on(claim: Claim) -> Iterator[str]:
    yield from _given(claim.claimant_id, claim.appeared_in_id)
    yield from (about.party_id for about in claim.about)
    for citation in claim.citations:
        if citation.withdrawn is None:
            yield from _given(citation.source_id, citation.via_source_id, citation.reported_party_id)
    for dispute in claim.disputes:
        yield from (position.party_id for position in dispute.standing)
    for reply in claim.replies:
        if reply.settled and reply.withdrawn is None:
            yield from _given(reply.party_id, reply.source_id)


def _given(*ids: str | None) -> Iterator[str]:
    return (id for id in ids if id is not None)


def _opened(views: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    return dict(views.execute(_OPENED, (json.dumps(list(ids)),)).fetchall())


def opened_at(reading: Reading, id: str) -> int | None:
    """The position at which the record was opened to the public; None if it is not open."""
    found = reading.connection.execute("SELECT opened_at FROM openness WHERE id = ?", (id,)).fetchone()
    return None if found is None else int(found[0])


def opened(reading: Reading, ids: Iterable[str]) -> dict[str, int]:
    """Those of the records that are open, with the position at which each was opened."""
    return _opened(reading.connection, ids)
