"""The appender: who wins, who loses, what is stored of whom, and at which time."""

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress

import pytest

from domain.errors import KeyTaken, StoreUnavailable, VersionConflict
from domain.ledger.appender import Appended, Appender, Entry
from domain.ledger.rows import Head, Remembered, leaf_bytes
from domain.ledger.store import Store
from tests.contract.building import Clock, at, entry, gathered, sealed


def test_a_command_gets_positions_a_stamp_and_leaves(store: Store, appender: Appender) -> None:
    (first,) = appender.append([entry(sealed("a", 1), sealed("b", 1), sealed("a", 2))])
    (second,) = appender.append([entry(sealed("b", 2))])

    assert first == Appended(1, 3, at(0))
    assert second == Appended(4, 4, at(0.000001))
    rows = store.rows(0, 10)
    assert [(row.position, row.stream, row.version) for row in rows] == [
        (1, "a", 1),
        (2, "b", 1),
        (3, "a", 2),
        (4, "b", 2),
    ]
    for row in rows:
        assert row[4:6] == sealed(row.stream, row.version)[2:4]
        assert row.leaf == leaf_bytes(*row[:5])


def test_each_command_of_a_group_has_its_own_stamp(store: Store, appender: Appender) -> None:
    given = [entry(sealed("a", 1), sealed("b", 1)), entry(sealed("a", 2)), entry(sealed("a", 3))]

    appended = appender.append(given)

    assert appended == (Appended(1, 2, at(0)), Appended(3, 3, at(0.000001)), Appended(4, 4, at(0.000002)))
    assert store.head() == Head(4, at(0.000002))


def test_a_stale_version_is_refused_and_leaves_no_trace(store: Store, appender: Appender) -> None:
    appender.append([entry(sealed("a", 1))])
    before = store.rows(0, 10)

    for version, expected in ((1, 0), (3, 2)):
        with pytest.raises(VersionConflict) as refused:
            appender.append([entry(sealed("b", 1), sealed("a", version), key="k")])
        assert (refused.value.stream, refused.value.expected, refused.value.actual) == ("a", expected, 1)

    assert store.rows(0, 10) == before
    assert store.remembered("ann", "k") is None


def test_one_of_many_wins_inside_one_transaction(store: Store, appender: Appender) -> None:
    with gathered(store):
        rivals = [appender.submit([entry(sealed("a", 1, f"rival {n}"))]) for n in range(5)]
        next_one = appender.submit([entry(sealed("a", 2))])
        other = appender.submit([entry(sealed("b", 1))])

    assert rivals[0].result(30)[0].first == 1
    for loser in rivals[1:]:
        assert isinstance(loser.exception(30), VersionConflict)
    assert next_one.result(30)[0].first == 2
    assert other.result(30)[0].first == 3
    assert [row.position for row in store.rows(0, 10)] == [1, 2, 3]


def test_a_loser_does_not_take_a_version_from_those_behind_it(store: Store, appender: Appender) -> None:
    with gathered(store):
        loser = appender.submit([entry(sealed("a", 1), sealed("b", 7))])
        winner = appender.submit([entry(sealed("a", 1))])

    assert isinstance(loser.exception(30), VersionConflict)
    assert winner.result(30) == (Appended(1, 1, at(0)),)


def test_a_key_succeeds_once(store: Store, appender: Appender) -> None:
    appender.append([entry(sealed("a", 1), sealed("a", 2), key="k")])
    kept = Remembered("ann", "k", b"fingerprint", 201, "a", 2, ("made",))

    with pytest.raises(KeyTaken) as refused:
        appender.append([entry(sealed("b", 1), key="k")])
    appender.append([entry(sealed("b", 1), key="k", actor="bob")])

    assert refused.value.remembered == store.remembered("ann", "k") == kept
    assert store.head().position == 3


def test_the_same_key_twice_in_one_transaction(store: Store, appender: Appender) -> None:
    with gathered(store):
        first = appender.submit([entry(sealed("a", 1), key="k")])
        second = appender.submit([entry(sealed("b", 1), key="k")])

    assert first.result(30)[0].first == 1
    refusal = second.exception(30)
    assert isinstance(refusal, KeyTaken)
    assert refusal.remembered == store.remembered("ann", "k")
    assert store.stream("b") == []


def test_a_retry_hears_of_its_key_before_the_version(store: Store, appender: Appender) -> None:
    with gathered(store):
        first = appender.submit([entry(sealed("a", 1), key="k")])
        retry = appender.submit([entry(sealed("a", 1), key="k")])

    assert first.result(30)
    assert isinstance(retry.exception(30), KeyTaken)


