"""The stores under contract. Another store is held to it by adding its name to STORES and a way to open it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.ledger.appender import Appender
from domain.ledger.memory import MemoryStore
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from tests.contract.building import Clock

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: SQLiteStore(folder / "ledger.db"),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def appender(store: Store, clock: Clock) -> Iterator[Appender]:
    made = Appender(store, clock)
    yield made
    made.close()
