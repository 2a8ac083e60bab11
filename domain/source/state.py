"""A source as it stands, folded from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.events import Recorded, Stamp
from domain.folding import Fold, amend, changed_fields, changed_words, reason_of
from domain.source import events as happened
from domain.values import DeclaredBy, NoText, OriginRelation, SourceKind, Standing, WithdrawalCause


@dataclass(frozen=True, slots=True)
class OriginText:
    """Why the origin was declared and withdrawn."""

    reason: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the source got what it says from."""

    id: str
    derives_from: str
    relation: OriginRelation
    basis_claim_id: str | None
    declared: Stamp
    words: OriginText
    as_alleged: bool = False
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class StandingText:
    """Why the standing changed, and where the publisher's notice is."""

    reason: str | None = None
    notice_url: str | None = None


@dataclass(frozen=True, slots=True)
class StandingEntry:
    """The source's standing from one event on."""

    standing: Standing
    declared_by: DeclaredBy
    snapshot_id: str | None
    effective_on: str | None
    declared: Stamp
    words: StandingText


@dataclass(frozen=True, slots=True)
class SnapshotText:
    """Where the source was looked at, which archive has a copy, by what means, and why it was withdrawn."""

    url: str | None = None
    archive_url: str | None = None
    method: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the source was at the moment `captured_at`. `no_text` says why no text could be had of it.

    Of one that was `erased` the bytes and the text are gone with its words, and it is looked at no more.
    """

    id: str
    sha256: str | None
    size: int | None
    media_type: str | None
    captured_at: str
    stored: bool
    http_status: int | None
    text_sha256: str | None
    text_profile: str | None
    no_text: NoText | None
    captured: Stamp
    words: SnapshotText
    erased: bool = False
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    """What the source is called, where it was found, why that changed. None where it was erased or is withheld."""

    title: str | None = None
    url: str | None = None
    description_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was published or said, and can be cited. `standings` keeps every change, oldest first."""

    id: str
    kind: SourceKind
    publisher_id: str | None
    author_ids: tuple[str, ...]
    language: str | None
    published_on: str | None
    primary: bool
    confidential: bool
    registered: Stamp
    changed: Stamp
    version: int
    words: SourceText
    standings: tuple[StandingEntry, ...] = ()
    origins: tuple[Origin, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def standing(self) -> Standing:
        """The standing now; a source of which nothing was said is in good standing."""
        return self.standings[-1].standing if self.standings else "good"

    def origin(self, id: str) -> Origin | None:
        """The declared origin with this id, withdrawn or not."""
        return next((o for o in self.origins if o.id == id), None)

    def snapshot(self, id: str) -> Snapshot | None:
        """The snapshot with this id, withdrawn or not."""
        return next((s for s in self.snapshots if s.id == id), None)

    @property
    def newest_snapshot(self) -> Snapshot | None:
        """The snapshot captured last, of those that were not withdrawn; of the same moment, the one recorded last."""
        return _newest(self.snapshots)

    @property
    def newest_text(self) -> Snapshot | None:
        """The newest of those that have a text."""
        return _newest(s for s in self.snapshots if s.no_text is None)


def _newest(snapshots: Iterable[Snapshot]) -> Snapshot | None:
    standing = [s for s in snapshots if s.withdrawn is None and not s.erased]
    return max(reversed(standing), key=lambda s: s.captured_at, default=None)


HEAD_FIELDS = ("kind", "publisher_id", "author_ids", "language", "published_on", "primary", "confidential")
WORD_FIELDS = ("title", "url")

fold: Fold[Source] = Fold("source")


@fold.first(happened.SourceRegistered)
def _registered(recorded: Recorded, event: happened.SourceRegistered) -> Source:
    said = event.words
    return Source(
        id=recorded.stream,
        kind=event.kind,
        publisher_id=event.publisher_id,
        author_ids=event.author_ids,
        language=event.language,
        published_on=event.published_on,
        primary=event.primary,
        confidential=event.confidential,
        registered=Stamp.of(recorded),
        changed=Stamp.of(recorded),
        version=recorded.version,
        words=SourceText() if said is None else SourceText(said.title, said.url),
    )


@fold.then(happened.SourceDescribed)
def _described(source: Source, _: Recorded, event: happened.SourceDescribed) -> Source:
    words = replace(source.words, **changed_words(event, WORD_FIELDS), description_reason=reason_of(event))
    return replace(source, **changed_fields(event, HEAD_FIELDS), words=words)


@fold.then(happened.OriginDeclared)
def _origin_declared(source: Source, recorded: Recorded, event: happened.OriginDeclared) -> Source:
    origin = Origin(
        id=event.origin_id,
        derives_from=event.derives_from,
        relation=event.relation,
        basis_claim_id=event.basis_claim_id,
        declared=Stamp.of(recorded),
        words=OriginText(reason=reason_of(event)),
        as_alleged=event.as_alleged or False,
    )
    return replace(source, origins=(*source.origins, origin))


@fold.then(happened.OriginWithdrawn)
def _origin_withdrawn(source: Source, recorded: Recorded, event: happened.OriginWithdrawn) -> Source:
    def withdraw(origin: Origin) -> Origin:
        words = replace(origin.words, withdrawal_reason=reason_of(event))
        return replace(origin, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return replace(source, origins=amend(source.origins, event.origin_id, withdraw))


@fold.then(happened.StandingChanged)
def _standing_changed(source: Source, recorded: Recorded, event: happened.StandingChanged) -> Source:
    said = event.words
    entry = StandingEntry(
        standing=event.standing,
        declared_by=event.declared_by,
        snapshot_id=event.snapshot_id,
        effective_on=event.effective_on,
        declared=Stamp.of(recorded),
        words=StandingText() if said is None else StandingText(said.reason, said.notice_url),
    )
    return replace(source, standings=(*source.standings, entry))


@fold.then(happened.SnapshotCaptured)
def _snapshot_captured(source: Source, recorded: Recorded, event: happened.SnapshotCaptured) -> Source:
    said = event.words
    snapshot = Snapshot(
        id=event.snapshot_id,
        sha256=event.sha256,
        size=event.size,
        media_type=event.media_type,
        captured_at=event.captured_at,
        stored=event.stored,
        http_status=event.http_status,
        text_sha256=event.text_sha256,
        text_profile=event.text_profile,
        no_text=event.no_text,
        captured=Stamp.of(recorded),
        words=SnapshotText() if said is None else SnapshotText(said.url, said.archive_url, said.method),
        erased=recorded.erased is not None,
    )
    return replace(source, snapshots=(*source.snapshots, snapshot))


@fold.then(happened.SnapshotWithdrawn)
def _snapshot_withdrawn(source: Source, recorded: Recorded, event: happened.SnapshotWithdrawn) -> Source:
    def withdraw(snapshot: Snapshot) -> Snapshot:
        words = replace(snapshot.words, withdrawal_reason=reason_of(event))
        return replace(snapshot, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return replace(source, snapshots=amend(source.snapshots, event.snapshot_id, withdraw))
