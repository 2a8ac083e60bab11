"""After an erasure: what else held the words goes too, and no trace of them stays in the files of the data folder.

That the words are gone from the ledger, and that they are for ever, is one transaction. What is left to do follows from
the ledger, so it is done again where a crash came between, and every part of it may be done twice: the files of erased
snapshots are removed; the views, which have left the words out since they took the erasure in, are made anew into fresh
pages, since SQLite may leave pieces of a row behind where it moved it; views that were set aside are removed; and the
write-ahead logs of both databases are emptied once nobody reads what is older.
"""

import logging
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import time
from typing import Final

from api.erased_files import files_of, still_named
from domain.errors import NotCaughtUp, StoreUnavailable
from domain.ledger.rows import moment
from domain.newsroom import Newsroom
from domain.vault import Vault
from projections.runner import Runner
from projections.views import Views
from projections.worker import Worker

_LOG: Final = logging.getLogger(__name__)
_IDLE: Final = 0.25  # seconds after which the thread looks whether it shall stop
_PAUSE: Final = 0.2  # seconds until it tries again what readers were in the way of
_CALM: Final = 0.5  # seconds without another erasure after which it begins
_ROUNDS: Final = 20  # how often it waits so long at most
_LONGEST: Final = 30.0  # seconds that it waits at most after an error
_GRACE: Final = 60.0  # seconds in which bytes that just came once more may wait for their event


class Scourer:
    """Does what is left to do after erasures, in the process that leads. `scour` does it once; `start` keeps at it."""

    def __init__(self, newsroom: Newsroom, views: Views, runner: Runner, vault: Vault) -> None:
        self._newsroom = newsroom
        self._views = views
        self._runner = runner
        self._vault = vault
        self._worker = Worker("scouring", self._follow)
        self._done = 0

    @property
    def pending(self) -> int:
        """How many erasures are not gone from every file yet. Raises `Unavailable`."""
        return pending(self._newsroom, self._done)

    def start(self) -> None:
        """Follows the ledger from now on, in a thread of its own."""
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread after what it is at."""
        self._worker.stop()

    def scour(self) -> bool:
        """Does all that is left to do; false if something has to be tried again, since somebody was in the way.

        Raises `Unavailable` and `ProjectionFailed`.
        """
        concealment = self._newsroom.streams.concealment
        self._newsroom.streams.refresh()
        goal, self._done = concealment.newest_erasure, max(self._done, self._views.scoured())
        if goal <= self._done:
            return True
        _LOG.info("Words were erased by the event at %s; what else holds them is removed.", goal)
        removed = self._remove_files()
        settled = self._newsroom.store.settle()
        with suppress(NotCaughtUp):
            self._views.wait(goal, _IDLE)
        self._runner.rebuild()
        for aside in self._views.set_aside_before():
            aside.unlink(missing_ok=True)
        if not (removed and settled and self._views.settle() and self._newsroom.store.settle()):
            return False
        self._views.note_scoured(goal)
        self._done = goal
        _LOG.info("No file of the data folder holds the words any more that were erased up to position %s.", goal)
        return True

    def _remove_files(self) -> bool:
        """Removes the files of erased snapshots that no other event names; false if one may be named in a moment."""
        store, concealment = self._newsroom.store, self._newsroom.streams.concealment
        since: dict[str, float] = {}
        for place, positions in concealment.erasing():
            rows = [row for position in positions for row in store.rows(position - 1, 1)]
            at = moment(store.rows(place - 1, 1)[0].recorded_at).timestamp()
            since |= {digest: at for row in rows for digest in files_of(self._newsroom, row)}
        here = {digest: at for digest, at in since.items() if self._vault.path(digest).exists()}
        alone = here.keys() - still_named(self._newsroom, frozenset(here))
        fresh = {digest for digest in alone if self._is_fresh(self._vault.path(digest), here[digest])}
        for digest in alone - fresh:
            self._vault.remove(digest)
        return not fresh

    def _is_fresh(self, path: Path, erased_at: float) -> bool:
        """Whether the same bytes came again after the erasure, so lately that their event may be on its way."""
        with suppress(FileNotFoundError):
            kept_at = path.stat().st_mtime
            return kept_at > erased_at and time() - kept_at < _GRACE
        return False

    # The thread.

    def _follow(self) -> None:
        seen, pause = -1, _PAUSE
        while not self._worker.stopping.is_set():
            try:
                head = self._newsroom.store.head().position
                if head == seen:
                    self._newsroom.store.wait(head, _IDLE)
                    continue
                self._gather()
                if self.scour():
                    seen, pause = head, _PAUSE
                else:
                    self._worker.stopping.wait(_PAUSE)
            except Exception as error:  # noqa: BLE001 (the thread outlives full disks and mistakes)
                _LOG.error("What was erased cannot be removed everywhere now: %s", error)
                self._worker.stopping.wait(pause)
                pause = min(2 * pause, _LONGEST)

    def _gather(self) -> None:
        """Lets erasures that follow one another closely come together: they cost no more than one."""
        concealment = self._newsroom.streams.concealment
        for _ in range(_ROUNDS):
            self._newsroom.streams.refresh()
            newest = concealment.newest_erasure
            if newest <= self._done or self._worker.stopping.wait(_CALM):
                return
            self._newsroom.streams.refresh()
            if concealment.newest_erasure == newest:
                return


def pending(newsroom: Newsroom, done: int) -> int:
    """How many erasures lie after the position up to which all of it is done. Raises `StoreUnavailable`."""
    newsroom.streams.refresh()
    return len(list(newsroom.streams.concealment.erasing(done)))


def scour_until_done(scourer: Scourer, patience: float) -> bool:
    """Tries for about so many seconds; whether all is done. Raises what `scour` raises."""
    tries = max(int(patience / _PAUSE), 1)
    waiting = Event()
    for _ in range(tries):
        with suppress(StoreUnavailable):
            if scourer.scour():
                return True
        waiting.wait(_PAUSE)
    return False
