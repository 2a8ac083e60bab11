"""What each witness is believed to have seen last: a small file that saves a request after a restart, and no more.

If it is lost or wrong, witnesses are asked from size 0, and name the right one.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

from api.files import put_in_place
from domain.tlog.keys import VerifierKey

_SELDOM: Final = 10.0  # seconds between two writings at least


@dataclass(frozen=True, slots=True)
class Known:
    """The size that a witness cosigned last, and the POSIX seconds of that cosignature."""

    size: int = 0
    at: int | None = None


class Memory:
    """The file `path`. It is written now and then, and by `write`. Nothing is raised if it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _read(path)
        self._written = monotonic()
        self._turn = Lock()

    def of(self, key: VerifierKey) -> Known:
        """What is known of the witness with this key."""
        return self._known.get(_name(key), Known())

    def keep(self, key: VerifierKey, known: Known) -> None:
        """Remembers what the witness with this key has cosigned."""
        with self._turn:
            self._known[_name(key)] = known
            if monotonic() - self._written < _SELDOM:
                return
        self.write()

    def write(self) -> None:
        """Writes the file, if there is anything to be remembered."""
        with self._turn:
            if not self._known:
                return
            said = {name: {"size": known.size, "at": known.at} for name, known in self._known.items()}
            self._written = monotonic()
            with suppress(OSError):
                put_in_place(self._path, json.dumps(said).encode())


def _name(key: VerifierKey) -> str:
    return f"{key.name}+{key.key_id.hex()}"


def _read(path: Path) -> dict[str, Known]:
    try:
        said: Any = json.loads(path.read_bytes())
        return {str(name): Known(max(int(known["size"]), 0), _whole(known["at"])) for name, known in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
