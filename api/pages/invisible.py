"""Characters that show nothing, or turn round how what follows is read: pages show them instead of obeying them.

A name may hold a right-to-left override, a zero-width space or a control character, and then reads as another name.
Such a character stays in the text, which can be searched and copied as it was typed; around it stands an element that
ends its effect, and the sheet writes its code there. Where writing needs it (the joiners of Persian, Hindi or an
emoji, the marks of a text that runs both ways, the breaks of Thai) it does its work unseen.
"""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import bidirectional, category, name

from markupsafe import Markup, escape

_UNSEEN: Final = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""The flag of a region, such as Wales: a black flag followed by tags that spell the region."""

_DIRECTION_MARKS: Final = "\u061c\u200e\u200f"
_BROKEN_BY_SENSE: Final = "THAI LAO KHMER MYANMAR TIBETAN JAVANESE BALINESE"
_JOINING: Final = (
    "ARABIC SYRIAC NKO MONGOLIAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA "
    "KHMER MYANMAR"
)
_WRITTEN_WITH: Final = {
    "\u200b": frozenset(_BROKEN_BY_SENSE.split()),
    "\u200c": frozenset(_JOINING.split()),
    "\u200d": frozenset(_JOINING.split()),
    "\u2800": frozenset({"BRAILLE"}),
    **dict.fromkeys(map(chr, range(0x13430, 0x13440)), frozenset({"EGYPTIAN"})),
}
"""Unseen character → the scripts, by the first word of their letters' names, that are written with it."""


def shown(text: str) -> str:
    """The text as HTML, in which every unseen character can be seen. Without its markup it is the same text.

    A text that has none is given back as it is, to be escaped where it is shown. Control characters are kept although
    HTML calls them an error; a parser passes them on. Of line ends it makes line feeds, whichever they were.
    """
    if _UNSEEN.search(text) is None:
        return text
    pieces = (_marked(piece) if odd else escape(piece) for piece, odd in _pieces(text))
    return Markup("").join(pieces)


def spelled(text: str) -> str:
    """The text with the code of every unseen character in its place, where no markup can be: `a[U+202E]b`."""
    return "".join(f"[{_code(piece)}]" if odd else piece for piece, odd in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut into unseen characters, with True, and what is between them."""
    done = 0
    flags = {at for flag in _FLAG.finditer(text) for at in range(*flag.span())}
    both_ways = any(bidirectional(other) in ("R", "AL") for other in text if other not in _DIRECTION_MARKS)
    for found in _UNSEEN.finditer(text):
        at = found.start()
        directs = both_ways and text[at] in _DIRECTION_MARKS
        if at not in flags and not directs and not _at_work(text, at):
            yield text[done:at], False
            yield text[at], True
            done = at + 1
    yield text[done:], False


def _at_work(text: str, at: int) -> bool:
    """Whether the character stands where its script, or an emoji, is written with it."""
    character, before, after = text[at], text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if character == "\u200d" and _pictured(before) and _pictured(after):
        return True
    return _script(before) in _WRITTEN_WITH.get(character, ())


def _script(character: str) -> str:
    return name(character, "").partition(" ")[0] if character else ""


def _pictured(character: str) -> bool:
    """Whether it can be part of an emoji: a symbol, a skin tone, the selector that asks for the picture."""
    return bool(character) and (character == "\ufe0f" or category(character) in ("So", "Sk", "Sm", "Po"))


def _marked(character: str) -> Markup:
    called = f"{_code(character)} {name(character, 'control character')}"
    return Markup('<bdi class="unseen" title="{}" data-code="{}">{}</bdi>').format(called, _code(character), character)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
