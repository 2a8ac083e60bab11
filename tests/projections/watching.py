"""A desk whose ledger is watched, for tests of what the views make of it."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from domain.events import Event
from projections.batch import Batch
from projections.projection import Projection
from projections.register import ALL
from projections.runner import Runner
from projections.views import Reading, Views
from tests.support.desk import Desk

T = TypeVar("T")


class Watched:
    """A desk whose ledger is watched by a runner that moves only when it is told to."""

    def __init__(
        self,
        desk: Desk,
        path: Path,
        projections: Sequence[Projection] = ALL,
        batch: int = 1_000,
        lock_timeout: float = 5.0,
    ) -> None:
        self.desk = desk
        self.views = Views(path, lock_timeout=lock_timeout)
        self.runner = Runner(desk.store, desk.newsroom.streams, self.views, projections, batch)

    def read(self, what: Callable[[Reading], T]) -> T:
        """What is read once the views have caught up."""
        self.runner.catch_up()
        with self.views.reading() as reading:
            return what(reading)

    def digests(self) -> dict[str, str]:
        self.runner.catch_up()
        return {status.name: status.digest() for status in self.runner.status()}

    def errors(self) -> dict[str, str]:
        return {status.name: str(status.error) for status in self.runner.status() if status.error is not None}

    def close(self) -> None:
        self.runner.stop()
        self.views.close()


class Stumbling:
    """A projection that does what another one does, but cannot take in a certain kind of event while it is `ill`."""

    def __init__(self, name: str, over: type[Event]) -> None:
        self._usual = next(projection for projection in ALL if name == projection.NAME)
        self._over = over
        self.ill = True
        self.NAME = self._usual.NAME
        self.VERSION = self._usual.VERSION
        self.TABLES = self._usual.TABLES

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        self._usual.apply(batch, views)
        if self.ill and any(isinstance(recorded.event, self._over) for recorded in batch.events):
            raise RuntimeError("it stumbled")
