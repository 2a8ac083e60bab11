"""Words, what is looked for, and what is marked: in any language, whatever is typed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from unicodedata import category, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from projections.excerpts import excerpt
from projections.tables import WordIndex
from projections.terms import MAX_LENGTH, MAX_WORDS, Terms, terms
from projections.words import Place, places, words
from tests.support.naughty import naughty_strings

PROSE = st.text(
    st.sampled_from("aAbBëÉ ıİßς.-’'مُحمّد ي\u200cیك٣۳ 北京大学カﾞがที่นี้한글नमस्ते\u0301\u0654\ufe0f\u202e½²ﷺ\n\0")
)
TEXTS = st.one_of(st.text(), PROSE, st.text(st.characters(max_codepoint=0x2FF)))
TEXT = WordIndex("texts")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An index like those of the search, and a list of its words as it keeps them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in TEXT.create:
            connection.execute(statement)
        connection.execute("CREATE VIRTUAL TABLE kept USING fts5vocab(texts, instance)")
        yield connection


def hold(index: sqlite3.Connection, text: str) -> None:
    """Has the index hold this text and nothing else."""
    index.execute(TEXT.remove, (1,))
    index.execute(TEXT.put, (1, " ".join(words(text)), ""))


def found(typed: str, text: str) -> list[str]:
    """What is marked in the text for who typed this."""
    return [text[start:end] for start, end in terms(typed).spans(text)]


def finds(typed: str, text: str) -> bool:
    looked_for = terms(typed)
    return bool(looked_for) and looked_for.count(text) == len(looked_for.all)


# Words.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A member died, 20 June 2023.", "a member died 20 june 2023"),
        ("Albanian: Është përmbysur në Tiranë; ÇDO", "albanian eshte permbysur ne tirane cdo"),
        ("Straße STRASSE straẞe", "strasse strasse strasse"),
        ("İstanbul ISPARTA ısparta istanbul", "istanbul isparta isparta istanbul"),
        ("Ὀδυσσεύς ΟΔΥΣΣΕΎΣ", "οδυσσευσ οδυσσευσ"),
        ("كِتَابٌ كتاب کتاب", "کتاب کتاب کتاب"),
        ("علي علی على", "علی علی علی"),
        ("می\u200cخواهم کتـــاب", "میخواهم کتاب"),
        ("١٢٣ ۱۲۳ 123 १२३", "123 123 123 123"),
        ("أحمد إيران آب", "احمد ایران اب"),
        ("北京大学", "北 京 大 学"),
        ("カメラ ｶﾒﾗ がぎ", "カ メ ラ カ メ ラ か\u3099 き\u3099"),
        ("ที่นี่", "ที่ นี่"),
        ("2023年6月", "2023 年 6 月"),
        ("ﬁne ＡＢＣ x²", "fine abc x2"),
        ("Łódź Đorđe Ødegård", "lodz dorde odegard"),
        ("zero\u200bwidth so\u00adft \u202eleft", "zerowidth soft left"),
        ("3½ ½3", "3 1 2 1 2 3"),
        ("snake_case and/or don’t", "snake case and or don t"),
        ("☃ ++ -- 🙂 1️⃣", "1"),
        ("\u0301 \ufe0f \u200d", ""),
    ],
)
def test_spellings_of_one_word_are_one(text: str, expected: str) -> None:
    assert words(text) == expected.split()


def test_a_text_is_the_same_composed_and_decomposed() -> None:
    text = "한국은 Është ガギ"

    assert words(normalize("NFC", text)) == words(normalize("NFD", text)) != []


def test_tones_and_vowels_that_make_another_word_stay() -> None:
    assert words("ป่า") != words("ป้า") != words("ปา")
    assert words("नमस्ते") == ["नमस्ते"]


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_takes_a_shorter_way_to_the_same_words(text: str) -> None:
    _, *long_way = places(f"é {text}")

    assert words(text) == [place.word for place in long_way]
    assert places(text) == [Place(place.word, place.start - 2, place.end - 2) for place in long_way]


@given(TEXTS)
def test_places_lie_in_the_text_in_order_and_hold_their_word(text: str) -> None:
    before = Place("", 0, 0)
    for place in places(text):
        assert 0 <= place.start < place.end <= len(text)
        assert place.start >= before.end or (place.start == before.end - 1 and len(words(text[place.start])) > 1)
        assert place.word in words(text[place.start : place.end])
        before = place


@given(TEXTS)
@example("カﾞ")
def test_folding_a_folded_word_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(TEXTS)
@example("𞤀𞤣𞤤𞤢𞤥 𫝀 ꟙ Ა")
def test_each_word_is_one_word_of_the_index(index: sqlite3.Connection, text: str) -> None:
    hold(index, text)

    kept = index.execute("SELECT offset, term FROM kept ORDER BY offset").fetchall()

    assert kept == list(enumerate(words(text)))


# What is looked for.


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("comput", "150 Computers were taken; a computer, too", ["Computers", "computer"]),
        ("co", "co-operation of the company", ["co"]),
        ("150", "150 of 1500 and 1,150", ["150", "150"]),
        ("2023-06", "In 2023/06", ["2023", "06"]),
        ("raid CAMP", "The camp. The Räid!", ["camp", "Räid"]),
        ("北京", "在北京大学，京北", ["北京"]),
        ("北 京", "京北", ["京北"]),
        ("東京 ทุก", "ทุกคน 東京", ["ทุก", "東京"]),
        ("e\u0301te", "été", ["été"]),
        ("ete", "e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("مي خواهم", "می خواهم", ["می", "خواهم"]),
        ('"raid" OR NOT (camp*) ^a', "raid or not camp a", ["raid", "or", "not", "camp", "a"]),
    ],
)
def test_what_is_found_is_marked(typed: str, text: str, marked: list[str]) -> None:
    assert finds(typed, text)
    assert found(typed, text) == marked


@pytest.mark.parametrize(
    ("typed", "text"),
    [("raids", "raid"), ("aid", "raid"), ("15", "150"), ("京北", "北京"), ("raid camp", "raid"), ("北海", "北京海")],
)
def test_what_does_not_fit_is_not_found(typed: str, text: str) -> None:
    assert not finds(typed, text)


@pytest.mark.parametrize("typed", ["", "   ", '"', "* OR", "++", "🙂", "\u202e\u200b", "NEAR/2"])
def test_a_sign_is_no_operator(typed: str) -> None:
    looked_for = terms(typed)

    assert all(category(letter)[0] in "LMN" for term in looked_for.all for letter in str(term))
    assert looked_for.spans('* " ++') == ()


@pytest.mark.parametrize("typed", ["x" * (MAX_LENGTH + 1), "a " * (MAX_WORDS + 1), "京" * (MAX_WORDS + 1)])
def test_too_much_at_once_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"at most .* Leave out"):
        terms(typed)


def test_as_much_as_is_allowed_is_looked_for() -> None:
    assert len(terms("x" * MAX_LENGTH).all) == 1
    assert len(terms(" ".join(f"w{n}" for n in range(MAX_WORDS))).all) == MAX_WORDS
    assert len(terms("raid Raid RÁID").all) == 1


def looked_for(typed: str) -> Terms:
    return terms(" ".join(typed[:MAX_LENGTH].split()[: MAX_WORDS // 16])[:16])


@given(typed=TEXTS, text=TEXTS)
def test_marks_lie_in_the_text_and_begin_with_what_was_looked_for(typed: str, text: str) -> None:
    wanted = looked_for(typed)
    end = -1

    for start, stop in wanted.spans(text):
        assert end < start < stop <= len(text)
        assert any(
            str(term).startswith(words(text[start:stop])[0]) or fits(text[start:stop], str(term)) for term in wanted.all
        )
        end = stop


def fits(marked: str, word: str) -> bool:
    return any(folded.startswith(word) for folded in words(marked))


@given(typed=TEXTS, text=TEXTS)
@example(typed="𫝀", text="𫝀 ꟙ")
def test_the_index_finds_exactly_what_would_be_marked(index: sqlite3.Connection, typed: str, text: str) -> None:
    wanted = looked_for(typed)
    hold(index, text)

    if wanted:
        matched = index.execute("SELECT 1 FROM texts WHERE texts MATCH ?", (wanted.match,)).fetchall()
        assert bool(matched) is (wanted.count(text) == len(wanted.all))


def test_naughty_strings_are_words_or_nothing_and_find_themselves(index: sqlite3.Connection) -> None:
    for text in naughty_strings():
        hold(index, text)
        try:
            wanted = terms(text)
        except InvalidInput:
            continue
        if wanted:
            assert index.execute("SELECT 1 FROM texts WHERE texts MATCH ?", (wanted.match,)).fetchall() == [(1,)], text
            assert wanted.spans(text), text


# Excerpts.


@given(typed=TEXTS, text=TEXTS, around=st.text(st.sampled_from("xy 京\u0301\n"), max_size=600))
def test_an_excerpt_is_a_piece_of_the_text_with_its_marks(typed: str, text: str, around: str) -> None:
    wanted, whole = looked_for(typed), around + " " + text + " " + around
    piece = excerpt(whole, wanted)

    assert (piece is None) is (not wanted.spans(whole))
    if piece is not None:
        bare = piece.text.removeprefix("…") if not whole.startswith(piece.text) else piece.text
        assert bare.removesuffix("…") in whole
        assert len(piece.text) < 480
        edges = [edge for span in piece.spans for edge in span]
        assert edges == sorted(set(edges))
        assert 0 <= edges[0] < edges[-1] <= len(piece.text)
        start, end = piece.spans[0]
        (first_start, first_end), *_ = wanted.spans(whole)
        assert whole[first_start:first_end].startswith(piece.text[start:end])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The raid.", "The raid."),
        ("raid " + "word " * 50 + "raid", "raid" + " word" * 39 + "…"),
        ("word " * 40 + "raid " + "word " * 40, "…" + "word " * 12 + "raid" + " word" * 27 + "…"),
        ("raid " + "word " * 50, "raid" + " word" * 39 + "…"),
        ("word " * 50 + "raid", "…" + "word " * 12 + "raid"),
    ],
)
def test_an_excerpt_is_cut_between_words(text: str, shown: str) -> None:
    piece = excerpt(text, terms("raid"))

    assert piece is not None
    assert piece.text == shown
    assert [piece.text[start:end] for start, end in piece.spans] == ["raid"]


@pytest.mark.parametrize("more", range(6))
def test_a_script_without_spaces_is_cut_between_characters(more: int) -> None:
    text = "นี้" * 100 + "ก" * more + "京都" + "ข" * more + "か\u3099" * 200

    piece = excerpt(text, terms("京都"))

    assert piece is not None
    (start, end), bare = piece.spans[0], piece.text.strip("…")
    assert piece.text[start:end] == "京都"
    began = text.index("京都") - (start - 1)
    assert text[began : began + len(bare)] == bare
    assert category(bare[0])[0] != "M"
    assert category(text[began + len(bare)])[0] != "M"


def test_a_word_without_end_does_not_make_an_excerpt_without_end() -> None:
    piece: Any = excerpt("a" * 10_000, terms("aaa"))

    assert piece.spans == ((0, 400),)
    assert len(piece.text) == 401
