"""What every store must do, shown on each of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from threading import Event

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import StoreUnavailable
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Erasure, Head, Row, leaf_bytes, moment, stamp
from domain.ledger.store import Store
from tests.contract.building import at, record, remembered, row


def test_an_empty_ledger_answers_everything_with_nothing(store: Store) -> None:
    assert store.head() == Head(0, None)
    assert store.stream("a") == store.rows(0, 10) == []
    assert store.remembered("ann", "k") is None
    assert [store.boundary(position) for position in (-1, 0, 5)] == [0, 0, 0]
    assert store.position_at(at(0)) == 0
    with store.writing() as writing:
        assert writing.head == Head(0, None)
        assert writing.versions({"a"}) == {"a": 0}
        assert writing.versions(set()) == {}
        assert writing.remembered({("ann", "k")}) == writing.remembered(set()) == {}


def test_rows_come_back_as_they_were_written_in_order(store: Store) -> None:
    odd = row(1, "ä€😀", 1)._replace(head=b"\x00\xff not text", words=None)
    with store.writing() as writing:
        writing.insert([odd])
    rest = record(store, ["a", "b"], ["a"], ["b", "a"])

    assert store.rows(0, 100) == [odd, *rest]
    assert all(type(found) is Row for found in store.rows(0, 100))
    assert store.head() == Head(6, rest[-1].recorded_at)


def test_rows_are_read_in_pieces(store: Store) -> None:
    written = record(store, *[["a"]] * 7)

    assert store.rows(2, 3) == written[2:5]
    assert store.rows(5, 100) == written[5:]
    assert store.rows(7, 100) == store.rows(99, 1) == store.rows(3, 0) == []


def test_a_stream_holds_its_own_rows_in_order_of_version(store: Store) -> None:
    written = record(store, ["a", "b"], ["a"], ["b", "a"])

    assert store.stream("a") == [written[0], written[2], written[4]]
    assert store.stream("a", after=1) == [written[2], written[4]]
    assert store.stream("a", after=3) == store.stream("a", after=99) == store.stream("none") == []


def test_a_writer_sees_versions_and_keys_of_many_at_once(store: Store) -> None:
    record(store, ["a", "b"], ["a"], remember=[remembered(2, "one"), remembered(3, "two", "bob")])

    with store.writing() as writing:
        assert writing.versions(["a", "b", "c", "a"]) == {"a": 2, "b": 1, "c": 0}
        asked = {("ann", "one"), ("ann", "two"), ("bob", "two")}
        assert writing.remembered(asked) == {
            ("ann", "one"): remembered(2, "one"),
            ("bob", "two"): remembered(3, "two", "bob"),
        }


def test_a_writer_may_ask_for_more_than_a_statement_has_room_for(store: Store) -> None:
    record(store, ["s7"], remember=[remembered(1, "k7")])

    with store.writing() as writing:
        assert sum(writing.versions([f"s{n}" for n in range(40_000)]).values()) == 1
        assert len(writing.remembered([("ann", f"k{n}") for n in range(40_000)])) == 1


def test_a_writer_sees_what_it_has_inserted(store: Store) -> None:
    with store.writing() as writing:
        writing.insert([row(1, "a", 1), row(2, "a", 2)], [remembered(2)])
        assert writing.head == Head(2, at(0))
        assert writing.versions(["a"]) == {"a": 2}
        assert writing.remembered([("ann", "k")]) == {("ann", "k"): remembered(2)}
        writing.insert([row(3, "a", 3)])

    assert store.head().position == 3


@pytest.mark.parametrize("created", [(), ("c1",), ('"', "ä€😀", "")])
def test_a_remembered_key_comes_back_as_it_was(store: Store, created: tuple[str, ...]) -> None:
    kept = remembered(1, "ключ", created=created)
    record(store, ["a"], remember=[kept])

    assert store.stray_keys(10) == []
    assert store.remembered("ann", "ключ") == kept
    assert store.remembered("bob", "ключ") is None


WRONG_ROWS = {
    "a gap in the positions": row(4, "a", 3, at(9)),
    "a position that is taken": row(2, "a", 3, at(9)),
    "position 0": row(0, "a", 3, at(9)),
    "a version left out": row(3, "a", 4, at(9)),
    "a version that is taken": row(3, "a", 2, at(9)),
    "a new stream that does not begin with 1": row(3, "b", 2, at(9)),
    "a time before the last": row(3, "a", 3, at(0.5)),
}


@pytest.mark.parametrize("wrong", WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_row_that_does_not_follow_is_refused_and_nothing_stays(store: Store, wrong: Row) -> None:
    written = record(store, ["a"], ["a"])

    with pytest.raises(ValueError, match=r"gap|back"), store.writing() as writing:
        writing.insert([wrong])

    assert store.rows(0, 10) == written


def test_a_key_is_remembered_once_and_at_an_event(store: Store) -> None:
    written = record(store, ["a"], remember=[remembered(1)])

    for wrong in (remembered(2), remembered(9, "other"), remembered(0, "other")):
        with pytest.raises(ValueError, match="an idempotency key"), store.writing() as writing:
            writing.insert([row(2, "a", 2, at(9))], [wrong])

    assert store.rows(0, 10) == written
    assert store.remembered("ann", "k") == remembered(1)
    assert store.remembered("ann", "other") is None


def test_an_exception_in_the_writer_leaves_nothing_and_no_lock(store: Store) -> None:
    written = record(store, ["a"])

    with pytest.raises(KeyError), store.writing() as writing:  # noqa: PT012
        writing.insert([row(2, "a", 2, at(9))], [remembered(2)])
        raise KeyError

    assert store.rows(0, 10) == written
    assert store.remembered("ann", "k") is None
    assert record(store, ["a"])[0].position == 2


def test_nothing_is_visible_to_others_before_the_end(store: Store) -> None:
    with store.writing() as writing, ThreadPoolExecutor(1) as other:
        writing.insert([row(1, "a", 1)], [remembered(1)])
        assert other.submit(store.head).result() == Head(0, None)
        assert other.submit(store.stream, "a").result() == []
        assert other.submit(store.remembered, "ann", "k").result() is None

    assert store.head().position == 1


def test_a_boundary_never_falls_inside_a_command(store: Store) -> None:
    record(store, ["a"], ["a", "b", "a"], ["b"], ["a", "b"])

    assert [store.boundary(position) for position in range(-1, 10)] == [0, 0, 1, 1, 1, 4, 5, 5, 7, 7, 7]


def test_a_moment_finds_the_last_whole_command_before_it(store: Store) -> None:
    record(store, ["a"], ["a", "b", "a"], ["b"])
    moments = (at(-1), at(0), at(0.5), at(1), at(1.999999), at(2), at(99))

    assert [store.position_at(moment) for moment in moments] == [0, 1, 1, 4, 4, 5, 5]


@given(sizes=st.lists(st.integers(1, 4), max_size=12))
def test_boundaries_and_moments_agree_with_counting(sizes: list[int]) -> None:
    store = MemoryStore()
    record(store, *[["a"] * size for size in sizes])
    ends = [sum(sizes[:count]) for count in range(len(sizes) + 1)]

    for position in range(sum(sizes) + 2):
        assert store.boundary(position) == max(end for end in ends if end <= position)
    for second, end in enumerate(ends[1:]):
        assert store.position_at(at(second)) == end


def test_a_waiter_wakes_when_another_thread_commits(store: Store) -> None:
    record(store, ["a"])
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(store.wait, 1, 60) for _ in range(4)]
        record(store, ["a", "a"])

        assert [waiter.result(30) for waiter in waiting] == [3, 3, 3, 3]


def test_a_waiter_does_not_wait_for_what_is_there_and_gives_up_in_time(store: Store) -> None:
    record(store, ["a"])

    assert store.wait(0, 60) == 1
    assert store.wait(1, 0) == 1
    assert store.wait(1, 0.05) == 1


def test_readers_see_whole_commands_only_while_a_writer_writes(store: Store) -> None:
    finished = Event()

    def read() -> int:
        readings = 0
        while not finished.is_set():
            rows = store.rows(0, 1000)
            assert [found.position for found in rows] == list(range(1, len(rows) + 1))
            assert len(rows) % 3 == 0
            assert len(store.stream("a")) % 2 == 0
            readings += 1
        return readings

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for _ in range(60):
                record(store, ["a", "b", "a"])
        finally:
            finished.set()

        assert all(reader.result(30) > 0 for reader in readers)
    assert store.head().position == 180


def test_writers_exclude_each_other(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(record, store, ["a", "b"]) for _ in range(80)]
        rows = sorted(found for future in written for found in future.result(60))

    assert store.rows(0, 1000) == rows
    assert [found.position for found in rows] == list(range(1, 161))


def test_a_closed_store_says_so(store: Store) -> None:
    record(store, ["a"])
    store.close()
    store.close()

    for call in (store.head, lambda: store.rows(0, 1), lambda: store.wait(0, 1), store.writing().__enter__):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()


def test_a_store_describes_itself(store: Store) -> None:
    assert "ledger" in store.describe()


def test_stamps_have_one_form_that_sorts_as_text() -> None:
    assert stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"
    assert stamp(datetime(2026, 1, 2, 3, 4, 5, 67, timezone(timedelta(hours=2)))) == "2026-01-02T01:04:05.000067Z"
    assert stamp(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 1, 2))  # noqa: DTZ001


@given(earlier=st.datetimes(timezones=st.just(UTC)), later=st.datetimes(timezones=st.just(UTC)))
def test_stamps_sort_like_their_moments(earlier: datetime, later: datetime) -> None:
    assert (stamp(earlier) < stamp(later)) == (earlier < later)
    assert moment(stamp(earlier)) == earlier


@pytest.mark.parametrize(
    "other",
    ["2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000+00:00", "2026-01-02 03:04:05.000000Z", "", "x"],
)
def test_another_notation_is_no_stamp(other: str) -> None:
    with pytest.raises(ValueError, match=r"stamp|isoformat"):
        moment(other)


@given(
    position=st.integers(1, 2**53 - 1),
    stream=st.text(min_size=1),
    version=st.integers(1, 2**53 - 1),
    head=st.binary(),
    when=st.datetimes(timezones=st.just(UTC)),
)
def test_a_leaf_is_canonical_json(position: int, stream: str, version: int, head: bytes, when: datetime) -> None:
    assert leaf_bytes(position, stream, version, stamp(when), head) == rfc8785.dumps(
        {
            "event_sha256": sha256(head).hexdigest(),
            "recorded_at": stamp(when),
            "seq": position - 1,
            "stream_key": sha256(stream.encode()).hexdigest(),
            "v": 1,
            "version": version,
        }
    )


ERASING = b'{"type":"desk.words_erased.v1","data":{"positions":[1,2]}}'


def erasing(store: Store) -> list[Row]:
    """Two events with words, and one that says that they go."""
    event = row(3, "desk", 1, at(2))._replace(head=ERASING)
    written = record(store, ["a"], ["a"])
    with store.writing() as writing:
        writing.insert([event])
        writing.erase([Erasure(1, 3), Erasure(2, 3)])
    return [*written, event]


def test_words_go_with_the_event_that_erases_them(store: Store) -> None:
    written = erasing(store)

    assert store.rows(0, 10) == [written[0]._replace(words=None), written[1]._replace(words=None), written[2]]
    assert store.stream("a") == store.rows(0, 2)
    assert store.settle()


def test_words_go_only_if_the_whole_transaction_is_stored(store: Store) -> None:
    written = record(store, ["a"], ["a"])

    def fail() -> None:
        with store.writing() as writing:
            writing.insert([row(3, "desk", 1, at(9))._replace(head=ERASING)])
            writing.erase([Erasure(1, 3), Erasure(9, 3)])

    with pytest.raises(ValueError, match="eras"):
        fail()

    assert store.rows(0, 10) == written


WRONG_ERASURES = {
    "of a position that the event does not name": Erasure(4, 5),
    "by an event that is no erasure": Erasure(1, 2),
    "by an event that lies before": Erasure(2, 1),
    "by an event that is not there": Erasure(1, 9),
    "a second time": Erasure(1, 3),
}


@pytest.mark.parametrize("wrong", WRONG_ERASURES.values(), ids=WRONG_ERASURES)
def test_an_erasure_that_no_event_stands_for_is_refused(store: Store, wrong: Erasure) -> None:
    erasing(store)
    record(store, ["b"], ["b"])
    before = store.rows(0, 10)

    with pytest.raises(ValueError, match="eras"), store.writing() as writing:
        writing.erase([wrong])

    assert store.rows(0, 10) == before
