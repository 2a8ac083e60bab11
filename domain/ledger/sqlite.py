"""The ledger in one SQLite file: the embedded store.

Durability: write-ahead log with `synchronous=FULL`, so every commit is flushed to disk before it returns. Readers
never block the writer, nor it them. Any number of processes may open the file; SQLite's lock makes them write one
after another.
"""

import json
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, Lock
from time import monotonic
from typing import Any

from eventsourcing.sqlite import SQLiteCursor

from domain.errors import StoreUnavailable
from domain.ledger.backup import copy
from domain.ledger.connections import ERRORS, LedgerConnection, connect, explain, primary_code
from domain.ledger.rows import Erasure, Head, Remembered, Row

_POLL = 0.02

_HEAD = "SELECT position, recorded_at FROM ledger ORDER BY position DESC LIMIT 1"
_STREAM = "SELECT * FROM ledger WHERE stream = ? AND version > ? ORDER BY version"
_ROWS = "SELECT * FROM ledger WHERE position > ? ORDER BY position LIMIT ?"
_REMEMBERED = "SELECT * FROM idempotency WHERE actor = ? AND key = ?"
_STRAY = """
SELECT * FROM idempotency AS kept
WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE position = kept.position) ORDER BY position LIMIT ?"""
_UNERASED = """
SELECT entered.position FROM erasure AS entered
WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE position = entered.position AND words IS NULL) OR NOT EXISTS (
    SELECT 1 FROM (
        SELECT CASE WHEN json_valid(CAST(head AS TEXT)) THEN CAST(head AS TEXT) ELSE '{}' END AS head
        FROM ledger WHERE position = entered.event
    ) AS event, json_each(event.head, '$.data.positions') AS named
    WHERE json_extract(event.head, '$.type') = 'desk.words_erased.v1' AND named.value = entered.position
)
UNION ALL
SELECT position FROM ledger
WHERE words IS NULL AND NOT EXISTS (SELECT 1 FROM erasure WHERE position = ledger.position) LIMIT ?"""
_POSITION_AT = "SELECT position FROM ledger WHERE recorded_at <= ? ORDER BY recorded_at DESC, position DESC LIMIT 1"
_BOUNDARY = """
SELECT CASE WHEN following.recorded_at = this.recorded_at
    THEN (SELECT min(position) - 1 FROM ledger WHERE recorded_at = this.recorded_at) ELSE this.position END
FROM ledger AS this LEFT JOIN ledger AS following ON following.position = this.position + 1
WHERE this.position <= ? ORDER BY this.position DESC LIMIT 1"""
_VERSIONS = """
SELECT stream, max(version) FROM ledger WHERE stream IN (SELECT value FROM json_each(?)) GROUP BY stream"""
_REMEMBERED_OF = """
SELECT known.* FROM json_each(?) AS asked CROSS JOIN idempotency AS known
ON known.actor = json_extract(asked.value, '$[0]') AND known.key = json_extract(asked.value, '$[1]')"""
_INSERT = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)"
_ERASE = "INSERT INTO erasure VALUES (?, ?)"
_TAKE_AWAY = "UPDATE ledger SET words = NULL WHERE position = ?"
_REMEMBER = "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)"


