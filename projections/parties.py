"""Parties as they stand, and where each occurs."""

import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from domain.party import Party
from domain.values import PartyKind
from projections.batch import Batch
from projections.documents import Commitments
from projections.openness import CHANGED
from projections.projection import FIRST, Audience, Page, filled, page
from projections.tables import Row, Table, beyond
from projections.views import Reading

_STATES: Final = Commitments(Party)

OccursAs = Literal["claimant", "about", "position", "reported", "publisher", "author"]

_PARTIES: Final = Table(
    "parties",
    (
        "created INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "version INTEGER NOT NULL",
        "position INTEGER NOT NULL",
        "changed_at TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "name TEXT",
        "desk_name TEXT",
        "private INTEGER NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("created",),
    (("parties_changed", "(position)"),),
    main=True,
)
_LISTED: Final = (
    f"SELECT created, parties.id, version, {CHANGED}, kind, "  # noqa: S608 (our words)
    "CASE WHEN :desk THEN coalesce(desk_name, name) WHEN NOT private THEN name END, "
    "private, opened_at FROM parties LEFT JOIN openness ON openness.id = parties.id "
)
_OCCURS: Final = (
    "SELECT role, part, claim_id AS record, claim AS made FROM claim_parties LEFT JOIN openness ON id = claim_id "
    "WHERE party_id = :id AND (:desk OR (opened_at IS NOT NULL AND (withdrawn IS NULL OR withdrawn > opened_at))) "
    "UNION ALL "
    "SELECT role, '', source_id, source FROM source_parties JOIN sources ON sources.created = source "
    "WHERE party_id = :id AND (:desk OR (NOT confidential AND source_id IN (SELECT id FROM openness))) "
    "ORDER BY made, role, part"
)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party in a list. To the public a private one has no name.

    `position` and `changed_at` are those of the last event by which it changed for this audience.
    """

    created: int
    id: str
    version: int
    position: int
    changed_at: str
    kind: PartyKind
    name: str | None
    private: bool
    opened_at: int | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a party occurs: as what, and in which claim or source.

    `part` is the position or citation, or how the party figures in a claim about it; empty where there is none.
    """

    role: OccursAs
    part: str
    record: str


class Parties:
    """One row for each party."""

    NAME = "parties"
    VERSION = 3
    TABLES = (_PARTIES,)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the parties that changed."""
        views.executemany(_PARTIES.put, [_row(batch, id, change.after) for id, change in batch.of("pty")])


def _row(batch: Batch, id: str, party: Party) -> Row:
    told, moved = batch.told(id).words, batch.moved(id, party.changed)
    return (
        party.registered.position,
        party.id,
        party.version,
        moved.position,
        moved.at,
        party.kind,
        told.name,
        beyond(party.words.name, told.name),
        party.private,
        _STATES.digest(party, *moved.digested),
    )


def parties(reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50) -> Page[PartyRow]:
    """The parties in the order in which they were registered. `after` is a cursor, `FIRST` at the beginning."""
    found = reading.connection.execute(
        _LISTED + "WHERE created > :after AND (:desk OR opened_at IS NOT NULL) ORDER BY created LIMIT :limit",
        {"desk": audience == "desk", "after": after, "limit": limit + 1},
    )
    rows = [filled(PartyRow, row) for row in found]
    return page(rows, [row.created for row in rows], limit)


def occurrences(reading: Reading, audience: Audience, id: str) -> tuple[Occurrence, ...]:
    """Where the party occurs, by the age of the claim or source; what was withdrawn is included.

    To the public only open records count, nothing that was withdrawn before its claim was opened, and no confidential
    source.
    """
    found = reading.connection.execute(_OCCURS, {"desk": audience == "desk", "id": id})
    return tuple(Occurrence(role, part, record) for role, part, record, _ in found)
