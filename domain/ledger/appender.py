"""Group commit: one thread writes what many callers submit, as many as are waiting in one durable transaction.

A caller's events are stored together or not at all, in the order of arrival, each command with a stamp of its own.
Whoever loses a race for a version or an idempotency key is refused in memory and does not disturb the others.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from domain.errors import StemmaError, StoreUnavailable
from domain.ledger.batch import Appended, Batch, Entry, Remember, Sealed, Unit
from domain.ledger.rows import Row
from domain.ledger.store import Store

__all__ = ["Appended", "Appender", "Entry", "Remember", "Sealed"]


@dataclass(slots=True)
class Written:
    """How much an appender has stored since it was made. The numbers only grow."""

    transactions: int = 0
    commands: int = 0
    events: int = 0

    def add(self, batch: Batch) -> None:
        """Counts one transaction that is durable."""
        self.transactions += 1
        self.commands += sum(len(appended) for _, appended in batch.won)
        self.events += len(batch.rows)


class Appender:
    """The one way in which events enter a ledger. Any number of threads may submit at once.

    `now` gives the system clock's time with a time zone; it is asked once for each transaction, which takes at most
    `max_batch` submissions. `ceiling` gives the stamp up to which an operator has allowed writing although the clock
    is behind, or None; it is asked when the clock is behind. `written` counts what was stored.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        ceiling: Callable[[], str | None] = lambda: None,
        max_batch: int = 512,
    ) -> None:
        if max_batch < 1:
            raise ValueError("max_batch must be at least 1")
        self.written = Written()
        self._store = store
        self._now = now
        self._ceiling = ceiling
        self._max_batch = max_batch
        self._pending: SimpleQueue[Unit | None] = SimpleQueue()
        self._gate = Lock()
        self._closed = False
        self._finished = False
        self._thread = Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, entries: Sequence[Entry], *, despite_clock: bool = False) -> Future[tuple[Appended, ...]]:
        """Hand in commands that are stored all or none; the future gives one `Appended` for each, in order.

        The future resolves only after the transaction is durable. It raises VersionConflict, KeyTaken or ClockBehind
        if these commands were refused, and StoreUnavailable if the whole transaction failed; nothing of them is
        stored then, unless the error says that this could not be found out. `despite_clock` lets them pass although
        the clock is behind: it is for the command that records an operator's override. A future that is cancelled
        before its turn is not stored.

        Raises at once StoreUnavailable after `close`, and ValueError for no entries, an entry without events,
        versions of a stream that do not follow one another within the submission, or a key that occurs in it twice.
        """
        unit = Unit(entries, despite_clock=despite_clock)
        with self._gate:
            if self._closed:
                raise StoreUnavailable("The ledger is closing and accepts no more events.")
            self._pending.put(unit)
        return unit.future

    def append(self, entries: Sequence[Entry]) -> tuple[Appended, ...]:
        """Submit and wait: returns when the events are durable, and raises what the future of `submit` would."""
        return self.submit(entries).result()

    def close(self) -> None:
        """Store what was accepted, then stop. The store stays open. Closing twice is harmless."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._pending.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._finished:
            first = self._pending.get()
            if first is None:
                return
            self._write(first)

    def _write(self, first: Unit) -> None:
        units = [first] if first.future.set_running_or_notify_cancel() else []
        batch: Batch | None = None
        try:
            with self._store.writing() as writing:
                # Not before the lock is held: what arrives while another process holds it comes along.
                self._collect(units)
                batch = Batch(writing, units, self._now(), self._ceiling)
                for unit in units:
                    batch.admit(unit)
                if batch.rows:
                    writing.insert(batch.rows, batch.remembered)
                    writing.erase(batch.erased)
        except Exception as error:  # noqa: BLE001 (the thread must live on, whatever it was)
            # A COMMIT that reports a failure may have succeeded with only its answer lost. Refusing then would make
            # the caller record everything again, so the rows themselves decide.
            failure = self._failure(batch.rows if batch else [], error)
            if failure is not None:
                if batch is None:
                    self._collect(units)
                _fail(units, failure)
                return
        if batch is not None:
            if batch.rows:
                self.written.add(batch)
            _resolve(batch)

    def _collect(self, units: list[Unit]) -> None:
        """Add what is waiting and has not been cancelled."""
        with suppress(Empty):
            while len(units) < self._max_batch:
                unit = self._pending.get_nowait()
                if unit is None:
                    self._finished = True
                    return
                if unit.future.set_running_or_notify_cancel():
                    units.append(unit)

    def _failure(self, rows: Sequence[Row], error: Exception) -> StemmaError | None:
        """What to answer for a transaction that raised `error`; None if its rows are stored after all."""
        failure = error if isinstance(error, StemmaError) else _unavailable(error)
        if not rows:
            return failure
        try:
            stored = self._store.rows(rows[0].position - 1, len(rows))
        except Exception:  # noqa: BLE001
            return StoreUnavailable(f"{failure} It could not be found out whether the events were stored all the same.")
        return None if stored == list(rows) else failure


def _unavailable(error: Exception) -> StoreUnavailable:
    failure = StoreUnavailable(f"The ledger could not be written ({type(error).__name__}: {error}).")
    failure.__cause__ = error
    return failure


def _fail(units: Sequence[Unit], failure: StemmaError) -> None:
    for unit in units:
        unit.future.set_exception(failure)


def _resolve(batch: Batch) -> None:
    for unit, appended in batch.won:
        unit.future.set_result(appended)
    for unit, refusal in batch.lost:
        unit.future.set_exception(refusal)
