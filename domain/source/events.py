"""What can happen to a source: something that was published or said, and can be cited."""

from domain.events import Event, Partial, ReasonWords, Words
from domain.values import DeclaredBy, NoText, OriginRelation, SourceKind, Standing, WithdrawalCause


class SourceWords(Words):
    """What the source is called and where it was found."""

    title: str
    url: str | None = None


class SourceRegistered(Event, type="source.registered.v1"):
    """A source got a record of its own. `confidential` keeps what it is from the public."""

    kind: SourceKind
    publisher_id: str | None = None
    author_ids: tuple[str, ...] = ()
    language: str | None = None
    published_on: str | None = None
    primary: bool = False
    confidential: bool = False
    words: SourceWords | None


class SourceChange(Words):
    """The new texts, for the fields that changed, and why they changed."""

    reason: str
    title: str | None = None
    url: str | None = None


class SourceDescribed(Partial, type="source.described.v1"):
    """Some of what identifies the source was changed."""

    kind: SourceKind | None = None
    publisher_id: str | None = None
    author_ids: tuple[str, ...] = ()
    language: str | None = None
    published_on: str | None = None
    primary: bool | None = None
    confidential: bool | None = None
    words: SourceChange | None


class OriginDeclared(Event, type="source.origin_declared.v1"):
    """The source got what it says from another source, which `derives_from` names.

    `as_alleged` marks what is only claimed, by the claim that it rests on: it never merges origins.
    """

    origin_id: str
    derives_from: str
    relation: OriginRelation
    basis_claim_id: str | None = None
    as_alleged: bool | None = None
    words: ReasonWords | None


class OriginWithdrawn(Event, type="source.origin_withdrawn.v1"):
    """The declared origin should not be relied on. It stays visible as withdrawn."""

    origin_id: str
    cause: WithdrawalCause
    words: ReasonWords | None


class StandingWords(Words):
    """Why the standing changed, and where the publisher's notice is."""

    reason: str
    notice_url: str | None = None


class StandingChanged(Event, type="source.standing_changed.v1"):
    """The publisher or the desk says how far the source may be relied on; `effective_on` is an EDTF date."""

    standing: Standing
    declared_by: DeclaredBy
    snapshot_id: str | None = None
    effective_on: str | None = None
    words: StandingWords | None


class SnapshotWords(Words):
    """Where the source was looked at, which archive has a copy, and by what means it was captured."""

    url: str | None = None
    archive_url: str | None = None
    method: str | None = None


class SnapshotCaptured(Event, type="source.snapshot_captured.v1"):
    """What the source was at the moment `captured_at` (RFC 3339 in UTC).

    `sha256` is the digest of its bytes, absent where nothing could be fetched; `stored` says that they are kept beside
    the ledger. `http_status` is what the server answered. `text_sha256` is the digest of the text that was extracted in
    the way that `text_profile` names, kept beside the bytes; `no_text` says why there is none.
    """

    snapshot_id: str
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    captured_at: str
    stored: bool
    http_status: int | None = None
    text_sha256: str | None = None
    text_profile: str | None = None
    no_text: NoText | None = None
    words: SnapshotWords | None


class SnapshotWithdrawn(Event, type="source.snapshot_withdrawn.v1"):
    """The snapshot should not be relied on. It stays visible as withdrawn, and its bytes stay."""

    snapshot_id: str
    cause: WithdrawalCause
    words: ReasonWords | None
