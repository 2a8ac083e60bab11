"""Places that resemble a lost one, scored as Hypothesis does: by the words, by those around them, by the place.

They are looked for where the rarest words of the quotation, and of what stood around it, stand in the new text.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from domain.anchors.edits import WORDS
from domain.anchors.places import Anchor

_WORDS, _PREFIX, _SUFFIX, _PLACE = 50, 20, 20, 2
"""How much likeness weighs: of the words, of those before and after them, of the place."""
_MOST_ERRORS: Final = 256
_LITERAL: Final = 12
"""So many exact occurrences are looked at on either side of where the place was."""
_SEEDS, _HITS, _TRIED = 24, 16, 6
"""How many of the rarest words lead to places, to how many each, and how many of these places are looked at."""
_GRAIN: Final = 16
"""Places that are no further apart than this are hinted at together."""
_PROBE, _AROUND = 48, 16
"""So many code points inside and outside of either end of the words tell where they begin and end."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that resembles the words. `score` is from 0 to 1; `literal` says that it has the very words."""

    start: int
    end: int
    score: float
    literal: bool

    def overlaps(self, other: "Candidate") -> bool:
        """Whether both have a code point in common."""
        return self.start < other.end and other.start < self.end


class Likeness:
    """Looks for what resembles lost words in one text. What it has to know of the text is gathered once."""

    def __init__(self, text: str) -> None:
        self._text = text

    def candidates(self, anchor: Anchor, near: int) -> list[Candidate]:
        """The places that resemble the anchor, the best first. `near` is where it would be by the rest of the text.

        Cuts of one place count once; exact occurrences count each, also where they overlap. A stretch with more errors
        than half as many as the words have code points, or than 256, is no candidate.
        """
        found = {(start, start + len(anchor.exact)) for start in self._literal(anchor.exact, near)}
        found |= {self._fitted(anchor, start) for start in self._hinted(anchor, near)}
        scored = [one for start, end in found if (one := self._scored(anchor, near, start, end)) is not None]
        scored.sort(key=lambda candidate: (-candidate.score, candidate.start, candidate.end))
        apart: list[Candidate] = []
        for one in scored:
            if not any(one.overlaps(other) and not (one.literal and other.literal) for other in apart):
                apart.append(one)
        return apart

    def _literal(self, exact: str, near: int) -> Iterator[int]:
        """Exact occurrences: the nearest few on either side."""
        begin, end = near, near - 1 + len(exact)
        for _ in range(_LITERAL):
            if (at := self._text.find(exact, begin)) < 0:
                break
            yield at
            begin = at + 1
        for _ in range(_LITERAL):
            if end < 0 or (at := self._text.rfind(exact, 0, end)) < 0:
                break
            yield at
            end = at - 1 + len(exact)

    def _hinted(self, anchor: Anchor, near: int) -> Iterator[int]:
        """Where the words would begin, by where their rarest words stand now; the most hinted at first."""
        words = self._positions
        offsets = {m[0]: m.start() - len(anchor.prefix) for m in WORDS.finditer(_whole(anchor)) if m[0] in words}
        rarest = sorted(offsets, key=lambda word: (len(words[word]), -len(word), word))[:_SEEDS]
        votes: Counter[int] = Counter()
        first: dict[int, int] = {}
        for word in rarest:
            for hit in _nearest(words[word], near + offsets[word]):
                begin = hit - offsets[word]
                votes[begin // _GRAIN] += len(word)
                first.setdefault(begin // _GRAIN, begin)
        ranked = sorted(votes, key=lambda grain: (-votes[grain], abs(first[grain] - near), grain))
        return (first[grain] for grain in ranked[:_TRIED])

    @cached_property
    def _positions(self) -> Mapping[str, Sequence[int]]:
        """Word → where it stands, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for match in WORDS.finditer(self._text):
            if match[0][0].isalnum():
                found[match[0]].append(match.start())
        return dict(found)

    def _fitted(self, anchor: Anchor, hint: int) -> tuple[int, int]:
        """Where the words begin and end, if they begin about there."""
        exact, slack = anchor.exact, _most_errors(anchor.exact) + 2 * _GRAIN
        before, after = anchor.prefix[-_AROUND:], anchor.suffix[:_AROUND]
        head, tail = exact[:_PROBE], exact[-_PROBE:]
        start = self._boundary(before + head, len(before), hint - len(before), slack)
        start = min(self._snapped(start), key=lambda s: _errors(head, self._text[s : s + len(head)]))
        end = self._boundary(tail + after, len(tail), start + len(exact) - len(tail), slack)
        end = min(self._snapped(end), key=lambda e: _errors(tail, self._text[max(start, e - len(tail)) : e]))
        return start, max(start, end)

    def _boundary(self, probe: str, offset: int, hint: int, slack: int) -> int:
        """Where the text has what stands at `offset` in the probe, if the probe begins about at the hint."""
        low = max(0, min(hint, len(self._text)) - slack)
        window = self._text[low : max(0, hint) + len(probe) + slack]
        best = fuzz.partial_ratio_alignment(probe, window)
        if best is None or not window:
            return low
        # The best window is as long as the probe, so that what was put into the words pushes their other end out of it.
        left = max(0, best.dest_start - _AROUND)
        for op in Levenshtein.opcodes(probe, window[left : best.dest_end + _AROUND]):
            if op.src_start <= offset < op.src_end or op.src_end == offset == len(probe):
                within = min(offset - op.src_start, op.dest_end - op.dest_start)
                return low + left + op.dest_start + within
        return low + left

    def _snapped(self, offset: int) -> list[int]:
        """The offset, and the beginnings of the word that it is in and of the next one."""
        around = [m.span() for m in WORDS.finditer(self._text, max(0, offset - _GRAIN), offset + _GRAIN)]
        return [offset, *(edge for low, high in around if low < offset < high for edge in (low, high))]

    def _scored(self, anchor: Anchor, near: int, start: int, end: int) -> Candidate | None:
        text, exact, most = self._text, anchor.exact, _most_errors(anchor.exact)
        errors = Levenshtein.distance(exact, text[start:end], score_cutoff=most)
        if start == end or errors > most:
            return None
        before = text[max(0, start - len(anchor.prefix)) : start]
        after = text[end : end + len(anchor.suffix)]
        parts = [(_WORDS, 1 - errors / len(exact)), (_PLACE, 1 - min(1, abs(start - near) / len(text)))]
        parts += [(_PREFIX, _likeness(anchor.prefix, before))] if anchor.prefix else []
        parts += [(_SUFFIX, _likeness(anchor.suffix, after))] if anchor.suffix else []
        score = sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
        return Candidate(start, end, score, literal=errors == 0)


def _whole(anchor: Anchor) -> str:
    return anchor.prefix + anchor.exact + anchor.suffix


def _most_errors(exact: str) -> int:
    return min(_MOST_ERRORS, len(exact) // 2)


_errors: Final[Callable[[str, str], int]] = Levenshtein.distance
_likeness: Final[Callable[[str, str], float]] = Levenshtein.normalized_similarity


def _nearest(positions: Sequence[int], near: int) -> Sequence[int]:
    """The positions, or of many those next to where the word would be."""
    begin = max(0, min(bisect_left(positions, near) - _HITS // 2, len(positions) - _HITS))
    return positions[begin : begin + _HITS]
