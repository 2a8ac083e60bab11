"""Commands that bring a journal or an archive in, and an archive out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from api.archive import LONGEST_LINE, export_archive, import_archive, is_archive
from api.bootstrap import open_house
from api.cli.console import BAD_INPUT, Data, Json, answer, settings
from api.journal import Files, Imported, import_journal
from api.progress import bar
from api.publication import export_log
from api.settings import Settings
from api.verification import kept_digests
from domain.errors import InvalidInput, StoreUnavailable
from domain.ledger.audit import Audited
from domain.ledger.sqlite import SQLiteStore
from domain.vault import Vault

File = Annotated[Path, typer.Argument(show_default=False)]

_SHOWN = 20  # refusals that are told in words


def import_(file: File, data: Data = None, as_json: Json = False) -> None:
    """Record what a journal tells and the ledger does not know yet, or make an empty ledger anew from an archive.

    Importing again records nothing twice, and goes on where an import was interrupted.
    """
    here = settings(data=data)
    try:
        size = file.stat().st_size
        with file.open("rb") as opened, bar("Importing", quiet=as_json) as progress:
            first = opened.readline(LONGEST_LINE)
            opened.seek(0)
            if is_archive(first):
                _answer_archive(here, _archive(here, opened, lambda done: progress(done, size)), as_json=as_json)
                return
            with open_house(here, projecting=False) as house:
                files = Files(file.parent, house.newsroom.vault, here.snapshot_bytes)
                imported = import_journal(house.newsroom, opened, lambda done: progress(done, size), files)
    except OSError as error:
        raise InvalidInput(f"The file {file} cannot be read ({error.strerror}).") from error
    answer(asdict(imported), _in_words(imported), as_json=as_json)
    if imported.refused:
        raise typer.Exit(BAD_INPUT)


def _archive(here: Settings, file: BinaryIO, progress: Callable[[int], None]) -> Audited:
    try:
        here.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"The data folder {here.data} cannot be written ({error.strerror}).") from error
    store = SQLiteStore(here.ledger)
    try:
        return import_archive(store, file, progress)
    finally:
        store.close()


def _answer_archive(here: Settings, found: Audited, *, as_json: bool) -> None:
    missing = _missing(here)
    text = f"The ledger is made again: {found.size} events, root {found.root.hex()}."
    if missing:
        text += f" An archive holds no snapshots: {len(missing)} of its files are missing in {here.snapshots}."
    said = {"position": found.size, "root": found.root.hex(), "snapshots_missing": missing}
    answer(said, text, as_json=as_json)


def _missing(here: Settings) -> list[str]:
    """The digests of the files of snapshots that the ledger names and the data folder does not have."""
    store = SQLiteStore(here.ledger, read_only=True)
    try:
        vault = Vault(here.snapshots)
        return [digest for digest in kept_digests(store, store.head().position) if not vault.path(digest).is_file()]
    finally:
        store.close()


def _in_words(imported: Imported) -> str:
    refused = [f"line {r.line}: {_why(r.problem)}" for r in imported.refused[:_SHOWN]]
    more = len(imported.refused) - len(refused)
    counts = f"{imported.recorded} lines recorded, {imported.already} known already, {len(imported.refused)} refused."
    return "\n".join([*refused, *([f"… and {more} more"] if more else []), counts])


def _why(problem: dict[str, object]) -> str:
    errors = problem.get("errors")
    blamed = [f"{e['pointer']}: {e['detail']}" for e in errors] if isinstance(errors, list) else []
    return "; ".join(blamed) or str(problem["detail"])


def export(
    file: Annotated[Path | None, typer.Argument(help="The archive to write.", show_default=False)] = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="Write the transparency log, as static files, to this folder.", show_default=False),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write the whole ledger to an archive, from which `import` makes the same ledger again. Keys are not in it.

    Or write its transparency log to a folder, for any web server; what is there already is added to.
    """
    if log is not None and file is None:
        _export_log(log, data, as_json=as_json)
        return
    if file is None or log is not None:
        raise InvalidInput("Name the archive to write, or with --log the folder for the log.")
    with open_house(settings(data=data), projecting=False) as house, bar("Exporting", quiet=as_json) as progress:
        length = house.store.head().position
        found = export_archive(house.store, file, lambda done: progress(done, length))
    text = f"{found.size} events are in {file}, root {found.root.hex()}."
    answer({"file": str(file), "position": found.size, "root": found.root.hex()}, text, as_json=as_json)


def _export_log(folder: Path, data: Path | None, *, as_json: bool) -> None:
    with open_house(settings(data=data)) as house, bar("Exporting", quiet=as_json) as progress:
        if house.runner is not None:
            house.runner.catch_up()
        size = export_log(house, folder, progress)
    answer({"log": str(folder), "size": size}, f"The log of {size} entries is in {folder}.", as_json=as_json)
