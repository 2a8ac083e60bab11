"""Canonical bytes: equal to those of an independent implementation, and refused wherever two readers could differ."""

import json
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import MAX_DEPTH, MAX_INTEGER, BadJson, canonical, parse, pointer

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "jcs" / "testdata"

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts


def trees(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=30)


plain_trees = trees(st.text(st.characters(max_codepoint=0x7F)))
any_trees = trees(texts)


@given(plain_trees | any_trees)
def test_bytes_equal_those_of_the_reference_package(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(any_trees)
def test_bytes_are_read_back_as_the_same_value(value: Any) -> None:
    assert parse(canonical(value)) == value


@given(any_trees)
def test_bytes_of_what_was_read_are_the_same_bytes(value: Any) -> None:
    loose = json.dumps(value, indent=2).encode()

    assert canonical(parse(loose)) == canonical(value)


@given(st.dictionaries(texts, scalars), st.randoms())
def test_the_order_of_keys_changes_nothing(value: dict[str, Any], random: Any) -> None:
    members = list(value.items())
    random.shuffle(members)

    assert canonical(dict(members)) == canonical(value)


def test_every_control_character_and_escape_is_spelled_as_rfc_8785_says() -> None:
    text = "".join(map(chr, range(0x100)))

    assert canonical(text) == rfc8785.dumps(text)
    assert canonical('\b\t\n\f\r"\\/\x1f\x7f') == b'"\\b\\t\\n\\f\\r\\"\\\\/\\u001f\x7f"'


def test_keys_are_sorted_by_utf_16_units_at_every_level() -> None:
    keys = {"\U0001f600": 1, "\ufb33": 2}

    assert canonical(keys) == '{"\U0001f600":1,"\ufb33":2}'.encode()
    assert canonical([{"a": keys}]) == '[{"a":{"\U0001f600":1,"\ufb33":2}}]'.encode()


def test_tuples_and_enumerations_are_written_as_what_they_stand_for() -> None:
    class Stance(StrEnum):
        SUPPORTS = "supports"

    class Rank(IntEnum):
        FIRST = 1

    assert canonical((Stance.SUPPORTS, Rank.FIRST, ())) == b'["supports",1,[]]'


def test_whole_numbers_are_taken_up_to_the_last_exact_one() -> None:
    assert canonical([MAX_INTEGER, -MAX_INTEGER, 0]) == b"[9007199254740991,-9007199254740991,0]"


cycle: list[Any] = []
cycle.append(cycle)


@pytest.mark.parametrize(
    ("value", "place", "sentence"),
    [
        (1.0, "", "type float"),
        ({"a": [0, {"b/c~d": 0.5}]}, "/a/1/b~1c~0d", "type float"),
        ({"é": {"x": [float("nan")]}}, "/é/x/0", "type float"),
        ({"é": 1, "z": 2.0}, "/z", "type float"),
        (["é", {"é": 0}, 2.0], "/2", "type float"),
        (b"bytes", "", "type bytes"),
        ({"a": {1, 2}}, "/a", "type set"),
        ({"a": {1: 2}}, "/a", "key 1 is not text"),
        ({"a": {None: 2}}, "/a", "key None is not text"),
        (MAX_INTEGER + 1, "", "2\\^53"),
        ([-MAX_INTEGER - 1], "/0", "2\\^53"),
        (["\ud800"], "/0", "U\\+D800"),
        ({"a": "x\udfff"}, "/a", "U\\+DFFF"),
        ({"a": {"\udc00": 1}}, "/a", "U\\+DC00"),
        (cycle, "/0" * MAX_DEPTH, "64 levels"),
    ],
)
def test_what_has_no_canonical_bytes_is_refused_with_its_place(value: Any, place: str, sentence: str) -> None:
    with pytest.raises(BadJson, match=sentence) as refusal:
        canonical(value)

    assert refusal.value.pointer == place
    assert str(refusal.value).startswith(f"{place}: " if place else refusal.value.detail)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_what_may_be_written_may_be_read_and_nothing_deeper() -> None:
    deepest, too_deep = nested(MAX_DEPTH), nested(MAX_DEPTH + 1)

    assert parse(canonical(deepest)) == deepest
    with pytest.raises(BadJson, match="64 levels"):
        canonical(too_deep)
    with pytest.raises(BadJson, match="64 levels"):
        parse(json.dumps(too_deep).encode())


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'["\\"",' * 100_000]
)
def test_hostile_nesting_is_a_refusal_and_no_crash(data: bytes) -> None:
    with pytest.raises(BadJson, match="64 levels"):
        parse(data)


