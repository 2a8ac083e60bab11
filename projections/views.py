"""The file `views.db`: tables that are made from the ledger and can be thrown away.

The file remembers which ledger it was made from, and of each projection its version, its position and the leaf there.
Where that does not fit the ledger or the code, the tables are emptied and filled again. Losing the newest changes in a
crash of the machine costs nothing but the time to make them again, so they are not flushed one by one.
"""

import logging
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Condition, Lock
from time import monotonic
from typing import Final

from domain.errors import NotCaughtUp, Unavailable
from projections.projection import Projection

_LOG: Final = logging.getLogger(__name__)
_POLL: Final = 0.02
_RUINED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_OWN: Final = """
CREATE TABLE IF NOT EXISTS made_from (ledger TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS projection (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, position INTEGER NOT NULL, leaf BLOB NOT NULL, tables TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS scoured (event INTEGER NOT NULL) STRICT"""
_POSITIONS: Final = "SELECT name, position FROM projection"

LeafAt = Callable[[int], bytes | None]
"""Ledger position → the leaf there, None if the ledger is not so long."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One consistent state of all views, while the reading lasts. `positions`: projection → ledger position."""

    connection: sqlite3.Connection
    positions: dict[str, int]

    @property
    def position(self) -> int:
        """The ledger position that every projection has reached."""
        return min(self.positions.values(), default=0)


