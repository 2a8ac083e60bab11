"""Takes events into the views: folds each once, and hands each batch to every projection."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import RLock
from time import monotonic
from typing import Final

from domain.errors import DamagedLedger, StemmaError
from domain.events import Recorded
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.streams import Streams
from projections.batch import Batch, Memory
from projections.projection import Projection
from projections.views import Views, fingerprint, ruined

_LOG: Final = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 30.0
"""How many seconds a projection rests after it failed, at first and at last."""

Progress = Callable[[int, int], None]
"""Told (position reached, position to be reached)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: the event that could not be taken in, and what was said about it."""

    position: int
    type: str
    message: str

    def __str__(self) -> str:
        return f"{self.type} at position {self.position}: {self.message}"


class ProjectionFailed(StemmaError):
    """A projection could not take in an event."""

    def __init__(self, name: str, failure: Failure) -> None:
        super().__init__(f"The projection {name} failed on {failure}")
        self.name = name
        self.failure = failure


@dataclass(slots=True)
class Trouble:
    """Why a projection rests, for how many seconds, and until when on the monotonic clock."""

    failure: Failure
    pause: float
    until: float


class Engine:
    """Moves projections over one file of views. Any thread may call it; one at a time works.

    Each batch of whole commands and its position are stored in one transaction for each projection. A projection that
    fails is tried again after a growing pause while the others go on. An event that cannot be read stops them all.
    """

    def __init__(
        self, store: Store, streams: Streams, views: Views, projections: Sequence[Projection], batch: int
    ) -> None:
        if batch < 1:
            raise ValueError("a batch holds at least one event")
        self.projections = tuple(projections)
        self.working = RLock()
        self.troubles: dict[str, Trouble] = {}
        self.unreadable: Failure | None = None
        self._store = store
        self._streams = streams
        self._views = views
        self._batch = batch
        self._memory = Memory(streams)
        self._leaf = 0, b""
        self.positions: dict[str, int] = {}
        self._prepare()

    def _prepare(self) -> None:
        first = self._store.rows(0, 1)
        self._views.prepare(first[0].stream if first else None, self.projections, self._leaf_at)
        self.look()

    def look(self) -> None:
        """Learns from the views where the projections stand."""
        positions = self._views.positions()
        self.positions = {projection.NAME: positions[projection.NAME] for projection in self.projections}

    def catch_up(self, upto: int | None = None, progress: Progress | None = None) -> int:
        """Takes in everything up to the ledger's head, or to the command's end at or before `upto`; gives the position.

        A projection that fails stays behind, the others arrive. Raises `UnreadableEvent` or another `DamagedLedger`
        where the ledger itself cannot be read, and `Unavailable` if it cannot be used.
        """
        goal = self._store.boundary(self._store.head().position if upto is None else upto)
        while self.advance(goal):
            if progress is not None:
                progress(max(self.positions.values()), goal)
        return min(self.positions.values(), default=goal)

    def advance(self, goal: int | None = None) -> bool:
        """Takes in one batch where most is to be done; false if nothing is to be done now."""
        with self.working:
            due = self._due()
            if not due:
                return False
            after = min(self.positions[p.NAME] for p in due)
            ahead = [position for position in self.positions.values() if position > after]
            try:
                batch = self._read(after, min((*ahead, *(() if goal is None else (goal,))), default=None))
            except DamagedLedger as damage:
                self.unreadable = _failure(damage)
                raise
            self.unreadable = None
            if batch is None:
                return False
            for projection in due:
                if self.positions[projection.NAME] == after:
                    self._take_in(projection, batch)
        self._views.announce()
        return True

    def _due(self) -> list[Projection]:
        """The projections that may go on now: those in trouble only after their pause."""
        now = monotonic()
        return [p for p in self.projections if p.NAME not in self.troubles or self.troubles[p.NAME].until <= now]

    def _read(self, after: int, upto: int | None) -> Batch | None:
        """The next batch after this position, of whole commands; None if there is none."""
        rows = [row for row in self._store.rows(after, self._batch) if upto is None or row.position <= upto]
        if not rows:
            return None
        whole = self._whole(rows)
        self._streams.refresh()
        events = list(map(self._streams.concealment.open, whole))
        self._memory.move_to(after)
        return self._memory.advance(events, [row.leaf for row in whole])

    def _whole(self, rows: list[Row]) -> list[Row]:
        """The rows up to the end of their last whole command; a command longer than a batch is completed."""
        end = self._store.boundary(rows[-1].position)
        if end >= rows[0].position:
            return [row for row in rows if row.position <= end]
        command = rows[0].recorded_at
        while (more := self._store.rows(rows[-1].position, self._batch)) and more[0].recorded_at == command:
            rows.extend(row for row in more if row.recorded_at == command)
        return rows

    # Taking in.

    def _take_in(self, projection: Projection, batch: Batch) -> None:
        try:
            self._put(projection, batch)
        except Exception as error:  # noqa: BLE001 (whatever it was, the other projections go on)
            if ruined(error):
                self._views.set_aside()
                self._prepare()
            else:
                self._trouble(projection, batch, error)
        else:
            if self.troubles.pop(projection.NAME, None) is not None:
                _LOG.info("The projection %s goes on.", projection.NAME)

    def _put(self, projection: Projection, batch: Batch) -> None:
        leaf = self._fingerprint_at(batch.last)
        with self._views.writing() as writer:
            projection.apply(batch, writer)
            writer.execute(
                "UPDATE projection SET position = ?, leaf = ? WHERE name = ?", (batch.last, leaf, projection.NAME)
            )
        self.positions[projection.NAME] = batch.last

    def _trouble(self, projection: Projection, batch: Batch, error: Exception) -> None:
        """Finds the event to blame, takes in the commands before it, and lets the projection pause."""
        blamed = self._blamed(projection, batch) if not isinstance(error, sqlite3.OperationalError) else batch.events[0]
        known = self.troubles.get(projection.NAME)
        pause = min(2 * known.pause, LONGEST_PAUSE) if known is not None else FIRST_PAUSE
        failure = Failure(blamed.position, blamed.event.TYPE, f"{type(error).__name__}: {error}")
        self.troubles[projection.NAME] = Trouble(failure, pause, monotonic() + pause)
        _LOG.error("The projection %s failed on %s", projection.NAME, failure)
        before = self._end_before(batch, blamed)
        if before > self.positions[projection.NAME]:
            with suppress(sqlite3.Error):  # the disk may be full: all of it is tried again after the pause
                self._put(projection, batch.upto(before))

    def _blamed(self, projection: Projection, batch: Batch) -> Recorded:
        """The last event of the shortest beginning of the batch that the projection cannot take in."""
        good, bad = 0, len(batch.events)
        while bad - good > 1:
            middle = (good + bad) // 2
            if self._would_fail(projection, batch.upto(batch.events[middle - 1].position)):
                bad = middle
            else:
                good = middle
        return batch.events[bad - 1]

    def _would_fail(self, projection: Projection, batch: Batch) -> bool:
        try:
            with self._views.trying() as writer:
                projection.apply(batch, writer)
        except Exception:  # noqa: BLE001 (this is what is asked)
            return True
        return False

    def _end_before(self, batch: Batch, blamed: Recorded) -> int:
        """The end of the last command before this event's."""
        ends = (e.position for e in batch.events if e.recorded_at < blamed.recorded_at)
        return max(ends, default=batch.events[0].position - 1)

    def _fingerprint_at(self, position: int) -> bytes:
        if self._leaf[0] != position:
            self._leaf = position, fingerprint(self._leaf_at(position))
        return self._leaf[1]

    def _leaf_at(self, position: int) -> bytes | None:
        rows = self._store.rows(position - 1, 1)
        return rows[0].leaf if rows else None


def _failure(damage: DamagedLedger) -> Failure:
    kind = getattr(damage, "type", "an event")
    return Failure(damage.position or 0, kind, str(damage))
