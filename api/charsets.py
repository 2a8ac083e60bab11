"""In which charset captured bytes are written: as browsers read them, which is how the people who quote them did.

What was declared counts, as the Encoding Standard understands it: pages that say `iso-8859-1` are written in
windows-1252. A few damaged bytes are a few damaged letters, and no reason to read the others in another way.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

_LABEL: Final = rb"\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})"
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset" + _LABEL, re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding" + _LABEL)
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEEN: Final = 4_096
_GUESSED_FROM: Final = 200_000

_BROWSERS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Codec → the one, with more letters, that browsers take for it."""

_ALIASES: Final = {
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    **{f"x-cp125{n}": f"cp125{n}" for n in range(9)},
}
"""Names that pages use and Python does not know."""

_NONE: Final = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
"""Codecs that no page is written in."""

_UNICODE_LETTERS: Final = ("utf-16", "utf-32", "unicode")


def decoded(data: bytes, declared: str, *, is_html: bool = False) -> tuple[str, str]:
    """The codec and the text: by the mark at the beginning, by what was declared, as UTF-8, or else as it looks."""
    for codec in _candidates(data, declared, is_html=is_html):
        text = data.decode(codec, "replace")
        if _is_sound(text):
            return codec, text
    from charset_normalizer import from_bytes  # noqa: PLC0415 (after the limits)

    best = from_bytes(data[:_GUESSED_FROM]).best()
    codec = _codec(best.encoding if best else "iso-8859-1") or "cp1252"
    return codec, data.decode(codec, "replace")


def _is_sound(text: str) -> bool:
    """Whether at most one in five of the letters that tell charsets apart could not be read."""
    lost = text.count("\ufffd")
    return not lost or lost * 4 <= sum(letter > "\x7f" for letter in text) - lost


def _candidates(data: bytes, declared: str, *, is_html: bool) -> Iterator[str]:
    if (mark := next((codec for mark, codec in _MARKS if data.startswith(mark)), None)) is not None:
        yield mark
    if declared and (codec := _codec(declared)) is not None:
        yield codec
    inside = (_XML.match(data[:_SEEN]) or _META.search(data[:_SEEN])) if is_html else None
    if inside is not None and (codec := _codec(inside[1].decode())) is not None:
        # Whoever could read the declaration in single bytes knows that it is wrong about there being two for a letter.
        yield "utf-8" if codec.startswith(_UNICODE_LETTERS) else codec
    yield "utf-8"


def _codec(label: str) -> str | None:
    """The codec by which a browser reads what is so labelled; None for what is none."""
    try:
        found = codecs.lookup(_ALIASES.get(label.lower(), label))
        "".encode(found.name)  # the codecs that turn bytes into bytes say so here
    except (LookupError, UnicodeError):
        return None
    return None if found.name in _NONE else _BROWSERS.get(found.name, found.name)
