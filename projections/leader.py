"""Who leads a data folder: one process at a time runs its projections."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.errors import Unavailable


class LeaderLock:
    """A lock on the data folder, held by one owner at a time over all processes; it ends with its process.

    As a context it raises `Unavailable` if another owner holds it.
    """

    def __init__(self, data: str | os.PathLike[str]) -> None:
        self.path = Path(data) / "leader.lock"
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Whether this owner leads from now on. Raises `Unavailable` if the folder cannot be written."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be opened ({error.strerror}).") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Lets another lead. Releasing twice is harmless."""
        if self._descriptor is not None:
            # The file stays: removing it would let two owners hold two files of one name.
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        if not self.acquire():
            raise Unavailable(f"Another process leads here already: it holds {self.path}.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
