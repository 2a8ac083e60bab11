"""Programs that tests run as processes of their own: `python -m tests.faults.children NAME ARGUMENT…`.

Each speaks on stdout, a line at a time, and ends by itself when its stdin is closed or its work is done.
"""

import os
import resource
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from api.bootstrap import House, open_house
from api.settings import Settings
from domain.commands import ACTS
from domain.errors import StoreUnavailable
from domain.ledger.appender import Appender
from domain.ledger.batch import Batch, Unit
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Writing
from domain.session import Order
from domain.values import OPERATOR
from tests.contract.building import entry, record, sealed

NOBODY = 65534
APPROVAL = "events.erasure.approval"


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


def erase(data: str, position: str, proposal: str, point: str) -> None:
    """Approve an erasure as the operator, and be killed at this point of it."""
    with open_house(Settings(data=Path(data)), scouring=False) as house:
        if point == "in the transaction":
            with house.store.writing() as writing:
                _take_away(house, writing, int(position), proposal)
                _die()
        body = ACTS[APPROVAL].body.model_validate({"proposal_id": proposal})
        house.newsroom.record(Order(name=APPROVAL, body=body, actor=OPERATOR, at=(position,), newest=True))
        if point == "after the commit":
            _die()
        assert house.scourer is not None
        assert house.runner is not None
        house.scourer._remove_files()
        if point == "after the files":
            _die()
        house.runner.rebuild()
        if point == "after the views":
            _die()
        assert house.store.settle()
        _die()


def _take_away(house: House, writing: Writing, position: int, proposal: str) -> None:
    """What the appender does in the transaction of an erasure."""
    body = ACTS[APPROVAL].body.model_validate({"proposal_id": proposal})
    order = Order(name=APPROVAL, body=body, actor=OPERATOR, at=(str(position),), newest=True)
    entry = house.newsroom.session().run(order).entry
    batch = Batch(writing, [Unit([entry], despite_clock=True)], datetime.now(UTC), lambda: None)
    batch.admit(Unit([entry], despite_clock=True))
    writing.insert(batch.rows)
    writing.erase(batch.erased)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    programs = {program.__name__: program for program in (erase, write, fill, read_as_nobody, hold, answer, make)}
    programs[sys.argv[1]](*sys.argv[2:])
