"""Spellings that all formats of the log share: base64 (RFC 4648 section 4), decimals, hashes, key names.

A reader accepts exactly one spelling of each value, so that what was parsed renders to the same bytes. It raises the
error that it is handed, with a message that begins with `what`.
"""

import re
from base64 import b64decode, b64encode
from typing import Final

from domain.tlog.errors import TlogError

HASH_LENGTH: Final = 32
"""Bytes of a SHA-256 hash."""

MAX_SIZE: Final = 2**63 - 1
"""The largest tree size, and the latest timestamp, that is read or written."""

MAX_HASHES: Final = 63
"""No proof in a tree of at most `MAX_SIZE` leaves is longer, and no C2SP format allows more."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def base64_of(data: bytes) -> str:
    """These bytes in padded standard base64."""
    return b64encode(data).decode("ascii")


def read_base64(text: str, what: str, error: type[TlogError]) -> bytes:
    """The bytes of a padded standard base64 text: no stray characters, no missing padding, no left-over bits."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise error(f"{what} is not base64") from None
    if base64_of(data) != text:
        raise error(f"{what} is not the one base64 spelling of its bytes")
    return data


def read_hash(text: str, what: str, error: type[TlogError]) -> bytes:
    """A SHA-256 hash in base64."""
    data = read_base64(text, what, error)
    check_hash(data, what, error)
    return data


def check_hash(data: bytes, what: str, error: type[TlogError]) -> None:
    """Refuse anything that has not the length of a SHA-256 hash."""
    if len(data) != HASH_LENGTH:
        raise error(f"{what} has {len(data)} bytes, not {HASH_LENGTH}")


def read_decimal(text: str, what: str, error: type[TlogError]) -> int:
    """A number from 0 to `MAX_SIZE` in ASCII digits without leading zeros."""
    if not _DECIMAL.fullmatch(text):
        raise error(f"{what} is not a decimal without leading zeros")
    number = int(text)
    if number > MAX_SIZE:
        raise error(f"{what} is larger than 2^63 - 1")
    return number


def check_size(size: int, what: str, error: type[TlogError]) -> None:
    """Refuse a size that is negative or larger than `MAX_SIZE`."""
    if not 0 <= size <= MAX_SIZE:
        raise error(f"{what} is {size}, not a number from 0 to 2^63 - 1")


def check_text(text: str, what: str, error: type[TlogError]) -> None:
    """Refuse what cannot stand in a note: control characters other than newline, and lone surrogates."""
    if _CONTROL.search(text):
        raise error(f"{what} contains a control character")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise error(f"{what} contains a lone surrogate")


def check_name(name: str, error: type[TlogError]) -> None:
    """Refuse a key name that is empty or holds a plus, a Unicode space or a control character."""
    if not name:
        raise error("the key name is empty")
    if "+" in name or any(letter.isspace() for letter in name):
        raise error(f"the key name {name!r} contains a space or a plus")
    check_text(name, "the key name", error)


def read_text(data: bytes, what: str, error: type[TlogError]) -> str:
    """The text of UTF-8 bytes without control characters other than newline."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise error(f"{what} is not UTF-8") from None
    check_text(text, what, error)
    return text
