"""Several processes on one data folder: one leads, all read, and any may be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import Unavailable
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from projections import parties
from projections.leader import LeaderLock
from projections.runner import Runner
from projections.views import Views
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk
from tests.support.story import told

ROOT = Path(__file__).parents[2]

FOLLOW = """
import sys
from pathlib import Path
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from projections.leader import LeaderLock
from projections.runner import Runner
from projections.views import Views

data = Path(sys.argv[1])
store = SQLiteStore(data / "ledger.db")
with LeaderLock(data):
    runner = Runner(store, Streams(store), Views(data / "views.db"), batch=int(sys.argv[2]))
    print("leads", flush=True)
    runner.start()
    sys.stdin.read()
    runner.stop()
"""


@contextmanager
def follower(data: Path, batch: int = 1) -> Iterator[subprocess.Popen[str]]:
    """A process that leads in the data folder until its standard input ends."""
    command = [sys.executable, "-c", FOLLOW, str(data), str(batch)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "leads\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "ledger.db")
    yield store
    store.close()


def test_a_commit_of_one_process_wakes_the_leader_in_another(store: SQLiteStore, tmp_path: Path) -> None:
    views = Views(tmp_path / "views.db")
    with Desk(store) as desk, follower(tmp_path):
        for number in range(5):
            desk.given(Do("parties.create", bodies.party(name=f"Party {number}"), name=f"p{number}"))
            views.wait(desk.length, timeout=30)

            with views.reading() as reading:
                assert desk.id(f"p{number}") in {row.id for row in parties.parties(reading, "desk").items}
    views.close()


@pytest.mark.parametrize("after", [1, 25, 60])
def test_a_leader_that_is_killed_leaves_views_that_the_next_one_completes(
    store: SQLiteStore, tmp_path: Path, after: int
) -> None:
    views = Views(tmp_path / "views.db")
    with random_desk(after, 120, store) as desk:
        with follower(tmp_path) as process:
            views.wait(after, timeout=60, names=["openness"])
            os.kill(process.pid, signal.SIGKILL)
            process.wait(30)

        with LeaderLock(tmp_path):
            runner = Runner(store, desk.newsroom.streams, views)
            assert runner.catch_up() == desk.length
            assert runner.check() == []
    views.close()


def test_one_process_leads_and_the_others_are_told_so(store: SQLiteStore, tmp_path: Path) -> None:
    with Desk(store) as desk:
        told(desk)
    mine = LeaderLock(tmp_path)
    with follower(tmp_path) as process:
        assert not mine.acquire()
        with pytest.raises(Unavailable, match="leads here already"), mine:
            pytest.fail("two led")

        process.kill()
        process.wait(30)

    assert mine.acquire()
    mine.release()


def test_in_one_process_too_there_is_one_leader(tmp_path: Path) -> None:
    first, second = LeaderLock(tmp_path), LeaderLock(tmp_path)

    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    with second:
        assert not first.acquire()
    assert first.acquire()
    first.release()


def test_a_folder_that_is_not_there_cannot_be_led(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"leader\.lock cannot be opened"):
        LeaderLock(tmp_path / "nowhere").acquire()


def test_views_that_nobody_made_yet_cannot_be_read(tmp_path: Path) -> None:
    views = Views(tmp_path / "views.db")

    with pytest.raises(Unavailable, match="not been made yet"):
        views.positions()

    assert list(tmp_path.iterdir()) == []
    views.close()
    with pytest.raises(Unavailable, match="closed"):
        views.positions()


def test_a_check_works_while_another_process_leads(store: SQLiteStore, tmp_path: Path) -> None:
    from projections.rebuilding import check
    from projections.register import ALL

    views = Views(tmp_path / "views.db")
    with random_desk(5, 40, store) as desk, follower(tmp_path, batch=3):
        views.wait(1, timeout=30)
        assert check(store, Streams(store), views, ALL) == []
        views.wait(desk.length, timeout=60)
        assert check(store, Streams(store), views, ALL) == []
    views.close()
