"""Quotes: what is found, what is found with changes, what is not, and what proves nothing."""

from time import process_time
from unicodedata import normalize

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain import quotes
from domain.quotes import THRESHOLD, Match, compare, look_for, normalised, unfit

TEXT = (
    "On 20 June 2023 the police raided the camp near Tirana.\n"
    "One person died in the raid, the group says. The police took 150 computers, "
    "and said that nobody had been harmed."
)
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"), max_codepoint=0x2FFF), max_size=120)
SPACES = st.sampled_from([" ", "  ", "\n", "\t", " \n ", "\u00a0", "\r\n", "\u2003"])
UNSEEN = st.sampled_from(["", "\u00ad", "\u200b", "\u2060", "\ufeff", "\u200e"])


def passage(match: Match, text: str) -> str:
    return normalised(text)[match.start : match.end]


@pytest.mark.parametrize(
    "quote",
    [
        "One person died in the raid",
        "raided the camp near Tirana. One person died",
        "The  police\ntook 150 computers",
        "One per\u00adson died in the raid",
    ],
)
def test_words_that_stand_there_are_found(quote: str) -> None:
    match = look_for(quote, TEXT)

    assert (match.outcome, match.score) == ("found", None)
    assert passage(match, TEXT) == normalised(quote)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('He said "no" to it all', "He said “no” to it all"),
        ("it wasn't so at all", "it wasn’t so at all"),
        ("two - or three - of them", "two – or three — of them"),
        ("and so on... they said", "and so on… they said"),
        ("the office of finance", "the oﬃce of ﬁnance"),
        ("an extraordinary raid", "an extra-\nordinary raid"),
        ("the café was closed then", "the cafe\u0301 was closed then"),
        ("می‌گوید که کشته شد", "میگوید که کشته شد"),
    ],
)
def test_signs_that_say_the_same_make_no_difference(written: str, printed: str) -> None:
    text = f"Before. {printed}. After."

    assert look_for(written, text).outcome == "found"
    assert look_for(printed, f"Before. {written}. After.").outcome == "found"


@pytest.mark.parametrize(
    "quote",
    [
        "the police raided the camp […] the group says",
        "One person died … the group says",
        "One person died ... The police took 150 computers",
        "[T]he police took 150 computers",
        "One person [of them] died in the raid",
        "(…) the police raided the camp (...)",
    ],
)
def test_a_marked_omission_may_stand_for_other_words(quote: str) -> None:
    assert look_for(quote, TEXT).outcome == "found"


def test_the_parts_of_a_quote_stand_in_their_order_and_not_far_apart() -> None:
    far = f"the police raided {'x' * 2000} the camp near Tirana"

    assert look_for("the camp near Tirana […] On 20 June 2023", TEXT).outcome != "found"
    assert look_for("the police raided […] the camp near Tirana", far).outcome != "found"


def test_another_beginning_is_tried_where_the_first_is_too_far_away() -> None:
    text = f"the police came. {'x ' * 900} the police raided and took computers"

    match = look_for("the police […] took computers", text)

    assert match.outcome == "found"
    assert passage(match, text) == "the police raided and took computers"


def test_words_that_were_edited_are_found_with_changes_and_a_score() -> None:
    match = look_for("One person has died in this raid, the group says", TEXT)

    assert match.outcome == "found_with_changes"
    assert match.score is not None
    assert THRESHOLD <= float(match.score) < 1
    assert passage(match, TEXT) == "One person died in the raid, the group says"


@pytest.mark.parametrize("length", [100, 501, 3_000, 20_000])
def test_long_quotes_are_found_with_changes_wherever_they_stand(length: int) -> None:
    words = [f"word{number * 7919 % 100_003}" for number in range(10_000)]
    text = " ".join(words)
    quote = text[20_000 : 20_000 + length].replace("word1", "term1")

    match = look_for(quote, text)

    assert match.outcome == "found_with_changes"
    assert match.start is not None
    assert abs(match.start - 20_000) < 50
    assert look_for(quote, text[: 19_000 - length // 2]).outcome == "not_found"


@pytest.mark.parametrize("length", [400, 5_000])
def test_a_text_that_repeats_itself_is_no_trap(length: int) -> None:
    quote = ("the police took it " * length)[:length]

    assert look_for(quote, "the police take it " * 20_000).outcome == "found_with_changes"
    assert look_for(("ab " * length)[:length], "b c " * 20_000).outcome == "not_found"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("ab" * 249 + "c", "ab" * 1_000_000),
        ("a" * 250 + "b" * 249, "a " * 1_000_000),
        ("…".join(["aaa"] * 100 + ["zzz"]), "zzz" + "aaa" * 600_000),
        ("the cat sat on " * 30, "the cat sat at " * 130_000),
    ],
)
def test_no_quote_takes_long_in_any_text(quote: str, text: str) -> None:
    began = process_time()
    look_for(quote, text)

    assert process_time() - began < 15


