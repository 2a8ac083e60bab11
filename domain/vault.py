"""The vault: bytes that are kept under the SHA-256 of themselves, beside the ledger.

`<folder>/ab/cd…` holds the bytes whose digest begins with `abcd`, readable by its owner alone. A file appears under its
name whole and flushed, or not at all, so a crash can leave an unfinished file in `<folder>/arriving`, which `tidy`
removes, and bytes that no event names; both are harmless. What is read is checked against its name.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from domain.errors import DamagedLedger, StoreUnavailable

_ARRIVING: Final = "arriving"
_CHUNK: Final = 1024 * 1024
_NUMBERS: Final = count()


class Arriving:
    """Bytes that come in piece by piece. They are kept once `keep` was called, and gone after the context otherwise."""

    def __init__(self, vault: "Vault", path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = 0
        self._vault = vault
        self._file = file
        self._hash = sha256()

    def write(self, data: bytes) -> None:
        """Takes in the next bytes. Raises `StoreUnavailable` if they cannot be written."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _unavailable(self.path, error) from error
        self._hash.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """The digest of what has come so far, in hex."""
        return self._hash.hexdigest()

    def flush(self) -> None:
        """Lets others read at `path` what has come so far. Raises `StoreUnavailable`."""
        try:
            self._file.flush()
        except OSError as error:
            raise _unavailable(self.path, error) from error

    def keep(self) -> str:
        """Keeps what has come, durably, and gives its digest. Raises `StoreUnavailable`; nothing is kept then."""
        self.flush()
        self._vault.settle(self.path, self.sha256)
        return self.sha256


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a look through the vault came to: how many of the wanted files are whole, and what is wrong with the others.

    `orphans` counts whole files that nobody asked for.
    """

    whole: int
    wrong: tuple[str, ...]
    orphans: int


class Vault:
    """The bytes in one folder, which is made when something is kept first. Any thread and any process may use it."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def path(self, digest: str) -> Path:
        """Where the bytes with this digest lie, if they do."""
        return self.folder / digest[:2] / digest[2:]

    @contextmanager
    def arriving(self) -> Iterator[Arriving]:
        """A place for bytes that come in. Raises `StoreUnavailable` if the folder cannot be written."""
        # The names of this process's own unfinished files; those of a dead process of the same number are replaced.
        name = f"{os.getpid()}-{threading.get_ident()}-{next(_NUMBERS)}"
        path = self.folder / _ARRIVING / name
        try:
            self._make(path.parent)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unavailable(path, error) from error
        file = os.fdopen(descriptor, "w+b")
        with suppress(OSError):  # where files cannot be locked, nothing is tidied either
            flock(file, LOCK_EX)  # as long as it is written: `tidy` knows by it what nobody writes any more
        try:
            yield Arriving(self, path, file)
        finally:
            with suppress(OSError):  # what could not be written cannot be written now, and is not kept
                file.close()
            with suppress(OSError):
                path.unlink()

    def remove(self, digest: str) -> None:
        """Removes the bytes with this digest for good, if they are there. Raises `StoreUnavailable`."""
        place = self.path(digest)
        try:
            place.unlink(missing_ok=True)
            if place.parent.exists():
                _flush(place.parent)
        except OSError as error:
            raise _unavailable(place, error) from error

    def tidy(self) -> int:
        """Removes unfinished files of processes that died, as far as possible; gives how many."""
        return sum(map(_abandoned, self.folder.glob(f"{_ARRIVING}/*")))

    def keep(self, data: bytes) -> str:
        """Keeps these bytes and gives their digest; they are on disk on return. Raises `StoreUnavailable`."""
        with self.arriving() as arriving:
            arriving.write(data)
            return arriving.keep()

    def settle(self, path: Path, digest: str) -> None:
        """Puts an unfinished file in its place. What lies there already stays, unless it is damaged."""
        place = self.path(digest)
        try:
            if _digest_of(place) != digest:
                self._make(place.parent)
                _flush(path)
                path.replace(place)
            else:
                os.utime(place)  # whoever removes what no event names leaves it a while to the one that will
            # Also where another has just put the file there, who may not have come to flush its name yet.
            for folder in (place.parent, self.folder, self.folder.parent):
                _flush(folder)
        except OSError as error:
            raise _unavailable(place, error) from error

    def _make(self, folder: Path) -> None:
        for missing in (self.folder, folder):
            missing.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self, digest: str) -> bytes:
        """The bytes with this digest. Raises `DamagedLedger` if they are missing, or are others."""
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise DamagedLedger(f"the bytes {digest} of a snapshot are missing") from None
        except OSError as error:
            raise _unavailable(self.path(digest), error) from error
        if sha256(data).hexdigest() != digest:
            raise DamagedLedger(f"the bytes {digest} of a snapshot are damaged")
        return data

    def text(self, digest: str) -> str:
        """The text with this digest, which was kept in UTF-8. Raises `DamagedLedger`."""
        return self.read(digest).decode()

    def inspect(self, wanted: Iterable[str]) -> Inspected:
        """Reads every one of these files and compares it with its name. Raises `StoreUnavailable`."""
        asked, wrong = set(wanted), []
        for digest in sorted(asked):
            try:
                found = _digest_of(self.path(digest))
            except OSError as error:
                raise _unavailable(self.path(digest), error) from error
            if found != digest:
                wrong.append(f"{digest} is {'missing' if found is None else 'damaged'}")
        orphans = sum(1 for digest in self.digests() if digest not in asked)
        return Inspected(len(asked) - len(wrong), tuple(wrong), orphans)

    def copy_into(self, other: "Vault") -> tuple[str, ...]:
        """Keeps in the other vault all that is whole here and not there yet; gives the digests of what is damaged.

        Raises `StoreUnavailable`.
        """
        missing = [digest for digest in self.digests() if not other.path(digest).exists()]
        return tuple(digest for digest in missing if not self._copy(digest, other))

    def _copy(self, digest: str, other: "Vault") -> bool:
        with other.arriving() as arriving:
            try:
                with self.path(digest).open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        arriving.write(chunk)
            except OSError as error:
                raise _unavailable(self.path(digest), error) from error
            return arriving.sha256 == digest and bool(arriving.keep())

    def digests(self) -> Iterator[str]:
        """The digests under which something lies."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (f"{folder.name}{file.name}" for file in sorted(folder.iterdir()) if len(file.name) == 62)


def _abandoned(path: Path) -> bool:
    """Whether nobody was writing the file; it is gone then."""
    with suppress(OSError), path.open("rb") as file:
        flock(file, LOCK_EX | LOCK_NB)
        path.unlink()
        return True
    return False


def _digest_of(path: Path) -> str | None:
    """The SHA-256 of the file, read piece by piece; None if there is none."""
    hashed = sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
    except FileNotFoundError:
        return None
    return hashed.hexdigest()


def _flush(path: Path) -> None:
    """Makes a file's bytes, or a folder's names, survive a crash of the machine."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(path: Path, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"The snapshots in {path.parent} cannot be used ({error.strerror}).")
