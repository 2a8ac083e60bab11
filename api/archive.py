"""The archive: the whole ledger as JSON Lines, from which the same ledger can be made again.

The first line is `{"archive": 1, "ledger": <id>, "position": <n>, "root": <hex>}`, then comes one line for each row,
with `head`, `words` and `leaf` as the text that was stored and `words` null where they were erased, and at the end
`{"count": <n>, "root": <hex>}`. Every line is RFC 8785 JSON, so the same ledger gives the same archive. Idempotency
keys, the keys of fingerprints and everything that can be rebuilt are not in it: a request that is repeated to the new
ledger is a new one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, Literal, TypeVar

from pydantic import Field, StrictInt, StringConstraints, ValidationError

from api.files import flush_names
from api.problems import invalid_body
from domain.canonical import BadJson, canonical, parse
from domain.errors import DamagedLedger, InvalidInput, RuleBroken, StoreUnavailable
from domain.ledger.audit import Audited, Auditor, Finding, audit, erased_by
from domain.ledger.rows import Erasure, Row
from domain.ledger.store import Store, Writing
from domain.values import Frozen

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes that a line may have; a command's text is far shorter."""

_BATCH: Final = 1_000

M = TypeVar("M", bound=Frozen)
Progress = Callable[[int], None]
Count = Annotated[StrictInt, Field(ge=0)]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Opening(Frozen):
    """The first line: which ledger, up to where, and the RFC 6962 root over the leaves until there."""

    archive: Literal[1]
    ledger: str
    position: Count
    root: Hash


class Archived(Frozen):
    """One row of the ledger."""

    position: Count
    stream: str
    version: Count
    recorded_at: str
    head: str
    words: str | None
    leaf: str

    def row(self) -> Row:
        """The row with its bytes."""
        words = None if self.words is None else self.words.encode()
        return Row(
            self.position, self.stream, self.version, self.recorded_at, self.head.encode(), words, self.leaf.encode()
        )


class Closing(Frozen):
    """The last line: without it the archive is not whole."""

    count: Count
    root: Hash


def is_archive(first: bytes) -> bool:
    """Whether a file that begins with this line is meant to be an archive."""
    try:
        opening = parse(first)
    except BadJson:
        return False
    return isinstance(opening, dict) and "archive" in opening


def export_archive(store: Store, target: Path, progress: Progress = lambda _: None) -> Audited:
    """Writes the ledger, as it stands now, to the file `target` while others read and write.

    The file appears under its name complete and flushed, or not at all, and replaces what was there. `progress` is
    told the position reached. Raises `DamagedLedger` if a stored byte is not what it must be, `RuleBroken` for an
    empty ledger, and `StoreUnavailable` if the file cannot be written.
    """
    position = store.head().position
    if not position:
        raise RuleBroken("The ledger is empty; there is nothing to archive.")
    found = audit(store, upto=position)
    if found.first is not None:
        raise DamagedLedger(found.first.detail, found.first.position, found.first.stream)
    with _appearing(target) as file:
        for line in _lines(store, found, progress):
            file.write(canonical(line) + b"\n")
    return found


def _lines(store: Store, found: Audited, progress: Progress) -> Iterator[dict[str, Any]]:
    rows = _rows(store, found.size, progress)
    first = next(rows)
    root = found.root.hex()
    yield {"archive": 1, "ledger": first.stream, "position": found.size, "root": root}
    yield _archived(first)
    yield from map(_archived, rows)
    yield {"count": found.size, "root": root}


def _rows(store: Store, upto: int, progress: Progress) -> Iterator[Row]:
    for after in range(0, upto, _BATCH):
        yield from store.rows(after, min(_BATCH, upto - after))
        progress(min(after + _BATCH, upto))


def _archived(row: Row) -> dict[str, Any]:
    texts = {"head": row.head.decode(), "words": None if row.words is None else row.words.decode()}
    return {**row._asdict(), **texts, "leaf": row.leaf.decode()}


