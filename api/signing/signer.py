"""Commits to the ledger's map and signs its checkpoints, within a second of what was recorded. One process leads.

It never signs two histories. Before each signature it makes sure that the ledger still continues the last checkpoint
that was signed with the key, which is kept outside the database; where it does not (a backup that was restored, a
second copy that is used, a failover that lost something) it stops, and says so.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

from api.signing.book import Book, Signed
from api.signing.keyring import Keyring
from api.signing.keys import roots, signing
from api.signing.tree import LedgerTree
from domain.errors import DamagedLedger, NotCaughtUp, StemmaError, Unavailable, VersionConflict
from domain.ledger.rows import stamp
from domain.newsroom import Newsroom
from domain.tlog.checkpoint import Checkpoint, sign_checkpoint
from domain.tlog.errors import TlogError
from domain.tlog.keys import SigningKey
from domain.tlog.note import parse_note
from domain.tlog.proving import root_of
from projections.log import map as ledger_map
from projections.log.tiles import Tiles, nodes
from projections.views import Reading, Views
from projections.worker import Worker

_LOG: Final = logging.getLogger(__name__)
_NAMES: Final = (Tiles.NAME, ledger_map.LedgerMap.NAME)
_IDLE: Final = 0.25  # seconds after which the thread looks whether it shall stop
_PACE: Final = 0.5  # seconds between two checkpoints at least: whoever waits for the next waits less than one
_PAUSE: Final = 5.0  # seconds until it tries again after an error


class Stopped(DamagedLedger):
    """The ledger must not be signed, and no later attempt can change that without an operator."""


@dataclass(frozen=True, slots=True)
class State:
    """How the signing stands. `stopped` says why nothing is signed any more, None while all is well.

    `size` is that of the last checkpoint that this process has signed, or found signed; 0 if there is none.
    """

    size: int
    stopped: str | None


class Council(Protocol):
    """Who is asked before anything is signed, and told of what was."""

    def start(self, last: Signed | None) -> None:
        """Listens from now on; `last` is the checkpoint that was signed last."""
        ...

    def stop(self) -> None:
        """Listens no more, and lets nobody wait."""
        ...

    def announce(self, signed: Signed) -> None:
        """Is told of a new checkpoint, and has it shown when it may be. Raises `StoreUnavailable`."""
        ...

    def objection(self) -> str | None:
        """Why the ledger must not be signed; None if there is no reason. Raises `Unavailable`."""
        ...


class Nobody:
    """A council without members: each checkpoint is shown at once."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def start(self, last: Signed | None) -> None:
        if last is not None:
            self._book.show(last.note)

    def stop(self) -> None:
        """There is nothing to stop."""

    def announce(self, signed: Signed) -> None:
        self._book.show(signed.note)

    def objection(self) -> str | None:
        return None


