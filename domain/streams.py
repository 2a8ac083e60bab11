"""Records as the ledger has them: folded from their stream, now or at any past moment, and never stale.

Every read asks the store for what is newer than what is remembered, so an acknowledged change of a record is always
seen, whichever process made it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from threading import Lock
from typing import Any, Final

from domain import article, claim, commitments, desk, party, policy, source
from domain.catalogue import EVENTS, UPCASTERS
from domain.concealment import Concealment
from domain.desk.word_events import WordsErased
from domain.events import Recorded
from domain.folding import Fold, Record
from domain.ledger.codec import Codec
from domain.ledger.store import Store

FOLDS: Final[Mapping[str, Fold[Any]]] = {
    "art": article.fold,
    "clm": claim.fold,
    "dsk": desk.fold,
    "map": commitments.fold,
    "pol": policy.fold,
    "pty": party.fold,
    "src": source.fold,
}
"""Prefix of a stream's id → the fold of its events."""


def fold_of(stream: str) -> Fold[Any] | None:
    """The fold for this stream, or None if the id names no record."""
    return FOLDS.get(stream[:3])


@dataclass(frozen=True, slots=True)
class Loaded:
    """A record with what the next event of its stream must fit to: the version, and the time that was decided last."""

    state: Any
    version: int
    effective_at: str


NOTHING: Final = Loaded(None, 0, "")

CAPACITY: Final = 25_000
"""Records that are remembered unless told otherwise. A claim with two citations and a verdict takes about 6 kB."""


class Streams:
    """Reads records from a store. Any thread may use it; what it remembers is bounded by `capacity` records."""

    def __init__(self, store: Store, codec: Codec | None = None, capacity: int = CAPACITY) -> None:
        self.store = store
        self.codec = codec or Codec(EVENTS, UPCASTERS)
        self.concealment = Concealment(store, self.codec)
        self.capacity = capacity
        self._refreshed = 0
        self._remembered: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = Lock()

    def load(self, stream: str) -> Loaded:
        """The record as it stands now; `NOTHING` if there is none. Raises `DamagedLedger` if it cannot be read."""
        fold = fold_of(stream)
        if fold is None:
            return NOTHING
        seen, known = self.concealment.version, self._remembered.get(stream, NOTHING)
        rows = self.store.stream(stream, known.version)
        if not rows:
            return known
        if fold is desk.fold:
            self.refresh()
            known, seen = self._remembered.get(stream, NOTHING), self.concealment.version
            rows = self.store.stream(stream, known.version)
        loaded = advance(fold, known, map(self.concealment.open, rows))
        self._remember(stream, loaded, seen)
        return loaded

    def refresh(self) -> None:
        """Learns which words were erased, by whichever process, and forgets the records that held them.

        Loading the desk does it too, as everybody does who begins to answer a request.
        """
        touched = self.concealment.catch_up()
        if touched:
            with self._lock:
                for stream in touched:
                    self._remembered.pop(stream, None)

    def refresh_for(self, head: int) -> None:
        """The same, unless it was done when the ledger's head was there already."""
        if head > self._refreshed:
            self.refresh()
            self._refreshed = head

    def event(self, position: int) -> Recorded | None:
        """The event at this ledger position; None if there is none."""
        rows = self.store.rows(position - 1, 1) if position > 0 else []
        return next((self.concealment.open(row) for row in rows if row.position == position), None)

    def known(self, stream: str) -> Any:
        """The record as it is remembered, which may be older than it stands; None if it is not remembered."""
        return self._remembered.get(stream, NOTHING).state

    def take_in(self, events: Iterable[Recorded]) -> None:
        """Folds events that were just stored into what is remembered, so that they need not be read back."""
        for recorded in events:
            if isinstance(recorded.event, WordsErased):
                self.refresh()
            seen, known = self.concealment.version, self._remembered.get(recorded.stream, NOTHING)
            if known.version == recorded.version - 1:
                fold = FOLDS[recorded.stream[:3]]
                self._remember(recorded.stream, advance(fold, known, iter((recorded,))), seen)

    def exists(self, stream: str) -> bool:
        """Whether there is such a record. What exists once, exists for ever."""
        return stream in self._remembered or self.load(stream).version > 0

    def history(self, stream: str, upto: int | None = None) -> list[Recorded]:
        """Every event of the stream, oldest first, up to ledger position `upto`."""
        self.refresh()
        events = map(self.concealment.open, self.store.stream(stream))
        return [e for e in events if upto is None or e.position <= upto]

    def at(self, stream: str, position: int) -> Any:
        """The record as it stood at this ledger position, inside a command meaning before it; None if not yet there."""
        return self._fold(stream, self.history(stream, self.store.boundary(position)))

    def decided(self, stream: str, moment: str) -> Any:
        """The record by what had been decided at this moment, whenever that was recorded; None if nothing had."""
        decided = takewhile(lambda recorded: recorded.effective_at <= moment, self.history(stream))
        return self._fold(stream, list(decided))

    def events(self, after: int = 0, upto: int | None = None, batch: int = 5_000) -> Iterator[Recorded]:
        """Every event of the ledger after a position, in order, read in batches."""
        self.refresh()
        while rows := self.store.rows(after, batch):
            for row in rows:
                if upto is not None and row.position > upto:
                    return
                yield self.concealment.open(row)
            after = rows[-1].position

    def _fold(self, stream: str, events: list[Recorded]) -> Any:
        fold = fold_of(stream)
        return None if fold is None else fold.all(events)

    def _remember(self, stream: str, loaded: Loaded, seen: int) -> None:
        """Remembers the record, unless words may have been erased since it was read: `seen` tells of none later."""
        with self._lock:
            if seen != self.concealment.version:
                return
            current = self._remembered.get(stream)
            if current is None or current.version < loaded.version:
                self._remembered[stream] = loaded
            self._remembered.move_to_end(stream)
            while len(self._remembered) > self.capacity:
                self._remembered.popitem(last=False)


def advance(fold: Fold[Any], known: Loaded, events: Iterator[Recorded]) -> Loaded:
    """The record after these further events."""
    state: Record | None = known.state
    effective_at = known.effective_at
    for recorded in events:
        state = fold.step(state, recorded)
        effective_at = recorded.effective_at
    return Loaded(state, state.version if state is not None else 0, effective_at)
