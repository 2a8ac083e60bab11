"""An article's text cut where marks begin and end, so that claims which overlap can be shown in place.

Nothing is added and nothing is lost: the texts of all segments and the gaps between paragraphs, joined in order, are
the text again, code point by code point.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_WHITE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of the text, `start` included and `end` excluded, in code points. `key` says which mark."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch that no mark begins or ends inside of.

    `keys` are the marks that cover it, the shortest first; `closing` are those that cover no later segment.
    """

    text: str
    keys: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Segments up to a blank line, and the white space that follows them. Without segments it is only that space."""

    segments: tuple[Segment, ...]
    gap: str


def paragraphs(text: str, spans: Sequence[Span]) -> tuple[Paragraph, ...]:
    """The text with its marks, split at blank lines. A mark that runs over one goes on in the next paragraph.

    Raises `ValueError` for a span that is empty or leaves the text, and for a key used twice.
    """
    _check(text, spans)
    gaps = frozenset(_gaps(text))
    pieces = list(_pieces(len(text), spans, gaps))
    last = {span.key: start for start, _, covering in pieces for span in covering}
    made: list[Paragraph] = []
    begun: list[Segment] = []
    for start, end, covering in pieces:
        if (start, end) in gaps:
            made.append(Paragraph(tuple(begun), text[start:end]))
            begun = []
            continue
        keys = tuple(span.key for span in covering)
        begun.append(Segment(text[start:end], keys, tuple(key for key in keys if last[key] == start)))
    return (*made, Paragraph(tuple(begun), "")) if begun else tuple(made)


def _check(text: str, spans: Sequence[Span]) -> None:
    if len({span.key for span in spans}) != len(spans):
        raise ValueError("two marks have the same key")
    for span in spans:
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"{span.start} to {span.end} is no stretch of a text of {len(text)} code points")


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """White space with a blank line in it, or at either end of the text."""
    for found in _WHITE.finditer(text):
        start, end = found.span()
        if start == 0 or end == len(text) or found.group().count("\n") > 1:
            yield start, end


def _pieces(
    length: int, spans: Sequence[Span], gaps: frozenset[tuple[int, int]]
) -> Iterator[tuple[int, int, list[Span]]]:
    """Stretches from cut to cut, each with the spans that cover it, the shortest first. Gaps stay whole."""
    inside = {cut for start, end in gaps for cut in range(start + 1, end)}
    edges = {edge for span in spans for edge in (span.start, span.end)} - inside
    cuts = sorted({0, length} | edges | {edge for gap in gaps for edge in gap})
    by_length = sorted(spans, key=lambda span: span.end - span.start)
    for start, end in pairwise(cuts):
        if (start, end) in gaps:
            yield start, end, []
        else:
            yield start, end, [span for span in by_length if span.start <= start and end <= span.end]
