"""A piece of a text around what was looked for."""

from dataclasses import dataclass
from typing import Final
from unicodedata import category

from projections.terms import Span, Terms

LENGTH: Final = 200
"""About how many characters an excerpt has."""

_BEFORE: Final = 60
_WORD: Final = 30
"""How far a cut moves to fall between two words. A script without spaces is cut where it must be."""
_LONGEST: Final = 400
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text, with `…` where something was left out, and where in it the words are that were looked for."""

    text: str
    spans: tuple[Span, ...]


def excerpt(text: str, terms: Terms) -> Excerpt | None:
    """The text around the first of the words; None if it has none of them."""
    spans = terms.spans(text)
    if not spans:
        return None
    first_start, first_end = spans[0]
    start = _forward(text, first_start - _BEFORE, first_start)
    end = _back(text, max(start + LENGTH, min(first_end, start + _LONGEST)), min(first_end, start + _LONGEST))
    before, after = _CUT if start else "", _CUT if end < len(text) else ""
    moved = len(before) - start
    inside = tuple((a + moved, min(b, end) + moved) for a, b in spans if a < end)
    return Excerpt(before + text[start:end] + after, inside)


def _forward(text: str, wanted: int, last: int) -> int:
    """The next beginning of a word from here on, but not behind `last`."""
    if wanted <= 0:
        return 0
    for at in range(wanted, min(last, wanted + _WORD)):
        if text[at - 1].isspace() and not text[at].isspace():
            return at
    return next((at for at in range(wanted, last) if not _hangs_on(text[at])), last)


def _back(text: str, wanted: int, first: int) -> int:
    """The end of a word before this place, but not before `first`."""
    if wanted >= len(text):
        return len(text)
    for at in range(wanted, max(first, wanted - _WORD), -1):
        if text[at].isspace() and not text[at - 1].isspace():
            return at
    return next((at for at in range(wanted, first, -1) if not _hangs_on(text[at])), first)


def _hangs_on(character: str) -> bool:
    """Whether the character belongs to the one before it."""
    return category(character)[0] == "M"