class Signer:
    """Signs what the views have taken in. `sign_due` does it once; `start` keeps a thread at it until `stop`.

    The council may keep it from signing, and shows what was signed. Without one, everything is shown at once. `settle`
    returns when the views have taken in the ledger up to a position; by default whoever keeps them does that, and it is
    waited for.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        views: Views,
        keyring: Keyring,
        book: Book,
        now: Callable[[], datetime],
        council: Council | None = None,
        settle: Callable[[int], object] | None = None,
    ) -> None:
        self._newsroom = newsroom
        self._views = views
        self._keyring = keyring
        self._book = book
        self._tree = LedgerTree(newsroom, views)
        self._now = now
        self._council = council or Nobody(book)
        self._settle = settle or (lambda position: views.wait(position, _PAUSE, _NAMES))
        self._turn = Lock()
        self._keys: tuple[SigningKey, ...] = ()
        self._last: Signed | None = None
        self._announced = 0
        self._stopped: str | None = None
        self._worker = Worker("signer", self._follow)

    @property
    def state(self) -> State:
        """How the signing stands now."""
        return State(self._announced, self._stopped)

    def start(self) -> None:
        """Follows the ledger from now on, in a thread of its own."""
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread after the checkpoint that it is at."""
        self._worker.stopping.set()
        self._council.stop()
        self._worker.stop()

    def open(self) -> None:
        """Reads the keys and the last checkpoint. Raises `Stopped` where the two do not fit the ledger, and others."""
        with self._turn:
            desk = self._newsroom.desk
            if desk.key is None:
                raise Stopped("the log has no key yet: make one with stemma key create")
            self._keys = signing(desk, self._keyring.read())
            if not self._keys:
                raise Stopped(f"the log is signed with the key {desk.key.vkey}, and that one is not here")
            self._last = self._newest()
            self._announced = self._last.checkpoint.size

    def sign_due(self) -> Signed | None:
        """Commits to the map if anything else came since, and signs the ledger as the views have it.

        Gives the new checkpoint, which is on disk and shown, or None if there is nothing new. Raises `Stopped` if the
        ledger is not the one that was signed before, and `Unavailable`.
        """
        with self._turn:
            self._commit()
            with self._views.reading() as reading:
                return self._sign(reading)

    def _commit(self) -> None:
        with self._views.reading() as reading:
            if not ledger_map.due(reading):
                return
            self._demand_continued()
            last = ledger_map.committed(reading)
            size, root = reading.positions[ledger_map.LedgerMap.NAME], ledger_map.next_root(reading)
        before = None if last is None else (last.stream, last.version)
        with suppress(VersionConflict):  # a commitment that the views have not taken in yet: that one will do
            appended = self._newsroom.commit_map(size, root, before)
            self._settle(appended.last)

    def _sign(self, reading: Reading) -> Signed | None:
        size = reading.positions[Tiles.NAME]
        if self._last is not None and size == self._last.checkpoint.size:
            return None
        self._demand_continued()
        checkpoint = Checkpoint(self._newsroom.desk.origin, size, root_of(size, nodes(reading, size)))
        signed = Signed(checkpoint, sign_checkpoint(checkpoint, *self._keys), stamp(self._now()))
        self._book.enter(signed)
        self._last = signed
        self._council.announce(signed)
        self._announced = size
        return signed

    def _demand_continued(self) -> None:
        """Whether the ledger is still the one of the last checkpoint.

        Raises `Stopped` otherwise, `NotCaughtUp` while the views are too far behind to tell, and `Unavailable` where
        they hold another tree than the ledger's leaves make.
        """
        self._demand_consent()
        if self._last is None:
            return
        checkpoint, store = self._last.checkpoint, self._newsroom.store
        root = self._tree.root(checkpoint.size)
        if root is None:
            raise Stopped(_shorter(store.head().position, checkpoint.size))
        if root == checkpoint.root:
            return
        # Views can be wrong, and are made again; that the ledger is another one is said only if its leaves say so.
        if roots(store, checkpoint.size).get(checkpoint.size) == checkpoint.root:
            raise Unavailable("The views hold another tree than the ledger: stemma rebuild makes them anew.")
        raise Stopped(
            f"the ledger's first {checkpoint.size} events are not those that were signed: their root is another than "
            f"{checkpoint.root.hex()}. {_WAY_OUT}",
            checkpoint.size,
        )

    def _demand_consent(self) -> None:
        if (objection := self._council.objection()) is not None:
            raise Stopped(f"{objection}. {_WAY_OUT}")

    def _newest(self) -> Signed:
        """The last checkpoint, which the ledger must continue."""
        last, elsewhere = self._book.last(), self._book.elsewhere()
        if last is None:
            raise Stopped(f"{self._book.path} has no checkpoint, and the log has been signed before. {_WAY_OUT}")
        if elsewhere is not None and elsewhere.checkpoint.size > last.checkpoint.size:
            raise Stopped(
                f"{self._book.copy} has a checkpoint over {elsewhere.checkpoint.size} events, and {self._book.path} "
                f"ends with one over {last.checkpoint.size}. {_WAY_OUT}"
            )
        if not {key.verifier.key_id for key in self._keys} & {s.key_id for s in parse_note(last.note).signatures}:
            raise Stopped(f"{self._book.path} has no checkpoint of the log's key at its end. {_WAY_OUT}")
        return last

    # The thread.

    def _follow(self) -> None:
        seen, opened = -1, False
        while not self._worker.stopping.is_set():
            try:
                if not opened:
                    self.open()
                    self._council.start(self._last)
                    opened = True
                seen = self._turn_round(seen)
            except Stopped as stopped:
                self._stopped = stopped.detail
                _LOG.error("Nothing is signed any more: %s", stopped.detail)
                return
            except NotCaughtUp:
                continue
            except (StemmaError, TlogError) as error:
                if self._worker.stopping.is_set():
                    return
                _LOG.error("The ledger cannot be signed now: %s", error)
                self._worker.stopping.wait(_PAUSE)

    def _turn_round(self, seen: int) -> int:
        """One look at the ledger; gives its end if all up to there is signed."""
        head = self._newsroom.store.head().position
        if head == seen:
            self._demand_consent()
            self._newsroom.store.wait(head, _IDLE)
            return seen
        if self._last is not None and head < self._last.checkpoint.size:
            raise Stopped(_shorter(head, self._last.checkpoint.size))
        self._views.wait(head, _IDLE, _NAMES)
        if self.sign_due() is not None:
            self._worker.stopping.wait(_PACE)
        return self._announced if self._settled() else -1

    def _settled(self) -> bool:
        """Whether the map covers all that is signed: what came between commitment and signature is not forgotten."""
        with self._views.reading() as reading:
            return not ledger_map.due(reading)


_WAY_OUT: Final = (
    "If events were lost, bring them back; if that cannot be, stemma key rotate --broken records the break and begins "
    "anew with another key."
)


def _shorter(head: int, size: int) -> str:
    return f"the ledger ends at position {head}, and a checkpoint over {size} events was signed. {_WAY_OUT}"