class Views:
    """The views in the file `path`. Any thread and any process may read; one process at a time writes.

    Reading raises `Unavailable` where the file is not there yet, cannot be read, or is damaged. `lock_timeout` is how
    many seconds to wait while another process writes. With `passing` the file is for a moment only, and nothing of it
    is ever flushed.
    """

    def __init__(self, path: str | os.PathLike[str], *, lock_timeout: float = 5.0, passing: bool = False) -> None:
        self.path = Path(path)
        self._lock_timeout = lock_timeout
        self._passing = passing
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer: sqlite3.Connection | None = None
        self._writer_lock = Lock()
        self._moved = Condition()
        self._digests: dict[str, tuple[int, str]] = {}
        self._closed = False

    # Reading.

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A reading of the views as they are now; what is written meanwhile is not seen in it."""
        idle = self._idle
        connection = self._take()
        try:
            connection.execute("BEGIN")
            yield Reading(connection, dict(connection.execute(_POSITIONS).fetchall()))
            connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeDecodeError) as error:
            connection.close()
            raise Unavailable(f"The views {self.path} cannot be read now ({error}).") from error
        except BaseException:
            connection.close()
            raise
        idle.append(connection)
        if self._closed or idle is not self._idle:
            _close(idle)

    def positions(self) -> dict[str, int]:
        """Projection → the ledger position that it has reached."""
        with self.reading() as reading:
            return reading.positions

    def wait(self, position: int, timeout: float = 2.0, names: Collection[str] | None = None) -> int:
        """Waits until these projections (all of them, unless named) have reached the position; gives what they reached.

        Raises `NotCaughtUp` if they have not after `timeout` seconds. Whoever moves them may be another process.
        """
        deadline = monotonic() + timeout
        while (reached := self._reached(names)) < position:
            left = deadline - monotonic()
            if left <= 0:
                raise NotCaughtUp(position, reached)
            with self._moved:
                self._moved.wait(min(left, _POLL))
        return reached

    def _reached(self, names: Collection[str] | None) -> int:
        positions = self.positions()
        return min((positions.get(name, 0) for name in (names or positions)), default=0)

    def digest(self, projection: Projection) -> str:
        """The digest, in hex, of everything that the projection says; reckoned once for each position."""
        with self.reading() as reading:
            position = reading.positions.get(projection.NAME, 0)
            known = self._digests.get(projection.NAME)
            if known is not None and known[0] == position:
                return known[1]
            total = digest_in(reading, projection)
        self._digests[projection.NAME] = position, total
        return total

    # Writing.

    def prepare(self, ledger: str | None, projections: Sequence[Projection], leaf_at: LeafAt) -> None:
        """Makes the file and its tables fit the code and the ledger of this id; whatever does not fit starts anew.

        A file that cannot be read is set aside under another name. Only the process that leads may call this.
        """
        try:
            self._prepare(ledger, projections, leaf_at)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not ruined(error):
                raise Unavailable(f"The views {self.path} cannot be opened ({error}).") from error
            self.set_aside()
            self._prepare(ledger, projections, leaf_at)

    def _prepare(self, ledger: str | None, projections: Sequence[Projection], leaf_at: LeafAt) -> None:
        with self.writing() as writer:
            for statement in _OWN.split(";"):
                writer.execute(statement)
            made_from = writer.execute("SELECT ledger FROM made_from").fetchone()
            same = made_from in (None, (ledger,))
            for projection in projections:
                if not same or not _fits(writer, projection, leaf_at):
                    _begin_anew(writer, projection)
            writer.execute("DELETE FROM made_from")
            if ledger is not None:
                writer.execute("INSERT INTO made_from VALUES (?)", (ledger,))
        self.announce()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction. After an exception nothing of it remains. SQLite's errors pass as they are."""
        with self._writer_lock:
            writer = self._writer = self._writer or self._connect()
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    writer.execute("ROLLBACK")
                raise

    @contextmanager
    def trying(self) -> Iterator[sqlite3.Connection]:
        """A transaction of which nothing ever remains."""
        with self._writer_lock:
            writer = self._writer = self._writer or self._connect()
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
            finally:
                writer.execute("ROLLBACK")

    @contextmanager
    def attached(self, beside: Path) -> Iterator[None]:
        """While this lasts, transactions see the file `beside` under that name."""
        with self._writer_lock:
            writer = self._writer = self._writer or self._connect()
            writer.execute("ATTACH ? AS beside", (str(beside),))
        try:
            yield
        finally:
            with self._writer_lock:
                writer.execute("DETACH beside")

    def announce(self) -> None:
        """Wakes those who wait for a position. To be called after a transaction that moved one."""
        with self._moved:
            self._moved.notify_all()

    def forget_digests(self) -> None:
        """For whoever puts other rows in place without moving the position."""
        self._digests.clear()

    # What was erased.

    def scoured(self) -> int:
        """The position of the erasure up to which no file holds anything any more that was erased; 0 for none."""
        with self.reading() as reading:
            found = reading.connection.execute("SELECT max(event) FROM scoured").fetchone()
        return int(found[0] or 0)

    def note_scoured(self, event: int) -> None:
        """Remembers that no file holds anything any more that was erased up to this position."""
        with self.writing() as writer:
            writer.execute("DELETE FROM scoured")
            writer.execute("INSERT INTO scoured VALUES (?)", (event,))

    def settle(self) -> bool:
        """Empties the write-ahead log; false if somebody was reading what is older, and it is to be tried again."""
        with self._writer_lock:
            writer = self._writer = self._writer or self._connect()
            try:
                busy, *_ = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
        return not busy

    def set_aside_before(self) -> list[Path]:
        """The files that could not be read and were set aside."""
        return sorted(self.path.parent.glob(f"{self.path.name}.damaged-*"))

    def set_aside(self) -> None:
        """Renames the file, which nobody can read, so that a new one can be made. Readers of it are let go."""
        self._close_connections()
        aside = next(
            candidate
            for number in range(1, 10_000)
            if not (candidate := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists()
        )
        self.path.rename(aside)
        for suffix in ("-wal", "-shm"):
            # SQLite would take the log of the old file for one of the new.
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        _LOG.warning("The views could not be read; they were set aside as %s and are made anew.", aside)

    def close(self) -> None:
        """Closes the file. Closing twice is harmless."""
        self._closed = True
        self._close_connections()

    # Connections.

    def _take(self) -> sqlite3.Connection:
        if self._closed:
            raise Unavailable(f"The views {self.path} are closed.")
        with suppress(IndexError):
            return self._idle.pop()
        if not self.path.exists():
            raise Unavailable(f"The views {self.path} have not been made yet.")
        try:
            return self._connect()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise Unavailable(f"The views {self.path} cannot be opened ({error}).") from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=self._lock_timeout
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute("PRAGMA synchronous = OFF" if self._passing else "PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON").fetchone()
            connection.execute("PRAGMA cache_size = -16000")
        except (sqlite3.Error, UnicodeDecodeError):
            connection.close()
            raise
        return connection

    def _close_connections(self) -> None:
        with self._writer_lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        # A connection that is lent now goes back to the old queue, and is closed there.
        idle, self._idle = self._idle, deque()
        _close(idle)


def digest_in(reading: Reading, projection: Projection) -> str:
    """The digest, in hex, of everything that the projection says in this reading: over the digests of its rows."""
    total = sha256()
    for (row,) in reading.connection.execute(projection.TABLES[0].digests):
        total.update(row)
    return total.hexdigest()


def ruined(error: Exception) -> bool:
    """Whether SQLite says that the file is damaged, or is none of its own."""
    if isinstance(error, UnicodeDecodeError):  # its message quotes bytes of the file, and they are no text
        return True
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _RUINED


def _close(connections: deque[sqlite3.Connection]) -> None:
    with suppress(IndexError):
        while True:
            connections.pop().close()


def _fits(writer: sqlite3.Connection, projection: Projection, leaf_at: LeafAt) -> bool:
    """Whether the projection's tables are those of this code, filled from this ledger."""
    found = writer.execute(
        "SELECT version, position, leaf FROM projection WHERE name = ?", (projection.NAME,)
    ).fetchone()
    if found is None:
        return False
    version, position, leaf = found
    wanted = {statement for table in projection.TABLES for statement in table.create}
    present = {sql for (sql,) in writer.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if version != projection.VERSION or not wanted <= present:
        _LOG.info("The view %s is of another form and is made anew.", projection.NAME)
        return False
    if position and fingerprint(leaf_at(position)) != leaf:
        _LOG.warning("The view %s was made from another ledger than this and is made anew.", projection.NAME)
        return False
    return True


def fingerprint(leaf: bytes | None) -> bytes:
    """What a view remembers of a leaf; of no leaf, nothing."""
    return b"" if leaf is None else sha256(leaf).digest()


def _begin_anew(writer: sqlite3.Connection, projection: Projection) -> None:
    found = writer.execute("SELECT tables FROM projection WHERE name = ?", (projection.NAME,)).fetchone()
    old = found[0].split() if found else []
    for name in {*old, *(table.name for table in projection.TABLES)}:
        writer.execute(f"DROP TABLE IF EXISTS {name}")
    for table in projection.TABLES:
        for statement in table.create:
            writer.execute(statement)
    names = " ".join(table.name for table in projection.TABLES)
    writer.execute(
        "INSERT OR REPLACE INTO projection VALUES (?, ?, 0, x'', ?)", (projection.NAME, projection.VERSION, names)
    )