def test_a_group_is_stored_all_or_none(store: Store, appender: Appender) -> None:
    appender.append([entry(sealed("a", 1))])
    group = [entry(sealed(f"s{n}", 1), key=f"k{n}") for n in range(300)]

    with pytest.raises(VersionConflict):
        appender.append([*group, entry(sealed("a", 1))])
    assert store.head().position == 1
    assert store.remembered("ann", "k0") is None

    assert len(appender.append([*group, entry(sealed("a", 2))])) == 301
    assert store.head().position == 302
    kept = store.remembered("ann", "k299")
    assert kept is not None
    assert kept.position == 301


MALFORMED: dict[str, list[Entry]] = {
    "no entry": [],
    "an entry without events": [Entry(())],
    "a version left out": [entry(sealed("a", 1), sealed("a", 3))],
    "a version twice, in two entries": [entry(sealed("a", 1)), entry(sealed("a", 1))],
    "a key twice": [entry(sealed("a", 1), key="k"), entry(sealed("a", 2), key="k")],
}


@pytest.mark.parametrize("entries", MALFORMED.values(), ids=MALFORMED)
def test_what_could_never_be_stored_is_refused_at_once(appender: Appender, entries: list[Entry]) -> None:
    with pytest.raises(ValueError, match=r"entry|version|key"):
        appender.submit(entries)


def test_a_batch_needs_room_for_something(store: Store, clock: Clock) -> None:
    with pytest.raises(ValueError, match="max_batch"):
        Appender(store, clock, max_batch=0)


def test_more_than_one_transaction_holds(store: Store, clock: Clock) -> None:
    appender = Appender(store, clock, max_batch=3)
    with gathered(store):
        waiting = [appender.submit([entry(sealed("a", version))]) for version in range(1, 11)]
    appender.close()

    assert [future.result(30)[0].first for future in waiting] == list(range(1, 11))


def test_many_threads_lose_nothing_and_gain_nothing(store: Store, appender: Appender) -> None:
    def compete(name: int) -> list[tuple[str, Appended]]:
        """Append to a stream of one's own, and race for each version of a shared one."""
        won = []
        for turn in range(40):
            won.append((f"own-{name}", appender.append([entry(sealed(f"own-{name}", turn + 1))])[0]))
            with suppress(VersionConflict):
                won.append(("shared", appender.append([entry(sealed("shared", turn + 1, str(name)))])[0]))
        return won

    with ThreadPoolExecutor(16) as pool:
        results = [found for future in [pool.submit(compete, n) for n in range(16)] for found in future.result(60)]

    rows = store.rows(0, 10_000)
    assert sorted((appended.first, stream) for stream, appended in results) == [
        (row.position, row.stream) for row in rows
    ]
    stamps = [row.recorded_at for row in rows]
    assert stamps == sorted(set(stamps))


def test_closing_stores_what_was_accepted_and_refuses_the_rest(store: Store, clock: Clock) -> None:
    appender = Appender(store, clock, max_batch=2)
    with gathered(store):
        waiting = [appender.submit([entry(sealed("a", version))]) for version in range(1, 8)]
        closing = threading.Thread(target=appender.close)
        closing.start()
    closing.join(30)
    appender.close()

    assert all(future.done() for future in waiting)
    assert store.head().position == 7
    with pytest.raises(StoreUnavailable, match="closing"):
        appender.append([entry(sealed("a", 8))])


def test_what_is_cancelled_before_its_turn_is_not_stored(store: Store, appender: Appender) -> None:
    with gathered(store):
        taken = appender.submit([entry(sealed("a", 1))])
        while not taken.running():
            threading.Event().wait(0.001)
        assert not taken.cancel()
        cancelled = appender.submit([entry(sealed("b", 1))])
        assert cancelled.cancel()

    assert taken.result(30)
    with pytest.raises(CancelledError):
        cancelled.result(30)
    appender.append([entry(sealed("c", 1))])
    assert [row.stream for row in store.rows(0, 10)] == ["a", "c"]


def test_cancelling_the_only_submission_leaves_the_appender_working(store: Store, clock: Clock) -> None:
    appender = Appender(store, clock)
    with gathered(store):
        first = appender.submit([entry(sealed("a", 1))])
        second = appender.submit([entry(sealed("b", 1))])
        second.cancel()
    first.result(30)

    assert appender.append([entry(sealed("c", 1))])[0].first == 2
    appender.close()
