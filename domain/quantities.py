"""Whether two numbers for the same thing can both be right.

A number stands for the values that it allows: `exactly` and `stated` for one; `about` for those within a share of it;
`at_least` and `at_most` for all on one side; `between` for those from one to the other, both included. All is reckoned
with exact fractions, so no value is ever rounded into or out of what is allowed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Protocol
from unicodedata import normalize

from domain.edtf import Edtf, parse
from domain.values import Bound


@dataclass(frozen=True, slots=True)
class Count:
    """A number as somebody gave it: decimals as text, what it counts, and the EDTF date of counting, if known.

    `unit` is None where it was erased.
    """

    value: str
    bound: Bound
    upper: str | None = None
    unit: str | None = None
    counted_on: str | None = None


class _Unit(Protocol):
    @property
    def unit(self) -> str | None: ...


class Counting(Protocol):
    """Part of a claim that may give a number: a claim's own quantity, a citation, a position."""

    @property
    def value(self) -> str | None: ...
    @property
    def bound(self) -> Bound | None: ...
    @property
    def upper(self) -> str | None: ...
    @property
    def counted_on(self) -> str | None: ...
    @property
    def words(self) -> _Unit: ...


def count_of(part: Counting) -> Count | None:
    """The number that the part gives; None if it gives none."""
    if part.value is None or part.bound is None:
        return None
    return Count(part.value, part.bound, part.upper, part.words.unit, part.counted_on)


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`, both included. None means that there is no bound on that side."""

    low: Fraction | None
    high: Fraction | None

    def meets(self, other: "Interval") -> bool:
        """Whether some value lies in both."""
        return _not_above(self.low, other.high) and _not_above(other.low, self.high)


def _not_above(low: Fraction | None, high: Fraction | None) -> bool:
    return low is None or high is None or low <= high


def interval(count: Count, tolerance: str) -> Interval:
    """The values that the number allows. `tolerance` is the share (a decimal) by which `about` may be off."""
    value = Fraction(count.value)
    match count.bound:
        case "stated" | "exactly":
            return Interval(value, value)
        case "about":
            off = abs(value) * Fraction(tolerance)
            return Interval(value - off, value + off)
        case "at_least":
            return Interval(value, None)
        case "at_most":
            return Interval(None, value)
        case "between":
            return Interval(value, value if count.upper is None else Fraction(count.upper))


def compatible(one: Count, other: Count, tolerance: str) -> bool | None:
    """Whether both numbers can be right; None where they cannot be compared.

    They cannot where they count different things, as far as their units are spelled, or were certainly counted at
    different times: then they are two counts, and no conflict.
    """
    return _read(one, tolerance).agrees(_read(other, tolerance))


@dataclass(frozen=True, slots=True)
class _Meant:
    """A number as it is compared: its unit as spelled, its values, and its date where that is certain of something."""

    unit: str | None
    values: Interval
    counted: Edtf | None

    def agrees(self, other: "_Meant") -> bool | None:
        if self.unit is None or self.unit != other.unit or _apart(self.counted, other.counted):
            return None
        return self.values.meets(other.values)


def _read(count: Count, tolerance: str) -> _Meant:
    unit = None if count.unit is None else _spelled(count.unit)
    return _Meant(unit, interval(count, tolerance), None if count.counted_on is None else _certain(count.counted_on))


_DASHES = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212_", " "))


def _spelled(unit: str) -> str:
    """The unit without what spelling leaves free: case, width of characters, hyphens and white space."""
    return " ".join(normalize("NFKC", unit).casefold().translate(_DASHES).split())


def _certain(text: str) -> Edtf | None:
    """The date, unless it is uncertain or approximate: then it is certain of nothing."""
    said = parse(text)
    return None if said.uncertain or said.approximate else said


def _apart(one: Edtf | None, other: Edtf | None) -> bool:
    """Whether the two dates certainly share no day."""
    if one is None or other is None:
        return False
    return any(
        early.latest is not None and late.earliest is not None and early.latest < late.earliest
        for early, late in ((one, other), (other, one))
    )


def conflicts(counts: Sequence[Count], tolerance: str) -> Iterator[tuple[int, int]]:
    """The pairs of numbers that cannot both be right, by their places in the sequence, the lower first."""
    meant = [_read(count, tolerance) for count in counts]
    for (i, one), (j, other) in combinations(enumerate(meant), 2):
        if one.agrees(other) is False:
            yield i, j
