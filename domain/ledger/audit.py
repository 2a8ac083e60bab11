"""Whether the stored bytes are what they must be, checked from the bytes alone: no event is opened, no view is asked.

Rows are looked at in their order, once, so a ledger of any length can be checked while others write to it. Memory
grows with the number of streams, by one number each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import UnionType
from typing import Any, Final

from domain.canonical import BadJson, canonical, parse
from domain.errors import StemmaError
from domain.ledger.rows import ERASURE, Row, leaf_bytes, moment
from domain.ledger.store import Store
from domain.tlog.merkle import Frontier, leaf_hash

_BATCH: Final = 1_000
_HEAD_KEYS: Final = frozenset({"actor", "data", "request", "stream", "type", "version", "words"})
_TEXTS: Final = ("actor", "request", "stream", "type", "words", "decided_at")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: at which position, in which stream if that can be told, and what."""

    position: int
    stream: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Audited:
    """What the rows came to. `root` is the RFC 6962 root over the leaves as stored, `size` their number.

    `first` is the finding with the lowest position, None for a sound ledger; `findings` counts all of them.
    """

    size: int
    root: bytes
    first: Finding | None
    findings: int


class Auditor:
    """Sees rows one after another, beginning with the first, and notes what is wrong with them."""

    def __init__(self) -> None:
        self._leaves = Frontier()
        self._versions: dict[str, int] = {}
        self._wordless: dict[int, str] = {}
        self._erased: set[int] = set()
        self._position = 0
        self._request: str | None = None
        self._recorded_at = ""
        self._first: Finding | None = None
        self._findings = 0

    @property
    def first(self) -> Finding | None:
        """The finding with the lowest position so far. Words that are gone become one only with `result`."""
        return self._first

    def see(self, row: Row) -> None:
        """The next row. A gap before it is a finding at the first position that is missing."""
        if row.position != self._position + 1:
            self.note(self._position + 1, None, f"There is no such position; the next one stored is {row.position}.")
        self._position = row.position
        if _has_types(row):
            for detail in self._faults(row):
                self.note(row.position, row.stream, detail)
            self._leaves.push(leaf_hash(row.leaf))
        else:
            self.note(row.position, None, "A column holds a value of another type.")

    def note(self, position: int, stream: str | None, detail: str) -> None:
        """A finding, by this auditor or by another check of the same ledger."""
        self._findings += 1
        if self._first is None or position < self._first.position:
            self._first = Finding(position, stream, detail)

    def skip(self, position: int, detail: str) -> None:
        """A row that the store could not give back."""
        self.note(position, None, detail)
        self._position = position

    def result(self) -> Audited:
        """What all rows seen came to."""
        for position, stream in self._wordless.items():
            self.note(position, stream, "The words are gone, and no erasure event names this position.")
        self._wordless.clear()
        return Audited(self._leaves.size, self._leaves.root(), self._first, self._findings)

    def _faults(self, row: Row) -> Iterator[str]:
        yield from self._version_faults(row)
        if not row.recorded_at.isascii() or row.leaf != leaf_bytes(*row[:5]):
            yield "The leaf does not belong to this event."
        try:
            head = _head(row.head)
        except (BadJson, ValueError) as problem:
            yield f"The head is damaged: {problem}"
            return
        if head["stream"] != row.stream or head["version"] != row.version:
            yield "The head names another stream or version than its row."
        yield from self._time_faults(row, head["request"])
        yield from self._words_faults(row, head["words"])
        self._note_erasure(row, head)

    def _version_faults(self, row: Row) -> Iterator[str]:
        before = self._versions.get(row.stream, 0)
        self._versions[row.stream] = row.version
        if row.version != before + 1:
            yield f"Version {row.version} follows version {before} of its stream."

    def _time_faults(self, row: Row, request: str) -> Iterator[str]:
        before, same = self._recorded_at, request == self._request
        self._recorded_at, self._request = row.recorded_at, request
        try:
            moment(row.recorded_at)
        except ValueError:
            yield "The time of recording is no stamp."
        if same and row.recorded_at != before:
            yield "The events of one command are recorded at one time, and this one is not."
        elif not same and row.recorded_at <= before:
            yield f"It is recorded at {row.recorded_at}, no later than the command before, at {before}."

    def _words_faults(self, row: Row, commitment: str) -> Iterator[str]:
        if row.words is None:
            self._wordless[row.position] = row.stream
        elif sha256(row.words).hexdigest() != commitment:
            yield "The words are not those that the head commits to."

    def _note_erasure(self, row: Row, head: dict[str, Any]) -> None:
        if head["type"] != ERASURE:
            return
        positions = head["data"].get("positions")
        for position in positions if isinstance(positions, list) else ():
            if not isinstance(position, int) or position >= row.position or position in self._erased:
                continue
            self._erased.add(position)
            if self._wordless.pop(position, None) is None:
                self.note(position, None, f"The words are there, although the event at {row.position} erased them.")


def audit(
    store: Store,
    *,
    upto: int | None = None,
    see: Callable[[Row], None] = lambda _: None,
    auditor: Auditor | None = None,
) -> Audited:
    """Look at every row up to a position, the head's by default, while others may read and write.

    `see` is shown every row that could be read. `auditor` may bring findings of other checks. Raises
    `StoreUnavailable` if the store as a whole cannot be read; a single row that cannot is a finding.
    """
    auditor = auditor or Auditor()
    for row in _rows(store, store.head().position if upto is None else upto, auditor):
        auditor.see(row)
        see(row)
    stray = store.stray_keys(1)
    if stray:
        auditor.note(stray[0].position, None, "An idempotency key is remembered here, and there is no event.")
    return auditor.result()


def _rows(store: Store, upto: int, auditor: Auditor) -> Iterator[Row]:
    after = 0
    while after < upto:
        rows = _read(store, after, auditor)
        if rows is not None and not rows:
            return
        for row in rows or ():
            if row.position > upto:
                return
            yield row
        after = rows[-1].position if rows else after + 1


def _read(store: Store, after: int, auditor: Auditor) -> Sequence[Row] | None:
    """The next rows; only one of them where a batch cannot be read, and None where that one cannot."""
    try:
        return store.rows(after, _BATCH)
    except StemmaError:
        store.head()
    try:
        return store.rows(after, 1)
    except StemmaError as error:
        auditor.skip(after + 1, f"The row cannot be read: {error}")
        return None


def _has_types(row: tuple[object, ...]) -> bool:
    """Whether the columns have their types, which a file that was written past SQLite need not respect."""
    expected: tuple[type | UnionType, ...] = (int, str, int, str, bytes, bytes | None, bytes)
    return all(map(isinstance, row, expected))


def erased_by(head: bytes) -> tuple[int, ...]:
    """The positions whose words the event with this head took away; none for any other event, or a damaged one."""
    if ERASURE.encode() not in head:
        return ()
    try:
        said = _head(head)
    except (BadJson, ValueError):
        return ()
    positions = said["data"].get("positions") if said["type"] == ERASURE else None
    return tuple(position for position in positions or () if isinstance(position, int))


def _head(stored: bytes) -> dict[str, Any]:
    """The head, if it is one. Raises `ValueError` otherwise."""
    head = parse(stored)
    if not isinstance(head, dict) or not _HEAD_KEYS <= head.keys() <= _HEAD_KEYS | {"decided_at"}:
        raise ValueError("its fields are not those of a head")
    if not all(isinstance(head[key], str) for key in _TEXTS if key in head) or not isinstance(head["data"], dict):
        raise ValueError("a field holds a value of another type")
    if canonical(head) != stored:
        raise ValueError("it is not in canonical form")
    return head
