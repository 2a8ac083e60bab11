"""The worklist: what waits for somebody at the desk, in claims and articles. It is for the desk only.

A proposal waits for a second person. A verdict in force needs review when something moved under it, and a placement
needs a look when its words were lost, only resemble what they were, or stand among others; of what was withdrawn as a
whole nobody has to look.
An answer that came late needs one too. What the clock adds, requests without an answer and expired searches behind a
verdict, is read from `projections.due`; which verdicts need review, from `projections.evidence`.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from domain.article import Article
from domain.claim import Claim
from domain.claim.state import Reply, ReviewReason
from domain.events import Stamp
from domain.values import Settled, WithdrawalCause
from projections.batch import Batch, Change
from projections.documents import digest_of
from projections.projection import filled
from projections.tables import Row, Table
from projections.views import Reading

WorkKind = Literal[
    "verdict",
    "reaffirmation",
    "withdrawal",
    "settlement",
    "policy",
    "review",
    "orphaned",
    "fuzzy",
    "context_changed",
    "late_answer",
    "reply_overdue",
    "search_expired",
    "quote",
    "erasure",
    "withholding",
    "release",
]
WORK_KINDS: Final[tuple[WorkKind, ...]] = get_args(WorkKind)
"""How something may wait. What waits as `policy` is in no view: the policy says it; nor is what waits to be done to the
words of events, which the desk says."""

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
        "claim_id TEXT",
        "score TEXT",
        "digest BLOB NOT NULL",
    ),
    ("since", "part"),
    (("worklist_of", "(record)"),),
    main=True,
)
_IS_DUE: Final = "CASE due.kind WHEN 'reply' THEN 'reply_overdue' ELSE 'search_expired' END"
_FALLEN_DUE: Final = (
    "due JOIN claims ON claims.id = claim_id "
    "WHERE due_at < :at AND withdrawn IS NULL AND (due.kind = 'reply' OR behind_verdict)"
)
_STATEMENT: Final = "coalesce(desk_statement, statement)"
_LISTED: Final = (
    "SELECT since, part, since_at, kind, record, proposer, rating, outcome, cause, '', claim_id, "  # noqa: S608
    f"CASE substr(record, 1, 3) WHEN 'clm' THEN (SELECT {_STATEMENT} FROM claims WHERE id = record) "
    "ELSE (SELECT coalesce(desk_title, title) FROM articles WHERE id = record) END, NULL, NULL, score FROM worklist "
    "WHERE (since, part) > (:since, :part) AND (:kind IS NULL OR kind = :kind) "
    "UNION ALL SELECT since, verdict_id, since_at, 'review', claim_id, NULL, verdict_rating, NULL, NULL, reasons, "
    f"NULL, (SELECT {_STATEMENT} FROM claims WHERE created = claim), NULL, NULL, NULL FROM grounds "
    "WHERE since IS NOT NULL AND (since, verdict_id) > (:since, :part) AND (:kind IS NULL OR :kind = 'review') "
    f"UNION ALL SELECT since, part, since_at, {_IS_DUE}, claim_id, NULL, rating, NULL, NULL, '', NULL, {_STATEMENT}, "
    "due_at, party_id, NULL "
    f"FROM {_FALLEN_DUE} AND (since, part) > (:since, :part) AND (:kind IS NULL OR {_IS_DUE} = :kind) "
    "ORDER BY since, part LIMIT :limit"
)
_COUNTED: Final = (
    "SELECT (SELECT count(*) FROM worklist WHERE :kind IS NULL OR kind = :kind) + "  # noqa: S608 (our words)
    "(SELECT count(*) FROM grounds WHERE since IS NOT NULL AND (:kind IS NULL OR :kind = 'review')) + "
    f"(SELECT count(*) FROM {_FALLEN_DUE} AND (:kind IS NULL OR {_IS_DUE} = :kind))"
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
    placement, and `score` for one found by likeness. `title` is the record's statement or title. What the clock put on
    the list fell due at `due_at`, and `since` is the position at which it was recorded; `party_id` is who has not
    replied.
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
    reasons: tuple[ReviewReason, ...] = ()
    claim_id: str | None = None
    title: str | None = None
    due_at: str | None = None
    party_id: str | None = None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits, by the state of one record. `proposed` is None where that state does not say since when."""

    kind: WorkKind
    part: str
    proposed: Stamp | None = None
    rating: str | None = None
    outcome: Settled | None = None
    cause: WithdrawalCause | None = None
    claim_id: str | None = None
    score: str | None = None


class Worklist:
    """One row for each thing that waits in a claim or an article."""

    NAME = "worklist"
    VERSION = 2
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
                elif p.doubtful:
                    kind: WorkKind = "fuzzy" if p.fate == "fuzzy" else "context_changed"
                    yield Work(kind, p.id, claim_id=p.claim_id, score=p.score)
        case _:
            return


def _in_claim(claim: Claim) -> Iterator[Work]:
    if (new := claim.proposal) is not None:
        yield Work("verdict", new.id, new.proposed, new.rating)
    if (verdict := claim.verdict) is not None and (act := verdict.pending) is not None:
        yield Work(act.act, verdict.id, act.proposed, verdict.rating, cause=act.cause)
    for dispute in claim.disputes:
        if dispute.open and dispute.settlements and (last := dispute.settlements[-1]).agreed is None:
            yield Work("settlement", dispute.id, last.proposed, outcome=last.outcome)
    if claim.withdrawn is None:
        yield from (Work("late_answer", reply.id) for reply in claim.replies if _unread(claim, reply))
        lost = (c for c in claim.citations if c.withdrawn is None and c.quote_state == "not_found")
        yield from (Work("quote", citation.id) for citation in lost)


def _unread(claim: Claim, reply: Reply) -> bool:
    """Whether an answer came late, and neither did somebody say what was made of it nor a later verdict rests on it."""
    if not reply.late or reply.answered is None or reply.answer_considered or reply.withdrawn is not None:
        return False
    since = reply.answered.position
    judged = (v for v in claim.verdicts if v.approved is not None and v.proposed.position > since)
    return not any(reply.id in verdict.rests_on.reply_ids for verdict in judged)


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
        by = None if proposed is None else proposed.by
        said = (since, work.part, at, work.kind, stream, by, work.rating, work.outcome, work.cause)
        yield *said, work.claim_id, work.score, digest_of(*said, work.claim_id, work.score)


def _begun(change: Change, begun: Begun) -> Begun:
    """Since when each thing that nobody proposed has been waiting without a break, at the end of the batch."""
    for recorded, state in change.steps:
        still: list[Any] = [(work.kind, work.part) for work in waiting(state) if work.proposed is None]
        begun = {key: begun.get(key, (recorded.position, recorded.recorded_at)) for key in still}
    return begun


def worklist(
    reading: Reading, after: Place = BEGINNING, limit: int = 50, kind: str | None = None, at: str = ""
) -> tuple[WorkRow, ...]:
    """Up to `limit` of what waits at this moment after this place, the oldest first; of one kind if it is named.

    For the desk. At no moment (`at` empty) nothing has fallen due.
    """
    found = reading.connection.execute(_LISTED, {**after._asdict(), "kind": kind, "limit": limit, "at": at})
    return tuple(filled(WorkRow, row, reasons=tuple(filter(None, row[9].split(",")))) for row in found)


def count_waiting(reading: Reading, kind: str | None = None, at: str = "") -> int:
    """How much waits at this moment; of one kind if it is named."""
    found = reading.connection.execute(_COUNTED, {"kind": kind, "at": at})
    return int(found.fetchone()[0])
