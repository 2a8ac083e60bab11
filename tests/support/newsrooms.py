"""Newsrooms over new ledgers."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from domain.newsroom import Newsroom
from tests.support.desk import charter

RATINGS = ("true", "mostly_true", "mixed", "mostly_false", "false")
SCALE = [
    *({"key": key, "label": key, "meaning": "A step.", "needs_citation": True} for key in RATINGS),
    {"key": "unproven", "label": "unproven", "meaning": "Nobody can tell.", "needs_citation": False},
]


def new_newsroom(store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Newsroom:
    """A newsroom on the store, which is opened if it is empty."""
    newsroom = Newsroom(store, now=now, entropy=os.urandom, fingerprint_key=bytes(32))
    if not store.head().position:
        newsroom.open(charter(scale=SCALE))
    return newsroom


@contextmanager
def open_newsroom(path: Path) -> Iterator[Newsroom]:
    """A newsroom on the ledger file, opened if it is new and closed in the end."""
    store = SQLiteStore(path)
    newsroom = new_newsroom(store)
    try:
        yield newsroom
    finally:
        newsroom.close()
        store.close()
