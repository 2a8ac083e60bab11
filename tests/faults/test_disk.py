"""Full disks, locks and missing rights: a sentence that says which, nothing half-written, and work that goes on."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from domain.ledger.appender import Appender
from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import entry, record, row, sealed
from tests.faults.children import NOBODY, write_until_refused
from tests.support.needed import lacking

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        lacking("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others than its owner may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_that_may_not_grow_refuses_and_goes_on_when_it_may(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"

    said = start("fill", path).communicate(timeout=60)[0].splitlines()

    stored, _, sentence = said[0].partition(" ")
    assert "check the disk and its limits" in sentence
    assert said[1] == f"{stored} {int(stored) + 1}"
    store = SQLiteStore(path)
    assert [row.version for row in store.stream("a")] == list(range(1, int(stored) + 2))
    store.close()


def test_a_full_disk_refuses_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 400_000)
    store = SQLiteStore(small_disk / "ledger.db")
    appender = Appender(store, lambda: datetime.now(UTC))

    stored, sentence = write_until_refused(appender, 0)
    assert "the disk is full; free some space" in sentence
    assert store.head().position == stored > 0

    ballast.unlink()
    (appended,) = appender.append([entry(sealed("a", stored + 1))])
    assert appended.first == store.head().position == stored + 1
    appender.close()
    store.close()


def test_a_transaction_that_sqlite_gave_up_by_itself_is_not_called_stored(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db")

    with pytest.raises(StoreUnavailable, match="no transaction is active"), store.writing() as writing:  # noqa: PT012
        writing.insert([row(1, "a", 1)])
        writing._cursor.execute("ROLLBACK")

    assert store.head().position == 0
    assert record(store, ["a"])
    store.close()


def test_a_backup_to_a_full_disk_leaves_nothing_there(tmp_path: Path, small_disk: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db")
    record(store, *[["a"]] * 4000)

    with pytest.raises(StoreUnavailable, match=r"backup .*full"):
        store.backup(small_disk / "copy.db")

    assert list(small_disk.iterdir()) == []
    assert record(store, ["a"])[0].position == 4001
    store.close()


def test_a_lock_of_another_process_refuses_and_reading_goes_on(start: Start, tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db", lock_timeout=0.1)
    record(store, ["a"])
    holder = start("hold", tmp_path / "ledger.db")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="locked by another process; try again"):
            record(store, ["a"])
    assert store.head().position == 1

    holder.communicate(timeout=30)
    assert record(store, ["a"])[0].position == 2
    assert store._datastore.pool.num_in_use <= 2
    store.close()


def test_a_lock_of_another_thread_refuses(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ledger.db", lock_timeout=0.05)

    with store.writing(), pytest.raises(StoreUnavailable, match="another thread"):
        store.writing().__enter__()

    assert record(store, ["a"])
    store.close()


@pytest.mark.parametrize("folder_mode", [0o555, 0o755], ids=["folder too", "file only"])
@pytest.mark.parametrize("left_open", [False, True])
def test_a_ledger_that_may_only_be_read_is_read(
    start: Start, open_folder: Path, folder_mode: int, *, left_open: bool
) -> None:
    path = open_folder / "ledger.db"
    store = SQLiteStore(path)
    record(store, ["a"], ["a"])
    if not left_open:
        store.close()
    for left in open_folder.iterdir():
        left.chmod(0o444)
    open_folder.chmod(folder_mode)
    if os.geteuid() == 0 and folder_mode == 0o755:
        os.chown(open_folder, NOBODY, NOBODY)

    said = start("read_as_nobody", path).communicate(timeout=60)[0].splitlines()

    assert said[0].startswith("2 the SQLite ledger")
    assert "is read-only; make the file and its folder writable" in said[1]
    assert said[2].startswith("3 the SQLite ledger")
    assert "flushed in every commit" in said[2]
    store.close()
