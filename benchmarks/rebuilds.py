"""Events a second when all views are made anew from the ledger."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from benchmarks.ledgers import lines, newsroom, record, record_plainly
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from benchmarks.plain_desk import Claim, PlainDesk
from benchmarks.replays import plain_events
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from projections.runner import Runner
from projections.views import Views

PLAIN_EVENTS = 2_000
"""As many as the library's runner is given: it flushes a transaction for each."""
TABLE = "CREATE TABLE IF NOT EXISTS claims (id TEXT PRIMARY KEY, statement TEXT, version INTEGER, proposed TEXT)"
INSERT = "INSERT INTO claims (id, statement, version) VALUES (?, ?, ?)"
CONCLUDE = "UPDATE claims SET version = ?, proposed = ? WHERE id = ?"
ADVANCE = "UPDATE claims SET version = ? WHERE id = ?"


class PlainView(SQLiteTrackingRecorder):
    """One table of claims, kept as the library's documentation shows: an event and its position in a transaction."""

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), TABLE]

    def take_in(self, event: Any, tracking: Tracking) -> None:
        """Stores what a claim's event changes, durably. The library makes the classes of events, named as they say."""
        id, version = event.originator_id.hex, event.originator_version
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            match type(event).__name__:
                case "Asserted":
                    cursor.execute(INSERT, (id, event.said["statement"], version))
                case "VerdictProposed":
                    cursor.execute(CONCLUDE, (version, event.proposed["rating"], id))
                case _:
                    cursor.execute(ADVANCE, (version, id))


def rebuilds(folder: Path, scale: Scale) -> Iterator[Race]:
    """All our projections from an empty file, beside one table that the library's way keeps."""
    with newsroom(folder / "ledger.db") as desk:
        record(desk, lines(scale.claims))
    numbers = count(1)
    with closing(SQLiteStore(folder / "ledger.db")) as store, PlainDesk(folder / "plain.db") as plain:
        record_plainly(plain, lines(scale.claims))

        def ours() -> float:
            with closing(Views(folder / f"views-{next(numbers)}.db")) as views:
                runner = Runner(store, Streams(store), views)
                return timed(runner.catch_up)

        def theirs() -> float:
            view = PlainView(SQLiteDatastore(str(folder / f"plain-view-{next(numbers)}.db")))
            view.create_table()
            with closing(view.datastore):
                return timed(lambda: _follow(plain, view))

        entrants = [
            Entrant("eventsourcing: 1 view, an event a transaction", theirs),
            Entrant("Stemma: all projections", ours),
        ]
        yield race("Rebuild of the views", "events/s", entrants, scale.rounds)


def _follow(desk: PlainDesk, view: PlainView) -> int:
    events = 0
    for events, event in enumerate(islice(plain_events(desk), PLAIN_EVENTS), 1):
        if isinstance(event, Claim.Event):
            view.take_in(event, Tracking("claims", events))
    return events