@contextmanager
def _appearing(target: Path) -> Iterator[BinaryIO]:
    """A file that takes its name, flushed, when it is complete. A crash before that leaves only the temporary file."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        flush_names(target.parent)
    except OSError as error:
        raise StoreUnavailable(f"The file {target} cannot be written ({error}).") from error
    finally:
        partial.unlink(missing_ok=True)


def import_archive(store: Store, file: BinaryIO, progress: Progress = lambda _: None) -> Audited:
    """Makes an empty store the ledger that was archived: same positions, bytes and leaves, so the same root.

    Everything is verified and stored in one transaction: after an error the store is as empty as before. `progress` is
    told how many bytes of the file are dealt with. Raises `RuleBroken` if the store is not empty, `InvalidInput` if
    the file is no whole and sound archive, and `StoreUnavailable`.
    """
    reader = _Reader(file, progress)
    with store.writing() as writing:
        if writing.head.position:
            raise RuleBroken("An archive is imported into an empty ledger only, and this one holds events.")
        found = reader.insert(writing)
        reader.check(found)
    return found


class _Reader:
    """Reads an archive from its first line to its last."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._number = 0
        self._auditor = Auditor()
        self._erased: set[int] = set()
        self._opening = self._fit(Opening, self._next())
        self._closing: Closing | None = None

    def insert(self, writing: Writing) -> Audited:
        """Stores the rows batch by batch; they may stay only if `check` agrees. Raises `InvalidInput`."""
        batch: list[Row] = []
        for row in self._rows():
            batch.append(row)
            if len(batch) == _BATCH:
                self._insert(writing, batch)
                self._progress(self._file.tell())
                batch = []
        self._insert(writing, batch)
        return self._auditor.result()

    def _insert(self, writing: Writing, batch: list[Row]) -> None:
        """Stores these rows, and notes for ever which words are gone: nothing can be put in their place any more."""
        writing.insert(batch)
        erased = [(position, row.position) for row in batch for position in erased_by(row.head)]
        new = [Erasure(position, event) for position, event in erased if position not in self._erased]
        self._erased.update(erasure.position for erasure in new)
        writing.erase(new)

    def check(self, found: Audited) -> None:
        """Compares what was read with what the archive says of itself. Raises `InvalidInput`."""
        _demand_sound(found.first)
        if self._closing is None:
            raise InvalidInput("The archive is not whole: its last line is missing.")
        said = {(self._opening.position, self._opening.root), (self._closing.count, self._closing.root)}
        if said != {(found.size, found.root.hex())}:
            raise InvalidInput("The archive is damaged: its number of events or its root is not what it says.")

    def _rows(self) -> Iterator[Row]:
        while (value := self._next()) is not None:
            if "count" in value:
                self._closing = self._fit(Closing, value)
                if self._next() is not None:
                    raise InvalidInput(f"Line {self._number} of the archive comes after its last.")
                return
            row = self._fit(Archived, value).row()
            self._auditor.see(row)
            _demand_sound(self._auditor.first)
            if row.position == 1 and row.stream != self._opening.ledger:
                raise InvalidInput("The archive names another ledger than its first event.")
            yield row

    def _next(self) -> dict[str, Any] | None:
        """The next line as an object; None at the end of the file."""
        data = self._file.readline(LONGEST_LINE)
        if not data:
            return None
        self._number += 1
        try:
            value = parse(data)
        except BadJson as error:
            raise InvalidInput(f"Line {self._number} of the archive cannot be read: {error.detail}") from error
        if not isinstance(value, dict):
            raise InvalidInput(f"Line {self._number} of the archive is no JSON object.")
        return value

    def _fit(self, model: type[M], value: dict[str, Any] | None) -> M:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            detail = f"Line {self._number} of the archive does not have its form."
            raise InvalidInput(detail, invalid_body(error).faults) from error


def _demand_sound(first: Finding | None) -> None:
    if first is not None:
        raise InvalidInput(f"The archive is damaged at position {first.position}: {first.detail}")
