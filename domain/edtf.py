"""Dates in the world, as far as they are known: EDTF (ISO 8601-2:2019, annex A; Library of Congress, 2019).

Levels 0 and 1 are read, and from level 2 the one moment somewhere in between, `[a..b]`. Each meaning has one spelling,
so texts can be compared and hashed as they stand. Nothing is filled in: bounds say what is known, words say no more.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator

Precision = Literal["second", "day", "month", "season", "year", "decade", "century"]

_FINE_TO_COARSE: Final[tuple[Precision, ...]] = ("second", "day", "month", "season", "year", "decade", "century")
_SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_QUALITY: Final = {"": "", "?": " (uncertain)", "~": " (approximately)", "%": " (approximately, uncertain)"}

_POINT: Final = re.compile(
    r"(?P<year>-?[0-9]{4}|-?[0-9]{3}X|-?[0-9]{2}XX|Y-?[1-9][0-9]{4,11})"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<quality>[?~%]?)"
)
_TIME: Final = re.compile(
    r"(?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)
_CHOICE: Final = re.compile(r"\[(?P<first>[^.,]*)\.\.(?P<last>[^.,]*)\]")


@dataclass(frozen=True, slots=True)
class Edtf:
    """What an EDTF text says; `str` gives the text back.

    `earliest` and `latest` are days, both included, between which all of it lies. None means that there is no bound
    (an open or unknown side) or that the bound lies outside the years 1 to 9999. A season is bounded by its year, since
    its months depend on the place; a moment by its day there. `precision` is that of the coarser side. `uncertain` and
    `approximate` are true if they hold for any side.
    """

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision
    uncertain: bool
    approximate: bool

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Point:
    """A date without `/` or `..`: from the first of its years to the last, or a season, month or day in one year."""

    years: tuple[int, int]
    precision: Precision
    month: int | None = None
    day: int | None = None
    quality: str = ""
    some: Literal["", "month ", "day "] = ""
    time: str = ""

    @property
    def first(self) -> tuple[int, int, int]:
        return self.years[0], 1 if self._seasonal else self.month or 1, self.day or 1

    @property
    def last(self) -> tuple[int, int, int]:
        month = 12 if self._seasonal else self.month or 12
        return self.years[1], month, self.day or calendar.monthrange(self.years[1], month)[1]

    @property
    def _seasonal(self) -> bool:
        return self.month in _SEASONS

    def __str__(self) -> str:
        return self._words() + _QUALITY[self.quality]

    def _words(self) -> str:
        low, high = self.years
        if low != high:
            return f"some year from {_year(low)} to {_year(high)}"
        known = _year(low) if self.month is None else f"{_month(self.month)} {_year(low)}"
        if self.some:
            return f"some {self.some}in {known}"
        return known if self.day is None else f"{self.day} {known}{self.time}"


_Side = _Point | Literal["", ".."]
_Parsed = tuple[Literal["point", "interval", "choice"], _Side, _Side]


def parse(text: str) -> Edtf:
    """Reads one EDTF text. Raises `ValueError` with a sentence that says what is wrong and what to write instead."""
    _, first, last = _parse(text)
    sides = [side for side in (first, last) if isinstance(side, _Point)]
    return Edtf(
        text,
        earliest=_day(first.first) if isinstance(first, _Point) else None,
        latest=_day(last.last) if isinstance(last, _Point) else None,
        precision=max((side.precision for side in sides), key=_FINE_TO_COARSE.index),
        uncertain=any(side.quality in ("?", "%") for side in sides),
        approximate=any(side.quality in ("~", "%") for side in sides),
    )


def _begin(text: str) -> str:
    """The text in quotation marks, escaped, and cut if it is long."""
    quoted = repr(text)
    return quoted if len(quoted) <= 60 else f"{quoted[:60]}…"


def humanise(text: str) -> str:
    """The date in English, with nothing in it that the text does not say. Raises `ValueError` for what is no EDTF."""
    form, first, last = _parse(text)
    if form == "point":
        return str(first)
    if form == "choice":
        return _choice_in_words(first, last)
    if first == "..":
        return f"until {last}"
    if last == "..":
        return f"from {first} on"
    return f"from {first or 'an unknown date'} to {last or 'an unknown date'}"


def _valid(text: str) -> str:
    _parse(text)
    return text


EdtfText = Annotated[str, AfterValidator(_valid)]
"""An EDTF date, kept as typed."""


def _choice_in_words(first: _Side, last: _Side) -> str:
    if not first:
        return f"{last} or earlier"
    return f"some time between {first} and {last}" if last else f"{first} or later"


def _parse(text: str) -> _Parsed:
    _check_letters(text)
    if text.startswith("["):
        return _parse_choice(text)
    if "/" in text:
        return _parse_interval(text)
    point = _parse_moment(text) if "T" in text else _parse_point(text)
    return "point", point, point


def _check_letters(text: str) -> None:
    if not text:
        raise ValueError("A date cannot be empty; leave it out if it is not known.")
    if any(c.isspace() for c in text):
        raise ValueError(f"{_begin(text)} holds white space; write a date without any, for example 2023-06-20.")
    if not text.isascii():
        raise ValueError(f"{_begin(text)} holds other than the digits 0 to 9 and plain signs; write 2023-06-20.")
    if any(c.islower() for c in text):
        raise ValueError(
            f"{_begin(text)} holds lower-case letters; write a date as 2023-06-20, 2023-06 or 2023, "
            "and X, T, Y and Z in upper case, for example 201X."
        )


def _parse_choice(text: str) -> _Parsed:
    found = _CHOICE.fullmatch(text)
    if found is None or not (found["first"] or found["last"]):
        raise ValueError(f"{_begin(text)} is no moment between two dates; write for example [1980..1984].")
    first, last = _parse_bound(found["first"]), _parse_bound(found["last"])
    if found["first"] == found["last"]:
        raise ValueError(f"{text} names one date twice; write {found['first']}.")
    _check_order(text, first, last)
    return "choice", first, last


def _parse_bound(text: str) -> _Side:
    if not text:
        return ""
    point = _parse_point(text)
    if point.quality or point.some or point.precision not in ("day", "month", "year"):
        raise ValueError(f"{text} cannot bound a moment; write a plain day, month or year, for example [1980..1984].")
    return point


def _parse_interval(text: str) -> _Parsed:
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError(f"{_begin(text)} has more than two sides; write for example 1980/1988.")
    if set(parts) <= {"", ".."}:
        raise ValueError(f"{text} names no date; leave it out if nothing is known, or write for example ../2013.")
    first, last = (_parse_side(part) for part in parts)
    _check_order(text, first, last)
    return "interval", first, last


def _parse_side(text: str) -> _Side:
    if text == "":
        return ""
    return ".." if text == ".." else _parse_point(text)


def _check_order(text: str, first: _Side, last: _Side) -> None:
    if isinstance(first, _Point) and isinstance(last, _Point) and first.first > last.last:
        raise ValueError(f"{text} ends before it begins; write the earlier date first, for example 1980/1988.")


def _parse_moment(text: str) -> _Point:
    day, _, time = text.partition("T")
    point, found = _parse_point(day), _TIME.fullmatch(time)
    if found is None or point.precision != "day" or point.quality:
        raise ValueError(f"{_begin(text)} is no time of a day; write for example 2023-06-20T10:00:00Z.")
    zone = found["zone"] or ""
    if zone[1:] == "00:00":
        raise ValueError(f"{text} is in UTC; write Z for the offset {zone}, for example 2023-06-20T10:00:00Z.")
    place = {"": "local time", "Z": "UTC"}.get(zone, f"UTC{zone}")
    return _Point(point.years, "second", point.month, point.day, time=f", {found['clock']} {place}")


def _parse_point(text: str) -> _Point:
    found = _POINT.fullmatch(text)
    if found is None:
        raise ValueError(f"{_begin(text)} is no date; write for example 2023-06-20, 2023-06, 2023, 1997? or 201X.")
    year, month, day, quality = found.group("year", "month", "day", "quality")
    if year == "-0000":
        raise ValueError("The year before 0001 has no sign; write 0000.")
    if month is None:
        return _year_point(year, quality)
    if "X" in year or "Y" in year:
        raise ValueError(f"{text} has a month in a year that takes none; write {year} alone.")
    return _month_point(text, int(year), month, day, quality)


def _year_point(year: str, quality: str) -> _Point:
    ends = sorted((int(year.lstrip("Y").replace("X", "0")), int(year.lstrip("Y").replace("X", "9"))))
    precisions: tuple[Precision, ...] = ("year", "decade", "century")
    return _Point((ends[0], ends[1]), precisions[year.count("X")], quality=quality)


def _month_point(text: str, year: int, month: str, day: str | None, quality: str) -> _Point:
    years = (year, year)
    if month == "XX":
        if day not in (None, "XX"):
            raise ValueError(f"{text} has a day in an unknown month; write for example 2004-XX.")
        return _Point(years, "year", quality=quality, some="day " if day else "month ")
    number = int(month)
    if number in _SEASONS and day is None:
        return _Point(years, "season", number, quality=quality)
    if not 1 <= number <= 12:
        raise ValueError(f"{text} has no month from 01 to 12 (or season from 21 to 24); write for example 2023-06.")
    if day is None or day == "XX":
        return _Point(years, "month", number, quality=quality, some="day " if day else "")
    days = calendar.monthrange(year, number)[1]
    if not 1 <= int(day) <= days:
        raise ValueError(
            f"{_month(number)} {_year(year)} has {days} days, not a day {day}; write for example 2023-06-20."
        )
    return _Point(years, "day", number, int(day), quality)


def _day(point: tuple[int, int, int]) -> date | None:
    return date(*point) if 1 <= point[0] <= 9999 else None


def _month(number: int) -> str:
    return _SEASONS.get(number) or calendar.month_name[number]


def _year(year: int) -> str:
    if year <= 0:
        return f"{1 - year} BC"
    return str(year) if year >= 1000 else f"AD {year}"
