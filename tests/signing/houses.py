"""A ledger in a data folder, opened as the server opens it, whose log is signed by its own thread."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.bootstrap import DEFAULT_POLICY, House, initialise, open_house
from api.settings import Settings
from api.signing.book import Book, Signed
from api.signing.signer import State
from api.tokens import enrol
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Charter
from domain.tlog.merkle import Frontier, leaf_hash
from projections.log import map as ledger_map

ORIGIN = "127.0.0.1/log"
PATIENCE = 30.0


def begun(data: Path, **settings: Any) -> Settings:
    """A new ledger in this folder."""
    chosen = Settings(data=data, **settings)
    initialise(chosen, Charter("A desk", ORIGIN, "http://127.0.0.1", DEFAULT_POLICY))
    return chosen


@contextmanager
def signing(settings: Settings) -> Iterator[House]:
    """The ledger, whose log is signed as long as this lasts."""
    with open_house(settings, signing=True) as house:
        assert house.runner is not None
        yield house


def record(house: House, number: int = 1) -> int:
    """Enrols so many people; gives the position of the last event of that."""
    for _ in range(number):
        enrol(house.newsroom, "Somebody", ["editor"])
    return house.newsroom.desk.changed.position


def wait_signed(house: House, position: int) -> int:
    """Waits until a checkpoint covers this position; gives its size."""
    deadline = time.monotonic() + PATIENCE
    while (state := house.signer.state).size < position:
        assert state.stopped is None, state.stopped
        assert time.monotonic() < deadline, f"nothing is signed beyond {state.size}"
        time.sleep(0.01)
    return state.size


def wait_covered(house: House, position: int) -> int:
    """Waits until the map covers this position, and a checkpoint that; gives its size. Then nothing more is signed.

    A commitment may have been on its way while something else was recorded: the first one after a position need not
    cover it.
    """
    deadline = time.monotonic() + PATIENCE
    while (committed := _committed(house)) is None or committed.size < position:
        assert house.signer.state.stopped is None, house.signer.state.stopped
        assert time.monotonic() < deadline, f"the map does not cover {position}"
        time.sleep(0.01)
    return wait_signed(house, committed.position)


def _committed(house: House) -> ledger_map.Committed | None:
    with house.views.reading() as reading:
        return ledger_map.committed(reading)


def wait_stopped(house: House) -> str:
    """Waits until the signer gives up; gives its reason."""
    deadline = time.monotonic() + PATIENCE
    state: State = house.signer.state
    while state.stopped is None:
        assert time.monotonic() < deadline, "it goes on signing"
        time.sleep(0.01)
        state = house.signer.state
    return state.stopped


def grown(settings: Settings, number: int = 3) -> int:
    """Records something and has it signed; gives the size of the last checkpoint."""
    with signing(settings) as house:
        return wait_covered(house, record(house, number))


def checkpoints(settings: Settings) -> list[Signed]:
    """Every checkpoint that was ever signed."""
    return list(Book(settings.log).all())


def roots(settings: Settings) -> dict[int, bytes]:
    """The root of the ledger at each of its sizes."""
    store = SQLiteStore(settings.ledger)
    try:
        tree, found = Frontier(), {}
        for row in store.rows(0, 1_000_000):
            tree.push(leaf_hash(row.leaf))
            found[tree.size] = tree.root()
        return found
    finally:
        store.close()


def demand_one_history(settings: Settings) -> None:
    """Claims that every checkpoint is of the ledger as it stands."""
    known = roots(settings)
    for signed in checkpoints(settings):
        assert known[signed.checkpoint.size] == signed.checkpoint.root, f"another history at {signed.checkpoint.size}"
