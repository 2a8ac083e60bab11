"""Which quotes have still to be looked for in which snapshots.

A quote that counts is looked for in the snapshot that its citation names, in the newest snapshot of its source that has
a text, and in the newest of all, which may say that the page is gone.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.claim import Claim
from domain.source import Source
from projections.batch import Batch
from projections.documents import digest_of
from projections.projection import filled
from projections.tables import Parts, Row, Table
from projections.views import Reading

_QUOTES: Final = Table(
    "quotes",
    (
        "id TEXT NOT NULL",
        "claim_id TEXT NOT NULL",
        "source_id TEXT NOT NULL",
        "snapshot_id TEXT",
        "checked_in TEXT NOT NULL",
        "there INTEGER NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("id",),
    (("quotes_of_claim", "(claim_id)"), ("quotes_of_source", "(source_id)")),
    main=True,
)
_SNAPSHOTS: Final = Table(
    "snapshots",
    (
        "source_id TEXT NOT NULL",
        "id TEXT NOT NULL",
        "captured_at TEXT NOT NULL",
        "newest INTEGER NOT NULL",
    ),
    ("source_id", "id"),
)
_DUE: Final = Table(
    "quotes_due",
    (
        "captured_at TEXT NOT NULL",
        "citation_id TEXT NOT NULL",
        "snapshot_id TEXT NOT NULL",
        "claim_id TEXT NOT NULL",
        "source_id TEXT NOT NULL",
    ),
    ("captured_at", "citation_id", "snapshot_id"),
    (("quotes_due_of_claim", "(claim_id)"), ("quotes_due_of_source", "(source_id)")),
)
_MOVED: Final = (
    "claim_id IN (SELECT value FROM json_each(:moved)) OR source_id IN (SELECT value FROM json_each(:moved))"
)
_FORGET: Final = f"DELETE FROM quotes_due WHERE {_MOVED}"  # noqa: S608 (our words)
_FIND: Final = (
    "INSERT INTO quotes_due SELECT captured_at, quotes.id, snapshots.id, claim_id, quotes.source_id "
    "FROM quotes JOIN snapshots ON snapshots.source_id = quotes.source_id "
    "AND (snapshots.newest OR snapshots.id = quotes.snapshot_id) "
    "WHERE (claim_id IN (SELECT value FROM json_each(:moved)) "
    "OR quotes.source_id IN (SELECT value FROM json_each(:moved))) AND there AND NOT instr(checked_in, snapshots.id)"
)
_LISTED: Final = (
    "SELECT claim_id, citation_id, snapshot_id FROM quotes_due ORDER BY captured_at, citation_id, snapshot_id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A quote that has not been looked for in this snapshot."""

    claim_id: str
    citation_id: str
    snapshot_id: str


class Quotes:
    """One row for each quote that counts: it is not withdrawn, nor its claim. And what is due.

    `there` says that the quote was not erased. The digest does not tell: it stays the same when words go.
    """

    NAME = "quotes"
    VERSION = 3
    TABLES = (_QUOTES, _SNAPSHOTS, _DUE)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the quotes and snapshots that changed, and finds anew what is due for them."""
        quotes, snapshots, moved = Parts(_QUOTES), Parts(_SNAPSHOTS), list[str]()
        for stream, change in batch.of("clm"):
            before, after = set(_quotes(change.before)), set(_quotes(change.after))
            if stream in batch.rewritten:
                before = set(views.execute("SELECT * FROM quotes WHERE claim_id = ?", (stream,)).fetchall())
            if before != after:
                quotes.change(before, after)
                moved.append(stream)
        for stream, change in batch.of("src"):
            before, after = set(_snapshots(change.before)), set(_snapshots(change.after))
            if stream in batch.rewritten:
                before = set(views.execute("SELECT * FROM snapshots WHERE source_id = ?", (stream,)).fetchall())
            if before != after:
                snapshots.change(before, after)
                moved.append(stream)
        quotes.write(views)
        snapshots.write(views)
        if moved:
            asked = {"moved": json.dumps(moved)}
            views.execute(_FORGET, asked)
            views.execute(_FIND, asked)


def _quotes(claim: Claim | None) -> Iterator[Row]:
    if claim is None or claim.withdrawn is not None:
        return
    for c in claim.citations:
        if c.withdrawn is None and c.quote_wording is not None:
            said = (c.id, claim.id, c.source_id, c.snapshot_id, " ".join(sorted({k.snapshot_id for k in c.checks})))
            yield *said, int(c.words.quote is not None), digest_of(*said)


def _snapshots(source: Source | None) -> Iterator[Row]:
    if source is None:
        return
    newest = {s.id for s in (source.newest_snapshot, source.newest_text) if s is not None}
    for s in source.snapshots:
        if s.withdrawn is None and not s.erased:
            yield source.id, s.id, s.captured_at, int(s.id in newest)


def due_checks(reading: Reading, limit: int) -> tuple[DueCheck, ...]:
    """Up to `limit` checks that nobody has made yet, those of the oldest snapshots first."""
    return tuple(filled(DueCheck, row) for row in reading.connection.execute(_LISTED, (limit,)))
