"""Keeps the views of one data folder in step with its ledger, tells where they stand, and makes them anew."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from domain.ledger.store import Store
from domain.streams import Streams
from projections.engine import FIRST_PAUSE, LONGEST_PAUSE, Engine, Failure, Progress
from projections.projection import Projection
from projections.rebuilding import Difference, check, replace_with_rebuilt
from projections.register import ALL
from projections.views import Views
from projections.worker import Worker

_LOG: Final = logging.getLogger(__name__)
_IDLE: Final = 0.25  # seconds after which the thread looks whether it shall stop
_PACE: Final = 0.05  # seconds between batches while commits follow one another closely
_CALM: Final = 5  # batches in a row that are taken in at once


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """Where a projection stands. `lag` counts the events that it has not taken in; `digest()` reckons its digest."""

    name: str
    version: int
    position: int
    lag: int
    error: Failure | None
    digest: Callable[[], str]


class Runner:
    """Runs the projections; whoever makes one must lead in the data folder (`projections.leader`).

    When it is made, views that do not fit this ledger or this code are emptied, to be filled again. Raises
    `Unavailable` if the views cannot be written.
    """

    def __init__(
        self,
        store: Store,
        streams: Streams,
        views: Views,
        projections: Sequence[Projection] = ALL,
        batch: int = 1_000,
    ) -> None:
        self._store = store
        self._streams = streams
        self._views = views
        self._batch = batch
        self._engine = Engine(store, streams, views, projections, batch)
        self._worker = Worker("projections", self._follow)

    def start(self) -> None:
        """Follows the ledger from now on, in a thread of its own that wakes at each commit."""
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread after the batch that it is at. The views stay open."""
        self._worker.stop()

    def catch_up(self, progress: Progress | None = None) -> int:
        """Takes in everything up to the ledger's head of now, and gives the position that all have reached.

        A projection that fails stays behind (see `status`), the others arrive. Raises `UnreadableEvent` or another
        `DamagedLedger` where the ledger itself cannot be read, and `Unavailable` if it cannot be used.
        """
        return self._engine.catch_up(progress=progress)

    def wait(self, position: int, timeout: float = 2.0, names: Collection[str] | None = None) -> int:
        """Waits until these projections (all, unless named) have reached the position. Raises `NotCaughtUp`."""
        return self._views.wait(position, timeout, names)

    def status(self) -> list[ProjectionStatus]:
        """Where each projection stands, against the ledger's head of now."""
        head = self._store.head().position
        return [self._status(projection, head) for projection in self._engine.projections]

    def rebuild(self, name: str | None = None, progress: Progress | None = None) -> None:
        """Makes this projection, or all of them, anew beside the live tables, which are read meanwhile, and swaps.

        The swap is one transaction. Raises `ProjectionFailed` if one cannot be made, `ValueError` for a name that no
        projection has; then the live tables stay.
        """
        chosen = [p for p in self._engine.projections if name in (None, p.NAME)]
        if not chosen:
            raise ValueError(f"There is no projection called {name}.")
        beside = self._views.path.with_name(f"{self._views.path.name}.rebuild")
        replace_with_rebuilt(self._engine, self._views, beside, lambda views: self._beside(views, chosen), progress)

    def check(self, progress: Progress | None = None) -> list[Difference]:
        """Makes every projection anew beside the live tables and compares, row by row; changes nothing.

        Each projection in which something differs is named once, with its first row that does.
        """
        return check(self._store, self._streams, self._views, self._engine.projections, progress)

    def _beside(self, views: Views, projections: Sequence[Projection]) -> Engine:
        return Engine(self._store, self._streams, views, projections, self._batch)

    def _status(self, projection: Projection, head: int) -> ProjectionStatus:
        engine = self._engine
        position, trouble = engine.positions[projection.NAME], engine.troubles.get(projection.NAME)
        return ProjectionStatus(
            name=projection.NAME,
            version=projection.VERSION,
            position=position,
            lag=max(head - position, 0),
            error=engine.unreadable or (trouble.failure if trouble is not None else None),
            digest=lambda: self._views.digest(projection),
        )

    # The thread.

    def _follow(self) -> None:
        pause, streak = FIRST_PAUSE, 0
        while not self._worker.stopping.is_set():
            try:
                if self._engine.advance():
                    streak += 1
                    self._gather(streak)
                elif self._rest() > _PACE:
                    streak = 0
                pause = FIRST_PAUSE
            except Exception as error:  # noqa: BLE001 (the thread outlives full disks and mistakes)
                _LOG.error("The projections cannot go on: %s", error)
                self._worker.stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _gather(self, streak: int) -> None:
        """Lets small commits that follow one another closely come together: a batch costs little more than an event."""
        if streak > _CALM and self._store.head().position - max(self._engine.positions.values()) < self._batch:
            self._worker.stopping.wait(_PACE)

    def _rest(self) -> float:
        """Waits for a commit, but no longer than until a projection in trouble may try again; gives the seconds."""
        engine, began = self._engine, monotonic()
        due = [trouble.until - began for trouble in list(engine.troubles.values())]
        timeout = min(max(min(due, default=_IDLE), 0.001), _IDLE)
        healthy = [position for name, position in engine.positions.items() if name not in engine.troubles]
        if healthy:
            self._store.wait(max(healthy), timeout)
        else:
            self._worker.stopping.wait(timeout)
        return monotonic() - began
