"""The text of captured bytes, extracted by a process of its own, which may break without hurting this one."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.extractor import MEMORY, SECONDS, TOO_LONG
from domain.errors import Unavailable
from domain.values import NoText

__all__ = ["MEMORY", "PATIENCE", "Extracted", "extract"]

PATIENCE: Final = SECONDS + 10.0
"""Seconds after which the process is ended. It ends itself after `SECONDS` of computing."""

_IMAGES: Final = "image/"


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text with the profile of its extraction (which extractor, in which version, normalised how); or why none."""

    text: str | None = None
    profile: str | None = None
    no_text: NoText | None = None


def extract(path: Path, media_type: str, charset: str | None = None) -> Extracted:
    """The text of the file. `charset` is what was declared of it, if anything was.

    What cannot be read, for whatever reason, has no text and says why; nothing in the file raises an error. Raises
    `Unavailable` if no process can be started.
    """
    if media_type.startswith(_IMAGES):
        return Extracted(no_text="image")
    try:
        with path.open("rb") as file:
            done = subprocess.run(  # noqa: S603 (our own program; the two words have been checked)
                [sys.executable, "-m", "api.extractor", media_type, charset or ""],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return Extracted(no_text="unreadable")
    except OSError as error:
        raise Unavailable(f"No text can be extracted now ({error.strerror}).") from error
    return _result(done)


def _result(done: "subprocess.CompletedProcess[bytes]") -> Extracted:
    if done.returncode == TOO_LONG:
        return Extracted(no_text="too_long")
    if done.returncode != 0:
        return Extracted(no_text="unreadable")
    profile, _, text = done.stdout.decode().partition("\n")
    return Extracted(text, profile) if text.strip() else Extracted(no_text="empty")
