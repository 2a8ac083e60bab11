"""The files that a journal's lines name: they lie beside the journal, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from api.captures import CAPTURES, Capture, kept, looked_at
from api.journal.lines import Command
from domain.errors import InvalidInput
from domain.source.commands import CaptureSnapshot, KeptSnapshot
from domain.vault import Vault


class Files:
    """The files in the journal's folder and below it. `limit` is how many bytes one may have."""

    def __init__(self, folder: Path, vault: Vault | None, limit: int) -> None:
        self._folder = folder.resolve()
        self._vault = vault
        self._limit = limit
        self._kept: dict[tuple[str, str], KeptSnapshot] = {}

    def said(self, command: Command, body: dict[str, Any]) -> dict[str, Any]:
        """The line's body with the digest of its file. Raises `Refused` errors for a file that cannot be taken."""
        if command.do != CAPTURES:
            raise InvalidInput.at("/file", f"Only {CAPTURES} takes a file.")
        with self._capture(str(command.file)) as capture:
            return capture.said(body)

    def kept(self, name: str, asked: CaptureSnapshot) -> KeptSnapshot:
        """What is asked, with the file's bytes and text kept. A line that is decided again is not kept again."""
        known = self._kept.get((name, str(asked.digest)))
        if known is None:
            with self._capture(name) as capture:
                known = kept(self._vault, asked, capture)
            self._kept[name, str(asked.digest)] = known
        return known.model_copy(update=dict(asked))

    @contextmanager
    def _capture(self, name: str) -> Iterator[Capture]:
        path = self._path(name)
        try:
            with path.open("rb") as file:
                yield looked_at(file, guess_type(path.name)[0], self._limit)
        except OSError as error:
            raise InvalidInput.at("/file", f"The file cannot be read ({error.strerror}).") from error

    def _path(self, name: str) -> Path:
        """Where the file lies, links followed. Raises `InvalidInput` for one that is not below the journal's folder."""
        try:
            path = (self._folder / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise InvalidInput.at("/file", "This is no path of a file.") from None
        if not path.is_relative_to(self._folder):
            raise InvalidInput.at("/file", "The file lies outside the journal's folder.")
        if not path.is_file():
            raise InvalidInput.at("/file", "There is no such file beside the journal.")
        return path
