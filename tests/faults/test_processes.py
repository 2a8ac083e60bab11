"""Many processes on one file, and processes that are killed while they write."""

import random
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import record

Start = Callable[..., subprocess.Popen[str]]


def acknowledged(lines: str) -> list[tuple[str, int, int, str]]:
    """What a writing child has said: (stream, version, position, stamp)."""
    words = [line.split() for line in lines.splitlines()]
    return [(stream, int(version), int(position), stamp) for stream, version, position, stamp in words]


def check(store: SQLiteStore, said: list[tuple[str, int, int, str]]) -> None:
    """The ledger is dense, its times rise, its streams have no gaps, and all that was said is there once."""
    rows = store.rows(0, 1_000_000)
    stamps = [row.recorded_at for row in rows]
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert stamps == sorted(set(stamps))
    assert len(said) == len(set(said))
    assert set(said) <= {(row.stream, row.version, row.position, row.recorded_at) for row in rows}
    for stream in {row.stream for row in rows}:
        versions = [row.version for row in rows if row.stream == stream]
        assert versions == list(range(1, len(versions) + 1))
    for row in rows:
        kept = store.remembered("ann", f"{row.stream}-{row.version}")
        assert kept is not None
        assert kept.position == row.position


def test_four_processes_with_four_threads_each_make_one_dense_ledger(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    children = [start("write", path, name, 4, 50) for name in "abcd"]

    said = [line for child in children for line in acknowledged(child.communicate(timeout=90)[0])]

    assert [child.returncode for child in children] == [0, 0, 0, 0]
    store = SQLiteStore(path)
    assert len(said) == store.head().position == 4 * 4 * 50
    check(store, said)
    store.close()


def test_processes_that_make_the_same_ledger_at_once_make_one(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    children = [start("make", path) for _ in range(6)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"

    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()

    assert [child.wait(60) for child in children] == [0] * 6
    store = SQLiteStore(path)
    assert store.head().position == 6
    store.close()


def test_a_commit_of_another_process_wakes_a_waiter(start: Start, tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.wait, 0, 60)
        child = start("write", tmp_path / "ledger.db", "a", 1, 1)
        assert waiting.result(60) == 1
    assert child.wait(60) == 0
    store.close()


def kill_and_check(start: Start, path: Path, after: int) -> None:
    """Kill a writing process after it has acknowledged so many appends; all that it said must be there."""
    store = SQLiteStore(path)
    before = store.rows(0, 1_000_000)
    child = start("write", path, "a", 8, 100_000)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(after)]

    child.send_signal(signal.SIGKILL)

    lines += child.stdout.readlines()
    check(store, acknowledged("".join(lines)))
    assert store.rows(0, len(before)) == before
    assert child.wait(30) == -signal.SIGKILL
    store.close()


def test_what_a_killed_writer_acknowledged_is_there(start: Start, tmp_path: Path) -> None:
    for after in (1, 60, 17):
        kill_and_check(start, tmp_path / "ledger.db", after)

    store = SQLiteStore(tmp_path / "ledger.db")
    assert record(store, ["a"])[0].position == store.head().position > 78
    store.close()


@pytest.mark.soak
def test_a_writer_killed_again_and_again_loses_nothing(start: Start, tmp_path: Path) -> None:
    for _ in range(60):
        kill_and_check(start, tmp_path / "ledger.db", random.randint(1, 300))
