"""The desk as one would write it with the eventsourcing library alone: the program that we compare with.

It uses the library as its tutorial does: aggregates with decorated methods, an application, the SQLite module with
its own table. The library turns the write-ahead log on; SQLite's default, `synchronous=FULL`, flushes every commit.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteApplicationRecorder

FULL = 2
"""PRAGMA synchronous: the log is flushed in every commit."""


class Party(Aggregate):
    """Somebody who claims, or is spoken of."""

    @event("Registered")
    def __init__(self, kind: str, name: str, by: str) -> None:
        self.kind = kind
        self.name = name
        self.by = by


class Claim(Aggregate):
    """What somebody claims, with its citations and verdict."""

    @event("Asserted")
    def __init__(self, said: dict[str, Any], by: str) -> None:
        self.said = said
        self.by = by
        self.citations: list[dict[str, Any]] = []
        self.proposal: dict[str, Any] | None = None
        self.verdict: dict[str, Any] | None = None

    @event("Cited")
    def cite(self, cited: dict[str, Any], by: str) -> None:
        self.citations.append({**cited, "by": by})

    @event("VerdictProposed")
    def propose(self, proposed: dict[str, Any], by: str) -> None:
        self.proposal = {**proposed, "by": by}

    @event("VerdictApproved")
    def approve(self, by: str) -> None:
        self.verdict, self.proposal = {**(self.proposal or {}), "approved_by": by}, None


class PlainDesk(Application[UUID]):
    """Records parties and claims in one SQLite file. Raises RuntimeError if a commit would not be flushed to disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
        self._parties: set[str] = set()
        self._demand_durability()

    @property
    def sqlite(self) -> SQLiteApplicationRecorder:
        """The library's recorder."""
        assert isinstance(self.recorder, SQLiteApplicationRecorder)
        return self.recorder

    def register_party(self, kind: str, name: str, by: str) -> Party:
        party = Party(kind, name, by)
        self.save(party)
        self._parties.add(str(party.id))
        return party

    def assert_claim(self, said: dict[str, Any], by: str) -> Claim:
        """Records the claim durably. Raises LookupError if a party that it names is not there."""
        named = [said["claimant_id"], *(about["party_id"] for about in said["about"])]
        if not self._parties.issuperset(party_id for party_id in named if party_id is not None):
            raise LookupError("There is no such party.")
        claim = Claim(said, by)
        self.save(claim)
        return claim

    def _demand_durability(self) -> None:
        with self.sqlite.datastore.transaction(commit=False) as cursor:
            found = [_pragma(cursor, name) for name in ("journal_mode", "synchronous")]
        if found != ["wal", FULL]:
            raise RuntimeError(f"journal_mode and synchronous are {found}: a commit would not be durable.")


def _pragma(cursor: Any, name: str) -> Any:
    cursor.execute(f"PRAGMA {name}")
    return cursor.fetchone()[0]
