"""Small files that must be whole or not there, also after a crash of the machine."""

import os
import secrets
from pathlib import Path

MODE = 0o600
"""What others than the owner may do with such a file: nothing."""


def put_in_place(path: Path, data: bytes, mode: int = MODE) -> None:
    """Makes the file `path` hold these bytes, flushed; whoever reads it meanwhile sees the old ones or the new.

    A crash may leave a file of the same name with an ending beside it. Raises `OSError` if it cannot be written.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_names(path.parent)


def flush_names(folder: Path) -> None:
    """Makes the names in a folder survive a crash of the machine."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