def test_an_edited_quote_is_found_anywhere_in_a_long_text() -> None:
    sentences = [f"Witness {n} told us on day {n * 7} what {n % 13} of the others had seen. " for n in range(9_000)]
    text = "".join(sentences)
    for n in (0, 1, 4_321, 8_998):
        quote = f"{sentences[n]}{sentences[n + 1]}".replace("told", "informed").strip()
        match = look_for(quote, text)
        assert match.outcome == "found_with_changes"
        assert match.start == len("".join(sentences[:n]))


def test_parts_are_looked_for_around_the_one_that_stands_in_the_fewest_places() -> None:
    text = "The police came. " * 3_000 + "The court, which sat late, ordered that they be released, all of them."

    assert look_for("The … ordered that they be released … of them", text).outcome == "found"


def test_other_capitals_are_a_change() -> None:
    assert look_for("ONE person died in the raid", TEXT).outcome == "found_with_changes"


@pytest.mark.parametrize(
    "quote",
    [
        "Nobody has ever been to this place",
        "Three people were taken to hospital",
        "the police burned the camp down completely",
        TEXT + TEXT + " And more.",
        "[…]",
    ],
)
def test_words_that_do_not_stand_there_are_not_found(quote: str) -> None:
    assert look_for(quote, TEXT) == Match("not_found")


def test_nothing_is_found_in_nothing() -> None:
    assert look_for("One person died in the raid", "") == Match("not_found")


@given(LINES, st.data())
def test_any_slice_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    there = normalised(text)
    start = data.draw(st.integers(0, len(there)))
    slice_ = normalised(there[start : data.draw(st.integers(start, len(there)))])
    assume(slice_ and slice_ in there)

    match = look_for(slice_, text)

    assert match.outcome == "found"
    assert passage(match, text) == slice_


@given(st.lists(st.text("abcdeéż", min_size=1, max_size=8), min_size=3, max_size=12), st.data())
def test_white_space_line_breaks_and_unseen_signs_make_no_difference(words: list[str], data: st.DataObject) -> None:
    loose = "".join(f"{data.draw(UNSEEN)}{word}{data.draw(SPACES)}" for word in words)

    assert normalised(loose) == normalize("NFKC", " ".join(words))
    assert look_for(loose, f"Before {' '.join(words)} after").outcome == "found"


@given(LINES)
@example("a-\nb")
@example("﹘\n")
@example("\u1100\u00ad\u1161")
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(LINES, LINES)
def test_a_score_belongs_to_changes_alone_and_what_is_found_has_a_place(quote: str, text: str) -> None:
    match = look_for(quote, text)

    assert (match.score is not None) == (match.outcome == "found_with_changes")
    assert (match.start is None) == (match.end is None) == (match.outcome == "not_found")
    if match.start is not None and match.end is not None:
        assert 0 <= match.start <= match.end <= len(normalised(text))


@given(LINES)
def test_a_text_compared_with_itself_is_the_same(text: str) -> None:
    there = normalised(text)
    assume(there)

    assert compare(there, text, text) in ("same", None)


# What proves nothing.


def test_quote_equal_to_the_title_does_not_count() -> None:
    title = "The Raid on the Camp: What We Know"

    assert unfit("The raid on the camp — what we know", title) == "equals_title"
    assert unfit("“THE RAID ON THE CAMP: WHAT WE KNOW”", title) == "equals_title"
    assert unfit("The raid on the camp was lawful", title) is None
    assert unfit("The raid on the camp — what we know", None) is None


@pytest.mark.parametrize(
    ("quote", "short"),
    [
        ("he died", True),
        ("He said so", True),
        ("incomprehensibilities", True),
        ("a b c d e f", True),
        ("[…] died […]", True),
        ("The … police … took … the … computers … of … the … members", True),
        ("[T]he police took … computers", False),
        ("One person died", False),
        ("警方突袭", True),
        ("警方突袭了难民营", False),
    ],
)
def test_a_quote_that_could_stand_anywhere_is_too_short(quote: str, *, short: bool) -> None:
    assert (unfit(quote, None) == "too_short") is short


# What became of a quote.


def test_a_quote_is_gone_when_the_later_text_does_not_have_it() -> None:
    assert compare("One person died in the raid", TEXT, "The police raided the camp.") == "quote_gone"


def test_a_change_nearby_is_told_and_one_far_away_is_not() -> None:
    far = TEXT + " More words." * 60 + " The end."
    near = far.replace("150 computers", "15 computers")
    distant = far.replace("The end.", "Corrected.")

    assert compare("One person died in the raid", far, near) == "changed_near_quote"
    assert compare("One person died in the raid", far, distant) == "same"


def test_what_was_never_there_did_not_become_anything() -> None:
    assert compare("Nobody was ever there at all", TEXT, TEXT) is None


def test_the_profile_names_both_the_form_and_the_search() -> None:
    assert quotes.PROFILE == "nfkc-1/indel-1"
