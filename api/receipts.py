"""Records what the views come to: once a day by itself, and on request. An auditor makes the same views and compares.

A receipt is one event, so a crash leaves either all of it or nothing, and the next start makes up for a missed day.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from domain.desk.events import ProjectionDigest, ReceiptMade
from domain.desk.state import Desk
from domain.errors import NotCaughtUp, StemmaError
from domain.events import NoWords
from domain.ledger.rows import moment
from domain.newsroom import Newsroom
from domain.values import SIGNER
from projections.projection import Projection
from projections.register import ALL
from projections.views import Reading, Views, digest_in
from projections.worker import Worker

_LOG: Final = logging.getLogger(__name__)

EVERY: Final = timedelta(days=1)
"""The age of the last receipt at which another is due, if anything was recorded since."""

PATIENCE: Final = 30.0
"""Seconds that somebody waits until all views stand at one position."""

_LOOK: Final = 0.005
_PAUSE: Final = 60.0  # seconds between two looks whether one is due
_MAP: Final = "map"


class Receipts:
    """Makes receipts of the views. `make` does it now; `start` keeps a thread that does it once a day until `stop`."""

    def __init__(
        self,
        newsroom: Newsroom,
        views: Views,
        now: Callable[[], datetime],
        projections: Sequence[Projection] = ALL,
    ) -> None:
        self._newsroom = newsroom
        self._views = views
        self._now = now
        self._projections = tuple(projections)
        self._worker = Worker("receipts", self._follow)

    def make(self, patience: float = PATIENCE) -> ReceiptMade:
        """Records a receipt of the views as they stand; returns when it is on disk.

        Raises `NotCaughtUp` if they do not come to stand at one position, the newest of now or a later one, within
        `patience` seconds, and `Unavailable`.
        """
        receipt = self._reckoned(patience)
        return self._newsroom.note_on_desk(lambda _: receipt, SIGNER)

    def make_due(self, patience: float = PATIENCE) -> ReceiptMade | None:
        """As `make`, if one is due: the last is a day old, and anything but what it brought about came since."""
        desk = self._newsroom.desk
        if not self._due(desk):
            return None
        receipt = self._reckoned(patience)
        try:
            return self._newsroom.note_on_desk(lambda newest: self._still_due(newest, receipt), SIGNER)
        except _Made:
            return None

    def start(self) -> None:
        """Makes a receipt whenever one is due, in a thread of its own."""
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._worker.stop()

    def _follow(self) -> None:
        while not self._worker.stopping.is_set():
            try:
                self.make_due()
            except StemmaError as error:
                _LOG.warning("No receipt can be made now: %s", error)
            self._worker.stopping.wait(_PAUSE)

    def _still_due(self, desk: Desk, receipt: ReceiptMade) -> ReceiptMade:
        """The receipt, unless somebody else has made one meanwhile."""
        if self._is_recent(desk):
            raise _Made
        return receipt

    def _due(self, desk: Desk) -> bool:
        if self._is_recent(desk):
            return False
        after = 0 if desk.receipt is None else desk.receipt.made.position
        while rows := self._newsroom.store.rows(after, 10):
            if any(not row.stream.startswith(_MAP) for row in rows):
                return True
            after = rows[-1].position
        return False

    def _is_recent(self, desk: Desk) -> bool:
        last = desk.opened if desk.receipt is None else desk.receipt.made
        return self._now() - moment(last.at) < EVERY

    def _reckoned(self, patience: float) -> ReceiptMade:
        deadline, head = monotonic() + patience, self._newsroom.store.head().position
        while True:
            with self._views.reading() as reading:
                reached = self._standing(reading)
                if min(reached) == max(reached) >= head > 0:
                    return self._receipt(reading, reached[0])
            if monotonic() > deadline or self._worker.stopping.wait(_LOOK):
                raise NotCaughtUp(head, min(reached))

    def _standing(self, reading: Reading) -> list[int]:
        return [reading.positions.get(projection.NAME, 0) for projection in self._projections]

    def _receipt(self, reading: Reading, upto: int) -> ReceiptMade:
        digests = (
            ProjectionDigest(
                projection=projection.NAME, version=projection.VERSION, digest=digest_in(reading, projection)
            )
            for projection in self._projections
        )
        return ReceiptMade(upto=upto, projections=tuple(digests), words=NoWords())


class _Made(Exception):
    """Another process has made a receipt meanwhile."""
