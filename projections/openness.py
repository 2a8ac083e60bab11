"""Which records are open to the public, and since which ledger position. What is open stays open.

An article is opened when it is published; a claim when an open article places it, or when it is published by itself.
What an open record rests on opens with it, and what it comes to rest on later opens then: an article's source, a
claim's parties and the sources of its standing citations, a source's publisher and authors. A confidential source
opens nobody: whoever opened with it would give it away. When it is confidential no longer, they open then.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

from domain.article import Article
from domain.article.events import ArticlePublished
from domain.claim import Claim
from domain.claim.events import ClaimPublished
from domain.events import Event, Recorded
from domain.source import Source
from projections.batch import Batch
from projections.documents import digest_of
from projections.tables import Table
from projections.views import Reading

_OPENS: Final[tuple[type[Event], ...]] = (ArticlePublished, ClaimPublished)


class Openness:
    """One row for each open record: its id and the position of the event that opened it."""

    NAME = "openness"
    VERSION = 2
    TABLES = (
        Table(
            "openness", ("id TEXT NOT NULL", "opened_at INTEGER NOT NULL", "digest BLOB NOT NULL"), ("id",), main=True
        ),
    )

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Opens what the events of the batch open, one after another."""
        opening = _Opening(batch, views)
        for recorded in batch.events:
            opening.follow(recorded)
        rows = ((id, position, digest_of(id, position)) for id, position in opening.opened.items())
        views.executemany(self.TABLES[0].put, rows)


class _Opening:
    """What a batch opens: `opened` maps ids to positions."""

    def __init__(self, batch: Batch, views: sqlite3.Connection) -> None:
        self._batch = batch
        self._views = views
        self._open: dict[str, bool] = dict.fromkeys(batch.changed, False)
        self._open.update(dict.fromkeys(_open_among(views, batch.changed), True))
        self.opened: dict[str, int] = {}

    def follow(self, recorded: Recorded) -> None:
        """Takes in one event."""
        if isinstance(recorded.event, _OPENS):
            self._spread([recorded.stream], recorded.position)
        elif self._open.get(recorded.stream):
            self._spread(self._below(recorded.stream, recorded.position), recorded.position)

    def _spread(self, ids: Iterable[str], position: int) -> None:
        """Opens these records, and what they rest on at this position, as far as they are not open yet."""
        waiting = [id for id in ids if not self._is_open(id)]
        while waiting:
            id = waiting.pop()
            if not self._is_open(id):
                self._open[id] = True
                self.opened[id] = position
                waiting.extend(self._below(id, position))

    def _below(self, id: str, position: int) -> Iterator[str]:
        return rests_on(self._batch.at(id, position))

    def _is_open(self, id: str) -> bool:
        known = self._open.get(id)
        if known is None:
            known = self._open[id] = bool(_open_among(self._views, (id,)))
        return known


def rests_on(record: Any) -> Iterator[str]:
    """The ids of the records that open with this one, in the state that it has."""
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


def _claim_rests_on(claim: Claim) -> Iterator[str]:
    yield from _given(claim.claimant_id, claim.appeared_in_id)
    yield from (about.party_id for about in claim.about)
    for citation in claim.citations:
        if citation.withdrawn is None:
            yield from _given(citation.source_id, citation.via_source_id, citation.reported_party_id)
    for dispute in claim.disputes:
        yield from (position.party_id for position in dispute.standing)


def _given(*ids: str | None) -> Iterator[str]:
    return (id for id in ids if id is not None)


def _open_among(views: sqlite3.Connection, ids: Iterable[str]) -> list[str]:
    found = views.execute(
        "SELECT id FROM openness WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return [id for (id,) in found]


def opened_at(reading: Reading, id: str) -> int | None:
    """The position at which the record was opened to the public; None if it is not open."""
    found = reading.connection.execute("SELECT opened_at FROM openness WHERE id = ?", (id,)).fetchone()
    return None if found is None else int(found[0])


def opened(reading: Reading, ids: Iterable[str]) -> dict[str, int]:
    """Those of the records that are open, with the position at which each was opened."""
    found = reading.connection.execute(
        "SELECT id, opened_at FROM openness WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return dict(found.fetchall())
