"""Claims as they stand, with what they cite and whom they name. `projections.claim_lists` reads them."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from domain.claim import Claim
from domain.events import Stamp
from projections.batch import Batch
from projections.documents import Commitments
from projections.tables import Parts, Row, Table, beyond

_STATES: Final = Commitments(Claim)

_CLAIMS: Final = Table(
    "claims",
    (
        "created INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "version INTEGER NOT NULL",
        "position INTEGER NOT NULL",
        "changed_at TEXT NOT NULL",
        "statement TEXT",
        "desk_statement TEXT",
        "kind TEXT NOT NULL",
        "language TEXT NOT NULL",
        "attribution TEXT NOT NULL",
        "claimant_id TEXT",
        "rating TEXT",
        "overrides TEXT",
        "override_reason TEXT",
        "desk_override_reason TEXT",
        "contested INTEGER NOT NULL",
        "withdrawn TEXT",
        "digest BLOB NOT NULL",
    ),
    ("created",),
    (
        ("claims_rated", "(rating, created) WHERE rating IS NOT NULL"),
        ("claims_contested", "(created) WHERE contested"),
        ("claims_withdrawn", "(created) WHERE withdrawn IS NOT NULL"),
        ("claims_changed", "(position)"),
    ),
    main=True,
)
_CITATIONS: Final = Table(
    "citations",
    (
        "source_id TEXT NOT NULL",
        "cited INTEGER NOT NULL",
        "role TEXT NOT NULL",
        "id TEXT",
        "claim INTEGER NOT NULL",
        "claim_id TEXT NOT NULL",
        "stance TEXT",
        "withdrawn INTEGER",
    ),
    ("source_id", "cited", "role"),
)
_PARTIES: Final = Table(
    "claim_parties",
    (
        "party_id TEXT NOT NULL",
        "claim INTEGER NOT NULL",
        "role TEXT NOT NULL",
        "part TEXT NOT NULL",
        "claim_id TEXT NOT NULL",
        "withdrawn INTEGER",
    ),
    ("party_id", "claim", "role", "part"),
    (("claim_parties_of", "(claim)"),),
)
_TOPICS: Final = Table(
    "claim_topics",
    ("topic TEXT NOT NULL", "claim INTEGER NOT NULL"),
    ("topic", "claim"),
    (("claim_topics_of", "(claim)"),),
)


class Claims:
    """One row for each claim, whoever may see it, and what it cites, whom it names, and its topics."""

    NAME = "claims"
    VERSION = 7
    TABLES = (_CLAIMS, _CITATIONS, _PARTIES, _TOPICS)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Writes the claims that changed."""
        citations, parties, topics = Parts(_CITATIONS), Parts(_PARTIES), Parts(_TOPICS)
        rows = []
        for id, change in batch.of("clm"):
            before, after = change.before, change.after
            rows.append(_row(batch, id, after))
            citations.change(_citations(before), _citations(after))
            parties.change(_parties(before), _parties(after))
            if batch.is_forced(id):
                views.execute("DELETE FROM claim_topics WHERE claim = ?", (after.asserted.position,))
                before = None
            topics.change(_topics(before), _topics(batch.told(id)))
        views.executemany(_CLAIMS.put, rows)
        for parts in (citations, parties, topics):
            parts.write(views)


def _row(batch: Batch, id: str, claim: Claim) -> Row:
    verdict, told, moved = claim.verdict, batch.told(id), batch.moved(id, claim.changed)
    why, told_why = _override_reason(claim), _override_reason(told)
    return (
        claim.asserted.position,
        claim.id,
        claim.version,
        moved.position,
        moved.at,
        told.words.statement,
        beyond(claim.words.statement, told.words.statement),
        claim.kind,
        claim.language,
        claim.attribution,
        claim.claimant_id,
        None if verdict is None else verdict.rating,
        None if verdict is None else ",".join(verdict.overrides),
        told_why,
        beyond(why, told_why),
        claim.contested,
        claim.cause,
        _STATES.digest(claim, *moved.digested),
    )


def _override_reason(claim: Claim) -> str | None:
    verdict = claim.verdict
    return verdict.words.override_reason if verdict is not None and verdict.overrides else None


def _citations(claim: Claim | None) -> Iterator[Row]:
    if claim is None:
        return
    made = claim.asserted.position
    if claim.appeared_in_id is not None:
        yield claim.appeared_in_id, made, "appeared_in", None, made, claim.id, None, None
    for c in claim.citations:
        gone = _position(c.withdrawn)
        yield c.source_id, c.cited.position, "cited", c.id, made, claim.id, c.stance, gone
        if c.via_source_id is not None:
            yield c.via_source_id, c.cited.position, "via", c.id, made, claim.id, c.stance, gone


def _parties(claim: Claim | None) -> Iterator[Row]:
    if claim is None:
        return
    made, id = claim.asserted.position, claim.id
    if claim.claimant_id is not None:
        yield claim.claimant_id, made, "claimant", "", id, None
    for about in claim.about:
        yield about.party_id, made, "about", about.role, id, None
    for c in claim.citations:
        if c.reported_party_id is not None:
            yield c.reported_party_id, made, "reported", c.id, id, _position(c.withdrawn)
    for dispute in claim.disputes:
        for p in dispute.positions:
            yield p.party_id, made, "position", p.id, id, _position(p.withdrawn)


def _topics(claim: Claim | None) -> Iterable[Row]:
    return () if claim is None else ((topic, claim.asserted.position) for topic in claim.words.topics)


def _position(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.position
