"""A ledger in memory: the rules of the port without a file. For tests, dry runs and ledgers that need not last."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Condition, Lock
from typing import Any, NoReturn

from domain.errors import StoreUnavailable
from domain.ledger.rows import ERASURE, Erasure, Head, Remembered, Row


class MemoryStore:
    """Keeps everything the port asks for except durability: what it holds ends with the process."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._streams: dict[str, list[Row]] = defaultdict(list)
        self._keys: dict[tuple[str, str], Remembered] = {}
        self._erased: set[int] = set()
        self._writer = Lock()
        self._changed = Condition()
        self._closed = False

    def head(self) -> Head:
        with self._reading():
            return self._head()

    def stream(self, stream: str, after: int = 0) -> list[Row]:
        with self._reading():
            return self._streams[stream][max(after, 0) :] if stream in self._streams else []

    def rows(self, after: int, limit: int) -> list[Row]:
        with self._reading():
            start = max(after, 0)
            return self._rows[start : start + max(limit, 0)]

    def remembered(self, actor: str, key: str) -> Remembered | None:
        with self._reading():
            return self._keys.get((actor, key))

    def stray_keys(self, limit: int) -> list[Remembered]:
        with self._reading():
            stray = (kept for kept in self._keys.values() if not 1 <= kept.position <= len(self._rows))
            return list(islice(stray, max(limit, 0)))

    def faults(self, limit: int) -> list[str]:  # noqa: ARG002
        return []

    def boundary(self, position: int) -> int:
        with self._reading():
            last = min(max(position, 0), len(self._rows))
            if last in (0, len(self._rows)) or self._rows[last].recorded_at != self._rows[last - 1].recorded_at:
                return last
            command = self._rows[last].recorded_at
            while last and self._rows[last - 1].recorded_at == command:
                last -= 1
            return last

    def position_at(self, recorded_at: str) -> int:
        with self._reading():
            return bisect_right(self._rows, recorded_at, key=lambda row: row.recorded_at)

    @contextmanager
    def writing(self) -> Iterator["MemoryWriting"]:
        with self._writer:
            with self._reading():
                writing = MemoryWriting(self._head(), self._streams, self._keys, self._rows, self._erased)
            yield writing
            self._commit(writing)

    def wait(self, after: int, timeout: float) -> int:
        with self._reading():
            self._changed.wait_for(lambda: self._closed or len(self._rows) > after, timeout)
            return len(self._rows)

    def backup(self, target: Path, progress: Callable[[int, int], None] | None = None) -> NoReturn:  # noqa: ARG002
        raise StoreUnavailable(f"A ledger in memory has no file that could be copied to {target}.")

    def settle(self) -> bool:
        return True

    def describe(self) -> str:
        return "a ledger in memory"

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _head(self) -> Head:
        return Head(len(self._rows), self._rows[-1].recorded_at) if self._rows else Head(0, None)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._changed:
            if self._closed:
                raise StoreUnavailable("The ledger in memory is closed.")
            yield

    def _commit(self, writing: "MemoryWriting") -> None:
        with self._reading():
            for row in writing.inserted:
                self._rows.append(row)
                self._streams[row.stream].append(row)
            self._keys.update(writing.kept)
            for position in writing.erased:
                self._take_away(position)
            self._changed.notify_all()

    def _take_away(self, position: int) -> None:
        wordless = self._rows[position - 1]._replace(words=None)
        self._rows[position - 1] = self._streams[wordless.stream][wordless.version - 1] = wordless
        self._erased.add(position)


class MemoryWriting:
    """Collects what one transaction inserts; the store takes it over when the context ends."""

    def __init__(
        self,
        head: Head,
        streams: dict[str, list[Row]],
        keys: dict[tuple[str, str], Remembered],
        rows: Sequence[Row],
        erased: set[int],
    ) -> None:
        self._head = head
        self._streams = streams
        self._keys = keys
        self._rows = rows
        self._erased_before = erased
        self.erased: list[int] = []
        self._versions: dict[str, int] = {}
        self.inserted: list[Row] = []
        self.kept: dict[tuple[str, str], Remembered] = {}

    @property
    def head(self) -> Head:
        return self._head

    def versions(self, streams: Collection[str]) -> dict[str, int]:
        return {stream: self._version(stream) for stream in streams}

    def remembered(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Remembered]:
        found = {key: self.kept.get(key) or self._keys.get(key) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def insert(self, rows: Sequence[Row], remember: Sequence[Remembered] = ()) -> None:
        for row in rows:
            self._check(row)
            self._head = Head(row.position, row.recorded_at)
            self._versions[row.stream] = row.version
            self.inserted.append(row)
        for kept in remember:
            if (kept.actor, kept.key) in self._keys or (kept.actor, kept.key) in self.kept:
                raise ValueError("an idempotency key is remembered once and for ever")
            if not 1 <= kept.position <= self._head.position:
                raise ValueError("an idempotency key is remembered at the position of an event")
            self.kept[kept.actor, kept.key] = kept

    def erase(self, erasures: Sequence[Erasure]) -> None:
        for position, event in erasures:
            if position in self._erased_before or position in self.erased:
                raise ValueError("an erasure is entered once")
            if event <= position or position not in self._names(event):
                raise ValueError("words are erased only after a recorded erasure event that names their position")
            self.erased.append(position)

    def _names(self, event: int) -> list[Any]:
        """The positions that the event at this one erases; none if it is no erasure event."""
        place = event - len(self._rows) - 1
        row = (self._rows[event - 1] if event >= 1 else None) if place < 0 else self.inserted[place]
        head = None if row is None or ERASURE.encode() not in row.head else json.loads(row.head)
        return [] if head is None or head["type"] != ERASURE else list(head["data"]["positions"])

    def _check(self, row: Row) -> None:
        if row.position != self._head.position + 1:
            raise ValueError("positions follow one another without a gap")
        if row.version != self._version(row.stream) + 1:
            raise ValueError("the versions of a stream follow one another without a gap")
        if self._head.recorded_at is not None and row.recorded_at < self._head.recorded_at:
            raise ValueError("recorded_at never goes back")

    def _version(self, stream: str) -> int:
        if stream in self._versions:
            return self._versions[stream]
        return len(self._streams[stream]) if stream in self._streams else 0
