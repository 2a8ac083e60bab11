"""Checks quotes by itself: whenever a source has a snapshot in which a quote has not been looked for yet.

The checks are commands of the actor `checker`, each under a key of its own, so that one is never recorded twice,
whatever crashes and however many processes try. What is due stands in a view (`projections.quotes`), so nothing is
forgotten: after a crash the work goes on where the ledger says it stood.
"""

import logging
from contextlib import suppress
from typing import Final

from domain.claim.commands import CheckQuote
from domain.errors import NotCaughtUp, Refused, StemmaError, Unavailable
from domain.newsroom import Newsroom
from domain.session import Order
from domain.values import CHECKER
from projections.quotes import DueCheck, due_checks
from projections.views import Views
from projections.worker import Worker

CHECKS: Final = "claims.citations.check"
"""The command that checks a quote."""

_LOG: Final = logging.getLogger(__name__)
_BATCH: Final = 100
_IDLE: Final = 0.25  # seconds after which the thread looks whether it shall stop
_PAUSE: Final = 5.0  # seconds until it tries again after an error


class Checker:
    """Checks what is due. `check_due` does it once; `start` keeps a thread at it until `stop`."""

    def __init__(self, newsroom: Newsroom, views: Views) -> None:
        self._newsroom = newsroom
        self._views = views
        self._left_alone: set[DueCheck] = set()
        self._put_off: set[DueCheck] = set()
        self._worker = Worker("quote-checks", self._follow)

    def start(self) -> None:
        """Follows the ledger from now on, in a thread of its own."""
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread after the check that it is at."""
        self._worker.stop()

    def check_due(self) -> int:
        """Gives the command for everything that is due by the views as they are; gives how many were recorded.

        A check that is refused, or whose snapshot is damaged, is logged and left alone until this is made anew. One
        that raises anything else is tried again after all others. Raises `Unavailable` if the ledger, the views or the
        file of a snapshot cannot be used.
        """
        recorded = 0
        with self._views.reading() as reading:
            due = due_checks(reading, _BATCH + len(self._left_alone) + len(self._put_off))
        for check in sorted(due, key=self._put_off.__contains__):
            if self._worker.stopping.is_set():
                break
            if check not in self._left_alone:
                recorded += self._tried(check)
        return recorded

    def _tried(self, due: DueCheck) -> bool:
        try:
            recorded = self._check(due)
        except Exception:
            self._put_off.add(due)
            raise
        self._put_off.discard(due)
        return recorded

    def _check(self, due: DueCheck) -> bool:
        """Whether the check is new in the ledger."""
        body = CheckQuote(snapshot_id=due.snapshot_id)
        at = (due.claim_id, due.citation_id)
        order = Order(
            name=CHECKS,
            body=body,
            actor=CHECKER,
            at=at,
            newest=True,
            key=f"quote-check:{due.citation_id}:{due.snapshot_id}",
            fingerprint=self._newsroom.fingerprint(CHECKS, at, body, None),
        )
        try:
            return not self._newsroom.record(order).replayed
        except Unavailable:
            raise  # a full disk, say: it is due still, and tried again
        except Refused as refusal:
            _LOG.info("A quote of %s is not checked: %s", due.citation_id, refusal.detail)
        except StemmaError as error:
            _LOG.error("A quote of %s cannot be checked: %s", due.citation_id, error)
        self._left_alone.add(due)
        return False

    # The thread.

    def _follow(self) -> None:
        seen = -1
        while not self._worker.stopping.is_set():
            try:
                head = self._newsroom.store.head().position
                if head == seen:
                    self._newsroom.store.wait(head, _IDLE)
                    continue
                with suppress(NotCaughtUp):
                    self._views.wait(head, _IDLE)
                    seen = self._seen(head)
            except Exception as error:  # noqa: BLE001 (the thread outlives full disks and mistakes)
                _LOG.error("The quotes cannot be checked now: %s", error)
                self._worker.stopping.wait(_PAUSE)

    def _seen(self, head: int) -> int:
        """The position up to which nothing is due; -1 where more may be, since what was recorded moves the views."""
        return -1 if self.check_due() else head
