"""Language tags: one spelling each, and the direction they are written in."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.language import MAX_LENGTH, LanguageTag, canonical_tag, direction

letters = st.sampled_from("abcdefghijklmnopqrstuvwxyz")
digits = st.sampled_from("0123456789")


def word(alphabet: st.SearchStrategy[str], low: int, high: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=low, max_size=high)


@st.composite
def tags(draw: st.DrawFn) -> str:
    """Any well-formed tag, in canonical order but lower case."""
    parts = [draw(word(letters, 2, 3))]
    parts += draw(st.lists(word(letters, 4, 4), max_size=1))
    parts += draw(st.lists(word(letters, 2, 2) | word(digits, 3, 3), max_size=1))
    parts += draw(st.lists(word(letters | digits, 5, 8), max_size=2, unique=True))
    for singleton in sorted(draw(st.sets(st.sampled_from("abtu19"), max_size=2))):
        parts += [singleton, *draw(st.lists(word(letters | digits, 2, 8), min_size=1, max_size=2))]
    private = draw(st.lists(word(letters | digits, 1, 8), max_size=2))
    return "-".join([*parts, "x", *private] if private else parts)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("en", "en"),
        ("SQ", "sq"),
        ("ckb", "ckb"),
        ("en-gb", "en-GB"),
        ("es-419", "es-419"),
        ("FA-arab-ir", "fa-Arab-IR"),
        ("ZH-HANT", "zh-Hant"),
        ("sr-cyrl-rs-EKAVSK", "sr-Cyrl-RS-ekavsk"),
        ("DE-CH-1996", "de-CH-1996"),
        ("en-u-ca-GREGORY-t-fr", "en-t-fr-u-ca-gregory"),
        ("de-DE-X-Phonebk", "de-DE-x-phonebk"),
        ("en-x-u-US", "en-x-u-us"),
    ],
)
def test_a_tag_is_kept_in_its_canonical_spelling(typed: str, kept: str) -> None:
    assert canonical_tag(typed) == kept


@given(tags())
def test_every_well_formed_tag_is_taken_and_its_case_makes_no_difference(tag: str) -> None:
    kept = canonical_tag(tag)

    assert kept.lower() == tag
    assert canonical_tag(tag.upper()) == kept
    assert canonical_tag(kept) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "two or three letters"),
        ("english", "two or three letters"),
        ("e", "two or three letters"),
        ("en-", "no language tag"),
        ("en--GB", "no language tag"),
        ("-en", "no language tag"),
        (" en", "no language tag"),
        ("en\n", "no language tag"),
        ("en_GB", "joined by hyphens, for example en-GB"),
        ("ｅｎ", "no language tag"),
        ("\u212aa", "no language tag"),  # KELVIN SIGN, whose lower case is an ASCII k
        ("zh-yue", "by its own code, for example yue"),
        ("zh-cmn-Hans", "for example cmn"),
        ("i-klingon", "no language tag"),
        ("x-ours", "no language tag"),
        ("en-GB-Latn", "no language tag"),
        ("en-u", "no language tag"),
        ("en-x", "no language tag"),
        ("de-1996-1996", "'1996' twice"),
        ("en-a-bb-a-cc", "'a' twice"),
        ("en" + "-abcde" * 20_000, "no language tag"),
    ],
)
def test_what_is_no_tag_is_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        canonical_tag(typed)


@given(st.text(max_size=2 * MAX_LENGTH))
def test_any_text_is_a_tag_or_a_refusal(text: str) -> None:
    try:
        kept = canonical_tag(text)
    except ValueError:
        return
    assert canonical_tag(kept) == kept
    assert direction(kept) == direction(text)


def test_a_model_field_keeps_the_canonical_spelling_and_reports_the_sentence() -> None:
    field = cast("TypeAdapter[str]", TypeAdapter(LanguageTag))

    assert field.validate_python("zh-hant") == "zh-Hant"
    with pytest.raises(ValidationError, match="joined by hyphens"):
        field.validate_python("zh_Hant")


@pytest.mark.parametrize(
    "tag", ["ar", "fa", "FA-IR", "he", "ur-PK", "ckb", "yi", "az-Arab", "en-Hebr", "pa-PK", "az-ir"]
)
def test_right_to_left(tag: str) -> None:
    assert direction(tag) == "rtl"


@pytest.mark.parametrize(
    "tag", ["en", "sq", "zh-Hant", "fa-Latn", "ar-Latn-EG", "az", "az-AZ", "pa-IN", "en-x-arab", "und"]
)
def test_left_to_right(tag: str) -> None:
    assert direction(tag) == "ltr"


def test_there_is_no_direction_of_what_is_no_tag() -> None:
    with pytest.raises(ValueError, match="no language tag"):
        direction("arabic script")
