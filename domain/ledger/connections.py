"""Connections to an SQLite ledger: how they are opened, begun, committed and what their errors mean.

They are the eventsourcing library's, with the gaps closed that matter here: a write transaction takes the lock when
it begins, a failed COMMIT leaves no transaction open, and durability is set and read back on every connection.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import cast

from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteRecorder,
    SQLiteTransaction,
)

from domain.errors import DamagedLedger, StemmaError, StoreUnavailable
from domain.ledger.schema import check, is_empty, statements

ERRORS = (sqlite3.Error, PersistenceError, ConnectionPoolClosedError, UnicodeDecodeError)
"""What the driver and the library raise; `explain` says what it means. SQLite quotes damaged names as they are."""

IMMUTABLE = "mode=ro&immutable=1"
"""Read the file alone, without log and locks."""

NEEDED_SQLITE = (3, 37, 0)
"""The first SQLite with STRICT tables."""

NEEDED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
"""Write-ahead log, a flush of it in every commit, and zeroes where deleted content was."""

_MANY = 1000  # threads that read at once

_CAUSES = {
    sqlite3.SQLITE_BUSY: "is locked by another process; try again, or end that process",
    sqlite3.SQLITE_LOCKED: "is locked by another connection; try again",
    sqlite3.SQLITE_FULL: "cannot grow because the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "is read-only; make the file and its folder writable",
    sqlite3.SQLITE_PERM: "may not be accessed; check the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and may be accessed",
    sqlite3.SQLITE_IOERR: "cannot be read or written because the disk reports an error; check the disk and its limits",
    sqlite3.SQLITE_NOMEM: "cannot be used because memory has run out",
}
_DAMAGE = {
    sqlite3.SQLITE_CORRUPT: "is damaged: SQLite cannot read its pages",
    sqlite3.SQLITE_NOTADB: "is not an SQLite database, or its beginning is damaged",
}


def explain(error: Exception, what: str) -> StemmaError:
    """The error of ours that an SQLite or library error stands for: a sentence about `what`, and what to do."""
    if isinstance(error, StemmaError):
        return error
    if isinstance(error, UnicodeDecodeError):
        return DamagedLedger(f"{what} is damaged: SQLite names something in it that is no text")
    code = primary_code(error)
    if code in _DAMAGE:
        return DamagedLedger(f"{what} {_DAMAGE[code]}")
    return StoreUnavailable(f"{what} {_CAUSES.get(code, 'cannot be used')} ({error}).")


def primary_code(error: Exception) -> int:
    """SQLite's primary result code for an error of the driver or of the library; 0 if it has none."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


class LedgerConnection(SQLiteConnection):
    """A connection whose write transactions hold the lock from the start and whose COMMIT fails loudly."""

    def __init__(self, raw: sqlite3.Connection, pool: "LedgerConnectionPool") -> None:
        super().__init__(raw, max_age=None)
        self.pool = pool

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection."""
        return self._sqlite_conn

    def discard(self) -> None:
        """Close the connection for good and take it out of its pool."""
        self.close()
        with suppress(ConnectionPoolClosedError):
            self.pool.put_connection(self)

    def commit(self) -> None:
        # The driver's commit() does nothing when SQLite has already rolled back by itself (a full disk, an I/O
        # error): it would report success for a transaction that is gone.
        self._sqlite_conn.execute("COMMIT")

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A write transaction if it is to be committed, otherwise a consistent reading."""
        transaction = WriteTransaction(self) if commit else SQLiteTransaction(self)
        with transaction as cursor, cursor:
            yield cursor


class WriteTransaction(SQLiteTransaction):
    """Takes the writer's lock at once, commits at the end, and never leaves a transaction behind."""

    def __init__(self, connection: LedgerConnection) -> None:
        super().__init__(connection, commit=True)
        self._raw = connection.raw

    def __enter__(self) -> SQLiteCursor:
        # A plain BEGIN takes the lock at the first write; if another process has written between our first read and
        # that, SQLite refuses without waiting, whatever the timeout.
        self._raw.execute("BEGIN IMMEDIATE")
        return self.connection.cursor()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            if self._raw.in_transaction:
                with suppress(sqlite3.Error):
                    self._raw.rollback()


