"""Which files open as a ledger, and what is said of the others."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from domain.errors import DamagedLedger, StoreUnavailable
from domain.ledger.connections import NEEDED_PRAGMAS, configure
from domain.ledger.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = SQLiteStore(tmp_path / "ledger.db")
    record(store, ["a"])
    store.close()
    return tmp_path / "ledger.db"


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_the_settings_that_durability_needs_hold_on_every_connection(path: Path) -> None:
    store = SQLiteStore(path)
    connections = [store._datastore.pool.take() for _ in range(3)]

    for connection in connections:
        for name, needed in NEEDED_PRAGMAS.items():
            assert connection.raw.execute(f"PRAGMA {name}").fetchone() == (needed,)
        connection.discard()
    store.close()


def test_a_database_that_takes_no_write_ahead_log_is_refused() -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(StoreUnavailable, match="journal_mode"):
        configure(connection)


def test_a_file_says_what_it_is(path: Path) -> None:
    header = path.read_bytes()[:100]

    assert header[68:72] == APPLICATION_ID.to_bytes(4, "big") == b"STEM"
    assert int.from_bytes(header[60:64], "big") == SCHEMA_VERSION


@pytest.mark.parametrize(
    "name", [name for name, sql in SCHEMA.items() if sql.startswith(("CREATE TRIGGER", "CREATE INDEX"))]
)
def test_a_dropped_trigger_or_index_is_damage(path: Path, name: str) -> None:
    kind = SCHEMA[name].split()[1]
    change(path, f"DROP {kind} {name}")

    with pytest.raises(DamagedLedger, match=f"{name} is missing"):
        SQLiteStore(path)


def test_a_weakened_trigger_is_damage(path: Path) -> None:
    change(
        path,
        "DROP TRIGGER ledger_keeps",
        SCHEMA["ledger_keeps"].replace("ABORT", "IGNORE").replace(", 'an event is never deleted'", ""),
    )

    with pytest.raises(DamagedLedger, match="ledger_keeps is changed"):
        SQLiteStore(path)


def test_an_added_trigger_is_damage(path: Path) -> None:
    change(path, "CREATE TRIGGER helpful AFTER INSERT ON ledger BEGIN DELETE FROM idempotency; END")

    with pytest.raises(DamagedLedger, match="helpful is not part of a ledger"):
        SQLiteStore(path)


def test_statistics_are_no_damage(path: Path) -> None:
    change(path, "ANALYZE")

    store = SQLiteStore(path)
    assert store.head().position == 1
    store.close()


OTHERS: dict[str, tuple[Callable[[Path], object], type[Exception], str]] = {
    "another program's database": (lambda path: change(path, "CREATE TABLE t (x)"), StoreUnavailable, "not a ledger"),
    "no database": (lambda path: path.write_bytes(b"Dear diary, " * 100), DamagedLedger, "not an SQLite database"),
    "a folder": (lambda path: path.mkdir(), StoreUnavailable, "cannot be opened"),
}


@pytest.mark.parametrize(("make", "error", "sentence"), OTHERS.values(), ids=OTHERS)
def test_other_files_are_refused(
    tmp_path: Path, make: Callable[[Path], object], error: type[Exception], sentence: str
) -> None:
    make(tmp_path / "other.db")

    with pytest.raises(error, match=sentence):
        SQLiteStore(tmp_path / "other.db")


def test_a_newer_ledger_is_refused(path: Path) -> None:
    change(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    with pytest.raises(StoreUnavailable, match="schema version 2; this program reads version 1"):
        SQLiteStore(path)


def test_a_torn_file_is_damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x00" * (len(content) - 4096))

    with pytest.raises(DamagedLedger, match="damaged"):
        SQLiteStore(path).rows(0, 10)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="check that its folder exists"):
        SQLiteStore(tmp_path / "nowhere" / "ledger.db")


def test_reading_only_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        SQLiteStore(tmp_path / "ledger.db", read_only=True)

    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_ledger_only_when_it_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()

    with pytest.raises(StoreUnavailable):
        SQLiteStore(tmp_path / "ledger.db", read_only=True)
    store = SQLiteStore(tmp_path / "ledger.db")
    assert record(store, ["a"])
    store.close()


def test_opened_for_reading_only_it_follows_but_does_not_write(path: Path) -> None:
    writer, reader = SQLiteStore(path), SQLiteStore(path, read_only=True)
    written = record(writer, ["a"])

    assert reader.stream("a", after=1) == written
    with pytest.raises(StoreUnavailable, match="opened for reading only"):
        record(reader, ["a"])
    reader.close()
    writer.close()


@pytest.mark.parametrize("name", ["a?b#c%20d.db", "ä 😀.db", "file:x?mode=memory"])
def test_the_name_of_a_file_is_taken_literally(tmp_path: Path, name: str) -> None:
    store = SQLiteStore(tmp_path / name)
    record(store, ["a"])
    store.close()

    assert [left.name for left in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("seed", range(40))
def test_bytes_that_are_no_text_are_damage_too(path: Path, seed: int) -> None:
    dice, content = Random(seed), bytearray(path.read_bytes())
    for _ in range(10):
        content[dice.randrange(100, len(content))] = dice.randrange(128, 256)
    path.write_bytes(content)

    with suppress(DamagedLedger, StoreUnavailable):
        SQLiteStore(path).rows(0, 10)
