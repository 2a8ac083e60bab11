"""Places in texts: found exactly once or refused."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.anchors import CONTEXT, COUNTED, Ambiguous, Anchor, Found, NoMatch, Reanchoring, find

ARTICLE = Path(__file__).parents[3] / "shared" / "story" / "article.txt"

TEXT = "The raid came at dawn. The police took 150 computers. The group says one member died."

tricky = st.sampled_from("aAаАмMée\u0301 fiﬁsß'’\u00a0\n\u200b")
few_letters = st.text("ab", max_size=30)
any_text = st.text(min_size=1, max_size=120)


def quote(text: str, exact: str, prefix: str | None = None, suffix: str | None = None) -> Anchor:
    return find(text, exact, prefix, suffix, None, None)


@pytest.fixture
def article() -> str:
    if not ARTICLE.is_file():
        pytest.skip(f"the article is not at {ARTICLE}")
    return ARTICLE.read_text(encoding="utf-8")


def test_a_quotation_is_found_with_its_surroundings() -> None:
    anchor = quote(TEXT, "computers")

    assert anchor == Anchor(43, 52, "computers", "me at dawn. The police took 150 ", ". The group says one member died")


def test_surroundings_end_where_the_text_ends() -> None:
    assert quote("abc", "abc") == Anchor(0, 3, "abc", "", "")
    assert quote("x" * 40 + "abc" + "y" * 40, "abc") == Anchor(40, 43, "abc", "x" * CONTEXT, "y" * CONTEXT)


@pytest.mark.parametrize(
    ("text", "exact", "start"),
    [
        ("a😀b😀😀c", "😀c", 4),
        ("👩‍👩‍👧 and 👨‍👩‍👧", "👨", 10),
        ("cafe\u0301 cafe", "e\u0301", 3),
        ("شورای ملی مقاومت ایران", "ملی", 6),
        ("אבג \u202eabc\u202c", "abc", 5),
        ("line\r\nnext\x0bend", "\r\nnext", 4),
        ("a\u2028b\u00a0c", "b\u00a0c", 2),
    ],
)
def test_offsets_are_code_points(text: str, exact: str, start: int) -> None:
    anchor = quote(text, exact)

    assert (anchor.start, anchor.end) == (start, start + len(exact))
    assert text[anchor.start : anchor.end] == anchor.exact == exact


@given(any_text, st.data())
def test_any_stretch_is_found_by_its_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    expected = Anchor.at(text, start, end)

    assert find(text, text[start:end], None, None, start, end) == expected
    assert find(text, text[start:end], None, None, start, None) == expected
    assert find(text, text[start:end], None, None, None, end) == expected
    assert find(text, text[start:end], expected.prefix, expected.suffix, start, end) == expected


@given(few_letters, st.text("ab", min_size=1, max_size=3), few_letters, few_letters)
def test_found_means_the_only_one_by_exhaustive_search(text: str, exact: str, before: str, after: str) -> None:
    prefix, suffix = before[:2], after[:2]
    places = [
        place
        for place in range(len(text))
        if text.startswith(exact, place)
        and text[:place].endswith(prefix)
        and text[place + len(exact) :].startswith(suffix)
    ]
    try:
        found, count = [quote(text, exact, prefix, suffix).start], 1
    except Ambiguous as refusal:
        found, count = list(refusal.offsets), refusal.count
    except NoMatch:
        found, count = [], 0

    assert (found, count) == (places[:3], len(places))


def test_overlapping_occurrences_are_several() -> None:
    with pytest.raises(Ambiguous, match=r"2 times in the text, at 0, 2; say which is meant by a prefix") as refusal:
        quote("ababa", "aba")

    assert (refusal.value.count, refusal.value.offsets) == (2, (0, 2))


def test_surroundings_tell_occurrences_apart() -> None:
    text = "one member died, one member left"

    assert quote(text, "one member", suffix=" left").start == 17
    assert quote(text, "one member", prefix="died, ").start == 17
    with pytest.raises(NoMatch, match=r"stands at 0, 17, but not with this prefix and suffix") as refusal:
        quote(text, "one member", suffix=" stayed")
    assert 'between "" and " died, one member left"' in str(refusal.value)


def test_surroundings_must_agree_with_a_place_as_well() -> None:
    with pytest.raises(NoMatch, match="at 17 it stands between"):
        find("one member died, one member left", "one member", None, " died", 17, 27)


def test_very_many_occurrences_are_counted_up_to_a_bound() -> None:
    with pytest.raises(Ambiguous, match=r"1,000 times or more in the text, at 0, 1, 2 …") as refusal:
        quote("a" * 400_000, "a" * 20_000)

    assert refusal.value.count == COUNTED


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (0, 3, r'From 0 to 3 the text reads "The"; the quote stands at 39\.'),
        (39, 53, r'the text reads "150 computers\."'),
        (-5, None, "no stretch of this text, which has 85 code points"),
        (80, 95, "no stretch of this text"),
        (None, 3, "-10 to 3 is no stretch"),
        (52, 39, "52 to 39 is no stretch"),
        (39, 39, "39 to 39 is no stretch"),
    ],
)
def test_a_place_that_does_not_hold_the_quote_is_refused(start: int | None, end: int | None, sentence: str) -> None:
    with pytest.raises(NoMatch, match=sentence):
        find(TEXT, "150 computers", None, None, start, end)


def test_offsets_in_utf_16_units_are_recognised() -> None:
    with pytest.raises(NoMatch, match="not in UTF-16 units: 4 to 7 is meant"):
        find("😀😀: abc, abc", "abc", None, None, 6, 9)


def test_an_empty_quote_and_an_empty_text_hold_nothing() -> None:
    with pytest.raises(NoMatch, match="empty"):
        quote(TEXT, "")
    with pytest.raises(NoMatch, match="does not occur"):
        quote("", "raid")
    with pytest.raises(NoMatch, match="no stretch"):
        find("", "raid", None, None, 0, 4)


def test_a_quote_that_resembles_nothing_is_refused_plainly() -> None:
    with pytest.raises(NoMatch, match=r"^The quote does not occur in the text\.$") as refusal:
        quote(TEXT, "150 telephones")

    assert refusal.value.similar is None


@pytest.mark.parametrize(
    ("text", "exact", "similar", "sentence"),
    [
        (
            "towards the МEK has",
            "the MEK has",
            (8, 19),
            '"МEK" with CYRILLIC CAPITAL LETTER EM (U+041C) at 12 where the quote has LATIN CAPITAL LETTER M (U+004D)',
        ),
        ("the MEK", "МЕК", (4, 7), "where the quote has CYRILLIC CAPITAL LETTER EM (U+041C)"),
        ("Ελλάδα NATO", "ΝΑΤΟ", (7, 11), "where the quote has GREEK CAPITAL LETTER NU (U+039D)"),
        ("they’re", "they're", (0, 7), "RIGHT SINGLE QUOTATION MARK (U+2019) at 4 where the quote has APOSTROPHE"),
        ("he said “no”", '"no"', (8, 12), "LEFT DOUBLE QUOTATION MARK (U+201C) at 8"),
        ("1992–1995", "1992-1995", (0, 9), "EN DASH (U+2013) at 4 where the quote has HYPHEN-MINUS (U+002D)"),
        ("150\u00a0computers", "150 computers", (0, 13), "NO-BREAK SPACE (U+00A0) at 3 where the quote has SPACE"),
        ("two\nlines", "two lines", (0, 9), "a control character (U+000A) at 3"),
        ("two  spaces", "two spaces", (0, 11), "SPACE (U+0020) at 4 where the quote has nothing"),
        ("one space", "one  space", (0, 9), "nothing at 4 where the quote has SPACE (U+0020)"),
        ("the end.", " end. ", (4, 8), "nothing at 4 where the quote has SPACE (U+0020)"),
        ("The Raid", "the raid", (0, 8), "LATIN CAPITAL LETTER T (U+0054) at 0 where the quote has LATIN SMALL"),
        ("a cafe\u0301", "café", (2, 7), "E (U+0065) + COMBINING ACUTE ACCENT (U+0301) at 5 where the quote has LATIN"),
        ("a café", "cafe\u0301", (2, 6), "LATIN SMALL LETTER E WITH ACUTE (U+00E9) at 5"),
        ("soft\u00adware", "software", (0, 9), "SOFT HYPHEN (U+00AD) at 4 where the quote has nothing"),
        ("می\u200cرود", "میرود", (0, 6), "ZERO WIDTH NON-JOINER (U+200C) at 2"),
        ("the oﬃce", "office", (4, 8), "LATIN SMALL LIGATURE FFI (U+FB03) at 5"),
        ("😀 MEК", "MEK", (2, 5), "CYRILLIC CAPITAL LETTER KA (U+041A) at 4"),
    ],
)
def test_look_alikes_are_named_with_their_place(text: str, exact: str, similar: tuple[int, int], sentence: str) -> None:
    with pytest.raises(NoMatch, match="does not occur in the text, but looks like") as refusal:
        quote(text, exact)

    assert refusal.value.similar == similar
    assert sentence in refusal.value.detail


def test_look_alikes_are_named_when_a_place_was_given() -> None:
    with pytest.raises(NoMatch, match="CYRILLIC CAPITAL LETTER EM"):
        find("the МEK", "MEK", None, None, 4, 7)


def test_many_differences_are_summed_up() -> None:
    with pytest.raises(NoMatch, match=r"and 6 more such differences\.$") as refusal:
        quote("THE POLICE", "the police")

    assert len(refusal.value.detail) < 600


def test_a_letter_inside_a_ligature_is_no_stretch_of_the_text() -> None:
    with pytest.raises(NoMatch, match=r"^The quote does not occur in the text\.$"):
        quote("the oﬃce", "ice")


@given(st.text(tricky, max_size=40), st.text(tricky, min_size=1, max_size=4))
def test_only_what_looks_alike_is_called_similar(text: str, exact: str) -> None:
    assume(exact not in text)

    with pytest.raises(NoMatch) as refusal:
        quote(text, exact)

    if refusal.value.similar is not None:
        start, end = refusal.value.similar
        assert ink(text[start:end]) == ink(exact)
        assert "where the quote has" in refusal.value.detail


def ink(words: str) -> str:
    """What the tricky characters leave on paper."""
    plain = unicodedata.normalize("NFKD", words).translate(str.maketrans("аАм’", "aAm'", "\u200b")).casefold()
    return " ".join(plain.split())


@given(st.lists(st.sampled_from("áčñöüÅêß—Мe "), min_size=1, max_size=30).map("".join))
def test_composed_quotes_of_a_decomposed_text_are_always_recognised(typed: str) -> None:
    composed = f"x{typed}x"
    decomposed = unicodedata.normalize("NFD", composed)
    assume(composed != decomposed)

    with pytest.raises(NoMatch, match="where the quote has LATIN") as refusal:
        quote(decomposed, composed)

    assert refusal.value.similar == (0, len(decomposed))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 2), (0, 4), (3, 4)])
def test_no_anchor_is_empty_or_leaves_the_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no stretch of a text of 3 code points"):
        Anchor.at("abc", start, end)


class TestTheArticle:
    def test_the_lead_that_stands_twice_needs_its_surroundings(self, article: str) -> None:
        lead = next(line for line in article.splitlines() if line.startswith("Albania has given refuge"))

        with pytest.raises(Ambiguous) as refusal:
            quote(article, lead)
        assert refusal.value.count == 2

        first, second = refusal.value.offsets
        assert quote(article, lead, prefix="Photo: Canva Collage\n\n").start == first
        assert find(article, lead, None, None, second, None) == Anchor.at(article, second, second + len(lead))

    def test_the_name_in_cyrillic_letters_is_pointed_out(self, article: str) -> None:
        with pytest.raises(NoMatch) as refusal:
            quote(article, "United States towards the MEK has softened")

        start, end = refusal.value.similar or (0, 0)
        assert article[start:end] == "United States towards the МЕК has softened"
        assert f"CYRILLIC CAPITAL LETTER EM (U+041C) at {article.index('МЕК')}" in refusal.value.detail

    def test_every_sentence_that_stands_once_survives_a_new_paragraph(self, article: str) -> None:
        lines = [line for line in article.splitlines() if line.strip() and article.count(line) == 1]
        edited = f"A note by the desk.\n\n{article}"

        again = Reanchoring(article, edited)
        moved = [(old := quote(article, line), again.again(old)) for line in lines]

        assert len(moved) > 10
        assert all(isinstance(new, Found) and new.anchor.start == old.start + 21 for old, new in moved)
