"""What a reader looks for: words, and nothing else. No sign has a meaning of its own, none can be a wrong one.

Every word must be found. One of three letters or more also finds words that begin with it; shorter ones and numbers
are found as they are. Characters of scripts without spaces that stand together are found together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidInput
from projections.words import Place, places

MAX_LENGTH: Final = 400
"""Characters in what a reader types."""
MAX_WORDS: Final = 32
_BEGINNING: Final = 3

Span = tuple[int, int]
"""A stretch of a text in code points, the end excluded."""


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word, or the characters that are looked for in a row. `begins`: words that begin so are found too."""

    words: tuple[str, ...]
    begins: bool = False

    def __str__(self) -> str:
        return "".join(self.words)

    def fits(self, found: Sequence[Place], at: int) -> bool:
        """Whether the words from this one on are what is looked for."""
        if self.begins:
            return found[at].word.startswith(self.words[0])
        return tuple(place.word for place in found[at : at + len(self.words)]) == self.words


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is looked for at once; nothing, if there was no word in what was typed."""

    all: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def match(self) -> str:
        """The same for FTS5. Words hold only letters, marks and digits, so none of it can end a quotation."""
        return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.begins else ""}' for term in self.all)

    def spans(self, text: str) -> tuple[Span, ...]:
        """Where the text has any of the words: whole words, in order, those without anything between as one."""
        found = places(text)
        merged: list[Span] = []
        for at in sorted(set(self._fitting(found))):
            start, end = found[at].start, found[at].end
            if merged and merged[-1][1] >= start:
                start = merged.pop()[0]
            merged.append((start, end))
        return tuple(merged)

    def count(self, text: str) -> int:
        """How many of the terms the text has."""
        found = places(text)
        return sum(any(term.fits(found, at) for at in range(len(found))) for term in self.all)

    def _fitting(self, found: Sequence[Place]) -> Iterator[int]:
        for at in range(len(found)):
            for term in self.all:
                if term.fits(found, at):
                    yield from range(at, at + len(term.words))


def terms(text: str) -> Terms:
    """What somebody looks for who typed this. Raises `InvalidInput` for more than can be looked for at once."""
    if len(text) > MAX_LENGTH:
        raise InvalidInput(f"What is looked for has at most {MAX_LENGTH} characters. Leave out words that matter less.")
    found = places(text)
    if len(found) > MAX_WORDS:
        raise InvalidInput(f"What is looked for has at most {MAX_WORDS} words. Leave out those that matter less.")
    return Terms(tuple(dict.fromkeys(_term(run) for run in _runs(found))))


def _runs(found: Sequence[Place]) -> Iterator[list[Place]]:
    """Words one by one, and characters of scripts without spaces as they stand together."""
    run: list[Place] = []
    for place in found:
        if run and not (place.alone and run[-1].alone and run[-1].end == place.start):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _term(run: Sequence[Place]) -> Term:
    words = tuple(place.word for place in run)
    begins = not run[0].alone and len(words[0]) >= _BEGINNING and not words[0].isdigit()
    return Term(words, begins)
