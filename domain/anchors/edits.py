"""What an edit left standing: which stretches of the old text are stretches of the new one, and where.

An edit can often be told in several ways: of "ha ha ha" without one "ha " nobody can say which one went. So it is told
twice, once from the beginning and once from the end. Where both say the same of an edit of a single run that is proof:
one of the two keeps everything before the run, the other everything behind it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from domain.anchors.places import CONTEXT

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that are written without spaces between words."""
WORDS: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|\s+|.", re.DOTALL)
"""Words, white space, and single characters of everything else; together they are the whole text."""
_SENTENCES: Final = re.compile(r"[^.!?\n。！？]{1,500}[.!?\n。！？\s]*|[.!?\n。！？]+")

_COMPARED: Final = 2 * 10**9
"""How many pairs of words are compared in one edit, which takes about half a second. What lies beyond is unmatched."""


class Block(NamedTuple):
    """`length` code points that stand at `old` in the old text and at `new` in the new one."""

    old: int
    new: int
    length: int

    def moved(self, old: int, new: int) -> "Block":
        """The same, if the texts began so much earlier."""
        return Block(self.old + old, self.new + new, self.length)


class Edit:
    """The change from one text to another. Nothing is compared before it is asked for."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._head, self._tail = _alike(old, new), _alike(old[::-1], new[::-1])

    def told(self, start: int, end: int) -> list[int]:
        """Where the old text's stretch from `start` to `end` stands now, by each way of telling the edit.

        Two, one or none: a way by which the stretch was touched says nothing.
        """
        return [place for blocks in self._ways if (place := self._place(blocks, start, end)) is not None]

    def _place(self, blocks: Sequence[Block], start: int, end: int) -> int | None:
        """Where the stretch is, if one block holds it. A short one between two changes is alike by chance too often."""
        index = bisect_right(blocks, start, key=lambda block: block.old) - 1
        if index < 0 or end > blocks[index].old + blocks[index].length:
            return None
        block = blocks[index]
        at_an_end = block.old == block.new == 0 or (
            block.old + block.length == len(self.old) and block.new + block.length == len(self.new)
        )
        return start + block.new - block.old if at_an_end or block.length >= CONTEXT else None

    def near(self, start: int) -> int:
        """About where the old text's offset is now: a hint for the search, nothing more."""
        tail, moved = len(self.old) - self._tail, len(self.new) - len(self.old)
        if start <= self._head or start >= tail:
            return min(start if start <= self._head else start + moved, len(self.new))
        share = (start - self._head) / (tail - self._head)
        return self._head + int(share * (tail + moved - self._head))

    @cached_property
    def _ways(self) -> tuple[Sequence[Block], Sequence[Block]]:
        """The blocks that stay, told from the beginning and told from the end; each in order, none empty."""
        old, new, head, tail = self.old, self.new, self._head, self._tail
        ahead = [Block(0, 0, head), *(b.moved(head, head) for b in _matches(old[head:], new[head:]))]
        mirrored = _matches(old[: len(old) - tail], new[: len(new) - tail], backwards=True)
        back = [Block(0, 0, tail), *(block.moved(tail, tail) for block in mirrored)]
        seen_from_the_end = (Block(len(old) - b.old - b.length, len(new) - b.new - b.length, b.length) for b in back)
        return tuple(_joined(ahead)), tuple(_joined(reversed(list(seen_from_the_end))))


def _alike(one: str, other: str) -> int:
    """How many code points at the beginning are the same; slices are compared, since that is fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def _matches(old: str, new: str, *, backwards: bool = False) -> Iterator[Block]:
    """What stays, in order: whole sentences, between them words, and between these how the characters begin and end.

    Told backwards, both texts are read from the end, and offsets count from there.
    """
    step, left, old_at, new_at = -1 if backwards else 1, _COMPARED, 0, 0
    for run in _runs(_SENTENCES.findall(old)[::step], _SENTENCES.findall(new)[::step], left):
        inner: Iterable[_Run] = (run,)
        if not run.same:
            ours, theirs = ([w for s in side for w in WORDS.findall(s)[::step]] for side in (run.ours, run.theirs))
            inner = _runs(ours, theirs, left)
            left -= min(left, len(ours) * len(theirs))
        for part in inner:
            one, other = ("".join(unit[::step] for unit in side) for side in (part.ours, part.theirs))
            head = len(one) if part.same else _alike(one, other)
            tail = 0 if part.same else min(_alike(one[::-1], other[::-1]), min(len(one), len(other)) - head)
            yield Block(old_at, new_at, head)
            yield Block(old_at + len(one) - tail, new_at + len(other) - tail, tail)
            old_at, new_at = old_at + len(one), new_at + len(other)


class _Run(NamedTuple):
    """Units in a row that stay, or those of the old text in whose place those of the new one stand."""

    same: bool
    ours: Sequence[str]
    theirs: Sequence[str]


def _runs(ours: Sequence[str], theirs: Sequence[str], limit: int) -> Iterator[_Run]:
    """Both sequences from beginning to end. What would take more than `limit` pairs to compare is one change."""
    if len(ours) * len(theirs) > limit:
        yield _Run(False, ours, theirs)
        return
    for op in Levenshtein.opcodes(ours, theirs):
        one, other = ours[op.src_start : op.src_end], theirs[op.dest_start : op.dest_end]
        yield _Run(op.tag == "equal", one, other)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same without empty ones, and with neighbours made one."""
    held = Block(0, 0, 0)
    for block in blocks:
        if (held.old + held.length, held.new + held.length) == (block.old, block.new):
            held = Block(held.old, held.new, held.length + block.length)
        elif block.length:
            if held.length:
                yield held
            held = block
    if held.length:
        yield held
