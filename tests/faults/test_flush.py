"""That an event is on the disk before it is acknowledged, seen from outside: in a trace of the system calls.

Killing a process cannot show this, because the kernel keeps what a dead process wrote but did not flush.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.support.needed import lacking

CALLS = "trace=openat,write,pwrite64,fsync,fdatasync,close"


def test_the_log_is_flushed_between_the_last_write_to_it_and_the_answer(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if strace is None:
        lacking("strace is not installed")
    trace = tmp_path / "trace"

    child = start("answer", tmp_path / "ledger.db", before=(strace, "-f", "-y", "-e", CALLS, "-o", str(trace)))
    assert child.communicate(timeout=90)[0].splitlines()[-1] == "acknowledged 3"

    calls = trace.read_text()
    for version in (1, 2, 3):
        begin, acknowledged = calls.index(f'"begin {version}'), calls.index(f'"acknowledged {version}')
        assert_flushed(calls[begin:acknowledged].splitlines())


def assert_flushed(calls: list[str]) -> None:
    """The log is written to, and the last write is followed by a flush of the same file that succeeded."""
    writes = [number for number, call in enumerate(calls) if re.search(r" p?write(64)?\(\d+<[^>]*-wal>", call)]
    flushes = [number for number, call in enumerate(calls) if re.search(r" f(data)?sync\(\d+<[^>]*-wal>.*= 0$", call)]
    assert writes
    assert flushes
    assert max(writes) < max(flushes)
