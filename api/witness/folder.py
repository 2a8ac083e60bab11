"""What a witness keeps, each in a file of its folder: its keys, the logs it knows, and what it cosigned last.

The last checkpoint of each log is the witness's whole memory. It is kept when a log is taken off the list. An older
copy of the folder must never be put in its place: the witness would cosign a second history.
"""

import fcntl
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from api.files import flush_names, put_in_place
from api.signing.keyring import Keyring
from domain.errors import DamagedLedger, InvalidInput, RuleBroken, StoreUnavailable
from domain.tlog.checkpoint import Checkpoint
from domain.tlog.cosignature import COSIGNING, Cosigner
from domain.tlog.errors import BadKey, BadNote
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.note import Note, parse_note
from domain.tlog.schemes import SEED_LENGTH, SignatureType
from domain.tlog.witnessing import AddCheckpoint, origin_hash

MOST_KEYS: Final = 32
"""Keys of one log that a witness knows, at most: a note that all of them signed has room for the cosignatures."""

MOST_EVIDENCE: Final = 16
"""Requests of one log that are kept because they did not fit what was seen of it, at most."""

_PARTIAL: Final = ".????????????????"  # how the name of a file ends that a crash left half written


@dataclass(frozen=True, slots=True)
class Seen:
    """The checkpoint of a log that was cosigned last, and the note: the log's signatures and the cosignatures."""

    checkpoint: Checkpoint
    note: Note


class Folder:
    """The folder `path`: `witness.key`, `logs`, `seen/` and `evidence/`.

    Whatever is written is flushed before the method returns. `StoreUnavailable` is raised if that cannot be, and
    `DamagedLedger` for a file that holds something else than it must.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keyring = Keyring(path / "witness.key")
        self._logs = path / "logs"
        self._seen = path / "seen"
        self._evidence = path / "evidence"

    def create(self, name: str, types: Collection[SignatureType], entropy: Callable[[int], bytes]) -> None:
        """Makes the folder with a fresh key of this name for each of the types.

        Raises `RuleBroken` if a witness is there already, `InvalidInput` if the name is none.
        """
        try:
            keys = tuple(SigningKey(name, entropy(SEED_LENGTH), type) for type in types)
        except BadKey as error:
            raise InvalidInput(f"The witness cannot be called {name!r}: {error}.") from error
        with _writing(self.path):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            if self._keyring.exists():
                raise RuleBroken(f"There is a witness in {self.path} already. Its key is never replaced.")
            with _writing(self.path):
                self._seen.mkdir(mode=0o700, exist_ok=True)
                self._evidence.mkdir(mode=0o700, exist_ok=True)
                self._keyring.write(keys)
                flush_names(self.path.parent)

    def cosigners(self) -> tuple[Cosigner, ...]:
        """The witness's keys. Raises `InvalidInput` if there is no witness in the folder."""
        if not self._keyring.exists():
            raise InvalidInput(f"There is no witness in {self.path}: make one with stemma witness init.")
        keys = self._keyring.read()
        if any(key.type not in COSIGNING for key in keys) or len({key.type for key in keys}) != len(keys):
            raise DamagedLedger(f"{self._keyring.path} does not hold the keys of a witness")
        return tuple(map(Cosigner, keys))

    def tidy(self) -> None:
        """Removes what a crash left half written, which nobody was told of."""
        with _writing(self.path):
            for folder in (self.path, self._seen, self._evidence):
                for path in folder.glob(f"*{_PARTIAL}"):
                    path.unlink(missing_ok=True)

    # The logs.

    def logs(self) -> tuple[VerifierKey, ...]:
        """The keys of the logs that are cosigned, in the order in which they were added."""
        try:
            lines = self._logs.read_text(encoding="utf-8").splitlines()
            return tuple(map(VerifierKey.parse, lines))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreUnavailable(f"{self._logs} cannot be read ({error.strerror}).") from error
        except ValueError as error:
            raise DamagedLedger(f"{self._logs} has a line that is no verifier key ({error})") from error

    def keys_of(self, origin: str) -> tuple[VerifierKey, ...]:
        """The keys that are believed to sign for this origin; none if the log is not known."""
        return tuple(key for key in self.logs() if key.name == origin)

    def add_log(self, key: VerifierKey) -> None:
        """Cosigns this log from now on; a log that has another key may use either. Adding again changes nothing.

        Raises `InvalidInput` for a key that is not a log's, `RuleBroken` for one key too many.
        """
        if key.type is not SignatureType.NOTE:
            raise InvalidInput("That is the key of a witness, not of a log.")
        with self._alone():
            logs = self.logs()
            if len([log for log in logs if log.name == key.name]) >= MOST_KEYS:
                raise RuleBroken(f"The log {key.name} has {MOST_KEYS} keys here already.")
            if key not in logs:
                self._write_logs((*logs, key))

    def remove_log(self, key: VerifierKey) -> None:
        """Believes this key no more. What was seen of its log is kept. Raises `InvalidInput` if it is not known."""
        with self._alone():
            logs = self.logs()
            if key not in logs:
                raise InvalidInput("That key is none of those that are known here.")
            self._write_logs(tuple(log for log in logs if log != key))

    def _write_logs(self, keys: tuple[VerifierKey, ...]) -> None:
        with _writing(self._logs):
            put_in_place(self._logs, "".join(f"{key.render()}\n" for key in keys).encode())

    # What was seen.

    def seen(self, origin: str) -> Seen | None:
        """The checkpoint of this origin that was cosigned last, None if none was."""
        data = self.shown(origin_hash(origin))
        if data is None:
            return None
        try:
            note = parse_note(data)
            checkpoint = Checkpoint.parse(note.text)
        except BadNote as error:
            raise DamagedLedger(f"what was seen of {origin} is no checkpoint ({error})") from error
        if checkpoint.origin != origin:
            raise DamagedLedger(f"what was seen of {origin} is a checkpoint of {checkpoint.origin}")
        return Seen(checkpoint, note)

    def shown(self, hash: str) -> bytes | None:
        """The note that was cosigned last for the origin with this hash (64 digits of hex), None if none was."""
        try:
            return (self._seen / hash).read_bytes()
        except FileNotFoundError:
            if not self._seen.is_dir():
                raise StoreUnavailable(f"{self._seen} is not there, and with it all that was cosigned.") from None
            return None
        except OSError as error:
            raise StoreUnavailable(f"What was seen last cannot be read ({error.strerror}).") from error

    def see(self, origin: str, note: Note) -> None:
        """Keeps this as the last checkpoint of its origin. No cosignature may be given out before this returns."""
        with _writing(self._seen):
            put_in_place(self._seen / origin_hash(origin), note.render())

    # Evidence.

    def keep_evidence(self, origin: str, request: AddCheckpoint) -> Path | None:
        """Keeps a request that its log signed and that does not fit what was seen; where, None if there are enough."""
        body, hash = request.render(), origin_hash(origin)
        path = self._evidence / f"{hash}-{sha256(body).hexdigest()}"
        if path.exists():
            return path
        if len(self.evidence(origin)) >= MOST_EVIDENCE:
            return None
        with _writing(self._evidence):
            put_in_place(path, body)
        return path

    def evidence(self, origin: str) -> list[Path]:
        """The files with requests of this log that did not fit."""
        return [path for path in sorted(self._evidence.glob(f"{origin_hash(origin)}-*")) if not path.suffix]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes keys or logs meanwhile."""
        with _writing(self.path):
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _writing(what: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(f"{what} cannot be written ({error.strerror}).") from error
