"""Commands on the snapshots of a source: what somebody saw there, kept or only named by its digest."""

from domain.bodies import Withdraw
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts
from domain.source import commands as asks
from domain.source import events as happened
from domain.source.state import Source
from domain.values import NoText

GONE: tuple[int, ...] = (404, 410)
"""What a server answers where a page is not there any more (RFC 9110, sections 15.5.5 and 15.5.11)."""


def capture(asked: Asked[asks.CaptureSnapshot], source: Source, _: Facts) -> Decided:
    """Somebody looked at the source at a moment, and this is what it was."""
    body = asked.body
    if body.captured_at > asked.now:
        raise asked.fault("/captured_at", "A snapshot was captured in the past.")
    kept = body if isinstance(body, asks.KeptSnapshot) else None
    if kept is None:
        _check_named(asked)
    sha256 = None if body.digest is None else body.digest.removeprefix(asks.DIGEST)
    _check_new(source, sha256, body.captured_at)
    snapshot_id = asked.new_id("snp")
    event = happened.SnapshotCaptured(
        snapshot_id=snapshot_id,
        sha256=sha256,
        size=None if kept is None else kept.size,
        media_type=None if kept is None else kept.media_type,
        captured_at=body.captured_at,
        stored=kept is not None,
        http_status=body.http_status,
        text_sha256=None if kept is None else kept.text_sha256,
        text_profile=None if kept is None else kept.text_profile,
        no_text=_no_text(body, kept),
        words=happened.SnapshotWords(url=body.url, archive_url=body.archive_url, method=body.method),
    )
    return Decided((event,), (snapshot_id,))


def _check_named(asked: Asked[asks.CaptureSnapshot]) -> None:
    """Refuses a snapshot of which nothing is kept here, unless it says where it is, or that the page is gone."""
    body = asked.body
    if body.digest is not None and body.archive_url is None:
        raise asked.fault("/archive_url", "A digest alone shows nothing: name the archive that has the bytes.")
    if body.digest is None and body.archive_url is not None:
        raise asked.fault("/digest", "Give the digest of what the archive has, so that it can be told from others.")
    if body.digest is None and body.http_status not in GONE:
        raise asked.fault(
            "/http_status", "A snapshot has a file or a digest; without either, 404 or 410 says that the page is gone."
        )


def _check_new(source: Source, sha256: str | None, captured_at: str) -> None:
    same = (s for s in source.snapshots if (s.sha256, s.captured_at) == (sha256, captured_at) and s.withdrawn is None)
    if (known := next(same, None)) is not None:
        raise RuleBroken(f"This snapshot is recorded already: it is {known.id}.")


def _no_text(body: asks.CaptureSnapshot, kept: asks.KeptSnapshot | None) -> NoText | None:
    """Why there is no text to look for quotes in. The page that a server shows in place of one gone is not the page."""
    if body.http_status in GONE:
        return "page_gone"
    return "digest_only" if kept is None else kept.no_text


def withdraw(asked: Asked[Withdraw], source: Source, _: Facts) -> Decided:
    """The snapshot should not be relied on."""
    (snapshot_id,) = asked.path
    snapshot = source.snapshot(snapshot_id)
    if snapshot is None:
        raise NotFound("snapshot", snapshot_id)
    if snapshot.withdrawn is not None:
        raise RuleBroken("The snapshot is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.SnapshotWithdrawn(snapshot_id=snapshot_id, cause=asked.body.cause, words=words),))