class LedgerConnectionPool(SQLiteConnectionPool):
    """Opens connections with the needed settings, and refuses those on which they do not hold.

    It keeps none that are given back: the store lends them again itself, without this pool's locks.
    """

    def __init__(self, location: str, lock_timeout: float) -> None:
        super().__init__(db_name=location, pool_size=0, max_overflow=_MANY, pool_timeout=lock_timeout)
        self._busy_timeout = lock_timeout

    def take(self) -> LedgerConnection:
        """A new connection, which the caller discards in the end."""
        return cast(LedgerConnection, self.get_connection())

    def _create_connection(self) -> LedgerConnection:
        raw = sqlite3.connect(
            self.db_name, uri=True, check_same_thread=False, isolation_level=None, timeout=self._busy_timeout
        )
        try:
            if IMMUTABLE not in self.db_name:
                configure(raw)
        except BaseException:
            raw.close()
            raise
        return LedgerConnection(raw, self)


class LedgerDatastore(SQLiteDatastore):
    """The library's datastore over our pool."""

    def __init__(self, path: Path, mode: str, lock_timeout: float) -> None:
        location = f"{path.absolute().as_uri()}?{mode}"
        super().__init__(location)
        self.pool: LedgerConnectionPool = LedgerConnectionPool(location, lock_timeout)
        self.immutable = mode == IMMUTABLE


class LedgerRecorder(SQLiteRecorder):
    """The library's recorder over our tables, which it creates in an empty file."""

    def construct_create_table_statements(self) -> list[str]:
        return statements()

    def _create_table(self, c: SQLiteCursor) -> None:
        # Two processes may find the same empty file; only the first to take the lock makes it a ledger.
        if is_empty(c.sqlite_cursor.connection):
            super()._create_table(c)


def configure(connection: sqlite3.Connection) -> None:
    """Set what durability needs and read it back: StoreUnavailable names the first setting that does not hold."""
    if sqlite3.sqlite_version_info < NEEDED_SQLITE:
        needed = ".".join(map(str, NEEDED_SQLITE))
        raise StoreUnavailable(f"SQLite {sqlite3.sqlite_version} is too old: {needed} is needed.")
    for name, needed_value in NEEDED_PRAGMAS.items():
        if _pragma(connection, name) == needed_value:
            continue
        connection.execute(f"PRAGMA {name} = {needed_value}").fetchall()
        value = _pragma(connection, name)
        if value != needed_value:
            raise StoreUnavailable(f"SQLite does not accept {name} = {needed_value} here; it stays {value}.")


def connect(path: Path, lock_timeout: float, *, read_only: bool) -> tuple[LedgerDatastore, LedgerConnection]:
    """Open the file, make it a ledger if it is empty, and check its schema; also gives the first connection.

    Where SQLite cannot open a ledger because its folder cannot be written, no log was left behind there and the file
    alone is the whole ledger: it is then opened as `immutable`. Raises what `SQLiteStore` says.
    """
    try:
        try:
            return _connected(path, "mode=ro" if read_only else "mode=rwc", lock_timeout)
        except ERRORS:
            if os.access(path.parent, os.W_OK) or not path.exists() or path.with_name(f"{path.name}-wal").exists():
                raise
            return _connected(path, IMMUTABLE, lock_timeout)
    except ERRORS as error:
        raise explain(error, f"The ledger {path}") from error


def flush(path: Path) -> None:
    """Make a file's content, or a folder's list of names, survive a crash of the machine."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connected(path: Path, mode: str, lock_timeout: float) -> tuple[LedgerDatastore, LedgerConnection]:
    datastore = LedgerDatastore(path, mode, lock_timeout)
    try:
        connection = _first(datastore.pool, lock_timeout)
        if mode == "mode=rwc" and is_empty(connection.raw):
            LedgerRecorder(datastore).create_table()
            flush(path.parent)
        check(connection.raw, f"The ledger {path}")
    except BaseException:
        datastore.close()
        raise
    return datastore, connection


def _first(pool: LedgerConnectionPool, lock_timeout: float) -> LedgerConnection:
    """The first connection. SQLite does not wait for a lock while it turns on the write-ahead log, so this does."""
    deadline = monotonic() + lock_timeout
    while True:
        try:
            return pool.take()
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
        sleep(0.01)


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value
