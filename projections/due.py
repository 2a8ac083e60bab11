"""What the clock alone will change: deadlines of requests for a reply, and the ends of searches that found nothing.

Views keep only when each falls due; whether it has is asked for a moment, a stamp (RFC 3339 in UTC, six digits). A
thing is due once its `due_at` lies before that moment.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from domain.claim import Claim
from projections.batch import Batch
from projections.documents import digest_of
from projections.tables import Parts, Row, Table
from projections.views import Reading

_DUE: Final = Table(
    "due",
    (
        "due_at TEXT NOT NULL",
        "part TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "claim_id TEXT NOT NULL",
        "party_id TEXT",
        "since INTEGER NOT NULL",
        "since_at TEXT NOT NULL",
        "behind_verdict INTEGER NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("due_at", "part"),
    (("due_of", "(claim_id)"), ("due_behind_verdicts", "(due_at) WHERE behind_verdict")),
    main=True,
)
EXPIRED: Final = "SELECT claim_id FROM due WHERE behind_verdict AND due_at < :at"
"""The claims with a search behind the verdict in force that has expired at the moment `:at`."""
_TURNS: Final = (
    "SELECT (SELECT max(due_at) FROM due WHERE due_at < :at), (SELECT min(due_at) FROM due WHERE due_at >= :at)"
)


class Due:
    """One row for each request that nobody has answered, and for each search that expires.

    A row is gone when the request was answered, declined, considered or withdrawn, or the search withdrawn.
    `behind_verdict` says that the verdict in force rests on the search.
    """

    NAME = "due"
    VERSION = 1
    TABLES = (_DUE,)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes what falls due in the claims that changed, and removes what does not any more."""
        parts = Parts(_DUE)
        for _, change in batch.of("clm"):
            parts.change(_rows(change.before), _rows(change.after))
        parts.write(views)


def _rows(claim: Claim | None) -> Iterator[Row]:
    if claim is None:
        return
    for reply in claim.replies:
        if reply.deadline is not None and not reply.settled and reply.withdrawn is None:
            since = reply.recorded.position, reply.recorded.at
            yield _row(reply.deadline, reply.id, "reply", claim.id, reply.party_id, *since, False)
    behind = () if claim.verdict is None else claim.verdict.rests_on.search_ids
    for search in claim.searches:
        if search.expires is not None and search.withdrawn is None:
            since = search.recorded.position, search.recorded.at
            yield _row(search.expires, search.id, "search", claim.id, None, *since, search.id in behind)


def _row(*said: object) -> Row:
    return (*said, digest_of(*said))


def turns(reading: Reading, at: str) -> tuple[str | None, str | None]:
    """When something fell due last before this moment, and when something will fall due next; None for never."""
    last, following = reading.connection.execute(_TURNS, {"at": at}).fetchone()
    return last, following
