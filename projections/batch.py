"""A run of events with the records that they change, folded once for all projections."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from domain.events import Recorded
from domain.streams import FOLDS, Streams

RECORDS: Final = frozenset({"art", "clm", "pty", "src"})
"""Prefixes of the streams that views show. Of the desk and its policies there is no view."""


@dataclass(slots=True)
class Change:
    """What a batch does to one record: the state before (None if it begins here), then each event with its state."""

    before: Any
    steps: list[tuple[Recorded, Any]] = field(default_factory=list)

    @property
    def after(self) -> Any:
        """The state at the end of the batch."""
        return self.steps[-1][1]

    def at(self, position: int) -> Any:
        """The state at this ledger position; None if the record was not there yet."""
        count = bisect_right(self.steps, position, key=lambda step: step[0].position)
        return self.steps[count - 1][1] if count else self.before


class Batch:
    """Whole commands, in order. `events` are all their events, the desk's own included, and `leaves` their log entries.

    `kept` is what projections keep from one batch of this ledger to another, each under its name. Batches may be tried
    again or skipped: whatever is kept has to say of which position it is.
    """

    def __init__(
        self,
        events: list[Recorded],
        leaves: list[bytes],
        changed: dict[str, Change],
        elsewhere: Callable[[str], Any],
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.events = events
        self.leaves = leaves
        self.changed = changed
        self.kept = {} if kept is None else kept
        self._elsewhere = elsewhere

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

    def upto(self, position: int) -> "Batch":
        """The batch without the events after this position, which must leave some."""
        changed = {
            stream: Change(change.before, [step for step in change.steps if step[0].position <= position])
            for stream, change in self.changed.items()
        }
        events = [recorded for recorded in self.events if recorded.position <= position]
        return Batch(
            events,
            self.leaves[: len(events)],
            {stream: change for stream, change in changed.items() if change.steps},
            self._elsewhere_before(changed),
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
        for recorded in events:
            stream = recorded.stream
            if stream[:3] not in RECORDS:
                continue
            change = changed.get(stream)
            if change is None:
                change = changed[stream] = Change(None if recorded.version == 1 else self.state(stream))
            state = change.steps[-1][1] if change.steps else change.before
            change.steps.append((recorded, FOLDS[stream[:3]].step(state, recorded)))
        for stream, change in changed.items():
            self._keep(stream, change.after)
        self.position = events[-1].position
        return Batch(events, leaves, changed, self.state, self._kept)

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
