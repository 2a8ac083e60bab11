"""The contested register: every claim on which parties oppose each other, since when, and who says what."""

import sqlite3
from dataclasses import asdict, dataclass, replace
from typing import Final

from domain.claim import Claim
from domain.claim.state import Dispute
from domain.events import Recorded
from domain.values import PositionStance, Scope, WithdrawalCause
from projections.batch import Batch, Change
from projections.documents import Documents, digest_of
from projections.projection import FIRST, Audience, Page, filled, page
from projections.tables import Row, Table, beyond, told
from projections.views import Reading

_CONTESTED: Final = Table(
    "contested",
    (
        "claim_id TEXT NOT NULL",
        "created INTEGER NOT NULL UNIQUE",
        "since INTEGER NOT NULL",
        "since_at TEXT NOT NULL",
        "stated_since TEXT",
        "withdrawn TEXT",
        "statement TEXT",
        "desk_statement TEXT",
        "doc BLOB NOT NULL",
        "desk_doc BLOB",
        "digest BLOB NOT NULL",
    ),
    ("claim_id",),
    main=True,
)
_LISTED: Final = (
    f"SELECT claim_id, created, since, since_at, stated_since, withdrawn, {told('statement')}, {told('doc')} "  # noqa: S608 (our words)
    "FROM contested "
    "WHERE created > :after AND (:desk OR claim_id IN (SELECT id FROM openness)) ORDER BY created LIMIT :limit"
)


@dataclass(frozen=True, slots=True)
class Side:
    """A party and what it says, shortly. `stated_on` is an EDTF date."""

    party_id: str
    stance: PositionStance
    stated_on: str | None


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute that is open, or was found to be `unresolvable`, with the positions that stand in it."""

    id: str
    scopes: tuple[Scope, ...]
    open: bool
    question: str | None
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class ContestedRow:
    """A contested claim. `since` is the position of the event that made it so, `since_at` when that was recorded.

    `stated_since` is the earliest date (EDTF) on which a party that denies or differs is known to have said so.
    `withdrawn` is the cause if the claim was withdrawn. To the public a claim recorded in error has no texts.
    """

    claim_id: str
    created: int
    since: int
    since_at: str
    stated_since: str | None
    withdrawn: WithdrawalCause | None
    statement: str | None
    disputes: tuple[DisputeRow, ...]


_DISPUTES: Final[Documents[tuple[DisputeRow, ...]]] = Documents(tuple[DisputeRow, ...])


class Contested:
    """One row for each claim that is contested, whoever may see it."""

    NAME = "contested"
    VERSION = 3
    TABLES = (_CONTESTED,)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Enters the claims that became contested, rewrites those that still are, removes those that are not."""
        for _, change in batch.of("clm"):
            if not change.after.disputes:
                continue
            if change.after.contested:
                views.execute(_CONTESTED.put, _row(batch, change.after, *_since(change, views)))
            else:
                views.execute(_CONTESTED.remove, (change.after.id,))


def _since(change: Change, views: sqlite3.Connection) -> tuple[int, str]:
    """Position and time of the event since which the claim has been contested without a break."""
    became: Recorded | None = None
    contested = change.before is not None and change.before.contested
    for recorded, claim in change.steps:
        if claim.contested and not contested:
            became = recorded
        contested = claim.contested
    if became is not None:
        return became.position, became.recorded_at
    since, at = views.execute("SELECT since, since_at FROM contested WHERE claim_id = ?", (change.after.id,)).fetchone()
    return int(since), str(at)


def _disputes(claim: Claim) -> list[Dispute]:
    return [dispute for dispute in claim.disputes if dispute.open or dispute.unsettled_for_good]


def _row(batch: Batch, claim: Claim, since: int, since_at: str) -> Row:
    disputes, told = _disputes(claim), batch.told(claim.id)
    rows, told_rows = tuple(map(_dispute, disputes)), tuple(map(_dispute, _disputes(told)))
    stated_since = claim.contradicted_since
    said = [(row.id, row.scopes, row.open, [asdict(side) for side in row.sides]) for row in rows]
    touched = batch.moved(claim.id, claim.changed).digested
    commitments = [claim.worded.commitment, *(dispute.opened.commitment for dispute in disputes)]
    return (
        claim.id,
        claim.asserted.position,
        since,
        since_at,
        stated_since,
        claim.cause,
        told.words.statement,
        beyond(claim.words.statement, told.words.statement),
        _DISPUTES.dump(told_rows),
        None if rows == told_rows else _DISPUTES.dump(rows),
        digest_of(claim.id, since, since_at, stated_since, claim.cause, said, commitments, *touched),
    )


def _dispute(dispute: Dispute) -> DisputeRow:
    sides = tuple(Side(p.party_id, p.stance, p.stated_on) for p in dispute.standing)
    return DisputeRow(dispute.id, dispute.scopes, dispute.open, dispute.words.question, sides)


def contested(reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50) -> Page[ContestedRow]:
    """The register, in the order in which the claims were recorded. `after` is a cursor, `FIRST` at the beginning."""
    found = reading.connection.execute(_LISTED, {"desk": audience == "desk", "after": after, "limit": limit + 1})
    rows = [_listed(audience, row) for row in found]
    return page(rows, [row.created for row in rows], limit)


def count_contested(reading: Reading, audience: Audience) -> int:
    """How many entries the register has for this audience."""
    found = reading.connection.execute(
        "SELECT count(*) FROM contested WHERE ? OR claim_id IN (SELECT id FROM openness)", (audience == "desk",)
    )
    return int(found.fetchone()[0])


def _listed(audience: Audience, row: Row) -> ContestedRow:
    *_, withdrawn, _, doc = row
    disputes = _DISPUTES.load(doc)
    if audience == "desk" or withdrawn != "recorded_in_error":
        return filled(ContestedRow, row, disputes=disputes)
    wordless = tuple(replace(dispute, question=None) for dispute in disputes)
    return filled(ContestedRow, row, statement=None, disputes=wordless)
