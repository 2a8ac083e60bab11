"""Letters that only look alike: where a text has something that reads like a quotation, and what differs there."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

_NAMED: Final = 3
"""How many characters are named in one difference."""

_TWINS: Final = {
    "АВЕЅІЈКМНОРСТУХӀԚԜ": "ABESIJKMHOPCTYXIQW",  # Cyrillic
    "авеѕіјкмнорстухӏԛԝһԁ": "abesijkmhopctyxlqwhd",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",  # Greek
    "αγικνορυχ": "ayikvopux",
    "ı": "i",  # Turkish
    "‘’‚‛′ʼ´`‹›": "'" * 10,
    "“”„‟″«»": '"' * 7,
    "‐‒–—―−": "-" * 6,
}
_NO_INK: Final = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_LOOKS_LIKE: Final = str.maketrans("".join(_TWINS), "".join(_TWINS.values()), _NO_INK)


@lru_cache(maxsize=4096)
def _shape(character: str) -> str:
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character.translate(_LOOKS_LIKE))
    return plain.translate(_LOOKS_LIKE).casefold()


def _shapes(text: str) -> list[str]:
    """What each code point looks like: the same letter for look-alikes, a single space for a run of white space."""
    shapes = [_shape(character) for character in text]
    return ["" if shape == before == " " else shape for before, shape in zip(["", *shapes], shapes, strict=False)]


def _trimmed_shapes(quote: str) -> list[str]:
    lead = len(quote) - len(quote.lstrip())
    core = _shapes(quote.strip())
    return [""] * lead + core + [""] * (len(quote) - lead - len(core))


def similar(text: str, quote: str) -> tuple[int, int] | None:
    """The first stretch of the text that looks like the quote."""
    wanted = "".join(_trimmed_shapes(quote))
    shapes = _shapes(text)
    at = "".join(shapes).find(wanted) if wanted else -1
    if at < 0:
        return None
    edges = list(accumulate(map(len, shapes), initial=0))
    start, end = bisect_right(edges, at) - 1, bisect_left(edges, at + len(wanted))
    # A match that begins or ends inside one character's shape ("i" in the ligature of "fi") is no stretch of the text.
    return (start, end) if (edges[start], edges[end]) == (at, at + len(wanted)) else None


def differences(quote: str, found: str) -> Iterator[tuple[int, str, str]]:
    """Where `found` differs: the offset in it, what it has there, what the quote has instead. Both look the same."""
    ours = list(accumulate(map(len, _trimmed_shapes(quote)), initial=0))
    theirs = list(accumulate(map(len, _shapes(found)), initial=0))
    common = sorted(set(ours) & set(theirs))
    for low, high in pairwise([*common, common[-1] + 1]):
        here = quote[bisect_left(ours, low) : bisect_left(ours, high)]
        there = found[bisect_left(theirs, low) : bisect_left(theirs, high)]
        if here != there:
            tail = _alike(here[::-1], there[::-1])
            here, there = here[: len(here) - tail], there[: len(there) - tail]
            same = _alike(here, there)
            yield bisect_left(theirs, low) + same, there[same:], here[same:]


def _alike(one: str, other: str) -> int:
    """How many code points at the beginning are the same."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def names(characters: str) -> str:
    """The characters as Unicode calls them, the first few of many."""
    if not characters:
        return "nothing"
    named = [f"{unicodedata.name(c, 'a control character')} (U+{ord(c):04X})" for c in characters[:_NAMED]]
    return " + ".join(named) + (" …" if len(characters) > _NAMED else "")


def word_around(text: str, offset: int) -> str:
    """The word around the offset, cut off 20 code points away."""
    before = text[max(0, offset - 20) : offset]
    after = text[offset : offset + 20]
    start = max((i + 1 for i, c in enumerate(before) if not c.isalnum()), default=0)
    end = next((i for i, c in enumerate(after) if i and not c.isalnum()), len(after))
    return before[start:] + after[:end]
