"""The ledger's events as the stream sends them: rendered once, the newest kept for everybody, older ones read again."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import to_json

from api.entries import Wanted, entry_of, look, names_in
from domain.concealment import Concealment
from domain.ledger.rows import Row
from domain.ledger.store import Store

RING_EVENTS: Final = 2_048
RING_BYTES: Final = 8 * 1024 * 1024
"""What is kept rendered for everybody, at most."""

CHUNK: Final = 128 * 1024
"""Bytes that are sent to a listener at once, unless a single event is larger."""

_BACK: Final = 100  # events that are read again at once


@dataclass(frozen=True, slots=True)
class Frame:
    """An event as it is sent. `type` and `actor` are None where the stored head is damaged."""

    position: int
    stream: str
    type: str | None
    actor: str | None
    sent: bytes

    @classmethod
    def of(cls, row: Row, concealment: Concealment) -> "Frame":
        entry = entry_of(row, concealment)
        name = entry.get("type", "damaged")
        # The JSON has no line break in it, and no type has one.
        sent = b"id: %d\nevent: %s\ndata: %s\n\n" % (row.position, str(name).encode(), to_json(entry))
        return cls(row.position, row.stream, *names_in(row.head), sent)


class Ring:
    """The newest events in order: those from `first` to `last`."""

    def __init__(self, last: int) -> None:
        self.last = last
        self._frames: list[Frame] = []
        self._size = 0

    @property
    def first(self) -> int:
        """The lowest position that is kept, or the next one to come."""
        return self._frames[0].position if self._frames else self.last + 1

    def add(self, frames: Sequence[Frame]) -> None:
        """Takes in the events that follow, at least one, and lets the oldest go."""
        self._frames.extend(frames)
        self._size += sum(len(frame.sent) for frame in frames)
        self.last = frames[-1].position
        surplus = 0
        while len(self._frames) - surplus > RING_EVENTS or self._size > RING_BYTES:
            self._size -= len(self._frames[surplus].sent)
            surplus += 1
        del self._frames[:surplus]

    def replace(self, frames: Sequence[Frame]) -> None:
        """Puts these in the place of those of the same positions, as far as those are kept still."""
        if not frames:
            return
        fresh = {frame.position: frame for frame in frames}
        self._frames = [fresh.get(kept.position, kept) for kept in self._frames]
        self._size = sum(len(frame.sent) for frame in self._frames)

    def after(self, position: int, wanted: Wanted) -> tuple[bytes, int]:
        """What is wanted after this position, up to a chunk, and the position up to which that is all."""
        pieces, size, everything = [], 0, wanted.all
        # Looked up, not counted: a damaged ledger may lack a position.
        for frame in self._frames[bisect_right(self._frames, position, key=lambda kept: kept.position) :]:
            if size >= CHUNK:
                break
            if everything or wanted.fits(frame.stream, frame.type, frame.actor):
                pieces.append(frame.sent)
                size += len(frame.sent)
            position = frame.position
        return b"".join(pieces), position


def read_back(store: Store, concealment: Concealment, after: int, wanted: Wanted) -> tuple[bytes, int]:
    """What is wanted after this position, up to a chunk, from the store; and the position up to which that is all."""
    rows, reached = look(store, after, wanted, _BACK)
    chunk = bytearray()
    for row in rows:
        chunk += Frame.of(row, concealment).sent
        if len(chunk) >= CHUNK:
            return bytes(chunk), row.position
    return bytes(chunk), reached
