"""Backups: the ledger's file and what belongs to it, copied while the ledger is in use, and put back.

Beside the copy `FILE` lies `FILE.key`, the key of the fingerprints. Without it the ledger is whole, but a request that
is given again under its idempotency key is refused as another one. The folder `FILE.snapshots` holds the files of all
snapshots that the copied ledger names, and perhaps some that it does not name yet.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.bootstrap import House
from api.files import flush_names
from api.settings import Settings
from domain.errors import DamagedLedger, InvalidInput, RuleBroken, StoreUnavailable
from domain.ledger.audit import Audited, audit
from domain.ledger.sqlite import SQLiteStore
from domain.vault import Vault

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was found in a backup that was put back. `damaged` are digests of files that are missing now."""

    audited: Audited
    damaged: tuple[str, ...]


def key_beside(file: Path) -> Path:
    """Where the key of a backup lies."""
    return file.with_name(f"{file.name}.key")


def snapshots_beside(file: Path) -> Path:
    """Where the snapshots of a backup lie."""
    return file.with_name(f"{file.name}.snapshots")


def back_up(house: House, target: Path, progress: Progress = lambda *_: None) -> tuple[str, ...]:
    """Copies the ledger, as it stands at one moment, to `target`, and its key and snapshots beside it.

    Others may go on writing. Each file appears complete and flushed. Gives the digests of files of snapshots that are
    damaged, and therefore missing in the copy. Raises `RuleBroken` if something is there already, and
    `StoreUnavailable` if it cannot be written; then nothing of the backup stays.
    """
    key, snapshots = key_beside(target), snapshots_beside(target)
    for taken in (target, key, snapshots):
        if taken.exists():
            raise RuleBroken(f"{taken} exists already; a backup never overwrites anything.")
    here, there = Vault(house.settings.snapshots), Vault(snapshots)
    try:
        with ExitStack() as undo:
            _copy(house.settings.fingerprint_key, key)
            undo.callback(key.unlink)
            undo.callback(shutil.rmtree, snapshots, ignore_errors=True)
            here.copy_into(there)
            house.store.backup(target, progress)
            undo.callback(target.unlink)
            # The bytes of a snapshot are kept before it is recorded: all that the copy names are there by now.
            damaged = here.copy_into(there)
            undo.pop_all()
            return damaged
    except FileExistsError as error:
        raise RuleBroken(f"{error}.") from error
    except OSError as error:
        raise StoreUnavailable(f"The backup {target} cannot be written ({error}).") from error


def restore(settings: Settings, source: Path) -> Restored:
    """Makes the data folder hold the ledger of a backup, verified before it takes its place; views make themselves.

    Raises `RuleBroken` if the folder holds a ledger, views or a key already, `InvalidInput` if the backup is no
    ledger, `DamagedLedger` if its bytes are not what they must be, and `StoreUnavailable`; then nothing of it stays.
    """
    for taken in (settings.ledger, settings.views, settings.fingerprint_key, settings.snapshots):
        if taken.exists():
            raise RuleBroken(f"A backup is restored into an empty data folder, and {taken} is there.")
    if not source.is_file():
        raise InvalidInput(f"There is no backup {source}.")
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="restoring-", dir=settings.data) as folder:
            return _put_in_place(settings, source, Path(folder) / "ledger.db")
    except OSError as error:
        raise StoreUnavailable(f"The data folder {settings.data} cannot be written ({error}).") from error


def _put_in_place(settings: Settings, source: Path, copy: Path) -> Restored:
    _copy(source, copy)
    found = _audited(copy)
    with ExitStack() as undo:
        if key_beside(source).is_file():
            _copy(key_beside(source), settings.fingerprint_key)
            undo.callback(settings.fingerprint_key.unlink)
        undo.callback(shutil.rmtree, settings.snapshots, ignore_errors=True)
        damaged = Vault(snapshots_beside(source)).copy_into(Vault(settings.snapshots))
        copy.rename(settings.ledger)
        undo.pop_all()
    flush_names(settings.data)
    return Restored(found, damaged)


def _audited(copy: Path) -> Audited:
    store = SQLiteStore(copy)
    try:
        found = audit(store)
    finally:
        store.close()
    if found.first is not None:
        raise DamagedLedger(found.first.detail, found.first.position, found.first.stream)
    if not found.size:
        raise InvalidInput("The backup holds no events.")
    return found


def _copy(source: Path, target: Path) -> None:
    """Copies a file's bytes, readable by its owner alone, and flushes them; all of them, or there is no copy."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with ExitStack() as undo:
        undo.callback(target.unlink)
        with os.fdopen(descriptor, "wb") as writing, source.open("rb") as reading:
            shutil.copyfileobj(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())
        undo.pop_all()
