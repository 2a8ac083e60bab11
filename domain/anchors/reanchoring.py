"""Finding a place again after an edit: exactly, by what the edit left standing, by likeness, or not at all.

An orphan is better than a claim moved to other words: whatever leaves a doubt goes to an editor, and nothing that was
found by likeness is ever called exact.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from domain.anchors.edits import Edit
from domain.anchors.likeness import Likeness
from domain.anchors.places import Anchor

THRESHOLD: Final = 0.85
"""What resembles a lost place less than this is not taken for it."""
MARGIN: Final = 0.05
"""The best candidate has to be this much better than the next one."""

OrphanedBecause = Literal["gone", "ambiguous", "below_threshold"]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the place is now. `score` belongs to `fuzzy`: how much it resembles what it was, from 0 to 1."""

    fate: Literal["exact", "moved", "fuzzy"]
    anchor: Anchor
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing resembles the place, too little does, or several do: then `candidates` is how many, as far as looked."""

    because: OrphanedBecause
    candidates: int | None = None


class Reanchoring:
    """Finds places of one text again in the next. The texts are compared once, however many places there are.

    `old` is None where it was erased: then nothing is known of what it had twice, nor of what the edit left standing.
    """

    def __init__(self, old: str | None, new: str) -> None:
        self._old, self._new = old, new
        self._likeness = Likeness(new)

    def again(self, anchor: Anchor) -> Found | Lost:
        """What became of a place of the old text.

        `exact`: its words stood once and stand once, or did so between the same prefix and suffix. `moved`: they stand
        more often, and the edit left this occurrence untouched. `fuzzy`: one place resembles it by at least
        `THRESHOLD`, and no other comes within `MARGIN`.
        """
        if (start := self._exactly(anchor)) is not None:
            return Found("exact", self._kept(anchor, start))
        if (start := self._carried(anchor)) is not None:
            return Found("moved", self._kept(anchor, start))
        return self._resembling(anchor)

    def _kept(self, anchor: Anchor, start: int) -> Anchor:
        return Anchor.at(self._new, start, start + len(anchor.exact))

    def _exactly(self, anchor: Anchor) -> int | None:
        if (at := self._only(anchor.exact)) is not None:
            return at
        at = self._only(anchor.prefix + anchor.exact + anchor.suffix)
        return None if at is None else at + len(anchor.prefix)

    def _only(self, words: str) -> int | None:
        """Where the words stand in the new text, if they stand there once and did not stand twice in the old one."""
        at = _once(self._new, words)
        return at if at is not None and (self._old is None or _once(self._old, words) is not None) else None

    def _carried(self, anchor: Anchor) -> int | None:
        """Where the edit left it, by both ways of telling the edit, or by one that what stands beside it bears out."""
        match self._told(anchor):
            case [one, other] if one == other:
                return one
            case [one] if self._beside(anchor) == {one}:
                return one
            case _:
                return None

    def _beside(self, anchor: Anchor) -> set[int]:
        """Where its words stand beside what they stood beside, on one side at least, if they do so once."""
        before, after = self._only(anchor.prefix + anchor.exact), self._only(anchor.exact + anchor.suffix)
        return {at for at in (None if before is None else before + len(anchor.prefix), after) if at is not None}

    def _told(self, anchor: Anchor) -> list[int]:
        """Where it stands by each way of telling the edit that leaves it untouched."""
        edit = self._edit
        if edit is None or edit.old[anchor.start : anchor.end] != anchor.exact:
            return []
        return [at for at in edit.told(anchor.start, anchor.end) if self._new.startswith(anchor.exact, at)]

    @cached_property
    def _edit(self) -> Edit | None:
        return None if self._old is None else Edit(self._old, self._new)

    def _resembling(self, anchor: Anchor) -> Found | Lost:
        near = anchor.start if self._edit is None else self._edit.near(anchor.start)
        candidates = self._likeness.candidates(anchor, min(near, len(self._new)))
        if not candidates:
            return Lost("gone")
        best = candidates[0]
        if best.score < THRESHOLD:
            literal = sum(candidate.literal for candidate in candidates)
            return Lost("ambiguous", literal) if literal > 1 else Lost("below_threshold")
        borne_out = {*self._told(anchor), *self._beside(anchor)}
        close = [one for one in candidates if best.score - one.score < MARGIN or one.start in borne_out]
        if len(close) > 1:
            return Lost("ambiguous", len(close))
        return Found("fuzzy", Anchor.at(self._new, best.start, best.end), best.score)


def _once(text: str, words: str) -> int | None:
    at = text.find(words)
    return at if at >= 0 and text.find(words, at + 1) < 0 else None


def context_changed(old: Anchor, new: Anchor) -> bool:
    """Whether the words right before or after the quotation are others now."""
    return (old.prefix, old.suffix) != (new.prefix, new.suffix)
