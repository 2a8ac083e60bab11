"""A program that is killed: it opens the ledger in a folder, records without end, and signs meanwhile.

`python -m tests.signing.crashing FOLDER TIMES SEED` lets a child of itself do that so many times, and kills it
(SIGKILL) each time some milliseconds after it has opened the ledger. It writes one line for each time: the position,
and the size of the last checkpoint, as the killed process left them.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from api.bootstrap import open_house
from api.settings import Settings
from api.signing.book import Book
from domain.ledger.sqlite import SQLiteStore
from tests.signing.houses import record

LONGEST = 0.4  # seconds that a child may work


def work(settings: Settings, ready: int) -> None:
    """Records and signs until it is killed."""
    with open_house(settings, signing=True) as house:
        os.write(ready, b".")
        while True:
            record(house)
            time.sleep(0.002)


def crash(settings: Settings, patience: float) -> None:
    """Lets a child work for so many seconds, and kills it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            work(settings, writing)
        finally:
            os._exit(1)
    os.close(writing)
    os.read(reading, 1)
    time.sleep(patience)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    assert os.WTERMSIG(status) == signal.SIGKILL, f"it ended by itself: {status}"


def look(settings: Settings) -> tuple[int, int]:
    """Where the ledger ends, and the size of the last checkpoint."""
    store = SQLiteStore(settings.ledger)
    try:
        last = Book(settings.log).last()
        return store.head().position, 0 if last is None else last.checkpoint.size
    finally:
        store.close()


def main(folder: str, times: str, seed: str) -> None:
    """Crashes so many times; each line is a position and a size."""
    settings, dice = Settings(data=Path(folder)), random.Random(seed)
    for _ in range(int(times)):
        crash(settings, dice.uniform(0, LONGEST))
        print(*look(settings), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
