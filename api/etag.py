"""Entity tags, conditions and idempotency keys, as RFC 9110, RFC 8941 and the contract have them."""

import re
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers

from domain.errors import InvalidInput

_TAG: Final = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
_VERSION: Final = re.compile(r"v([1-9][0-9]{0,14})(?:\.[0-9a-f]+)?")
_STRING: Final = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_TOKEN: Final = re.compile(r"[\x21\x23-\x2b\x2d-\x7e]+")


def header(headers: Headers, name: str) -> str | None:
    """The header's value, None if it is missing. Several lines of one name are one list (RFC 9110, 5.3)."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


def etag(version: int | None, body: bytes) -> str:
    """The tag of a representation: the version, if it shows a record, and the beginning of the SHA-256 of its bytes."""
    hashed = sha256(body).hexdigest()[:16]
    return f'"{hashed}"' if version is None else f'"v{version}.{hashed}"'


def tags(header: str) -> list[tuple[bool, str]] | None:
    """The tags of a list, each with whether it is weak; None if the header is no list of tags."""
    found: list[tuple[bool, str]] = []
    at = 0
    while at < len(header):
        match = _TAG.match(header, at)
        if match is None:
            return None
        found.append((match[1] is not None, match[2]))
        at = match.end()
    return found


def versions(if_match: str | None) -> tuple[int, ...] | None:
    """The versions that If-Match names; None if it is missing or `*`, which names none.

    A weak tag never matches, nor does one that is none of ours: what is left may be empty. Raises `InvalidInput` for a
    header that is no list of tags.
    """
    if if_match is None or if_match.strip() in ("", "*"):
        return None
    listed = tags(if_match)
    if listed is None:
        raise InvalidInput('If-Match holds entity tags, as "v7".')
    matches = [_VERSION.fullmatch(tag) for weak, tag in listed if not weak]
    return tuple(int(match[1]) for match in matches if match)


def unchanged(if_none_match: str | None, current: str) -> bool:
    """Whether the reader has this representation already (weak comparison)."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(f'"{tag}"' == current for _, tag in tags(if_none_match) or ())


def idempotency_key(header: str | None) -> str | None:
    """The key in the header, as a structured-field string or bare; both spellings are the same key.

    Raises `InvalidInput` unless it has 1 to 255 characters of printable ASCII.
    """
    if header is None:
        return None
    text = header.strip()
    quoted = _STRING.fullmatch(text)
    if quoted is None and not _TOKEN.fullmatch(text):
        raise InvalidInput('Idempotency-Key is a string of printable ASCII, as "2f1c-7".')
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    if not 1 <= len(key) <= 255:
        raise InvalidInput("Idempotency-Key has 1 to 255 characters.")
    return key