class SQLiteWriting:
    """A write transaction on the file: see `domain.ledger.store.Writing`."""

    def __init__(self, cursor: SQLiteCursor) -> None:
        self._cursor = cursor
        self._head = _head(self._all(_HEAD))

    @property
    def head(self) -> Head:
        return self._head

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        found = self._all(_VERSIONS, json.dumps(list(streams))) if streams else ()
        return {**dict.fromkeys(streams, 0), **dict(found)}

    def remembered(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Remembered]:
        found = map(_remembered, self._all(_REMEMBERED_OF, json.dumps(list(keys)))) if keys else ()
        return {(kept.actor, kept.key): kept for kept in found}

    def insert(self, rows: Sequence[Row], remember: Sequence[Remembered] = ()) -> None:
        try:
            self._cursor.executemany(_INSERT, rows)
            self._cursor.executemany(_REMEMBER, [(*kept[:6], json.dumps(kept.created)) for kept in remember])
        except sqlite3.IntegrityError as error:
            raise ValueError(str(error)) from error
        if rows:
            self._head = Head(rows[-1].position, rows[-1].recorded_at)

    def erase(self, erasures: Sequence[Erasure]) -> None:
        try:
            self._cursor.executemany(_ERASE, erasures)
            self._cursor.executemany(_TAKE_AWAY, [(erasure.position,) for erasure in erasures])
        except sqlite3.IntegrityError as error:
            raise ValueError(str(error)) from error

    def _all(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        self._cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found


class SQLiteStore:
    """A ledger in the file `path`, which is made if there is none; its folder must exist.

    `lock_timeout` is how many seconds to wait for another process's or thread's write before StoreUnavailable. With
    `read_only` nothing is ever written. A file or folder that cannot be written is opened for reading where SQLite
    can; writing raises StoreUnavailable until it can be written again.

    Raises StoreUnavailable if the file cannot be opened, is no ledger, has a newer schema, or does not take the
    settings that durability needs; DamagedLedger if its schema is not exactly the frozen one.
    """

    def __init__(self, path: str | os.PathLike[str], *, lock_timeout: float = 5.0, read_only: bool = False) -> None:
        self._path = Path(path)
        self._name = f"The ledger {self._path}"
        self._lock_timeout = lock_timeout
        self._read_only = read_only
        self._idle: deque[LedgerConnection] = deque()
        self._writer: LedgerConnection | None = None
        self._writer_lock = Lock()
        self._changed = Condition()
        self._newest = 0
        self._closed = False
        self._datastore, first = connect(self._path, lock_timeout, read_only=read_only)
        self._idle.append(first)

    def head(self) -> Head:
        return _head(self._read(_HEAD))

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        return list(map(Row._make, self._read(_STREAM, stream, after)))

    def rows(self, after: int, limit: int) -> list[Row]:
        return list(map(Row._make, self._read(_ROWS, after, max(limit, 0))))

    def remembered(self, actor: str, key: str) -> Remembered | None:
        found = self._read(_REMEMBERED, actor, key)
        return _remembered(found[0]) if found else None

    def stray_keys(self, limit: int) -> list[Remembered]:
        return list(map(_remembered, self._read(_STRAY, max(limit, 0))))

    def faults(self, limit: int) -> list[str]:
        found = self._read(f"PRAGMA integrity_check({max(limit, 1)})")
        faults = [str(said) for (said,) in found if said != "ok"]
        faults += [f"the table erasure is not what the events say of {at}" for (at,) in self._read(_UNERASED, limit)]
        return faults[:limit]

    def boundary(self, position: int) -> int:
        return _number(self._read(_BOUNDARY, position))

    def position_at(self, recorded_at: str) -> int:
        return _number(self._read(_POSITION_AT, recorded_at))

    @contextmanager
    def writing(self) -> Iterator[SQLiteWriting]:
        if self._read_only:
            raise StoreUnavailable(f"{self._name} was opened for reading only.")
        if not self._writer_lock.acquire(timeout=self._lock_timeout):
            raise StoreUnavailable(f"{self._name} is being written by another thread; try again.")
        try:
            with self._transaction() as cursor:
                writing = SQLiteWriting(cursor)
                yield writing
                newest = writing.head.position
        finally:
            self._writer_lock.release()
        with self._changed:
            self._newest = max(self._newest, newest)
            self._changed.notify_all()

    def wait(self, after: int, timeout: float) -> int:
        deadline = monotonic() + timeout
        with self._lent() as connection:
            seen, position = None, 0
            while True:
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen, position = version, _head(connection.execute(_HEAD).fetchall()).position
                left = deadline - monotonic()
                if position > after or left <= 0 or self._closed:
                    return position
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._newest > after, min(left, _POLL))

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
        with self._lent() as connection:
            copy(connection, target, progress)

    def settle(self) -> bool:
        if self._read_only or self._datastore.immutable:
            return False
        with self._writer_lock:
            try:
                # The writer's connection: one on which others read has a reading open that would stand in the way.
                self._writer = self._writer or self._open()
                busy, *_ = self._writer.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except ERRORS as error:
                if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    return False
                raise explain(error, self._name) from error
        return not busy

    def describe(self) -> str:
        how = (
            "read as it was when it was opened"
            if self._datastore.immutable
            else "write-ahead log, flushed in every commit"
        )
        return f"the SQLite ledger {self._path} ({how}; SQLite {sqlite3.sqlite_version})"

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._writer_lock:
            self._drop_writer()
        self._drain()

    def _read(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self._lent() as connection:
            found: list[tuple[Any, ...]] = connection.execute(query, parameters).fetchall()
            return found

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading. Those given back are lent again; one that failed is not."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection.raw
        except ERRORS as error:
            connection.discard()
            raise explain(error, self._name) from error
        except BaseException:
            connection.discard()
            raise
        self._idle.append(connection)
        if self._closed or connection.pool is not self._datastore.pool:
            self._drain()

    def _open(self) -> LedgerConnection:
        if self._closed:
            raise StoreUnavailable(f"{self._name} is closed.")
        try:
            return self._datastore.pool.take()
        except ERRORS as error:
            raise explain(error, self._name) from error

    @contextmanager
    def _transaction(self) -> Iterator[SQLiteCursor]:
        if self._datastore.immutable:
            self._reopen()
        try:
            # Not one of the readers': on a full disk the writer's connection is dropped, and when the last is closed
            # SQLite removes files that it then cannot make again, so that even reading would end.
            self._writer = self._writer or self._open()
            with self._writer.transaction(commit=True) as cursor:
                yield cursor
        except ERRORS as error:
            # What failed may stay broken on this connection. A log's index that was opened read-only is shared by
            # all connections of the process, and stays read-only until the last of them is closed.
            self._drop_writer()
            if primary_code(error) == sqlite3.SQLITE_READONLY:
                self._drain()
            raise explain(error, self._name) from error

    def _reopen(self) -> None:
        """Look whether a ledger that could only be read can be written now."""
        datastore, first = connect(self._path, self._lock_timeout, read_only=False)
        if datastore.immutable:
            raise StoreUnavailable(f"{self._name} is read-only; make the file and its folder writable.")
        self._datastore = datastore
        self._drain()
        self._idle.append(first)

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.discard()
            self._writer = None

    def _drain(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().discard()


def _head(found: list[tuple[Any, ...]]) -> Head:
    return Head(*found[0]) if found else Head(0, None)


def _number(found: list[tuple[Any, ...]]) -> int:
    return int(found[0][0]) if found else 0


def _remembered(found: tuple[Any, ...]) -> Remembered:
    actor, key, fingerprint, status, record, position, created = found
    return Remembered(actor, key, fingerprint, status, record, position, tuple(json.loads(created)))
