"""What a plain SQLite connection, without any code of ours, cannot do to a ledger file."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.ledger.rows import Row
from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import at, record, remembered, row
from tests.support.needed import lacking

ROW = "(position, stream, version, recorded_at, head, words, leaf)"
ERASURE_HEAD = '{"type":"desk.words_erased.v1","data":{"positions":[2,3]}}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = SQLiteStore(tmp_path / "ledger.db")
    record(store, ["a", "b"], ["a"], remember=[remembered(1)])
    store.close()
    return tmp_path / "ledger.db"


@pytest.fixture
def shell(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def values(position: object, stream: str, version: object, recorded_at: str = at(9)) -> str:
    return f"({position}, '{stream}', {version}, '{recorded_at}', x'7b7d', x'7b7d', x'7b7d')"


REFUSED = {
    "update the head": "UPDATE ledger SET head = x'00' WHERE position = 1",
    "update the words": "UPDATE ledger SET words = x'00' WHERE position = 1",
    "erase words that no erasure names": "UPDATE ledger SET words = NULL WHERE position = 1",
    "update the leaf": "UPDATE ledger SET leaf = x'00' WHERE position = 1",
    "update the stream": "UPDATE ledger SET stream = 'z' WHERE position = 1",
    "update the version": "UPDATE ledger SET version = 9 WHERE position = 3",
    "update the time": f"UPDATE ledger SET recorded_at = '{at(0)}' WHERE position = 3",
    "update the position": "UPDATE ledger SET position = 9 WHERE position = 3",
    "update the rowid": "UPDATE ledger SET rowid = 9 WHERE position = 3",
    "update to the same": "UPDATE ledger SET head = head",
    "update or replace": "UPDATE OR REPLACE ledger SET position = 1 WHERE position = 3",
    "update or ignore": "UPDATE OR IGNORE ledger SET head = x'00'",
    "delete the last": "DELETE FROM ledger WHERE position = 3",
    "delete the first": "DELETE FROM ledger WHERE position = 1",
    "delete everything": "DELETE FROM ledger",
    "replace": f"REPLACE INTO ledger {ROW} VALUES {values(3, 'a', 2)}",
    "insert or replace the last": f"INSERT OR REPLACE INTO ledger {ROW} VALUES {values(3, 'a', 2)}",
    "insert or replace by version": f"INSERT OR REPLACE INTO ledger {ROW} VALUES {values(4, 'a', 2)}",
    "insert or ignore": f"INSERT OR IGNORE INTO ledger {ROW} VALUES {values(3, 'c', 1)}",
    "upsert": f"INSERT INTO ledger {ROW} VALUES {values(3, 'a', 2)} ON CONFLICT DO UPDATE SET head = x'00'",
    "leave a gap": f"INSERT INTO ledger {ROW} VALUES {values(5, 'c', 1)}",
    "go before the first": f"INSERT INTO ledger {ROW} VALUES {values(0, 'c', 1)}",
    "leave the position to SQLite": f"INSERT INTO ledger {ROW} VALUES {values('NULL', 'c', 1)}",
    "leave a gap in the second of two": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 1)}, {values(6, 'c', 2)}",
    "leave a version out": f"INSERT INTO ledger {ROW} VALUES {values(4, 'a', 4)}",
    "repeat a version": f"INSERT INTO ledger {ROW} VALUES {values(4, 'a', 2)}",
    "begin a stream with 2": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 2)}",
    "begin a stream with 0": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 0)}",
    "leave the version away": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 'NULL')}",
    "go back in time": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 1, at(0.5))}",
    "write a time of another form": f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 1, '2026-11-24T00:00:00Z')}",
    "write a stream without a name": f"INSERT INTO ledger {ROW} VALUES {values(4, '', 1)}",
    "write text for bytes": f"INSERT INTO ledger {ROW} VALUES (4, 'c', 1, '{at(9)}', '{{}}', x'7b', x'7b')",
    "write no leaf": f"INSERT INTO ledger {ROW} VALUES (4, 'c', 1, '{at(9)}', x'7b', x'7b', NULL)",
    "write an empty head": f"INSERT INTO ledger {ROW} VALUES (4, 'c', 1, '{at(9)}', x'', x'7b', x'7b')",
    "forget a key": "DELETE FROM idempotency",
    "change a key": "UPDATE idempotency SET status = 200",
    "change a key or replace": "UPDATE OR REPLACE idempotency SET key = 'other'",
    "replace a key": "REPLACE INTO idempotency SELECT actor, key, x'00', 200, record, 2, created FROM idempotency",
    "remember at no event": "INSERT INTO idempotency VALUES ('bob', 'k', x'00', 201, 'r', 4, '[]')",
    "remember a refusal": "INSERT INTO idempotency VALUES ('bob', 'k', x'00', 409, 'r', 3, '[]')",
    "enter an erasure without its event": "INSERT INTO erasure VALUES (1, 3)",
    "enter an erasure of an event by itself": "INSERT INTO erasure VALUES (3, 3)",
    "enter an erasure by no event": "INSERT INTO erasure VALUES (1, 99)",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("recursive_triggers", [False, True])
def test_a_plain_shell_is_refused(shell: sqlite3.Connection, statement: str, *, recursive_triggers: bool) -> None:
    shell.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
    before = "\n".join(shell.iterdump())

    with pytest.raises(sqlite3.IntegrityError):
        shell.execute(statement)

    assert "\n".join(shell.iterdump()) == before


def test_the_sqlite3_program_is_refused_with_a_sentence_for_people(path: Path) -> None:
    program = shutil.which("sqlite3")
    if program is None:
        lacking("the sqlite3 program is not installed")

    answer = subprocess.run([program, path, "DELETE FROM ledger"], capture_output=True, text=True, check=False)

    assert answer.returncode != 0
    assert "an event is never deleted" in answer.stderr


def test_a_plain_shell_may_add_what_follows(path: Path, shell: sqlite3.Connection) -> None:
    shell.execute(f"INSERT INTO ledger {ROW} VALUES {values(4, 'c', 1)}, {values(5, 'a', 3)}")

    store = SQLiteStore(path)
    assert store.head().position == 5
    store.close()


def add(shell: sqlite3.Connection, head: bytes) -> Row:
    """Add an event with this head at position 4."""
    added = row(4, "desk", 1, at(9))._replace(head=head)
    shell.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", added)
    return added


def words(shell: sqlite3.Connection) -> list[bytes | None]:
    return [found for (found,) in shell.execute("SELECT words FROM ledger ORDER BY position")]


def test_words_that_an_erasure_event_names_can_be_erased_and_nothing_else(shell: sqlite3.Connection) -> None:
    add(shell, ERASURE_HEAD.encode())
    shell.execute("INSERT INTO erasure VALUES (2, 4)")

    shell.execute("UPDATE ledger SET words = NULL WHERE position = 2")

    assert words(shell) == [b"words", None, b"words", b"words"]
    for statement in (
        "UPDATE ledger SET words = x'00' WHERE position = 2",
        "UPDATE ledger SET words = NULL WHERE position = 3",
        "UPDATE ledger SET words = NULL, head = x'00' WHERE position = 2",
        "UPDATE ledger SET words = NULL, position = 9 WHERE position = 2",
        "UPDATE erasure SET position = 1",
        "UPDATE OR REPLACE erasure SET event = 3",
        "REPLACE INTO erasure VALUES (2, 4)",
        "DELETE FROM erasure",
        "INSERT INTO erasure VALUES (1, 4)",
        "INSERT INTO erasure VALUES (4, 4)",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            shell.execute(statement)
    assert words(shell) == [b"words", None, b"words", b"words"]


@pytest.mark.parametrize(
    "head",
    [
        b'{"type":"desk.words_erased.v2","data":{"positions":[2]}}',
        b'{"type":"claim.asserted.v1","data":{"positions":[2]}}',
        b'{"type":"desk.words_erased.v1","data":{"positions":[3]}}',
        b'{"type":"desk.words_erased.v1","data":{"positions":["2"]}}',
        b'{"type":"desk.words_erased.v1","data":{"positions":[]}}',
        b'{"type":"desk.words_erased.v1","data":{}}',
        b'{"data":{"positions":[2]}}',
        b"{}",
        b"not json",
        b"\xff\x00",
    ],
)
def test_another_event_is_no_erasure(shell: sqlite3.Connection, head: bytes) -> None:
    add(shell, head)

    with pytest.raises(sqlite3.IntegrityError, match="erased only after a recorded erasure event"):
        shell.execute("INSERT INTO erasure VALUES (2, 4)")


def test_a_true_is_not_position_1(shell: sqlite3.Connection) -> None:
    add(shell, b'{"type":"desk.words_erased.v1","data":{"positions":[true]}}')

    with pytest.raises(sqlite3.IntegrityError):
        shell.execute("INSERT INTO erasure VALUES (1, 4)")


def test_erased_words_leave_no_trace_in_the_file(path: Path) -> None:
    store = SQLiteStore(path)
    secret = b"a name that should not be here"
    with store.writing() as writing:
        erasing = row(5, "desk", 1, at(9))._replace(head=b'{"type":"desk.words_erased.v1","data":{"positions":[4]}}')
        writing.insert([row(4, "c", 1, at(8), words=secret), erasing])
    connection = store._open().raw
    connection.execute("INSERT INTO erasure VALUES (4, 5)")
    connection.execute("UPDATE ledger SET words = NULL WHERE position = 4")

    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()

    assert all(secret not in left.read_bytes() for left in path.parent.iterdir())


def test_a_key_without_its_event_is_found(path: Path, shell: sqlite3.Connection) -> None:
    store = SQLiteStore(path)
    assert store.stray_keys(10) == []
    shell.execute("DROP TRIGGER idempotency_once")
    shell.execute("INSERT INTO idempotency VALUES ('bob', 'k', x'00', 201, 'r', 9, '[]')")

    (stray,) = store.stray_keys(10)

    assert (stray.actor, stray.key, stray.position) == ("bob", "k", 9)
    assert store.stray_keys(0) == []
    store.close()
