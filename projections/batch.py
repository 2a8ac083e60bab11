"""A run of events with the records that they change, folded once for all projections."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from domain.concealment import Concealment
from domain.events import Recorded, Stamp
from domain.streams import FOLDS, Streams

RECORDS: Final = frozenset({"art", "clm", "pty", "src"})
"""Prefixes of the streams that views show. Of the desk and its policies there is no view."""


def touched_by(concealment: Concealment, recorded: Recorded) -> list[str]:
    """The records whose words the event took away, withheld or released."""
    return [id for id in concealment.streams_of(recorded) if id[:3] in RECORDS]


@dataclass(slots=True)
class Change:
    """What a batch does to one record: the state before (None if it begins here), then each event with its state.

    There is no event where only words were taken from it, or given back.
    """

    before: Any
    steps: list[tuple[Recorded, Any]] = field(default_factory=list)

    @property
    def after(self) -> Any:
        """The state at the end of the batch."""
        return self.steps[-1][1] if self.steps else self.before

    def at(self, position: int) -> Any:
        """The state at this ledger position; None if the record was not there yet."""
        count = bisect_right(self.steps, position, key=lambda step: step[0].position)
        return self.steps[count - 1][1] if count else self.before


class Moved(NamedTuple):
    """The event by which a record was read otherwise last: its own, or one that did something to its words.

    `touched` is the position of the latter; None where nothing was ever done to its words.
    """

    position: int
    at: str
    touched: int | None

    @property
    def digested(self) -> tuple[int, ...]:
        """What a digest says of it: nothing for a record whose words nobody touched."""
        return () if self.touched is None else (self.touched,)


class Batch:
    """Whole commands, in order. `events` are all their events, the desk's own included, and `leaves` their log entries.

    `changed` has the records that they change. `rewritten` are those of them that are read otherwise because the words
    of earlier events went, or were withheld or released: their rows still hold the old ones, and are written anew
    whatever they are compared with. `kept` is what projections keep from one batch of this ledger to another, each
    under its name. Batches may be tried again or skipped: whatever is kept has to say of which position it is.
    """

    def __init__(
        self,
        events: list[Recorded],
        leaves: list[bytes],
        changed: dict[str, Change],
        elsewhere: Callable[[str], Any],
        streams: Streams,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.events = events
        self.leaves = leaves
        self.changed = changed
        self.kept = {} if kept is None else kept
        self.concealment = streams.concealment
        self.rewritten = frozenset(id for event in events for id in touched_by(streams.concealment, event))
        self._elsewhere = elsewhere
        self._streams = streams

    @property
    def last(self) -> int:
        """The position at which the batch ends."""
        return self.events[-1].position

    def of(self, prefix: str) -> Iterator[tuple[str, Change]]:
        """The changes of records of one kind, named by the prefix of their ids."""
        return ((stream, change) for stream, change in self.changed.items() if stream[:3] == prefix)

    def state(self, stream: str) -> Any:
        """The record as it stands at the end of the batch; None if there is no such record."""
        change = self.changed.get(stream)
        return self._elsewhere(stream) if change is None else change.after

    def at(self, stream: str, position: int) -> Any:
        """The record as it stands at a position inside the batch; None if it was not there yet."""
        change = self.changed.get(stream)
        return self._elsewhere(stream) if change is None else change.at(position)

    def told(self, stream: str) -> Any:
        """The record at the end of the batch without the words that are withheld from the public."""
        withheld = self.concealment.withheld(stream, self.last)
        if not withheld:
            return self.state(stream)
        events = (e.without_words() if e.position in withheld else e for e in self.history(stream))
        return FOLDS[stream[:3]].all(events)

    def history(self, stream: str) -> list[Recorded]:
        """The record's events up to the end of the batch."""
        return self._streams.history(stream, self.last)

    def is_forced(self, stream: str) -> bool:
        """Whether the record's rows cannot be reckoned from the state before: they may say otherwise."""
        return stream in self.rewritten or bool(self.concealment.withheld(stream, self.last))

    def moved(self, stream: str, changed: Stamp) -> Moved:
        """By which event the record, whose own last event is `changed`, was read otherwise last."""
        touched = self.concealment.touched(stream, self.last)
        if touched is None:
            return Moved(changed.position, changed.at, None)
        if touched.position < changed.position:
            return Moved(changed.position, changed.at, touched.position)
        return Moved(touched.position, touched.recorded_at, touched.position)

    def upto(self, position: int) -> "Batch":
        """The batch without the events after this position, which must leave some."""
        events = [recorded for recorded in self.events if recorded.position <= position]
        rewritten = {id for event in events for id in touched_by(self.concealment, event)}
        changed = {
            stream: Change(change.before, [step for step in change.steps if step[0].position <= position])
            for stream, change in self.changed.items()
        }
        return Batch(
            events,
            self.leaves[: len(events)],
            {stream: change for stream, change in changed.items() if change.steps or stream in rewritten},
            self._elsewhere_before(changed),
            self._streams,
        )

    def _elsewhere_before(self, changed: dict[str, Change]) -> Callable[[str], Any]:
        return lambda stream: changed[stream].before if stream in changed else self._elsewhere(stream)


class Memory:
    """The states of records at one ledger position, folded from the streams and kept while they are in use.

    Not shared between threads. `capacity` bounds how many states are kept, and so does the capacity of the streams; any
    other is folded again when needed.
    """

    def __init__(self, streams: Streams, capacity: int = 2_000) -> None:
        self._streams = streams
        self._capacity = min(capacity, streams.capacity)
        self._states: OrderedDict[str, Any] = OrderedDict()
        self._kept: dict[str, Any] = {}
        self.position = 0

    def move_to(self, position: int) -> None:
        """Stand at this position; what was kept at another one is forgotten."""
        if position != self.position:
            self._states.clear()
            self.position = position

    def advance(self, events: list[Recorded], leaves: list[bytes]) -> Batch:
        """The batch of these events with their leaves, which follow the present position; then stands at their end.

        Raises `DamagedLedger` for an event that cannot follow, and stands where it stood.
        """
        changed: dict[str, Change] = {}
        for id in {id for recorded in events for id in touched_by(self._streams.concealment, recorded)}:
            self._states.pop(id, None)
        for recorded in events:
            stream = recorded.stream
            if stream[:3] not in RECORDS:
                continue
            change = changed.get(stream)
            if change is None:
                change = changed[stream] = Change(None if recorded.version == 1 else self.state(stream))
            state = change.steps[-1][1] if change.steps else change.before
            change.steps.append((recorded, FOLDS[stream[:3]].step(state, recorded)))
        for id in (id for recorded in events for id in touched_by(self._streams.concealment, recorded)):
            if id not in changed:
                changed[id] = Change(self.state(id))
        for stream, change in changed.items():
            self._keep(stream, change.after)
        self.position = events[-1].position
        return Batch(events, leaves, changed, self.state, self._streams, self._kept)

    def state(self, stream: str) -> Any:
        """The record as it stands at the present position; None if there is no such record."""
        if stream in self._states:
            self._states.move_to_end(stream)
            return self._states[stream]
        fold = FOLDS.get(stream[:3])
        state = None if fold is None else fold.all(self._streams.history(stream, self.position))
        if state is not None:
            self._keep(stream, state)
        return state

    def _keep(self, stream: str, state: Any) -> None:
        self._states[stream] = state
        self._states.move_to_end(stream)
        while len(self._states) > self._capacity:
            self._states.popitem(last=False)
