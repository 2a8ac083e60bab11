"""Dates in the world: what they say, what they bound, and what is refused."""

import calendar
from datetime import date
from typing import cast

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.edtf import EdtfText, humanise, parse

MONTHS = frozenset(calendar.month_name[1:])

years = st.integers(-9999, 9999).map(lambda year: f"{year:05d}" if year < 0 else f"{year:04d}")
long_years = st.integers(10_000, 10**12 - 1).flatmap(lambda year: st.sampled_from([f"Y{year}", f"Y-{year}"]))
qualities = st.sampled_from(["", "?", "~", "%"])
days = st.dates().map(date.isoformat)
months = st.tuples(years, st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02d}")
seasons = st.tuples(years, st.integers(21, 24)).map(lambda pair: f"{pair[0]}-{pair[1]}")
unspecified = st.one_of(
    years.map(lambda year: f"{year[:-1]}X"),
    years.map(lambda year: f"{year[:-2]}XX"),
    years.map(lambda year: f"{year}-XX"),
    years.map(lambda year: f"{year}-XX-XX"),
    months.map(lambda month: f"{month}-XX"),
)
plain = st.one_of(years, months, days, long_years)
points = st.tuples(plain | seasons | unspecified, qualities).map("".join)
zones = st.sampled_from(["", "Z", "+04:30", "-11:00"])
moments = st.tuples(days, st.times().map(lambda time: f"T{time:%H:%M:%S}"), zones).map("".join)


@st.composite
def intervals(draw: st.DrawFn) -> str:
    first, last = draw(points), draw(points)
    if draw(st.booleans()):
        return draw(st.sampled_from([f"{first}/..", f"{first}/", f"../{last}", f"/{last}"]))
    return in_order(f"{first}/{last}", f"{last}/{first}")


@st.composite
def choices(draw: st.DrawFn) -> str:
    first, last = draw(plain), draw(plain)
    assume(first != last)
    if draw(st.booleans()):
        return draw(st.sampled_from([f"[{first}..]", f"[..{last}]"]))
    return in_order(f"[{first}..{last}]", f"[{last}..{first}]")


def in_order(one: str, other: str) -> str:
    try:
        parse(one)
    except ValueError:
        return other
    return one


valid = points | moments | intervals() | choices()


@given(valid)
def test_every_valid_text_is_read_and_given_back(text: str) -> None:
    assert str(parse(text)) == text


@given(valid)
def test_what_begins_does_not_end_before(text: str) -> None:
    read = parse(text)

    assert read.earliest is None or read.latest is None or read.earliest <= read.latest


@given(valid)
def test_words_tell_what_is_uncertain_and_what_is_approximate(text: str) -> None:
    read, words = parse(text), humanise(text)

    assert ("uncertain" in words) == read.uncertain
    assert ("approximately" in words) == read.approximate


@given(points)
def test_words_never_name_a_day_or_month_that_the_text_does_not(text: str) -> None:
    precision, words = parse(text).precision, humanise(text).split()

    assert (words[0].isdigit() and words[1:2] != [] and words[1] in MONTHS) == (precision == "day")
    assert (not MONTHS.isdisjoint(words)) == (precision in ("day", "month"))


@given(valid, st.data())
def test_a_damaged_text_is_read_or_refused_with_a_sentence(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 2))
    put = data.draw(st.text(st.sampled_from("0123456789-/.[]XYTZ?~%:+ x٣２") | st.characters(), max_size=2))

    read_or_refused(text[:at] + put + text[at + cut :])


