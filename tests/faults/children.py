"""Programs that tests run as processes of their own: `python -m tests.faults.children NAME ARGUMENT…`.

Each speaks on stdout, a line at a time, and ends by itself when its stdin is closed or its work is done.
"""

import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import StoreUnavailable
from domain.ledger.appender import Appender
from domain.ledger.sqlite import SQLiteStore
from tests.contract.building import entry, record, sealed

NOBODY = 65534


def say(*words: object) -> None:
    # One write call a line: a kill in the middle of two would leave half a line.
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write(path: str, name: str, threads: str, turns: str) -> None:
    """Append from several threads; after each acknowledgement say "stream version position stamp"."""
    store = SQLiteStore(path, lock_timeout=60)
    appender = Appender(store, lambda: datetime.now(UTC))

    def work(number: int) -> None:
        stream = f"{name}-{number}"
        version = len(store.stream(stream))
        for _ in range(int(turns)):
            version += 1
            (appended,) = appender.append([entry(sealed(stream, version, "x" * 400), key=f"{stream}-{version}")])
            say(stream, version, appended.first, appended.recorded_at)

    with ThreadPoolExecutor(int(threads)) as pool:
        for working in [pool.submit(work, number) for number in range(int(threads))]:
            working.result()
    appender.close()
    store.close()


def fill(path: str) -> None:
    """Write until the process may write no longer files, then lift the limit and go on."""
    store = SQLiteStore(path)
    appender = Appender(store, lambda: datetime.now(UTC))
    appender.append([entry(sealed("a", 1))])
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size + 6000, hard))
    say(*write_until_refused(appender, 1))
    refused = store.head().position
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    (appended,) = appender.append([entry(sealed("a", refused + 1))])
    say(refused, appended.first)
    appender.close()
    store.close()


def write_until_refused(appender: Appender, version: int) -> tuple[int, str]:
    """The last version that was stored, and the sentence with which the next was refused."""
    while True:
        try:
            appender.append([entry(sealed("a", version + 1, "x" * 2000))])
        except StoreUnavailable as refused:
            return version, refused.detail
        version += 1


def read_as_nobody(path: str) -> None:
    """Open the ledger without the right to write to it; then, as its owner again, write through the same store."""
    root = os.geteuid() == 0
    if root:
        os.setresuid(NOBODY, NOBODY, 0)
    store = SQLiteStore(path)
    say(store.head().position, store.describe())
    try:
        record(store, ["a"])
    except StoreUnavailable as refused:
        say(refused.detail)
    if root:
        os.setresuid(0, 0, 0)
    else:
        Path(path).parent.chmod(0o755)
        for left in Path(path).parent.iterdir():
            left.chmod(0o644)
    record(store, ["a"])
    say(store.head().position, store.describe())
    store.close()


def hold(path: str) -> None:
    """Hold the writer's lock until stdin is closed."""
    store = SQLiteStore(path)
    with store.writing():
        say("held")
        sys.stdin.read()
    store.close()


def answer(path: str) -> None:
    """Append one command and say so; for a trace of the system calls between the two."""
    store = SQLiteStore(path)
    appender = Appender(store, lambda: datetime.now(UTC))
    for version in range(1, 4):
        say("begin", version)
        appender.append([entry(sealed("a", version, "x" * 400))])
        say("acknowledged", version)
    os._exit(0)


def make(path: str) -> None:
    """Open a ledger that several processes make at once, and write to it."""
    say("ready")
    sys.stdin.readline()
    store = SQLiteStore(path)
    record(store, [f"s{os.getpid()}"])
    store.close()


if __name__ == "__main__":
    programs = {program.__name__: program for program in (write, fill, read_as_nobody, hold, answer, make)}
    programs[sys.argv[1]](*sys.argv[2:])
