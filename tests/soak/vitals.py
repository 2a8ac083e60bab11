"""What a process takes of the machine, as Linux tells it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Vitals:
    """Of a process at one moment: bytes of memory, threads, and open files by what they are.

    `memory` is what the process has allocated (RssAnon): pages of mapped files, as of the index of SQLite's log, are
    the kernel's to drop.
    """

    memory: int
    threads: int
    files: Counter[str]

    @classmethod
    def of(cls, pid: int) -> "Vitals":
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        status = dict(line.split(":", 1) for line in lines)
        return cls(
            memory=int(status["RssAnon"].split()[0]) * KIB,
            threads=int(status["Threads"]),
            files=Counter(path.name if path.is_absolute() else str(path).partition(":")[0] for path in _opened(pid)),
        )


def _opened(pid: int) -> Iterator[Path]:
    """What each open file descriptor leads to: a file, or `socket:[…]`, `pipe:[…]` and such."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed since the folder was read
            yield link.readlink()
