"""A place in a text, and finding it by a quotation, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from domain.anchors.lookalikes import differences, names, similar, word_around

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
    offsets = occurrences(text, before + exact + after)
    if not offsets:
        raise _no_match(text, exact, before, after)
    if len(offsets) > 1:
        raise Ambiguous(len(offsets), [offset + len(before) for offset in offsets[:_SHOWN]])
    begin = offsets[0] + len(before)
    return Anchor.at(text, begin, begin + len(exact))


def occurrences(text: str, words: str) -> list[int]:
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
    offsets = occurrences(text, exact)
    if not offsets:
        return _no_match(text, exact, "", "")
    hint = f"the quote stands {_places(offsets[:_SHOWN], len(offsets))}"
    units = text.encode("utf-16-le", "surrogatepass")
    meant = len(units[: 2 * start].decode("utf-16-le", "replace"))
    if meant != start and text.startswith(exact, meant):
        hint = f"offsets are counted in code points, not in UTF-16 units: {meant} to {meant + len(exact)} is meant"
    return NoMatch(f"From {start} to {end} the text reads {_quoted(text[start:end])}; {hint}.")


def _no_match(text: str, exact: str, before: str, after: str) -> NoMatch:
    if (before or after) and (offsets := occurrences(text, exact)):
        return _other_context(text, exact, offsets)
    stretch = similar(text, exact)
    if stretch is None:
        return NoMatch("The quote does not occur in the text.")
    start, end = stretch
    found = list(differences(exact, text[start:end]))
    told = "; ".join(
        f"the text has {_quoted(word_around(text, start + at))} with {names(there)} at {start + at} "
        f"where the quote has {names(here)}"
        for at, there, here in found[:_SHOWN]
    )
    more = f"; and {len(found) - _SHOWN} more such differences" if len(found) > _SHOWN else ""
    return NoMatch(f"The quote does not occur in the text, but looks like {start} to {end}: {told}{more}.", stretch)


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
