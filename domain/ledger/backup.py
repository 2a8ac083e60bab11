"""Copying a ledger file while it is in use."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from domain.errors import StoreUnavailable
from domain.ledger.connections import explain, flush

_PAGES = 4096  # in one step, between two reports of progress


def copy(source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None] | None) -> None:
    """Write what `source` sees at one moment to the new file `target`, complete and flushed or not at all.

    `progress` is told (pages left, pages in all) after every 16 megabytes. Raises FileExistsError if the target, or
    the log of an earlier file of that name, is there; StoreUnavailable if the target cannot be written.
    """
    for taken in (target, target.with_name(f"{target.name}-wal")):
        if taken.exists():
            raise FileExistsError(f"{taken} exists already; a backup never overwrites anything")
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        _copy_pages(source, partial, progress)
        flush(partial)
        partial.rename(target)
        flush(target.parent)
    except sqlite3.Error as error:
        raise explain(error, f"The ledger or its backup {target}") from error
    except OSError as error:
        raise StoreUnavailable(f"The backup {target} cannot be written ({error}).") from error
    finally:
        partial.unlink(missing_ok=True)


def _copy_pages(source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None] | None) -> None:
    def report(_status: int, left: int, total: int) -> None:
        if progress is not None:
            progress(left, total)

    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = off")
        # Without a reading that stays open, every commit of another connection would start the copy over again.
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchall()
            source.backup(copy, pages=_PAGES, progress=report)
        finally:
            source.rollback()
