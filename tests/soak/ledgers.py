"""Ledgers before a long run, and what has to be in them after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Final

from domain.ledger.sqlite import SQLiteStore
from domain.values import CHECKER, SIGNER
from tests.soak.writing import Book, Person
from tests.support.serving import stemma

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "albania.jsonl"


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger with the example story, up to position `begin`, and who works there: `ed`, `ap`, and who only reads."""

    data: Path
    begin: int
    writers: Mapping[str, Person]
    reader: Person


def opened(data: Path) -> Opened:
    """A new ledger in this folder."""
    stemma("init", "--name", "Soak desk", "--origin", "127.0.0.1/soak", "--base-url", "http://127.0.0.1", data=data)
    stemma("import", str(EXAMPLE), data=data)
    writers = {"ed": _person(data, "editor"), "ap": _person(data, "approver")}
    reader = _person(data, "auditor", "admin")
    store = SQLiteStore(data / "ledger.db", read_only=True)
    begin = store.head().position
    store.close()
    return Opened(data, begin, writers, reader)


def _person(data: Path, *roles: str) -> Person:
    asked = [word for role in roles for word in ("--role", role)]
    made = stemma("token", "create", "--name", "Somebody", *asked, data=data)
    return Person(made["actor_id"], made["token"])


def demand_exactly(ledger: Opened, book: Book) -> None:
    """Whether every acknowledged command is in the ledger at its position, once, under its key.

    Nothing else may be there, but for what the server records by itself: checks of quotes, commitments to the map.
    """
    store = SQLiteStore(ledger.data / "ledger.db", read_only=True)
    rows = store.rows(ledger.begin, 1_000_000)
    kept = [store.remembered(told.actor, told.key) for told in book.acknowledged]
    store.close()
    found = {(row.stream, row.version): row.position for row in rows}
    due = {(told.record, version) for told in book.acknowledged for version in range(told.first, told.last + 1)}
    assert len(rows) == len(found)
    assert due - set(found) == set(), "acknowledged, and not in the ledger"
    others = [loads(row.head)["actor"] for row in rows if (row.stream, row.version) not in due]
    assert set(others) <= {CHECKER, SIGNER}, "in the ledger, and not acknowledged"
    for told, remembered in zip(book.acknowledged, kept, strict=True):
        assert found[told.record, told.last] == told.position, told
        assert remembered is not None, told
        assert remembered.position == told.position, told


def demand_sound(ledger: Opened) -> None:
    """Whether the ledger and its views are what they have to be, as the command line finds."""
    verified = stemma("verify", data=ledger.data)
    assert verified["ok"], verified
    rebuilt = stemma("rebuild", "--check", data=ledger.data)
    assert rebuilt["ok"], rebuilt
