"""Whether two numbers can both be right: by examples, and by what must hold for any numbers."""

from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.quantities import Count, compatible, conflicts, interval
from domain.values import Bound

TENTH = "0.10"


def of(value: str, bound: Bound = "stated", **said: str | None) -> Count:
    return Count(value, bound, **{"unit": "computers", **said})


def test_150_and_over_100_agree() -> None:
    assert compatible(of("150"), of("100", "at_least"), TENTH) is True
    assert compatible(of("100", "at_least"), of("150"), TENTH) is True


EXAMPLES: dict[str, tuple[Count, Count, bool | None]] = {
    "150 and 200 conflict": (of("150"), of("200"), False),
    "exactly 150 and 150 as stated": (of("150", "exactly"), of("150"), True),
    "150 and 150.0 are one number": (of("150"), of("150.0"), True),
    "about 150 reaches 160": (of("150", "about"), of("160"), True),
    "about 150 reaches 165 and no further": (of("150", "about"), of("165"), True),
    "about 150 does not reach 165.1": (of("150", "about"), of("165.1"), False),
    "about 150 does not reach 170": (of("150", "about"), of("170"), False),
    "about 150 and about 180 meet": (of("150", "about"), of("180", "about"), True),
    "about -150 reaches -160": (of("-150", "about"), of("-160"), True),
    "about -150 does not reach -134": (of("-150", "about"), of("-134"), False),
    "about 0 is 0": (of("0", "about"), of("0.01"), False),
    "at least 151 rules out 150": (of("151", "at_least"), of("150"), False),
    "at least 150 allows 150": (of("150", "at_least"), of("150"), True),
    "at most 150 allows 150": (of("150", "at_most"), of("150"), True),
    "at most 100 and at least 101": (of("100", "at_most"), of("101", "at_least"), False),
    "at least 1 and at least 1000": (of("1", "at_least"), of("1000", "at_least"), True),
    "between 100 and 150 allows 150": (of("100", "between", upper="150"), of("150"), True),
    "between 100 and 150 rules out 151": (of("100", "between", upper="150"), of("151"), False),
    "between 1 and 2, between 2 and 3": (of("1", "between", upper="2"), of("2", "between", upper="3"), True),
    "other units are not compared": (of("150"), of("200", unit="people"), None),
    "units are compared however they are spelled": (of("150"), of("200", unit=" Computers "), False),
    "hyphens do not make another unit": (of("1", unit="lap-tops"), of("2", unit="lap tops"), False),
    "an erased unit is not compared": (of("150", unit=None), of("150"), None),
    "other days are other counts": (of("150", counted_on="2023-06-20"), of("200", counted_on="2023-06-21"), None),
    "a day may lie in a month": (of("150", counted_on="2023-06-20"), of("200", counted_on="2023-06"), False),
    "one date is not known": (of("150", counted_on="2023-06-20"), of("200"), False),
    "a date that is uncertain may be the same": (of("150", counted_on="2023?"), of("200", counted_on="2022"), False),
    "an open side reaches on": (of("150", counted_on="2020/.."), of("200", counted_on="2023"), False),
    "an open side does not reach back": (of("150", counted_on="2023/.."), of("200", counted_on="2020"), None),
}


@pytest.mark.parametrize("what", EXAMPLES)
def test_numbers_agree_conflict_or_are_not_compared(what: str) -> None:
    one, other, expected = EXAMPLES[what]

    assert compatible(one, other, TENTH) is expected
    assert compatible(other, one, TENTH) is expected


def test_without_tolerance_about_means_the_number_itself() -> None:
    assert compatible(of("150", "about"), of("151"), "0") is False


decimals = st.decimals(-10_000, 10_000, places=3, allow_nan=False).map(lambda d: str(Decimal(d)))


@st.composite
def counts(draw: st.DrawFn) -> Count:
    bound: Bound = draw(st.sampled_from(get_args(Bound)))
    value = draw(decimals)
    upper = str(Decimal(value) + draw(st.integers(1, 500))) if bound == "between" else None
    unit = draw(st.sampled_from(("computers", "Computers", "people", None)))
    return Count(value, bound, upper, unit, draw(st.sampled_from((None, "2023", "2023-06", "2024", "2023~"))))


tolerances = st.sampled_from(("0", "0.1", "0.25", "1"))


@given(one=counts(), other=counts(), tolerance=tolerances)
def test_compatibility_is_symmetric(one: Count, other: Count, tolerance: str) -> None:
    assert compatible(one, other, tolerance) is compatible(other, one, tolerance)


@given(one=counts(), tolerance=tolerances)
def test_a_number_agrees_with_itself(one: Count, tolerance: str) -> None:
    assert compatible(one, one, tolerance) is (None if one.unit is None else True)


@given(one=counts(), other=counts(), shift=st.integers(-50, 50), tolerance=tolerances)
def test_numbers_conflict_if_and_only_if_no_value_is_allowed_by_both(
    one: Count, other: Count, shift: int, tolerance: str
) -> None:
    first, second = interval(one, tolerance), interval(other, tolerance)
    ends = [end for found in (first, second) for end in (found.low, found.high) if end is not None]
    both = [v for v in (*ends, Fraction(shift)) if _allows(one, v, tolerance) and _allows(other, v, tolerance)]

    assert first.meets(second) == bool(both)


def _allows(count: Count, value: Fraction, tolerance: str) -> bool:
    stated = Fraction(count.value)
    return {
        "stated": value == stated,
        "exactly": value == stated,
        "about": abs(value - stated) <= abs(stated) * Fraction(tolerance),
        "at_least": value >= stated,
        "at_most": value <= stated,
        "between": stated <= value <= Fraction(count.upper or stated),
    }[count.bound]


@given(found=st.lists(counts(), max_size=6), tolerance=tolerances)
def test_conflicts_are_the_pairs_that_conflict(found: list[Count], tolerance: str) -> None:
    expected = {
        (i, j)
        for i in range(len(found))
        for j in range(i + 1, len(found))
        if compatible(found[i], found[j], tolerance) is False
    }
    assert set(conflicts(found, tolerance)) == expected
