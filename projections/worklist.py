"""The worklist: what waits for somebody at the desk, in claims and articles. It is for the desk only.

A proposal waits for a second person. A verdict in force needs review when something moved under it, and a placement
needs a look when its words were lost or those around it changed; of what was withdrawn as a whole nobody has to look.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from domain.article import Article
from domain.claim import Claim
from domain.events import Stamp
from domain.values import Settled, WithdrawalCause
from projections.batch import Batch, Change
from projections.documents import digest_of
from projections.projection import filled
from projections.tables import Row, Table
from projections.views import Reading

WorkKind = Literal[
    "verdict", "reaffirmation", "withdrawal", "settlement", "policy", "review", "orphaned", "context_changed"
]
WORK_KINDS: Final[tuple[WorkKind, ...]] = get_args(WorkKind)
"""How something may wait. What waits as `policy` is in no view: the policy says it."""

_WORKLIST: Final = Table(
    "worklist",
    (
        "since INTEGER NOT NULL",
        "part TEXT NOT NULL",
        "since_at TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "record TEXT NOT NULL",
        "proposer TEXT",
        "rating TEXT",
        "outcome TEXT",
        "cause TEXT",
        "reasons TEXT NOT NULL",
        "claim_id TEXT",
        "digest BLOB NOT NULL",
    ),
    ("since", "part"),
    (("worklist_of", "(record)"),),
    main=True,
)
_LISTED: Final = (
    "SELECT since, part, since_at, kind, record, proposer, rating, outcome, cause, reasons, claim_id, "
    "CASE substr(record, 1, 3) WHEN 'clm' THEN (SELECT statement FROM claims WHERE id = record) "
    "ELSE (SELECT title FROM articles WHERE id = record) END FROM worklist "
    "WHERE (since, part) > (:since, :part) AND (:kind IS NULL OR kind = :kind) ORDER BY since, part LIMIT :limit"
)


class Place(NamedTuple):
    """A place in the worklist: what has waited since this position, of this part."""

    since: int
    part: str


BEGINNING: Final = Place(0, "")


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Something that waits, since the event at the position `since`, which was recorded at `since_at`.

    `part` is the verdict, dispute or placement in the `record`. `proposer` is there for proposals, `rating` for what
    concerns a verdict, `outcome` for a settlement, `cause` for a withdrawal, `reasons` for a review, `claim_id` for a
    placement. `title` is the record's statement or title.
    """

    since: int
    part: str
    since_at: str
    kind: WorkKind
    record: str
    proposer: str | None = None
    rating: str | None = None
    outcome: Settled | None = None
    cause: WithdrawalCause | None = None
    reasons: tuple[str, ...] = ()
    claim_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits, by the state of one record. `proposed` is None where that state does not say since when."""

    kind: WorkKind
    part: str
    proposed: Stamp | None = None
    rating: str | None = None
    outcome: Settled | None = None
    cause: WithdrawalCause | None = None
    reasons: tuple[str, ...] = ()
    claim_id: str | None = None


class Worklist:
    """One row for each thing that waits in a claim or an article."""

    NAME = "worklist"
    VERSION = 1
    TABLES = (_WORKLIST,)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Takes off the list what does not wait any more, and puts on it what does."""
        for prefix in ("clm", "art"):
            for stream, change in batch.of(prefix):
                begun = _taken_off(stream, views) if any(waiting(change.before)) else {}
                views.executemany(_WORKLIST.put, _rows(stream, change, begun))


def waiting(record: Claim | Article | None) -> Iterator[Work]:
    """What waits in the record."""
    match record:
        case Claim():
            yield from _in_claim(record)
        case Article(withdrawn=None):
            for p in record.placed:
                if p.fate == "orphaned":
                    yield Work("orphaned", p.id, claim_id=p.claim_id)
                elif p.context_changed:
                    yield Work("context_changed", p.id, claim_id=p.claim_id)
        case _:
            return


def _in_claim(claim: Claim) -> Iterator[Work]:
    if (new := claim.proposal) is not None:
        yield Work("verdict", new.id, new.proposed, new.rating)
    if (verdict := claim.verdict) is not None:
        if (act := verdict.pending) is not None:
            yield Work(act.act, verdict.id, act.proposed, verdict.rating, cause=act.cause)
        if verdict.needs_review and claim.withdrawn is None:
            yield Work("review", verdict.id, rating=verdict.rating, reasons=verdict.needs_review)
    for dispute in claim.disputes:
        if dispute.open and dispute.settlements and (last := dispute.settlements[-1]).agreed is None:
            yield Work("settlement", dispute.id, last.proposed, outcome=last.outcome)


Begun = dict[tuple[str, str], tuple[int, str]]
"""What waits without a proposal, by kind and part → since which position and time."""


def _taken_off(record: str, views: sqlite3.Connection) -> Begun:
    """Removes the rows of the record; gives since when what they say has been waiting."""
    known = views.execute("SELECT kind, part, since, since_at FROM worklist WHERE record = ?", (record,)).fetchall()
    views.execute("DELETE FROM worklist WHERE record = ?", (record,))
    return {(kind, part): (since, at) for kind, part, since, at in known}


def _rows(stream: str, change: Change, begun: Begun) -> Iterator[Row]:
    works = list(waiting(change.after))
    if any(work.proposed is None for work in works):
        begun = _begun(change, begun)
    for work in works:
        proposed = work.proposed
        since, at = begun[work.kind, work.part] if proposed is None else (proposed.position, proposed.at)
        by, reasons = None if proposed is None else proposed.by, ",".join(work.reasons)
        said = (since, work.part, at, work.kind, stream, by, work.rating, work.outcome, work.cause, reasons)
        yield *said, work.claim_id, digest_of(*said, work.claim_id)


def _begun(change: Change, begun: Begun) -> Begun:
    """Since when each thing that nobody proposed has been waiting without a break, at the end of the batch."""
    for recorded, state in change.steps:
        still: list[Any] = [(work.kind, work.part) for work in waiting(state) if work.proposed is None]
        begun = {key: begun.get(key, (recorded.position, recorded.recorded_at)) for key in still}
    return begun


def worklist(
    reading: Reading, after: Place = BEGINNING, limit: int = 50, kind: str | None = None
) -> tuple[WorkRow, ...]:
    """Up to `limit` of what waits after this place, the oldest first; of one kind if it is named. For the desk."""
    found = reading.connection.execute(_LISTED, {**after._asdict(), "kind": kind, "limit": limit})
    return tuple(filled(WorkRow, row, reasons=tuple(filter(None, row[9].split(",")))) for row in found)


def count_waiting(reading: Reading, kind: str | None = None) -> int:
    """How much waits; of one kind if it is named."""
    found = reading.connection.execute("SELECT count(*) FROM worklist WHERE ?1 IS NULL OR kind = ?1", (kind,))
    return int(found.fetchone()[0])
