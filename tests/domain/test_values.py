"""Small values: ids, texts, numbers, moments, amounts, and what each of them refuses."""

from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain import values
from domain.article.commands import PublishArticle
from domain.claim.commands import Counted, Spoken, StateQuantity
from domain.desk.commands import IssueToken
from domain.policy.commands import ProposePolicy, Settings
from domain.values import KINDS, Amount, DecimalText, FullText, Key, Line, Moment, Prose, Url, kind_of, make_id
from tests.support import bodies


def takes(type: Any, value: Any) -> bool:
    try:
        TypeAdapter(type).validate_python(value)
    except ValidationError:
        return False
    return True


@given(
    prefix=st.sampled_from(sorted(KINDS)),
    one=st.binary(min_size=16, max_size=16),
    other=st.binary(min_size=16, max_size=16),
)
def test_an_id_names_its_kind_and_holds_its_bytes(prefix: str, one: bytes, other: bytes) -> None:
    id = make_id(prefix, one)

    assert kind_of(id) == KINDS[prefix]
    assert len(id) == 30
    assert (id == make_id(prefix, other)) == (one == other)
    assert (id < make_id(prefix, other)) == (one < other)


@pytest.mark.parametrize(("prefix", "size"), [("xyz", 16), ("", 16), ("clm", 15), ("clm", 17), ("clm", 0)])
def test_an_id_is_made_of_a_known_prefix_and_16_bytes(prefix: str, size: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        make_id(prefix, bytes(size))


IDS = {name: getattr(values, name) for name in dir(values) if name.endswith("Id")}


def test_every_kind_that_a_body_names_has_a_type_of_its_own() -> None:
    assert len(IDS) == len(KINDS) - 4  # the desk, the policy, the map and a request are never named by a body


@pytest.mark.parametrize("type", IDS)
def test_an_id_is_taken_for_its_own_kind_only(type: str) -> None:
    taken = [prefix for prefix in KINDS if takes(IDS[type], make_id(prefix, b"\xff" * 16))]

    assert len(taken) == 1
    good = make_id(taken[0], bytes(range(16)))
    for bad in (good.upper(), good[:-1], good + "0", f" {good}", f"{good}\n", good.replace("_", "-"), good[:-1] + "u"):
        assert not takes(IDS[type], bad)


@pytest.mark.parametrize("id", ["", "clm", "clm-", "xyz_00000000000000000000000000", "_", "claim_1"])
def test_other_texts_name_no_kind(id: str) -> None:
    assert kind_of(id) is None


LIMITS = {"a line": (Line, 1_000), "prose": (Prose, 20_000), "a full text": (FullText, 500_000)}
INVISIBLE = ["", " ", "\n\t", "\u00a0", "\u200b", "\u2060\ufeff", "\u202e", "\x01\x7f", "\u2028"]


@pytest.mark.parametrize("kind", LIMITS)
def test_a_text_has_something_to_see_and_an_end(kind: str) -> None:
    type, limit = LIMITS[kind]

    assert takes(type, "x" * limit)
    assert not takes(type, "x" * (limit + 1))
    assert takes(type, "𝄞" * limit)
    assert not takes(type, "a\x00b")
    assert not takes(type, "\ud800")
    assert not takes(type, 5)
    for text in INVISIBLE:
        assert not takes(type, text)
        assert takes(type, f"{text}.{text}")


@given(st.text(min_size=1, max_size=50))
def test_a_text_is_kept_exactly_as_typed(text: str) -> None:
    assume(takes(Prose, text))

    assert TypeAdapter(Prose).validate_python(text) == text


@pytest.mark.parametrize(
    "url",
    [
        "http://a",
        "https://example.org/a?b=c#d",
        "HTTPS://EXAMPLE.ORG",
        "https://è.org/𝄞",
        "https://a–b.example.org/",
        "https://example.org/#:~:text=a%20b,%",
        "https://archive.example.org/web/20201130/https://example.org//a",
        f"https://a/{'x' * 1_990}",
    ],
)
def test_a_web_address_is_kept_as_given(url: str) -> None:
    assert TypeAdapter(Url).validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http:",
        "http://",
        "https://",
        "https:///a",
        "http://?a",
        "https://#a",
        "ftp://a",
        "javascript:alert(1)",
        "//a",
        "https://a b",
        "https://a\n",
        " https://a",
        "https://a https://b",
        f"https://a/{'x' * 1_991}",
        1,
    ],
)
def test_other_texts_are_no_web_address(url: object) -> None:
    assert not takes(Url, url)


