"""Whether the stored bytes are what they must be, checked from the bytes alone: no event is opened, no view is asked.

Rows are looked at in their order, once, so a ledger of any length can be checked while others write to it. Memory
grows with the number of streams, by one number each.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter
from types import UnionType
from typing import Any, Final

from domain.canonical import BadJson, parse_canonical
from domain.errors import DamagedLedger, StemmaError
from domain.ledger.rows import ERASURE, Row, leaf_bytes, moment
from domain.ledger.store import Store
from domain.tlog.merkle import Frontier, leaf_hash

_BATCH: Final = 1_000
_HEAD_KEYS: Final = frozenset({"actor", "data", "request", "stream", "type", "version", "words"})
_DECIDED_KEYS: Final = _HEAD_KEYS | {"decided_at"}
_TEXTS: Final = itemgetter("actor", "request", "stream", "type", "words")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: at which position, in which stream if that can be told, and what.

    `expected` and `found` are the evidence, as text (hashes in hex), where there are two things to be compared.
    """

    position: int
    stream: str | None
    detail: str
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """What the rows came to. `root` is the RFC 6962 root over the leaves as stored, `size` their number.

    `first` is the finding with the lowest position, None for a sound ledger; `findings` counts all of them. `roots`
    are the roots at the sizes that were asked for, as far as the ledger reaches.
    """

    size: int
    root: bytes
    first: Finding | None
    findings: int
    roots: Mapping[int, bytes] = field(default_factory=dict)


Fault = tuple[str, str | None, str | None]
"""What is wrong with a row, what was expected and what was found."""


