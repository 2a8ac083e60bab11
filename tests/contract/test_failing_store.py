"""What callers are told when the store fails under the appender, and that work goes on afterwards.

The store is a real one whose transaction ends badly on demand: before anything is stored, or after everything is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from domain.errors import DamagedLedger, KeyTaken, StoreUnavailable, VersionConflict
from domain.ledger.appender import Appended, Appender
from domain.ledger.rows import Row
from domain.ledger.sqlite import SQLiteStore, SQLiteWriting
from tests.contract.building import Clock, at, entry, gathered, sealed


class FailingStore(SQLiteStore):
    """Raises `error` once, at the end of a transaction or after it; while `deaf` it cannot be read either."""

    error: Exception | None = None
    after_commit = False
    deaf = False

    @contextmanager
    def writing(self) -> Iterator[SQLiteWriting]:
        with super().writing() as writing:
            yield writing
            if not self.after_commit:
                self._fail()
        self._fail()

    def rows(self, after: int, limit: int) -> list[Row]:
        if self.deaf:
            raise StoreUnavailable("The store does not answer.")
        return super().rows(after, limit)

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FailingStore]:
    opened = FailingStore(tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def other(store: FailingStore, tmp_path: Path) -> Iterator[SQLiteStore]:
    """The same ledger, opened once more."""
    opened = SQLiteStore(tmp_path / "ledger.db")
    yield opened
    opened.close()


ERRORS: dict[str, Callable[[], Exception]] = {
    "the store's own": lambda: StoreUnavailable("The disk is full."),
    "any other": lambda: OSError("The disk is gone."),
}
ANY_ERROR = pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)


@ANY_ERROR
def test_a_transaction_that_failed_is_acknowledged_to_nobody(
    store: FailingStore, other: SQLiteStore, appender: Appender, error: Callable[[], Exception]
) -> None:
    store.error = error()
    with gathered(other):
        waiting = [appender.submit([entry(sealed(f"s{n}", 1), key=f"k{n}")]) for n in range(5)]
        waiting.append(appender.submit([entry(sealed("s1", 1))]))

    for future in waiting:
        with pytest.raises(StoreUnavailable, match="The disk is"):
            future.result(30)
    assert other.head().position == 0
    assert other.remembered("ann", "k1") is None
    assert appender.append([entry(sealed("s1", 1), key="k1")]) == (Appended(1, 1, at(0)),)


@ANY_ERROR
def test_a_lost_answer_is_looked_up_and_acknowledged(
    store: FailingStore, other: SQLiteStore, appender: Appender, error: Callable[[], Exception]
) -> None:
    store.error, store.after_commit = error(), True
    with gathered(other):
        waiting = [appender.submit([entry(sealed(f"s{n}", 1), key=f"k{n}")]) for n in range(5)]
        stale = appender.submit([entry(sealed("s1", 1))])
        retry = appender.submit([entry(sealed("t", 1), key="k1")])

    assert [future.result(30)[0].first for future in waiting] == [1, 2, 3, 4, 5]
    assert isinstance(stale.exception(30), VersionConflict)
    assert isinstance(retry.exception(30), KeyTaken)
    assert [row.stream for row in other.rows(0, 10)] == ["s0", "s1", "s2", "s3", "s4"]


def test_rows_of_another_writer_are_not_taken_for_one_s_own(
    store: FailingStore, other: SQLiteStore, clock: Clock
) -> None:
    class Overtaken(FailingStore):
        """Another process writes between the failure and the reading back."""

        def rows(self, after: int, limit: int) -> list[Row]:
            rival = Appender(other, clock)
            rival.append([entry(sealed("a", 1, "rival"))])
            rival.close()
            return super().rows(after, limit)

    overtaken = Overtaken(store._path)
    overtaken.error = StoreUnavailable("The disk is full.")
    appender = Appender(overtaken, clock)

    with pytest.raises(StoreUnavailable, match="full"):
        appender.append([entry(sealed("a", 1, "mine"))])

    appender.close()
    overtaken.close()
    assert [row.head for row in other.rows(0, 10)] == [sealed("a", 1, "rival").head]


def test_what_cannot_be_found_out_is_said(store: FailingStore, other: SQLiteStore, appender: Appender) -> None:
    store.error, store.after_commit, store.deaf = StoreUnavailable("The line is cut."), True, True

    with pytest.raises(StoreUnavailable, match=r"line is cut.*could not be found out"):
        appender.append([entry(sealed("a", 1), key="k")])

    store.deaf = False
    with pytest.raises(KeyTaken):
        appender.append([entry(sealed("a", 1), key="k")])
    assert other.head().position == 1


def test_damage_is_not_called_a_passing_trouble(store: FailingStore, appender: Appender) -> None:
    store.error = DamagedLedger("a page is torn")

    with pytest.raises(DamagedLedger, match="torn"):
        appender.append([entry(sealed("a", 1))])


def test_a_clock_that_raises_fails_the_batch_and_not_the_thread(store: FailingStore) -> None:
    readings: Iterator[OSError | datetime] = iter([OSError("no clock"), Clock()()])

    def now() -> datetime:
        reading = next(readings)
        if isinstance(reading, datetime):
            return reading
        raise reading

    appender = Appender(store, now)

    with pytest.raises(StoreUnavailable, match="no clock"):
        appender.append([entry(sealed("a", 1))])
    assert appender.append([entry(sealed("a", 1))])
    appender.close()


def test_all_who_wait_for_a_locked_store_are_refused_together(tmp_path: Path, other: SQLiteStore, clock: Clock) -> None:
    impatient = SQLiteStore(tmp_path / "ledger.db", lock_timeout=0.2)
    appender = Appender(impatient, clock)
    with gathered(other):
        waiting = [appender.submit([entry(sealed(f"s{n}", 1))]) for n in range(5)]
        for future in waiting:
            assert isinstance(future.exception(30), StoreUnavailable)

    assert appender.append([entry(sealed("s1", 1))]) == (Appended(1, 1, at(0)),)
    appender.close()
    impatient.close()