@given(st.text())
@example("9" * 100_000)
@example("/" * 100_000)
@example("[" + "1.." * 50_000 + "]")
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    try:
        read = parse(text)
    except ValueError as refusal:
        sentence = str(refusal)
    else:
        sentence = humanise(text) + "."
        assert str(read) == text
    assert sentence.endswith(".")
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2023-06-20", "2023-06-20", "2023-06-20", "day"),
        ("2023-06", "2023-06-01", "2023-06-30", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2013", "2013-01-01", "2013-12-31", "year"),
        ("1997?", "1997-01-01", "1997-12-31", "year"),
        ("2001-21", "2001-01-01", "2001-12-31", "season"),
        ("2001-24~", "2001-01-01", "2001-12-31", "season"),
        ("201X", "2010-01-01", "2019-12-31", "decade"),
        ("20XX", "2000-01-01", "2099-12-31", "century"),
        ("000X", None, "0009-12-31", "decade"),
        ("2004-XX", "2004-01-01", "2004-12-31", "year"),
        ("1985-XX-XX", "1985-01-01", "1985-12-31", "year"),
        ("1985-04-XX", "1985-04-01", "1985-04-30", "month"),
        ("2023-06-20T23:59:59-11:00", "2023-06-20", "2023-06-20", "second"),
        ("1980/1988", "1980-01-01", "1988-12-31", "year"),
        ("2023-06-20/2023-06", "2023-06-20", "2023-06-30", "month"),
        ("2013/2013", "2013-01-01", "2013-12-31", "year"),
        ("../2013", None, "2013-12-31", "year"),
        ("/2013-02", None, "2013-02-28", "month"),
        ("2013/..", "2013-01-01", None, "year"),
        ("2013/", "2013-01-01", None, "year"),
        ("[1980..1984]", "1980-01-01", "1984-12-31", "year"),
        ("[..1984-05]", None, "1984-05-31", "month"),
        ("[1980-12-01..]", "1980-12-01", None, "day"),
        ("9999", "9999-01-01", "9999-12-31", "year"),
        ("0001-01-01", "0001-01-01", "0001-01-01", "day"),
        ("0000", None, None, "year"),
        ("-0044-03-15", None, None, "day"),
        ("-0010/0010", None, "0010-12-31", "year"),
        ("Y170000002", None, None, "year"),
        ("2020/Y10000", "2020-01-01", None, "year"),
        ("0000-02-29", None, None, "day"),
    ],
)
def test_bounds_and_precision(text: str, earliest: str | None, latest: str | None, precision: str) -> None:
    read = parse(text)

    assert read.earliest == (earliest and date.fromisoformat(earliest))
    assert read.latest == (latest and date.fromisoformat(latest))
    assert read.precision == precision


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("1997", []),
        ("1997?", ["uncertain"]),
        ("2023-06~", ["approximate"]),
        ("2023%", ["uncertain", "approximate"]),
        ("1980?/1988", ["uncertain"]),
        ("../1988~", ["approximate"]),
        ("1980?/1988~", ["uncertain", "approximate"]),
    ],
)
def test_a_qualifier_on_either_side_holds_for_the_date(text: str, holds: list[str]) -> None:
    read = parse(text)

    assert [name for name in ("uncertain", "approximate") if getattr(read, name)] == holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-06-20", "20 June 2023"),
        ("2023-06-02?", "2 June 2023 (uncertain)"),
        ("2023-06~", "June 2023 (approximately)"),
        ("2013", "2013"),
        ("1997?", "1997 (uncertain)"),
        ("1997%", "1997 (approximately, uncertain)"),
        ("2001-21", "spring 2001"),
        ("201X", "some year from 2010 to 2019"),
        ("20XX~", "some year from 2000 to 2099 (approximately)"),
        ("2004-XX", "some month in 2004"),
        ("1985-04-XX", "some day in April 1985"),
        ("1985-XX-XX", "some day in 1985"),
        ("2023-06-20T10:00:00Z", "20 June 2023, 10:00:00 UTC"),
        ("2023-06-20T10:00:00+04:30", "20 June 2023, 10:00:00 UTC+04:30"),
        ("2023-06-20T10:00:00", "20 June 2023, 10:00:00 local time"),
        ("1980/1988", "from 1980 to 1988"),
        ("1980?/1988~", "from 1980 (uncertain) to 1988 (approximately)"),
        ("../2013", "until 2013"),
        ("2013/..", "from 2013 on"),
        ("/2013", "from an unknown date to 2013"),
        ("1980/", "from 1980 to an unknown date"),
        ("[1980..1984]", "some time between 1980 and 1984"),
        ("[..1984]", "1984 or earlier"),
        ("[1980-05..]", "May 1980 or later"),
        ("0079-08-24", "24 August AD 79"),
        ("0000", "1 BC"),
        ("-0044-03-15", "15 March 45 BC"),
        ("Y170000002", "170000002"),
        ("Y-17000", "17001 BC"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert humanise(text) == words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be empty"),
        ("unknown", "lower-case letters"),
        ("201x", "lower-case letters"),
        ("2023-06-20t10:00:00Z", "lower-case letters"),
        (" 2013", "white space"),
        ("2013\n", "white space"),
        ("1980 / 1988", "white space"),
        ("2023-06-20 10:00:00Z", "white space"),
        ("２０２３", "other than the digits 0 to 9"),
        ("٢٠٢٣", "other than the digits 0 to 9"),
        ("2023–06", "other than the digits 0 to 9"),
        ("2023-02-30", "February 2023 has 28 days, not a day 30; write for example 2023-06-20"),
        ("2023-02-29", "February 2023 has 28 days"),
        ("1900-02-29", "February 1900 has 28 days"),
        ("2023-06-00", "June 2023 has 30 days, not a day 00"),
        ("2023-06-31?", "June 2023 has 30 days"),
        ("2023-13", "no month from 01 to 12"),
        ("2023-00-10", "no month from 01 to 12"),
        ("2001-25", "no month from 01 to 12"),
        ("2001-21-05", "no month from 01 to 12"),
        ("2004-XX-05", "a day in an unknown month"),
        ("201X-05", "write 201X alone"),
        ("20XX-XX", "write 20XX alone"),
        ("Y17000-05", "write Y17000 alone"),
        ("-0000", "write 0000"),
        ("Y2013", "no date; write for example"),
        ("Y02013", "no date"),
        ("XXXX", "no date"),
        ("2XXX", "no date"),
        ("13", "no date"),
        ("20230620", "no date"),
        ("2023-6-1", "no date"),
        ("20.06.2023", "no date"),
        ("+2023", "no date"),
        ("?2023", "no date"),
        ("2023??", "no date"),
        ("2023?-06", "no date"),
        ("2023-W10", "no date"),
        ("{1980..1984}", "no date"),
        ("1980..1984", "no date"),
        ("1988/1980", "ends before it begins"),
        ("2023-06-20/2023-06-19", "ends before it begins"),
        ("0001/-0001", "ends before it begins"),
        ("Y20000/Y10000", "ends before it begins"),
        ("[1984..1980]", "ends before it begins"),
        ("/", "names no date"),
        ("../..", "names no date"),
        ("../", "names no date"),
        ("1980/1984/1988", "more than two sides"),
        ("1980/19", "'19' is no date"),
        ("2023-06-20T10:00:00Z/..", "no date"),
        ("[1980..1980]", "write 1980"),
        ("[..]", "no moment between two dates"),
        ("[1980,1984]", "no moment between two dates"),
        ("[1980]", "no moment between two dates"),
        ("[1980..1984", "no moment between two dates"),
        ("[1980..1984]?", "no moment between two dates"),
        ("[1980?..1984]", "cannot bound"),
        ("[198X..1999]", "cannot bound"),
        ("[1980-21..1999]", "cannot bound"),
        ("2023-06-20T10:00Z", "no time of a day"),
        ("2023-06-20T24:00:00Z", "no time of a day"),
        ("2023-06-20T10:00:60Z", "no time of a day"),
        ("2023-06-20T10:00:00.5Z", "no time of a day"),
        ("2023-06-20T10:00:00+04", "no time of a day"),
        ("2023-06-20T10:00:00+15:00", "no time of a day"),
        ("2023-06T10:00:00Z", "no time of a day"),
        ("2023-06-20?T10:00:00Z", "no time of a day"),
        ("2023-06-20T10:00:00+00:00", "write Z"),
        ("2023-06-20T10:00:00-00:00", "write Z"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(text)
    with pytest.raises(ValueError, match=sentence):
        humanise(text)


def test_a_model_field_keeps_the_text_and_reports_the_sentence() -> None:
    field = cast("TypeAdapter[str]", TypeAdapter(EdtfText))

    assert field.validate_python("2023-06~") == "2023-06~"
    with pytest.raises(ValidationError, match="February 2023 has 28 days"):
        field.validate_python("2023-02-30")


@given(st.dates())
def test_days_are_those_of_the_calendar(day: date) -> None:
    read = parse(day.isoformat())

    assert read.earliest == read.latest == day
    assert humanise(day.isoformat()).startswith(f"{day.day} {day:%B} ")