class Auditor:
    """Sees rows one after another, beginning with the first, and notes what is wrong with them.

    `sizes` are those at which the root of the tree is to be kept.
    """

    def __init__(self, sizes: Collection[int] = ()) -> None:
        self._sizes = frozenset(sizes)
        self._roots: dict[int, bytes] = {}
        self._leaves = Frontier()
        self._versions: dict[str, int] = {}
        self._wordless: dict[int, str] = {}
        self._erased: set[int] = set()
        self._position = 0
        self._request: str | None = None
        self._recorded_at = ""
        self._first: Finding | None = None
        self._findings = 0
        self._keep_root()

    @property
    def first(self) -> Finding | None:
        """The finding with the lowest position so far. Words that are gone become one only with `result`."""
        return self._first

    @property
    def wants_erasures(self) -> bool:
        """Whether words are gone that no erasure event among the rows so far names."""
        return bool(self._wordless)

    def see(self, row: Row) -> None:
        """The next row. A gap before it is a finding at the first position that is missing."""
        if row.position != self._position + 1:
            self.note(self._position + 1, None, f"There is no such position; the next one stored is {row.position}.")
        self._position = row.position
        if not _has_types(row):
            self.note(row.position, None, "A column holds a value of another type.")
            return
        for fault in self._faults(row):
            self.note(row.position, row.stream, *fault)
        self._leaves.push(leaf_hash(row.leaf))
        if self._leaves.size in self._sizes:
            self._keep_root()

    def note(
        self, position: int, stream: str | None, detail: str, expected: str | None = None, found: str | None = None
    ) -> None:
        """A finding, by this auditor or by another check of the same ledger."""
        self._findings += 1
        if self._first is None or position < self._first.position:
            self._first = Finding(position, stream, detail, expected, found)

    def skip(self, position: int, detail: str) -> None:
        """A row that the store could not give back."""
        self.note(position, None, detail)
        self._position = position

    def allow(self, row: Row) -> None:
        """A row beyond those that are audited, which may name words that went while they were."""
        if _has_types(row) and ERASURE.encode() in row.head:
            try:
                self._note_erasure(row, _head(row.head))
            except (BadJson, ValueError):
                return

    def result(self) -> Audited:
        """What all rows seen came to."""
        for position, stream in self._wordless.items():
            self.note(position, stream, "The words are gone, and no erasure event names this position.")
        self._wordless.clear()
        return Audited(self._leaves.size, self._leaves.root(), self._first, self._findings, self._roots)

    def _keep_root(self) -> None:
        self._roots[self._leaves.size] = self._leaves.root()

    def _faults(self, row: Row) -> list[Fault]:
        faults: list[Fault] = []
        before = self._versions.get(row.stream, 0)
        self._versions[row.stream] = row.version
        if row.version != before + 1:
            faults.append((f"Version {row.version} follows version {before} of its stream.", None, None))
        if not row.recorded_at.isascii() or row.leaf != (leaf := leaf_bytes(*row[:5])):
            faults.append(_leaf_fault(row, leaf if row.recorded_at.isascii() else None))
        try:
            head = _head(row.head)
        except (BadJson, ValueError) as problem:
            faults.append((f"The head is damaged: {problem}", None, None))
            return faults
        if head["stream"] != row.stream or head["version"] != row.version:
            names = f"{head['stream']}, version {head['version']}"
            faults.append(
                (
                    "The head names another stream or version than its row.",
                    names,
                    f"{row.stream}, version {row.version}",
                )
            )
        if row.words is None:
            self._wordless[row.position] = row.stream
        elif (digest := sha256(row.words).hexdigest()) != head["words"]:
            faults.append(("The words are not those that the head commits to.", head["words"], digest))
        faults.extend(self._time_faults(row, head["request"]))
        if head["type"] == ERASURE:
            self._note_erasure(row, head)
        return faults

    def _time_faults(self, row: Row, request: str) -> Iterator[Fault]:
        before, same = self._recorded_at, request == self._request
        self._recorded_at, self._request = row.recorded_at, request
        try:
            moment(row.recorded_at)
        except ValueError:
            yield "The time of recording is no stamp.", None, row.recorded_at
        if same and row.recorded_at != before:
            yield "The events of one command are recorded at one time, and this one is not.", before, row.recorded_at
        elif not same and row.recorded_at <= before:
            yield (
                f"It is recorded at {row.recorded_at}, no later than the command before, at {before}.",
                None,
                None,
            )

    def _note_erasure(self, row: Row, head: dict[str, Any]) -> None:
        positions = head["data"].get("positions") if head["type"] == ERASURE else None
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
    `StoreUnavailable` if the store as a whole cannot be read; a single row that cannot is a finding. What the store
    finds wrong with its own file is one behind the last position.
    """
    auditor = auditor or Auditor()
    upto = store.head().position if upto is None else upto
    for row in _rows(store, upto, auditor):
        auditor.see(row)
        see(row)
    if auditor.wants_erasures:
        _look_on(store, upto, auditor)
    _look_beside(store, upto, auditor)
    return auditor.result()


def _look_on(store: Store, after: int, auditor: Auditor) -> None:
    """Words may have been erased while the rows were read; the event that says so then lies behind them."""
    while rows := store.rows(after, _BATCH):
        for row in rows:
            auditor.allow(row)
        after = rows[-1].position


def _look_beside(store: Store, upto: int, auditor: Auditor) -> None:
    try:
        for stray in store.stray_keys(1):
            auditor.note(stray.position, None, "An idempotency key is remembered here, and there is no event.")
        for fault in store.faults(1):
            auditor.note(upto + 1, None, f"The file itself is damaged: {fault}")
    except DamagedLedger as damage:
        auditor.note(upto + 1, None, damage.detail)


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
    if tuple(map(type, row)) == (int, str, int, str, bytes, bytes, bytes):
        return True
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


def _leaf_fault(row: Row, leaf: bytes | None) -> Fault:
    expected = None if leaf is None else leaf.decode()
    return "The leaf does not belong to this event.", expected, row.leaf.decode("utf-8", "backslashreplace")


def _head(stored: bytes) -> dict[str, Any]:
    """The head, if it is one. Raises `ValueError` otherwise."""
    head = parse_canonical(stored)
    if not isinstance(head, dict) or head.keys() not in (_HEAD_KEYS, _DECIDED_KEYS):
        raise ValueError("its fields are not those of a head")
    texts = {type(text) for text in (*_TEXTS(head), head.get("decided_at", ""))}
    if texts != {str} or type(head["data"]) is not dict:
        raise ValueError("a field holds a value of another type")
    return head
