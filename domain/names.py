"""Which records name which: what a rule must know of streams that it does not read.

The index only grows, and says too much rather than too little (`domain.surroundings`): an affiliation that was
withdrawn is in it still.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from domain.events import Recorded
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.surroundings import NAMING, names

CHUNK: Final = 5_000
_TELLING: Final = tuple(event.TYPE.rpartition(".")[0].encode() for event in NAMING)
"""What stands in the head of every event that names something, in whatever version of its type."""

Seed = Callable[[], tuple[int, Iterable[tuple[str, str]]]]
"""Gives a ledger position and, for the events up to there, what is named and the record that names it."""


class Names:
    """What is named → the records that name it, for the whole ledger. Any thread may use it.

    It is read from the ledger when it is first asked for: from the beginning, or from where `seed` leaves off.
    """

    def __init__(self, store: Store, codec: Codec, seed: Seed | None = None) -> None:
        self._store = store
        self._codec = codec
        self._seed = seed
        self._position = -1
        self._naming: defaultdict[str, set[str]] = defaultdict(set)
        self._lock = Lock()

    def naming(self, name: str) -> frozenset[str]:
        """The records that name it, as far as has been caught up."""
        with self._lock:
            return frozenset(self._naming.get(name, ()))

    def catch_up(self) -> None:
        """Takes in everything up to the ledger's head. Raises what reading the ledger raises."""
        with self._lock:
            if self._position < 0:
                self._begin()
            while rows := self._store.rows(self._position, CHUNK):
                for row in rows:
                    self._take_in(row)
                self._position = rows[-1].position

    def _begin(self) -> None:
        self._position, known = (0, ()) if self._seed is None else self._seed()
        for name, record in known:
            self._naming[name].add(record)

    def _take_in(self, row: Row) -> None:
        if any(telling in row.head for telling in _TELLING):
            self._note(self._codec.open(row))

    def _note(self, recorded: Recorded) -> None:
        for name in names(recorded.event):
            self._naming[name].add(recorded.stream)
