"""The register of corrections: what readers of our articles were told was wrong, or had changed, newest first."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from domain.article import Article
from domain.article.state import Correction
from domain.values import CorrectionKind, WithdrawalCause
from projections.batch import Batch
from projections.documents import digest_of
from projections.projection import FIRST, Audience, Page, filled, page
from projections.tables import Parts, Row, Table, beyond, told
from projections.views import Reading

_CORRECTIONS: Final = Table(
    "corrections",
    (
        "issued INTEGER NOT NULL",
        "id TEXT NOT NULL UNIQUE",
        "article_id TEXT NOT NULL",
        "kind TEXT NOT NULL",
        "note TEXT",
        "desk_note TEXT",
        "recorded_at TEXT NOT NULL",
        "issued_at TEXT NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("issued",),
    (("corrections_of_article", "(article_id, issued)"), ("corrections_of_kind", "(kind, issued)")),
    main=True,
)
_CORRECTED: Final = Table(
    "corrected",
    ("issued INTEGER NOT NULL", "place INTEGER NOT NULL", "claim_id TEXT NOT NULL"),
    ("issued", "place"),
    (("corrections_of_claim", "(claim_id, issued)"),),
)
_NEWEST: Final = 2**63 - 1
_LISTED: Final = (
    f"SELECT issued, corrections.id, article_id, {told('title')}, kind, {told('note')}, "  # noqa: S608 (our words)
    "recorded_at, issued_at FROM corrections "
    "LEFT JOIN articles ON articles.id = article_id "
    "WHERE issued < :before AND (:desk OR article_id IN (SELECT id FROM openness)) "
)
_FILTERS: Final = {
    "kind": "AND kind = :kind ",
    "article": "AND article_id = :article ",
    "claim": "AND issued IN (SELECT issued FROM corrected WHERE claim_id = :claim) ",
}
_TOUCHED: Final = (
    "SELECT issued, claim_id, statement, withdrawn FROM corrected LEFT JOIN claims ON claims.id = claim_id "
    "WHERE issued IN (SELECT value FROM json_each(:issued)) "
    "AND (:desk OR claim_id IN (SELECT id FROM openness)) ORDER BY issued, place"
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A claim that a correction names. `statement` is None where it was erased, or is not for this audience."""

    id: str
    statement: str | None


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One correction. `position` is where it lies in the ledger, `recorded_at` when it was put there.

    `issued_at` says when it was issued: for imported history when it was decided, else when it was recorded. `note`
    and `article_title` are None where they were erased.
    """

    position: int
    id: str
    article_id: str
    article_title: str | None
    kind: CorrectionKind
    note: str | None
    recorded_at: str
    issued_at: str
    claims: tuple[Touched, ...] = ()


class Corrections:
    """One row for each correction that was ever issued, and one for each claim that it names."""

    NAME = "corrections"
    VERSION = 2
    TABLES = (_CORRECTIONS, _CORRECTED)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Enters the corrections that were issued."""
        corrections, corrected = Parts(_CORRECTIONS), Parts(_CORRECTED)
        for id, change in batch.of("art"):
            before = None if batch.is_forced(id) else change.before
            corrections.change(_rows(before, before), _rows(change.after, batch.told(id)))
            corrected.change(_named(change.before), _named(change.after))
        corrections.write(views)
        corrected.write(views)


def _rows(article: Article | None, told: Article | None) -> Iterator[Row]:
    if article is None or told is None:
        return
    for correction, as_told in zip(article.corrections, told.corrections, strict=True):
        yield _row(article.id, correction, as_told.words.note)


def _row(article_id: str, correction: Correction, note: str | None) -> Row:
    issued = correction.issued
    issued_at = issued.decided_at or issued.at
    said = (issued.position, correction.id, article_id, correction.kind)
    digest = digest_of(*said, correction.claim_ids, issued.at, issued_at, issued.commitment)
    return (*said, note, beyond(correction.words.note, note), issued.at, issued_at, digest)


def _named(article: Article | None) -> Iterator[Row]:
    if article is None:
        return
    for correction in article.corrections:
        for place, claim_id in enumerate(correction.claim_ids):
            yield correction.issued.position, place, claim_id


def corrections(
    reading: Reading, audience: Audience, after: int = FIRST, limit: int = 50, **wanted: str
) -> Page[CorrectionRow]:
    """The register, the correction that was recorded last first. `after` is a cursor, `FIRST` at the beginning.

    `wanted` names a `kind`, the id of an `article`, or that of a `claim` that the corrections name.
    """
    conditions = "".join(_FILTERS[name] for name in wanted)
    found = reading.connection.execute(
        f"{_LISTED}{conditions}ORDER BY issued DESC LIMIT :limit",
        {**wanted, "desk": audience == "desk", "before": after or _NEWEST, "limit": limit + 1},
    )
    rows = [filled(CorrectionRow, (*row, ())) for row in found]
    listed = page(rows, [row.position for row in rows], limit)
    claims = _touched(reading, audience, [row.position for row in listed.items])
    items = tuple(replace(row, claims=tuple(claims.get(row.position, ()))) for row in listed.items)
    return Page(items, listed.next)


def _touched(reading: Reading, audience: Audience, positions: list[int]) -> dict[int, list[Touched]]:
    """Position of a correction → the claims that it names, in its order."""
    found = reading.connection.execute(_TOUCHED, {"desk": audience == "desk", "issued": json.dumps(positions)})
    claims: dict[int, list[Touched]] = {}
    for issued, id, statement, withdrawn in found:
        claims.setdefault(issued, []).append(Touched(id, _told(audience, statement, withdrawn)))
    return claims


def _told(audience: Audience, statement: str | None, withdrawn: WithdrawalCause | None) -> str | None:
    """The statement; the words of a claim that was recorded in error are not repeated to the public."""
    return None if audience == "public" and withdrawn == "recorded_in_error" else statement
