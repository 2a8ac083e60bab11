"""Copies of a ledger that is in use."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from domain.errors import StoreUnavailable
from domain.ledger.appender import Appender
from domain.ledger.memory import MemoryStore
from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import entry, record, remembered, sealed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    opened = SQLiteStore(tmp_path / "ledger.db")
    yield opened
    opened.close()


def test_a_backup_taken_while_writers_write_is_a_prefix_byte_for_byte(store: SQLiteStore, tmp_path: Path) -> None:
    record(store, *[["a", "b"]] * 3000, remember=[remembered(7)])
    finished = Event()
    appender = Appender(store, lambda: datetime.now(UTC))

    def write(stream: str) -> None:
        version = 0
        while not finished.is_set():
            version += 1
            appender.append([entry(sealed(stream, version), sealed(f"{stream}+", version), key=f"{stream}-{version}")])

    reports: list[tuple[int, int]] = []
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, f"w{number}") for number in range(4)]
        for number in range(3):
            store.wait(store.head().position, 30)
            store.backup(tmp_path / f"copy{number}.db", lambda left, total: reports.append((left, total)))
        finished.set()
        for writer in writers:
            writer.result(60)
    appender.close()

    for number in range(3):
        copy = SQLiteStore(tmp_path / f"copy{number}.db")
        position = copy.head().position
        assert 6000 < position <= store.head().position
        assert copy.rows(0, 1_000_000) == store.rows(0, position)
        assert store.boundary(position) == position
        assert copy.remembered("ann", "k") == remembered(7)
        assert record(copy, ["a"])[0].position == position + 1
        copy.close()
    assert reports[-1][0] == 0 < reports[-1][1]
    assert not list(tmp_path.glob("*.partial*"))


def test_a_backup_of_a_quiet_ledger_has_the_same_content(store: SQLiteStore, tmp_path: Path) -> None:
    record(store, ["a"], ["b"], remember=[remembered(1)])

    store.backup(tmp_path / "copy.db")

    dumps = []
    for path in (tmp_path / "ledger.db", tmp_path / "copy.db"):
        with closing(sqlite3.connect(path)) as connection:
            dumps.append(list(connection.iterdump()))
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert dumps[0] == dumps[1]


@pytest.mark.parametrize("taken", ["copy.db", "copy.db-wal", "ledger.db"])
def test_a_backup_never_overwrites_anything(store: SQLiteStore, tmp_path: Path, taken: str) -> None:
    record(store, ["a"])
    if taken != "ledger.db":
        (tmp_path / taken).write_bytes(b"precious")

    with pytest.raises(FileExistsError):
        store.backup(tmp_path / taken.removesuffix("-wal"))

    assert taken == "ledger.db" or (tmp_path / taken).read_bytes() == b"precious"
    assert record(store, ["a"])[0].position == 2


def test_a_backup_goes_on_after_one_that_was_cut_off(store: SQLiteStore, tmp_path: Path) -> None:
    written = record(store, ["a"])
    (tmp_path / "copy.db.partial").write_bytes(b"half a copy")

    store.backup(tmp_path / "copy.db")

    copy = SQLiteStore(tmp_path / "copy.db", read_only=True)
    assert copy.rows(0, 10) == written
    copy.close()


def test_a_backup_that_is_broken_off_leaves_nothing(store: SQLiteStore, tmp_path: Path) -> None:
    record(store, ["a"])

    def stop(_left: int, _total: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        store.backup(tmp_path / "copy.db", stop)

    assert not list(tmp_path.glob("copy*"))
    assert record(store, ["a"])[0].position == 2


def test_a_backup_without_a_place_is_refused(store: SQLiteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="backup"):
        store.backup(tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StoreUnavailable, match="memory"):
        MemoryStore().backup(tmp_path / "copy.db")
