"""Appends of 750-byte events a second below HTTP: through the appender, and beside it SQLite alone."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter

from benchmarks.measuring import Entrant, Race, Scale, race
from benchmarks.sample import sealed
from domain.ledger.appender import Appender, Entry, Sealed
from domain.ledger.rows import leaf_bytes, stamp
from domain.ledger.sqlite import SQLiteStore

CALLERS = 32
BULK = 1_000
RAW_TABLE = """CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, recorded_at TEXT NOT NULL,
    head BLOB NOT NULL, words BLOB, leaf BLOB NOT NULL, UNIQUE (stream, version)) STRICT"""
RAW_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)"


class Raw:
    """SQLite alone: the same columns and bytes, every commit flushed; no triggers, no checks, no second thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = wal").fetchall()
        self._connection.execute("PRAGMA synchronous = full").fetchall()
        self._connection.execute(RAW_TABLE)
        self._positions = count(1)

    def insert(self, event: Sealed) -> None:
        self._connection.execute(RAW_INSERT, self._row(event))

    def insert_all(self, events: list[Sealed]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(RAW_INSERT, map(self._row, events))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def _row(self, event: Sealed) -> tuple[object, ...]:
        position, recorded_at = next(self._positions), stamp(datetime.now(UTC))
        leaf = leaf_bytes(position, event.stream, event.version, recorded_at, event.head)
        return (position, event.stream, event.version, recorded_at, event.head, event.words, leaf)


class Supply:
    """Events to append, each the first of a stream of its own. Streams are random, as they are in a ledger."""

    def __init__(self) -> None:
        self._event = sealed("clm_00000000000000000000000000")
        self._random = Random(7)

    def one(self) -> Sealed:
        return self._event._replace(stream=f"clm_{self._random.getrandbits(104):026x}")

    def many(self) -> list[Sealed]:
        return [self.one() for _ in range(BULK)]


def appends(folder: Path, scale: Scale) -> Iterator[Race]:
    """One event in a transaction and by 32 threads, then thousands in a transaction."""
    with (
        closing(Raw(folder / "raw.db")) as raw,
        closing(SQLiteStore(folder / "ledger.db", lock_timeout=30.0)) as store,
        closing(Appender(store, lambda: datetime.now(UTC))) as appender,
    ):
        supply = Supply()
        yield _singly(raw, appender, supply, scale)
        yield _in_bulk(raw, appender, supply, scale)


def _singly(raw: Raw, appender: Appender, supply: Supply, scale: Scale) -> Race:
    def insert() -> int:
        raw.insert(supply.one())
        return 1

    def append() -> int:
        appender.append([Entry((supply.one(),))])
        return 1

    entrants = [
        Entrant("sqlite3, one insert in a transaction", lambda: _rate(scale.seconds, insert)),
        Entrant("appender, 1 caller", lambda: _rate(scale.seconds, append)),
        Entrant(f"appender, {CALLERS} callers", lambda: _together(scale.seconds, append)),
    ]
    return race("Durable appends of single events", "events/s", entrants, scale.rounds)


def _in_bulk(raw: Raw, appender: Appender, supply: Supply, scale: Scale) -> Race:
    def insert() -> int:
        raw.insert_all(supply.many())
        return BULK

    def append() -> int:
        appender.append([Entry((event,)) for event in supply.many()])
        return BULK

    entrants = [
        Entrant(f"sqlite3, {BULK:,} in a transaction", lambda: _rate(scale.seconds, insert)),
        Entrant(f"appender, {BULK:,} commands in a submission", lambda: _rate(scale.seconds, append)),
    ]
    return race("Durable appends in bulk", "events/s", entrants, scale.rounds)


def _rate(seconds: float, step: Callable[[], int]) -> float:
    """Events a second of a step that is repeated for so many seconds and says how many it has stored."""
    stored, began = 0, perf_counter()
    while (took := perf_counter() - began) < seconds:
        stored += step()
    return stored / took


def _together(seconds: float, step: Callable[[], int]) -> float:
    """The same of many threads at once."""
    with ThreadPoolExecutor(CALLERS) as pool:
        rates = [pool.submit(_rate, seconds, step) for _ in range(CALLERS)]
        return sum(rate.result() for rate in rates)
