"""What one transaction will hold, decided in memory.

A submission is a unit: commands that are stored all or none. Units are admitted in the order of their arrival; one
that loses a race for a version or an idempotency key, in the store or to an earlier unit, leaves no trace.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from domain.errors import ClockBehind, KeyTaken, StemmaError, VersionConflict
from domain.ledger.clock import NO_CEILING, next_stamp
from domain.ledger.rows import Erasure, Head, Remembered, Row, leaf_bytes
from domain.ledger.store import Writing


class Sealed(NamedTuple):
    """An event ready to be stored, except for its position and time. `version` is the one it will have.

    `erases` are the positions of those events whose words go when it is stored.
    """

    stream: str
    version: int
    head: bytes
    words: bytes
    erases: tuple[int, ...] = ()

    @property
    def commitment(self) -> str:
        """The SHA-256 of the words, in hex: what the head says of them."""
        return sha256(self.words).hexdigest()


class Remember(NamedTuple):
    """What is to be remembered under an idempotency key if the command succeeds: see `Remembered`."""

    actor: str
    key: str
    fingerprint: bytes
    status: int
    record: str
    created: tuple[str, ...]


class Entry(NamedTuple):
    """The events of one command, at least one, and what to remember of it."""

    events: tuple[Sealed, ...]
    remember: Remember | None = None


class Appended(NamedTuple):
    """Where a command's events are: the first and last position, and their common stamp."""

    first: int
    last: int
    recorded_at: str


class Unit:
    """One submission, and the future that waits for it. ValueError if it could never be stored."""

    def __init__(self, entries: Sequence[Entry], *, despite_clock: bool) -> None:
        self.entries = tuple(entries)
        self.despite_clock = despite_clock
        self.future: Future[tuple[Appended, ...]] = Future()
        self.bases: dict[str, int] = {}
        self.lasts: dict[str, int] = {}
        self.keys: set[tuple[str, str]] = set()
        if not self.entries:
            raise ValueError("a submission needs at least one entry")
        for entry in self.entries:
            self._read(entry)

    def _read(self, entry: Entry) -> None:
        if not entry.events:
            raise ValueError("an entry needs at least one event")
        for event in entry.events:
            base = self.bases.setdefault(event.stream, event.version - 1)
            if event.version != self.lasts.get(event.stream, base) + 1:
                raise ValueError(f"the versions of stream {event.stream} do not follow one another in the submission")
            self.lasts[event.stream] = event.version
        if entry.remember is None:
            return
        key = (entry.remember.actor, entry.remember.key)
        if key in self.keys:
            raise ValueError("an idempotency key occurs twice in the submission")
        self.keys.add(key)


class Batch:
    """The rows and keys to insert in a transaction, who has won and who has lost."""

    def __init__(
        self, writing: Writing, units: Sequence[Unit], now: datetime, ceiling: Callable[[], str | None]
    ) -> None:
        self.rows: list[Row] = []
        self.remembered: list[Remembered] = []
        self.erased: list[Erasure] = []
        self.won: list[tuple[Unit, tuple[Appended, ...]]] = []
        self.lost: list[tuple[Unit, StemmaError]] = []
        self._head = writing.head
        self._versions = writing.versions({stream for unit in units for stream in unit.bases})
        self._keys = writing.remembered({key for unit in units for key in unit.keys})
        self._now = now
        self._ceiling = ceiling

    def admit(self, unit: Unit) -> None:
        """Give the unit positions and stamps, or note why it is refused."""
        try:
            self._check(unit)
            stamps = self._stamps(unit)
        except (KeyTaken, VersionConflict, ClockBehind) as refusal:
            self.lost.append((unit, refusal))
            return
        appended = [self._place(entry, stamp) for entry, stamp in zip(unit.entries, stamps, strict=True)]
        self._versions.update(unit.lasts)
        self.won.append((unit, tuple(appended)))

    def _check(self, unit: Unit) -> None:
        for key in unit.keys:
            if key in self._keys:
                raise KeyTaken(self._keys[key])
        for stream, base in unit.bases.items():
            if self._versions[stream] != base:
                raise VersionConflict(stream, base, self._versions[stream])

    def _stamps(self, unit: Unit) -> list[str]:
        stamps: list[str] = []
        last = self._head.recorded_at
        for _ in unit.entries:
            last = self._next(last, despite_clock=unit.despite_clock)
            stamps.append(last)
        return stamps

    def _next(self, last: str | None, *, despite_clock: bool) -> str:
        try:
            return next_stamp(last, self._now, NO_CEILING if despite_clock else None)
        except ClockBehind:
            # Only now is it worth asking what an operator has allowed.
            return next_stamp(last, self._now, self._ceiling())

    def _place(self, entry: Entry, stamp: str) -> Appended:
        first = self._head.position + 1
        for position, event in enumerate(entry.events, first):
            stream, version, head, words, erases = event
            leaf = leaf_bytes(position, stream, version, stamp, head)
            self.rows.append(Row(position, stream, version, stamp, head, words, leaf))
            self.erased.extend(Erasure(erased, position) for erased in erases)
        self._head = Head(first + len(entry.events) - 1, stamp)
        if entry.remember is not None:
            actor, key, fingerprint, status, record, created = entry.remember
            kept = Remembered(actor, key, fingerprint, status, record, self._head.position, created)
            self.remembered.append(kept)
            self._keys[actor, key] = kept
        return Appended(first, self._head.position, stamp)
