"""JSON in one spelling (RFC 8785), and a reader that refuses whatever two readers could understand differently.

The bytes made here are hashed and kept for ever, so only values with one obvious spelling are taken: objects with text
keys, arrays, texts, whole numbers that every double holds exactly, true, false and null. There are no floats.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, NoReturn

import rfc8785
from pydantic_core import from_json, to_json

MAX_DEPTH: Final = 64
"""How many arrays and objects may lie in each other, written or read."""

MAX_INTEGER: Final = 2**53 - 1
"""The greatest magnitude of a whole number that is written (RFC 7493, section 2.2)."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_STRING_OR_BRACKET: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode

_Path = tuple[str | int, ...]
_Doubled = dict[int, tuple[dict[str, Any], str]]


class BadJson(ValueError):
    """Bytes that are no acceptable JSON, or a value with no canonical bytes.

    `detail` is a sentence. `pointer` is the place as an RFC 6901 pointer, or None where there is no telling.
    """

    def __init__(self, detail: str, pointer: str | None = None) -> None:
        super().__init__(detail if not pointer else f"{pointer}: {detail}")
        self.detail = detail
        self.pointer = pointer


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a value made of dict, list, tuple, str, int, bool and None.

    Equal values give equal bytes, whatever the order of their keys. Raises `BadJson`, naming the place, for floats and
    other types, keys that are not text, whole numbers beyond `MAX_INTEGER`, lone surrogates, and more than `MAX_DEPTH`
    levels (so a value that contains itself is refused too).
    """
    if _is_plain(value, MAX_DEPTH):
        with suppress(UnicodeEncodeError):
            return _encode(value).encode()
    if _has_ascii_keys(value, ()):
        return _encode(value).encode()
    # Python sorts by code point, RFC 8785 by UTF-16 code unit: they differ on U+FB33 and U+1F600.
    return rfc8785.dumps(value)


def parse(data: bytes) -> Any:
    """The value of one JSON text (RFC 8259) in UTF-8. Whole numbers stay exact; others become floats.

    Raises `BadJson` for anything that other readers might read in another way, or not survive: bytes that are not
    UTF-8, a byte order mark, NaN and Infinity, numbers too great for a float, doubled keys, lone surrogates, more than
    `MAX_DEPTH` levels. Nesting is counted before anything is built, so hostile input costs one pass over its bytes.
    """
    text = _decode(data)
    if _depth(data) > MAX_DEPTH:
        raise BadJson(f"The JSON is nested more than {MAX_DEPTH} levels deep.")
    doubled: _Doubled = {}
    value = _load(text, doubled)
    if _SURROGATE_ESCAPE.search(data):
        _refuse_surrogates(value)
    if doubled:
        _refuse_doubled(value, doubled)
    return value


def parse_canonical(data: bytes) -> Any:
    """The value whose canonical bytes these are; what `parse` and `canonical` come to, in a third of their time.

    Raises `BadJson` for any other bytes.
    """
    try:
        value = from_json(data, allow_inf_nan=False)
    except ValueError:
        value = parse(data)  # tells what is wrong
    if to_json(value) == data and _is_ordered(value, MAX_DEPTH):
        return value
    if canonical(parse(data)) != data:
        raise BadJson("it is not in canonical form")
    return value


def pointer(path: _Path) -> str:
    """The RFC 6901 pointer of the place that these keys and indexes lead to; "" is the whole."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _is_plain(value: Any, levels: int) -> bool:
    """Whether all is as in nearly every value, lone surrogates apart. If not, `_has_ascii_keys` says what is not."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-MAX_INTEGER <= value <= MAX_INTEGER)
    if not levels:
        return False
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(item, levels - 1) for key, item in value.items())
    return (kind is list or kind is tuple) and all(_is_plain(item, levels - 1) for item in value)


def _is_ordered(value: Any, levels: int) -> bool:
    """Whether a value that was read is plain, and the keys of each of its objects stand in their order."""
    kind = type(value)
    if kind is dict:
        return "".join(value).isascii() and [*value] == sorted(value) and _are_ordered(value.values(), levels)
    if kind is list:
        return _are_ordered(value, levels)
    if kind is int:
        return bool(-MAX_INTEGER <= value <= MAX_INTEGER)
    return kind is str or kind is bool or value is None


def _are_ordered(items: Iterable[Any], levels: int) -> bool:
    # Most are texts: a call for each would take half of the time.
    return levels > 0 and all(type(item) is str or _is_ordered(item, levels - 1) for item in items)


def _has_ascii_keys(value: Any, path: _Path) -> bool:
    """Whether every key is ASCII. Raises `BadJson` for a value that has no canonical bytes."""
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadJson("A whole number beyond 2^53 - 1 is not exact in JSON; write it as text.", pointer(path))
    elif isinstance(value, dict):
        return _has_ascii_members(value, path)
    elif isinstance(value, list | tuple):
        return _has_ascii_items(value, path)
    elif value is not None:
        raise BadJson(f"A value of type {type(value).__name__} has no canonical JSON.", pointer(path))
    return True


def _has_ascii_items(value: list[Any] | tuple[Any, ...], path: _Path) -> bool:
    _check_depth(path)
    ascii_only = True
    for index, item in enumerate(value):
        below = _has_ascii_keys(item, (*path, index))
        ascii_only = ascii_only and below
    return ascii_only


def _has_ascii_members(value: dict[Any, Any], path: _Path) -> bool:
    _check_depth(path)
    ascii_only = True
    for key, item in value.items():
        if not isinstance(key, str):
            raise BadJson(f"The key {key!r} is not text.", pointer(path))
        _check_text(key, path)
        below = _has_ascii_keys(item, (*path, key))
        ascii_only = ascii_only and below and key.isascii()
    return ascii_only


def _check_depth(path: _Path) -> None:
    if len(path) >= MAX_DEPTH:
        raise BadJson(f"The value is nested more than {MAX_DEPTH} levels deep.", pointer(path))


def _check_text(text: str, path: _Path) -> None:
    if text.isascii():
        return
    if found := _SURROGATE.search(text):
        raise BadJson(
            f"The text holds half of a surrogate pair (U+{ord(found[0]):04X}), which is no character.",
            pointer(path),
        )


def _decode(data: bytes) -> str:
    if data.startswith(_BYTE_ORDER_MARK):
        raise BadJson("The JSON begins with a byte order mark; leave it out.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadJson(f"The JSON is not UTF-8: the byte at offset {error.start} fits nowhere.") from None


def _depth(data: bytes) -> int:
    """The greatest number of open brackets. Exact up to the first syntax error, where reading stops anyway."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for token in _STRING_OR_BRACKET.finditer(data):
        if token[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in b"]}":
            depth -= 1
    return deepest


def _load(text: str, doubled: _Doubled) -> Any:
    """Reads the text, and notes each object in which a key stands twice: identity → the object and the key."""

    def gather(members: list[tuple[str, Any]]) -> dict[str, Any]:
        gathered = dict(members)
        if len(gathered) < len(members):
            # Held here, since an object that loses to its double would be freed and its identity given to another.
            doubled[id(gathered)] = gathered, _first_doubled(members)
        return gathered

    try:
        return json.loads(
            text, object_pairs_hook=gather, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise BadJson(f"The JSON cannot be read at line {error.lineno}, column {error.colno}: {error.msg}.") from None


def _first_doubled(members: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            break
        seen.add(key)
    return key


def _refuse_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not a JSON number.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadJson(f"The number {digits[:40]} is too great.")
    return number


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise BadJson(f"A number of {len(digits)} digits is too great.") from None


def _walk(value: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _refuse_doubled(value: Any, doubled: _Doubled) -> NoReturn:
    path, key = next((path, doubled[id(item)][1]) for path, item in _walk(value, ()) if id(item) in doubled)
    raise BadJson(f"The key {key!r} stands twice in one object.", pointer(path))


def _refuse_surrogates(value: Any) -> None:
    for path, item in _walk(value, ()):
        if isinstance(item, str):
            _check_text(item, path)
        elif isinstance(item, dict):
            for key in item:
                _check_text(key, path)
