"""What pages say of snapshots: what was captured when, where it can be had, and whether a quote stands in it."""

from dataclasses import dataclass
from typing import Final, Literal

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import withdrawn
from api.pages.shapes import When, Withdrawn, recorded
from domain.claim.state import Citation, QuoteCheck
from domain.source import Source
from domain.source.state import Snapshot

QuoteSign = Literal["found", "changed", "lost", "open"]
"""How a line is marked: only `found` says that the quote is there as it is given."""

_CHANGED: Final = {
    "same": "It stands there as before.",
    "changed_near_quote": "What stands around it has changed.",
    "quote_gone": "It was there in an earlier snapshot.",
}


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """One snapshot of the source. `digest` is the whole SHA-256 in hex, `short` its beginning.

    `original` is the address that it was captured from, `archive` the address of a copy; `version_date` is when it was
    captured, as robust links have it. `kept` says whether the bytes are kept here, `text` whether there is a text.
    """

    id: str
    captured: When
    version_date: str
    method: str | None
    digest: str | None
    short: str | None
    original: str | None
    archive: str | None
    kept: str
    text: str
    content: str | None
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class QuotePart:
    """Whether the quote was found, in words."""

    sign: QuoteSign
    says: str
    when: When | None


def snapshot_parts(source: Source, library: Library) -> tuple[SnapshotPart, ...]:
    """The snapshots of the source, the newest first."""
    newest_first = sorted(source.snapshots, key=lambda s: (s.captured_at, s.captured.position), reverse=True)
    return tuple(_snapshot(snapshot, source, library) for snapshot in newest_first)


def _snapshot(snapshot: Snapshot, source: Source, library: Library) -> SnapshotPart:
    words, at = snapshot.words, snapshot.captured_at
    content = f"/api/v1/sources/{source.id}/snapshots/{snapshot.id}/content"
    return SnapshotPart(
        id=snapshot.id,
        captured=When(phrases.moment(at), at),
        version_date=at[:10],
        method=words.method,
        digest=snapshot.sha256,
        short=None if snapshot.sha256 is None else snapshot.sha256[:12],
        original=words.url or source.words.url,
        archive=words.archive_url,
        kept=_kept(snapshot),
        text=phrases.NO_TEXT[snapshot.no_text]
        if snapshot.no_text
        else "Its text is kept, and quotes are looked for in it",
        content=content if library.desk and snapshot.stored else None,
        withdrawn=withdrawn(snapshot.withdrawn, snapshot.cause, words.withdrawal_reason),
    )


def _kept(snapshot: Snapshot) -> str:
    if snapshot.stored:
        return f"Kept here, {snapshot.media_type}, {phrases.counted(snapshot.size or 0, 'byte', 'bytes')}"
    return "Nothing could be fetched" if snapshot.sha256 is None else "Not kept here; its digest is"


def quote_parts(citation: Citation, library: Library) -> tuple[QuotePart, ...]:
    """What is known of the quote: the last look for it and, where there was nothing to read, the one before that."""
    if citation.quote_wording is None:
        return ()
    if not citation.checks:
        return (_unchecked(citation),)
    last, said = citation.checks[-1], citation.told[-1]
    told = [last] if last is said else [said, last]
    return tuple(_quote(check, citation, library) for check in told)


def _unchecked(citation: Citation) -> QuotePart:
    if citation.quote_wording == "translated":
        return QuotePart("open", "Not checked: a translation", None)
    if citation.quote_wording == "paraphrased":
        return QuotePart("open", "Not checked: not word for word", None)
    return QuotePart("open", "Not checked: no snapshot of the source has been looked through", None)


def _quote(check: QuoteCheck, citation: Citation, library: Library) -> QuotePart:
    source: Source | None = library.find(citation.source_id)
    snapshot = None if source is None else source.snapshot(check.snapshot_id)
    where = "in a snapshot" if snapshot is None else f"in the snapshot of {phrases.moment(snapshot.captured_at)}"
    since = "" if check.compared not in _CHANGED else f". {_CHANGED[check.compared]}"
    looked = recorded(check.checked)
    if snapshot is not None and snapshot.withdrawn is not None:
        return QuotePart(
            "open", f"Not checked in a snapshot that stands: it was looked for {where}, which was withdrawn", looked
        )
    match check.outcome:
        case "found":
            sign: QuoteSign = "found" if check.compared in (None, "same") else "changed"
            return QuotePart(sign, f"Found word for word {where}{since}", looked)
        case "found_with_changes":
            alike = "" if check.score is None else f" ({phrases.alike(check.score)})"
            return QuotePart("changed", f"Found with changes{alike} {where}{since}", looked)
        case "not_found":
            return QuotePart("lost", f"Not found {where}{since}", looked)
        case _:
            why = "nobody could" if check.cause is None else phrases.NOT_CHECKED[check.cause]
            return QuotePart("open", f"Not checked {where}: {why}", looked)
