"""Which time a command is recorded at, and when writing stops because no honest time can be given."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ClockBehind
from domain.ledger.appender import Appended, Appender
from domain.ledger.clock import NO_CEILING, next_stamp
from domain.ledger.store import Store
from tests.contract.building import NOON, Clock, at, entry, gathered, sealed


def test_a_stamp_is_the_clock_s_unless_that_was_given_already() -> None:
    assert next_stamp(None, NOON, None) == at(0)
    assert next_stamp(at(-1), NOON, None) == at(0)
    assert next_stamp(at(0), NOON, None) == at(0.000001)
    assert next_stamp(at(5), NOON, None) == at(5.000001)


def test_a_clock_more_than_five_seconds_behind_stops_writing() -> None:
    with pytest.raises(ClockBehind) as refused:
        next_stamp(at(5.000001), NOON, None)

    assert (refused.value.last, refused.value.now) == (at(5.000001), at(0))


def test_an_operator_may_allow_stamps_up_to_a_ceiling() -> None:
    assert next_stamp(at(60), NOON, at(60.000001)) == at(60.000001)
    assert next_stamp(at(60), NOON, NO_CEILING) == at(60.000001)
    for ceiling in (at(60), at(-60)):
        with pytest.raises(ClockBehind):
            next_stamp(at(60), NOON, ceiling)


def test_a_clock_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_stamp(None, NOON.replace(tzinfo=None), None)


@given(offsets=st.lists(st.integers(-4_000_000, 4_000_000), min_size=1, max_size=50))
def test_stamps_rise_whatever_the_clock_does_within_tolerance(offsets: list[int]) -> None:
    last: str | None = None
    for offset in offsets:
        now = NOON + timedelta(microseconds=offset)
        given_stamp = next_stamp(last, min(now, NOON), None)
        assert last is None or given_stamp > last
        last = given_stamp


def test_the_appender_stops_while_the_clock_is_behind_and_goes_on_when_it_is_right(
    store: Store, appender: Appender, clock: Clock
) -> None:
    appender.append([entry(sealed("a", 1))])
    clock.now = NOON - timedelta(seconds=6)

    with pytest.raises(ClockBehind):
        appender.append([entry(sealed("a", 2))])
    assert store.head().position == 1

    clock.now = NOON - timedelta(seconds=5)
    assert appender.append([entry(sealed("a", 2))]) == (Appended(2, 2, at(0.000001)),)


def test_an_override_passes_where_others_in_its_transaction_do_not(
    store: Store, appender: Appender, clock: Clock
) -> None:
    appender.append([entry(sealed("a", 1))])
    clock.now = NOON - timedelta(days=1)

    with gathered(store):
        plain = appender.submit([entry(sealed("b", 1))])
        override = appender.submit([entry(sealed("desk", 1))], despite_clock=True)

    assert isinstance(plain.exception(30), ClockBehind)
    assert override.result(30) == (Appended(2, 2, at(0.000001)),)


def test_a_recorded_ceiling_lets_commands_pass_up_to_it(store: Store, clock: Clock) -> None:
    earlier = Appender(store, clock)
    earlier.append([entry(sealed("a", 1))])
    earlier.close()
    clock.now = NOON - timedelta(days=1)
    appender = Appender(store, clock, lambda: at(0.000001))

    assert appender.append([entry(sealed("a", 2))])[0].recorded_at == at(0.000001)
    with pytest.raises(ClockBehind):
        appender.append([entry(sealed("a", 3))])
    appender.close()


def test_a_group_that_the_ceiling_cuts_is_refused_whole(store: Store, clock: Clock) -> None:
    earlier = Appender(store, clock)
    earlier.append([entry(sealed("a", 1))])
    earlier.close()
    clock.now = NOON - timedelta(days=1)
    appender = Appender(store, clock, lambda: at(0.000001))

    with pytest.raises(ClockBehind):
        appender.append([entry(sealed("a", 2)), entry(sealed("a", 3))])
    assert store.head().position == 1
    appender.close()
