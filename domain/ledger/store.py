"""The port between the ledger and what keeps its bytes. `tests/contract` says what every store must do.

Both protocols raise `StoreUnavailable` when the store cannot be read or written now, and `DamagedLedger` when its
bytes are not what they must be. After either the store stays usable: no transaction and no lock is left behind.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from domain.ledger.rows import Erasure, Head, Remembered, Row


class Writing(Protocol):
    """A write transaction. The writer's lock, which excludes other processes too, is held until the context ends.

    What is inserted is visible to others all at once, when the context ends without an exception, and is then
    durable: it survives a crash of the process and of the machine. After an exception nothing of it remains.
    """

    @property
    def head(self) -> Head:
        """The newest position and stamp, counting what this transaction has inserted."""
        ...

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        """The newest version of each stream, 0 for one that does not exist; one query for all of them."""
        ...

    def remembered(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Remembered]:
        """What is remembered of these (actor, key) pairs; one query for all, unknown pairs are left out."""
        ...

    def insert(self, rows: Sequence[Row], remember: Sequence[Remembered] = ()) -> None:
        """Add rows and idempotency keys.

        Positions follow the head without a gap, versions follow their stream's without a gap, stamps never go back,
        no key exists already and each key's position is that of a row. ValueError for anything else: the caller held
        the lock and could have known. The transaction cannot be continued after an error.
        """
        ...

    def erase(self, erasures: Sequence[Erasure]) -> None:
        """Take away the words of these events, each for an event that is in the ledger, or in this transaction.

        ValueError unless that is an erasure event (`domain.ledger.rows.ERASURE`) which names the position, lies behind
        it, and is the first that erases it. The transaction cannot be continued after an error.
        """
        ...


class Store(Protocol):
    """A ledger. Every method may be called from any thread; what one call returns is one consistent state."""

    def head(self) -> Head:
        """The newest position and its stamp."""
        ...

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        """The stream's rows with a version above `after`, in order; empty for a stream that does not exist."""
        ...

    def rows(self, after: int, limit: int) -> list[Row]:
        """Up to `limit` rows with a position above `after`, in order."""
        ...

    def remembered(self, actor: str, key: str) -> Remembered | None:
        """The write that succeeded under this actor's idempotency key, if there is one."""
        ...

    def stray_keys(self, limit: int) -> list[Remembered]:
        """Up to `limit` remembered writes at whose position there is no event; a sound ledger has none."""
        ...

    def faults(self, limit: int) -> list[str]:
        """Up to `limit` things that the store finds wrong with its own file, as indexes that do not fit their rows."""
        ...

    def boundary(self, position: int) -> int:
        """The last position at or before `position` at which a whole command ends.

        A position inside a command means before that command; one beyond the head means the head.
        """
        ...

    def position_at(self, recorded_at: str) -> int:
        """The last position recorded at or before this stamp; 0 if there is none. Always a command's end."""
        ...

    def writing(self) -> AbstractContextManager[Writing]:
        """Take the writer's lock and begin a transaction. `StoreUnavailable` if the lock is not free in time.

        `StoreUnavailable` at the end of the context means that the rows were not stored, or that the store did not
        say: only reading them back tells.
        """
        ...

    def wait(self, after: int, timeout: float) -> int:
        """Block until the head lies beyond `after`, or for `timeout` seconds; returns the head's position.

        A commit in this process wakes the waiter at once, one of another process within about 20 milliseconds.
        """
        ...

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
        """Copy the ledger, as it stands at one moment, to the file `target` while others read and write.

        The file appears under its name complete and flushed, or not at all. It opens as a ledger with the same
        bytes. `progress` is told (pages left, pages in all). FileExistsError if something is there already.
        """
        ...

    def settle(self) -> bool:
        """Leave no trace of what was erased or replaced in what the store keeps besides the ledger itself.

        For the file that is its write-ahead log: everything in it is written to its place, and it is emptied. False if
        somebody was reading or writing meanwhile; it is to be tried again then.
        """
        ...

    def describe(self) -> str:
        """What this store is and where, for people and logs."""
        ...

    def close(self) -> None:
        """Release files and connections; every later call raises `StoreUnavailable`. Closing twice is harmless."""
        ...
