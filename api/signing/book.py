"""Every checkpoint that the log ever signed, in a file beside the ledger: the memory that a restored ledger lacks.

Each is on disk before anybody is shown it. So a ledger that is shorter than the last one here, or another, is never
signed: it would be a second history.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.files import flush_names, put_in_place
from domain.canonical import canonical
from domain.errors import DamagedLedger, StoreUnavailable
from domain.tlog.checkpoint import Checkpoint
from domain.tlog.errors import TlogError
from domain.tlog.note import Note, parse_note

_TAIL: Final = 1 << 16
"""Bytes of the file's end in which its last line is looked for. A line is much shorter."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, the note in which it was signed, and when (a stamp)."""

    checkpoint: Checkpoint
    note: bytes
    at: str

    @classmethod
    def of(cls, note: Note, at: str) -> "Signed":
        return cls(Checkpoint.parse(note.text), note.render(), at)

    def line(self) -> bytes:
        """The line of the book."""
        return canonical({"at": self.at, "note": self.note.decode()}) + b"\n"


class Book:
    """The folder `log` of a data folder: `checkpoints.jsonl` has every checkpoint, `checkpoint` the one to be shown.

    `copy` is a file elsewhere, best on another machine's disk, that always holds the newest one too. One process at a
    time writes.
    """

    def __init__(self, folder: Path, copy: Path | None = None) -> None:
        self.path = folder / "checkpoints.jsonl"
        self.shown = folder / "checkpoint"
        self.held = folder / "held-against"
        self.copy = copy

    def last(self) -> Signed | None:
        """The checkpoint that was signed last; None if none was. Half a line at the end was never shown to anybody.

        Raises `DamagedLedger` if it cannot be made out.
        """
        return next(self._newest(), None)

    def signed_at(self, text: str) -> str | None:
        """When a checkpoint of this text was signed (a stamp); None if it was none of the last hundred or so."""
        found = (signed.at for signed in self._newest() if signed.checkpoint == Checkpoint.parse(text))
        return next(found, None)

    def standing(self) -> tuple[int, ...]:
        """What changes whenever another note is shown; reading it costs next to nothing."""
        try:
            found = self.shown.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def all(self) -> Iterator[Signed]:
        """Every checkpoint, in the order in which they were signed. Raises `DamagedLedger` for a line that is none."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield self._signed(line)

    def elsewhere(self) -> Signed | None:
        """The checkpoint in the copy; None if there is no copy yet, or none is kept.

        Raises `StoreUnavailable` if the place of the copy is not there, and `DamagedLedger` if it holds no checkpoint.
        """
        if self.copy is None:
            return None
        if not self.copy.parent.is_dir():
            raise StoreUnavailable(f"The copy of the last checkpoint cannot be seen: {self.copy.parent} is not there.")
        try:
            return Signed.of(parse_note(self.copy.read_bytes()), "")
        except FileNotFoundError:
            return None
        except (OSError, TlogError) as error:
            raise DamagedLedger(f"{self.copy} does not hold a checkpoint ({error})") from error

    def enter(self, signed: Signed) -> None:
        """Keeps a checkpoint for ever; returns when it is on disk, here and in the copy. Raises `StoreUnavailable`."""
        try:
            self._append(signed.line())
            if self.copy is not None:
                put_in_place(self.copy, signed.note)
        except OSError as error:
            raise StoreUnavailable(f"The checkpoint cannot be kept ({error}), so it is not shown.") from error

    def hold_against(self, note: bytes) -> None:
        """Keeps a checkpoint of the log's own key that somebody else holds and the ledger does not continue.

        Raises `StoreUnavailable`.
        """
        try:
            put_in_place(self.held, note)
        except OSError as error:
            raise StoreUnavailable(f"{self.held} cannot be written ({error}).") from error

    def held_against(self) -> Note | None:
        """Such a checkpoint; None if nobody is known to hold one. Raises `StoreUnavailable` and `DamagedLedger`."""
        try:
            return parse_note(self.held.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"{self.held} cannot be read ({error}).") from error
        except TlogError as error:
            raise DamagedLedger(f"{self.held} does not hold a checkpoint ({error})") from error

    def show(self, note: bytes) -> None:
        """Makes this the checkpoint that everybody is shown. Raises `StoreUnavailable`."""
        try:
            put_in_place(self.shown, note, 0o644)
        except OSError as error:
            raise StoreUnavailable(f"{self.shown} cannot be written ({error}).") from error

    def now(self) -> bytes | None:
        """The note that everybody is shown; None if there is none yet."""
        try:
            return self.shown.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(f"{self.shown} cannot be read ({error}).") from error

    def _newest(self) -> Iterator[Signed]:
        """The checkpoints at the end of the file, the last one first."""
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(end - _TAIL, 0))
                tail = file.read()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnavailable(f"{self.path} cannot be read ({error}).") from error
        lines = tail[: tail.rfind(b"\n") + 1].splitlines()
        whole = lines[1:] if end > _TAIL and len(lines) > 1 else lines
        yield from map(self._signed, reversed(whole))

    def _append(self, line: bytes) -> None:
        """Adds a line, in place of half a one that a crash left."""
        fresh = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end = os.lseek(descriptor, 0, os.SEEK_END)
            os.lseek(descriptor, max(end - _TAIL, 0), os.SEEK_SET)
            tail = os.read(descriptor, _TAIL)
            if b"\n" not in tail and end > len(tail):
                raise DamagedLedger(f"{self.path} ends with something that is no checkpoint")
            whole = end - len(tail) + tail.rfind(b"\n") + 1
            if whole < end:
                os.ftruncate(descriptor, whole)
            os.lseek(descriptor, whole, os.SEEK_SET)
            _write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if fresh:
            flush_names(self.path.parent)

    def _signed(self, line: bytes) -> Signed:
        try:
            kept: Any = json.loads(line)
            return Signed.of(parse_note(kept["note"].encode()), str(kept["at"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedLedger(f"{self.path} has a line that is no checkpoint ({error})") from error


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
