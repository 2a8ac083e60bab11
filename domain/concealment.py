"""What became of the words of recorded events: which were erased, withheld and released, as the ledger says now.

Erased words are gone at every moment: whoever looks at the past reads what stands in their place today. So does what is
withheld from the public. The index is read from the desk's stream alone, and is the same in every process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from pydantic import ValidationError

from domain.desk.word_events import WordsErased, WordsReleased, WordsWithheld
from domain.events import Erased, Recorded, Words
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store

_TELLING: Final = tuple(event.TYPE.rpartition(".")[0].encode() for event in (WordsErased, WordsWithheld, WordsReleased))
"""What stands in the head of every event that is looked for, in whatever version of its type."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was decided last between desk and public on one event: whether it is withheld, since when, by which event.

    An event that is not withheld is released.
    """

    withheld: bool
    position: int
    at: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Act:
    """One event that did something to the words of others, in these streams, one for each position.

    `beyond` are streams in which a redaction was read that it took away in turn.
    """

    recorded: Recorded
    streams: tuple[str, ...]
    beyond: tuple[str, ...]

    @property
    def positions(self) -> tuple[int, ...]:
        said: Any = self.recorded.event
        return tuple(said.positions)

    @property
    def concerns(self) -> tuple[str, ...]:
        """The streams that are read otherwise because of it."""
        return tuple(dict.fromkeys((*self.streams, *self.beyond)))

    @property
    def erases(self) -> bool:
        return isinstance(self.recorded.event, WordsErased)


class Concealment:
    """The index of one ledger. Any thread may use it.

    `version` counts up whenever an erasure becomes known: what was read before may hold words that are gone.
    """

    def __init__(self, store: Store, codec: Codec) -> None:
        self.version = 0
        self.newest_erasure = 0
        self._store = store
        self._codec = codec
        self._desk: str | None = None
        self._read = 0
        self._acts: dict[int, _Act] = {}
        self._erased: dict[int, tuple[Erased, dict[str, Any] | None]] = {}
        self._touching: dict[str, tuple[int, ...]] = {}
        self._lock = Lock()

    def catch_up(self) -> frozenset[str]:
        """Takes in what is new; gives the streams of which words were erased. Raises what reading the ledger raises."""
        with self._lock:
            desk = self._desk_id()
            rows = [] if desk is None else self._store.stream(desk, self._read)
            acts = [self._take_in(self._act(row)) for row in rows if any(telling in row.head for telling in _TELLING)]
            if rows:
                self._read = rows[-1].version
            if any(act.erases for act in acts):
                self._reckon()
            return frozenset(stream for act in acts if act.erases for stream in act.concerns)

    def erased(self, position: int) -> Erased | None:
        """That and why the words of the event at this position are gone; None where they are not."""
        found = self._erased.get(position)
        return None if found is None else found[0]

    def open(self, row: Row) -> Recorded:
        """The event of this row with the words that are to be read: of one erased the redacted ones, or none.

        Raises `UnreadableEvent`.
        """
        if row.words is None and row.position not in self._erased:
            self.catch_up()
        found = self._erased.get(row.position)
        recorded = self._codec.open(row)
        if found is None:
            return recorded
        erased, redacted = found
        words = _words(recorded, redacted)
        event = recorded.event.model_copy(update={"words": words})
        return replace(recorded, event=event, erased=replace(erased, redacted=words is not None))

    def redacted(self, position: int) -> dict[str, Any] | None:
        """The words that stand in place of those erased, as they were typed."""
        found = self._erased.get(position)
        return None if found is None else found[1]

    def kept(self, stream: str, upto: int | None = None) -> dict[int, Kept]:
        """What was decided between desk and public on events of this stream, by the position of each.

        With `upto`, only decisions that lie at this ledger position or before count.
        """
        kept: dict[int, Kept] = {}
        for place in self._touching.get(stream, ()):
            act = self._acts[place]
            if not act.erases and (upto is None or place <= upto):
                recorded = act.recorded
                reason = getattr(recorded.event.words, "reason", None)
                withheld = isinstance(recorded.event, WordsWithheld)
                own = (p for p, of in zip(act.positions, act.streams, strict=True) if of == stream)
                kept.update(dict.fromkeys(own, Kept(withheld, place, recorded.recorded_at, reason)))
        return kept

    def withheld(self, stream: str, upto: int | None = None) -> frozenset[int]:
        """The positions of those events of the stream that are withheld by decision."""
        if stream not in self._touching:
            return frozenset()
        return frozenset(position for position, kept in self.kept(stream, upto).items() if kept.withheld)

    def erasures(self, stream: str) -> dict[int, Erased]:
        """Those events of the stream whose words are gone, by position."""
        found: dict[int, Erased] = {}
        for place in self._touching.get(stream, ()):
            act = self._acts[place]
            if act.erases:
                own = (p for p, of in zip(act.positions, act.streams, strict=True) if of == stream)
                found.update({position: self._erased[position][0] for position in own})
        return dict(sorted(found.items()))

    def touched(self, stream: str, upto: int) -> Recorded | None:
        """The last event, up to this ledger position, that did something to the words of this stream."""
        places = [place for place in self._touching.get(stream, ()) if place <= upto]
        return self._acts[places[-1]].recorded if places else None

    def streams_of(self, recorded: Recorded) -> tuple[str, ...]:
        """The streams that are read otherwise because of this event; none for any other event."""
        act = self._acts.get(recorded.position)
        return () if act is None else act.concerns

    def positions_of(self, recorded: Recorded, stream: str) -> frozenset[int]:
        """The positions of those events of the stream that are read otherwise because of this event."""
        act = self._acts.get(recorded.position)
        return frozenset() if act is None else frozenset(self._own(act, stream))

    def _own(self, act: _Act, stream: str) -> Iterator[int]:
        """The positions in the stream that the act names, and those that a redaction was for which it took away."""
        for position, of in zip(act.positions, act.streams, strict=True):
            if of == stream:
                yield position
            if position in self._acts and act.erases:
                yield from self._own(self._acts[position], stream)

    def erasing(self, after: int = 0) -> Iterable[tuple[int, tuple[int, ...]]]:
        """The erasures after this ledger position: where each lies, and the positions that it names."""
        return [(place, act.positions) for place, act in self._acts.items() if act.erases and place > after]

    # Reading the ledger.

    def _desk_id(self) -> str | None:
        if self._desk is None:
            first = self._store.rows(0, 1)
            self._desk = first[0].stream if first else None
        return self._desk

    def _act(self, row: Row) -> _Act:
        recorded = self._codec.open(row)
        said: Any = recorded.event
        rows = [self._store.rows(position - 1, 1) for position in said.positions]
        beyond = (self._acts[p].concerns for p in said.positions if p in self._acts and self._acts[p].erases)
        return _Act(
            recorded, tuple(found[0].stream if found else "" for found in rows), tuple(s for of in beyond for s in of)
        )

    def _take_in(self, act: _Act) -> _Act:
        self._acts[act.recorded.position] = act
        for stream in act.concerns:
            self._touching[stream] = (*self._touching.get(stream, ()), act.recorded.position)
        return act

    def _reckon(self) -> None:
        """What is read in place of each erased event. Later erasures come first: they may concern earlier ones."""
        erased: dict[int, tuple[Erased, dict[str, Any] | None]] = {}
        for place in sorted(self._acts, reverse=True):
            act = self._acts[place]
            if place in erased:
                act = self._acts[place] = _redone(act, erased[place][1])
            if not act.erases:
                continue
            reason = getattr(act.recorded.event.words, "reason", None)
            redacted = getattr(act.recorded.event.words, "redacted", None)
            said = Erased(place, act.recorded.recorded_at, reason, redacted is not None)
            erased.update(dict.fromkeys(act.positions, (said, redacted)))
        self._erased = erased
        self.newest_erasure = max(place for place, act in self._acts.items() if act.erases)
        self.version += 1


def _redone(act: _Act, redacted: dict[str, Any] | None) -> _Act:
    """The act as it is read after its own words were erased."""
    words = _words(act.recorded, redacted)
    return replace(act, recorded=replace(act.recorded, event=act.recorded.event.model_copy(update={"words": words})))


def _words(recorded: Recorded, redacted: dict[str, Any] | None) -> Words | None:
    """The redacted words as the event's model has them. Those that do not fit any more are as good as none."""
    if redacted is None:
        return None
    try:
        return recorded.event.WORDS.model_validate(redacted)
    except ValidationError:
        return None