def test_brackets_inside_texts_and_side_by_side_are_not_depth() -> None:
    brackets = "[{" * 500 + '\\"'

    assert parse(json.dumps([brackets, [[]] * 500]).encode()) == [brackets, [[]] * 500]


@pytest.mark.parametrize(
    ("data", "place", "sentence"),
    [
        (b"", None, "line 1, column 1"),
        (b"{", None, "line 1, column 2"),
        (b"[1,\n2,]", None, "line 2"),
        (b"{'a':1}", None, "cannot be read"),
        (b'"' + b'\\"' * 50_000, None, "cannot be read"),
        (b"1 2", None, "cannot be read"),
        (b'"a\nb"', None, "cannot be read"),
        (b"NaN", None, "NaN"),
        (b'{"a":[Infinity]}', None, "Infinity"),
        (b"-Infinity", None, "-Infinity"),
        (b"1e400", None, "too great"),
        (b"9" * 5_000, None, "5000 digits"),
        (b"\xef\xbb\xbf{}", None, "byte order mark"),
        (b'"\xff"', None, "offset 1"),
        (b'"\xed\xa0\x80"', None, "not UTF-8"),
        ("{}".encode("utf-16"), None, "not UTF-8"),
        (b'{"a":1,"a":1}', "", "'a' stands twice"),
        (b'[{"a":{"b":1,"\\u0062":2}}]', "/0/a", "'b' stands twice"),
        (b'{"a":{"x":1,"x":2},"a":3}', "", "'a' stands twice"),
        (b'"\\ud800"', "", "U\\+D800"),
        (b'{"a":["\\ud83d\\ude00","\\udc00"]}', "/a/1", "U\\+DC00"),
        (b'{"a":{"\\ud800":1}}', "/a", "U\\+D800"),
    ],
)
def test_ambiguous_input_is_refused_with_its_place(data: bytes, place: str | None, sentence: str) -> None:
    with pytest.raises(BadJson, match=sentence) as refusal:
        parse(data)

    assert refusal.value.pointer == place


def test_surrogate_pairs_and_backslashes_before_u_are_ordinary_text() -> None:
    assert parse(b'["\\ud83d\\ude00","\\\\ud800"]') == ["\U0001f600", "\\ud800"]


def test_numbers_are_read_exactly_where_they_are_whole() -> None:
    assert parse(b"[18014398509481985, -0, 0.5, 1E2]") == [18014398509481985, 0, 0.5, 100.0]


@given(st.binary() | st.text().map(lambda text: text.encode(errors="surrogatepass")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except BadJson:
        return
    assert value == json.loads(data)


def test_pointers_escape_what_rfc_6901_escapes() -> None:
    assert pointer(()) == ""
    assert pointer(("a/b", 0, "~", "")) == "/a~1b/0/~0/"


@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"the RFC 8785 test vectors are not at {VECTORS}")
@pytest.mark.parametrize("name", ["arrays", "french", "unicode", "weird"])
def test_published_vectors_without_fractions(name: str) -> None:
    value = parse((VECTORS / "input" / f"{name}.json").read_bytes())

    assert canonical(value) == bytes.fromhex((VECTORS / "outhex" / f"{name}.txt").read_text())


@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"the RFC 8785 test vectors are not at {VECTORS}")
@pytest.mark.parametrize("name", ["structures", "values"])
def test_published_vectors_with_fractions_are_refused(name: str) -> None:
    value = parse((VECTORS / "input" / f"{name}.json").read_bytes())

    with pytest.raises(BadJson, match="type float"):
        canonical(value)