@pytest.mark.parametrize(
    ("given_as", "kept"), [("0", "0"), ("150", "150"), ("-3.5", "-3.5"), ("0.10", "0.10"), (12, "12"), (-7, "-7")]
)
def test_a_number_is_kept_as_text(given_as: object, kept: str) -> None:
    assert TypeAdapter(DecimalText).validate_python(given_as) == kept


@pytest.mark.parametrize(
    "number",
    [
        "",
        "007",
        "1.",
        ".5",
        "+1",
        "1e3",
        "1,000",
        "1 000",
        "٣",
        "NaN",
        "Infinity",
        "--1",
        "-0",
        "-0.00",
        "1" * 61,
        1.5,
        True,
        None,
        "1\n",
        [1],
    ],
)
def test_other_spellings_are_no_number(number: object) -> None:
    assert not takes(DecimalText, number)


def test_a_number_of_any_length_is_refused_without_harm() -> None:
    assert not takes(DecimalText, 10**5_000)


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("a", True),
        ("mostly_true2", True),
        ("a" * 40, True),
        ("a" * 41, False),
        ("", False),
        ("A", False),
        ("1a", False),
        ("a-b", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_a_key_is_a_short_machine_name(key: str, good: bool) -> None:  # noqa: FBT001
    assert takes(Key, key) == good


MOMENTS = [
    "2026-11-23T10:00:00Z",
    "2026-11-23T10:00:00.1Z",
    "2026-11-23T10:00:00.123456+02:00",
    "2026-11-23T23:59:59-11:30",
]
NO_MOMENTS = [
    "2026-11-23",
    "2026-11-23T10:00:00",
    "2026-11-23 10:00:00Z",
    "2026-11-23T10:00Z",
    "2026-11-23T10:00:00z",
    "2026-11-23T10:00:00.1234567Z",
    "2026-11-23T10:00:00Z\n",
]
NO_DAY = [
    "2026-02-30T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-11-23T24:01:00Z",
    "٢٠٢٦-١١-٢٣T١٠:٠٠:٠٠Z",
    "0000-01-01T00:00:00Z",
]


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_rfc_3339_with_its_offset(text: str) -> None:
    assert takes(Moment, text)
    assert PublishArticle.model_validate({"published_at": text}).published_at == text


@pytest.mark.parametrize("text", [*NO_MOMENTS, *NO_DAY])
def test_what_is_no_moment_is_refused(text: str) -> None:
    assert not takes(PublishArticle, {"published_at": text})
    assert not takes(IssueToken, {"expires_at": text})


def test_the_end_of_a_token_is_kept_so_that_it_sorts_as_text() -> None:
    ends = [
        IssueToken.model_validate({"expires_at": text}).expires_at
        for text in ("2027-01-01T00:00:00Z", "0999-01-01T00:00:00.5Z")
    ]

    assert ends == ["2027-01-01T00:00:00.000000Z", "0999-01-01T00:00:00.500000Z"]
    assert not takes(IssueToken, {"expires_at": "2027-01-01T00:00:00+00:00"})


BOUNDS = ("stated", "exactly", "about", "at_least", "at_most", "between")


@pytest.mark.parametrize(("bound", "upper"), list(product(BOUNDS, (None, "9", "10", "10.0", "10.01", "160"))))
def test_an_upper_end_belongs_to_between_and_lies_above(bound: str, upper: str | None) -> None:
    allowed = upper in {"10.01", "160"} if bound == "between" else upper is None

    assert takes(Amount, {"value": "10", "bound": bound, "upper": upper}) == allowed
    for model in (Counted, StateQuantity):
        assert takes(model, {"value": "10", "bound": bound, "upper": upper, "unit": "computers"}) == allowed


@pytest.mark.parametrize("wording", ["verbatim", "translated", "paraphrased"])
def test_only_a_translation_is_translated_from_something(wording: str) -> None:
    assert takes(Spoken, {"text": "x", "wording": wording})
    assert takes(Spoken, {"text": "x", "wording": wording, "translated_from": "fa"}) == (wording == "translated")


@pytest.mark.parametrize("share", ["0", "0.1", "0.10", "0.9999", "1", "1.0", "1.0000"])
def test_a_tolerance_is_a_share(share: str) -> None:
    assert takes(Settings, {"about_tolerance": share})


@pytest.mark.parametrize("share", ["1.1", "2", "-0.1", "0.12345", ".1", "", "0.", 0.1])
def test_other_numbers_are_no_tolerance(share: object) -> None:
    assert not takes(Settings, {"about_tolerance": share})


def test_a_scale_has_ratings_and_uses_each_key_once() -> None:
    scale = bodies.policy()["scale"]

    assert takes(ProposePolicy, bodies.policy())
    assert not takes(ProposePolicy, bodies.policy(scale=[]))
    assert not takes(ProposePolicy, bodies.policy(scale=[*scale, scale[0]]))
