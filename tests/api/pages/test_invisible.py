"""Characters that show nothing are shown, where they are not what the writing needs."""

from unicodedata import category, name

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from api.pages.invisible import shown, spelled
from tests.api.pages.markup import Element, parsed

TRICKS = "ab \r\n<&م\u200b\u200c\u200d\u200e\u202e\u2066\u2069\ufeff👨\U0001f3f4\U000e0067\U000e007f"
TYPED = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.text(st.sampled_from(TRICKS))
IN_SIGHT = ("ARABIC", "SYRIAC", "KAITHI")
"""Scripts with marks of format that stand around numbers, where they can be seen."""


def on_a_page(text: str) -> Element:
    return parsed(f"<p>{escape(shown(text))}</p>").one("p")


def codes(text: str) -> list[str]:
    """The codes that a reader sees."""
    return [element.attributes["data-code"] for element in on_a_page(text).all("bdi", class_="unseen")]


@given(TYPED)
def test_without_its_markup_the_text_is_what_was_typed(text: str) -> None:
    assert on_a_page(text).text == text


@given(TYPED)
def test_the_same_characters_are_told_with_and_without_markup(text: str) -> None:
    told = "".join(
        f"[{child.attributes['data-code']}]" if isinstance(child, Element) else child
        for child in on_a_page(text).children
    )

    assert spelled(text) == told


@pytest.mark.parametrize(
    "characters",
    [range(0x1, 0x3000), range(0x3000, 0xD800), range(0xE000, 0x20000), range(0xE0000, 0xE1000)],
    ids="{0.start:X}".format,
)
def test_every_control_and_mark_of_format_is_told_and_every_letter_is_not(characters: range) -> None:
    for character in map(chr, characters):
        unseen = category(character) in ("Cc", "Cf", "Zl", "Zp") and character not in "\t\n\r"
        if unseen and not name(character, "").startswith(IN_SIGHT):
            assert codes(f"a{character}b") == [f"U+{ord(character):04X}"]
        if category(character) in ("Ll", "Lu", "Nd", "Po", "Zs"):
            assert codes(f"a{character}b") == []


@pytest.mark.parametrize(
    "text",
    [
        "می‌شود",
        "क्‍ष",
        "👨‍👩‍👧 and ❤️‍🔥",
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "שלום (abc)\u200f!",
        "ภาษา\u200bไทย",
        "One line,\r\nand\tanother.",
    ],
    ids=["Persian", "Hindi", "emoji", "the flag of Wales", "Hebrew", "Thai", "line ends"],
)
def test_what_writing_needs_does_its_work_unseen(text: str) -> None:
    assert codes(text) == []
    assert spelled(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Al\u200bbania", "U+200B"),
        ("pay\xadpal", "U+00AD"),
        ("a\u200cb", "U+200C"),
        ("a\u200db", "U+200D"),
        ("\u200eAlbania", "U+200E"),
        ("\u202ekcilop", "U+202E"),
        ("a\U000e0067b", "U+E0067"),
        ("\u3164", "U+3164"),
        ("bell\x07", "U+0007"),
    ],
)
def test_what_makes_one_name_look_like_another_is_told(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_an_override_ends_where_it_stands() -> None:
    (marked,) = on_a_page("\u202ekcilop").all("bdi")

    assert marked.text == "\u202e"
    assert marked.attributes["title"] == "U+202E RIGHT-TO-LEFT OVERRIDE"
