"""Places in a text, found by quotation and counted in Unicode code points (W3C Selectors and States, 2017).

A quotation is matched exactly, code point by code point: nothing is normalised, so what is stored is what was read.
Letters that only look alike never match, but the refusal names them.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, Self

CONTEXT: Final = 32
"""How many code points before and after the quotation are kept."""

COUNTED: Final = 1_000
"""Occurrences are counted up to here."""

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """A stretch of a text: `start` included, `end` excluded.

    `prefix` and `suffix` are the `CONTEXT` code points on either side, fewer only where the text begins or ends.
    """

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    @classmethod
    def at(cls, text: str, start: int, end: int) -> Self:
        """The anchor of `text[start:end]`. Raises `ValueError` if that is empty or leaves the text."""
        if not 0 <= start < end <= len(text):
            raise ValueError(f"{start} to {end} is no stretch of a text of {len(text)} code points")
        return cls(start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


class NoMatch(ValueError):
    """The quotation is not there. `similar` is where something that looks like it stands (start, end), if anywhere."""

    def __init__(self, detail: str, similar: tuple[int, int] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.similar = similar


class Ambiguous(ValueError):
    """The quotation is there `count` times (`COUNTED` means: at least so often). `offsets` are the first few starts."""

    def __init__(self, count: int, offsets: Sequence[int]) -> None:
        times = f"{count:,} times or more" if count >= COUNTED else f"{count} times"
        super().__init__(
            f"The quote stands {times} in the text, {_places(offsets, count)}; "
            "say which is meant by a prefix, a suffix or a start."
        )
        self.count = count
        self.offsets = tuple(offsets)


def find(text: str, exact: str, prefix: str | None, suffix: str | None, start: int | None, end: int | None) -> Anchor:
    """The one place where the text has `exact`, with `prefix` right before and `suffix` right after it if given.

    With `start` or `end` that place and no other is looked at. Overlapping occurrences count. Raises `NoMatch` if there
    is no such place, `Ambiguous` if there are several.
    """
    if not exact:
        raise NoMatch("The quote is empty.")
    before, after = prefix or "", suffix or ""
    if start is not None or end is not None:
        return _find_at(text, exact, before, after, *_stretch(exact, start, end))
    offsets = _occurrences(text, before + exact + after)
    if not offsets:
        raise _no_match(text, exact, before, after)
    if len(offsets) > 1:
        raise Ambiguous(len(offsets), [offset + len(before) for offset in offsets[:_SHOWN]])
    begin = offsets[0] + len(before)
    return Anchor.at(text, begin, begin + len(exact))


def refind(text: str, anchor: Anchor) -> Anchor | None:
    """The anchor's place in an edited text, by its exact words alone.

    Where they stand once, that is the place; where they stand more often, the only one between the same prefix and
    suffix. None if there is no such place or no telling which: an orphan is better than a claim moved to other words.
    """
    offsets = _occurrences(text, anchor.exact)
    if len(offsets) > 1:
        offsets = [o + len(anchor.prefix) for o in _occurrences(text, anchor.prefix + anchor.exact + anchor.suffix)]
    if len(offsets) != 1:
        return None
    return Anchor.at(text, offsets[0], offsets[0] + len(anchor.exact))


def context_changed(old: Anchor, new: Anchor) -> bool:
    """Whether the words right before or after the quotation are others now."""
    return (old.prefix, old.suffix) != (new.prefix, new.suffix)


def _occurrences(text: str, words: str) -> list[int]:
    """The first `COUNTED` offsets; the bound keeps repetitive texts from costing the product of both lengths."""
    offsets: list[int] = []
    offset = text.find(words)
    while offset >= 0 and len(offsets) < COUNTED:
        offsets.append(offset)
        offset = text.find(words, offset + 1)
    return offsets


def _stretch(exact: str, start: int | None, end: int | None) -> tuple[int, int]:
    if start is None:
        start = (end or 0) - len(exact)
    return start, start + len(exact) if end is None else end


def _find_at(text: str, exact: str, before: str, after: str, start: int, end: int) -> Anchor:
    if not 0 <= start < end <= len(text):
        raise NoMatch(f"{start} to {end} is no stretch of this text, which has {len(text)} code points.")
    if text[start:end] != exact:
        raise _no_match_at(text, exact, start, end)
    if not text[:start].endswith(before) or not text.startswith(after, end):
        raise _other_context(text, exact, [start])
    return Anchor.at(text, start, end)


def _no_match_at(text: str, exact: str, start: int, end: int) -> NoMatch:
    offsets = _occurrences(text, exact)
    if not offsets:
        return _no_match(text, exact, "", "")
    hint = f"the quote stands {_places(offsets[:_SHOWN], len(offsets))}"
    units = text.encode("utf-16-le", "surrogatepass")
    meant = len(units[: 2 * start].decode("utf-16-le", "replace"))
    if meant != start and text.startswith(exact, meant):
        hint = f"offsets are counted in code points, not in UTF-16 units: {meant} to {meant + len(exact)} is meant"
    return NoMatch(f"From {start} to {end} the text reads {_quoted(text[start:end])}; {hint}.")


def _no_match(text: str, exact: str, before: str, after: str) -> NoMatch:
    if (before or after) and (offsets := _occurrences(text, exact)):
        return _other_context(text, exact, offsets)
    similar = _similar(text, exact)
    if similar is None:
        return NoMatch("The quote does not occur in the text.")
    start, end = similar
    differences = list(_differences(exact, text[start:end]))
    told = "; ".join(
        f"the text has {_quoted(_word(text, start + at))} with {_names(there)} at {start + at} "
        f"where the quote has {_names(here)}"
        for at, there, here in differences[:_SHOWN]
    )
    more = f"; and {len(differences) - _SHOWN} more such differences" if len(differences) > _SHOWN else ""
    return NoMatch(f"The quote does not occur in the text, but looks like {start} to {end}: {told}{more}.", similar)


def _other_context(text: str, exact: str, offsets: list[int]) -> NoMatch:
    first = Anchor.at(text, offsets[0], offsets[0] + len(exact))
    return NoMatch(
        f"The quote stands {_places(offsets[:_SHOWN], len(offsets))}, but not with this prefix and suffix; "
        f"at {first.start} it stands between {_quoted(first.prefix)} and {_quoted(first.suffix)}."
    )


def _places(offsets: Sequence[int], count: int) -> str:
    listed = ", ".join(str(offset) for offset in offsets)
    return f"at {listed} …" if count > len(offsets) else f"at {listed}"


def _quoted(words: str) -> str:
    return f'"{words[:60]}…"' if len(words) > 60 else f'"{words}"'


def _names(characters: str) -> str:
    if not characters:
        return "nothing"
    named = [f"{unicodedata.name(c, 'a control character')} (U+{ord(c):04X})" for c in characters[:_SHOWN]]
    return " + ".join(named) + (" …" if len(characters) > _SHOWN else "")


def _word(text: str, offset: int) -> str:
    """The word around the offset, cut off 20 code points away."""
    before = text[max(0, offset - 20) : offset]
    after = text[offset : offset + 20]
    start = max((i + 1 for i, c in enumerate(before) if not c.isalnum()), default=0)
    end = next((i for i, c in enumerate(after) if i and not c.isalnum()), len(after))
    return before[start:] + after[:end]


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


def _similar(text: str, quote: str) -> tuple[int, int] | None:
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


def _differences(quote: str, found: str) -> Iterator[tuple[int, str, str]]:
    """Offset in `found`, what it has there, what the quote has instead. Both have the same shape."""
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
