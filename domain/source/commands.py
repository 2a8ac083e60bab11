"""What may be asked of a source."""

from typing import Annotated, Final

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from domain.bodies import Body, Change
from domain.edtf import EdtfText
from domain.language import LanguageTag
from domain.values import (
    ClaimId,
    DeclaredBy,
    Line,
    NoText,
    OriginRelation,
    PartyId,
    Prose,
    SnapshotId,
    SourceId,
    SourceKind,
    Standing,
    Url,
    UtcMoment,
)

Authors = Annotated[tuple[PartyId, ...], Field(max_length=100)]


class RegisterSource(Body):
    """Gives a source a record, so that it can be cited."""

    kind: SourceKind
    title: Line
    url: Url | None = None
    publisher_id: PartyId | None = None
    author_ids: Authors = ()
    language: LanguageTag | None = None
    published_on: EdtfText | None = None
    primary: StrictBool = False
    confidential: StrictBool = False


class DescribeSource(Change):
    """Changes what identifies the source."""

    reason: Prose
    kind: SourceKind | None = None
    title: Line | None = None
    url: Url | None = None
    publisher_id: PartyId | None = None
    author_ids: Authors | None = None
    language: LanguageTag | None = None
    published_on: EdtfText | None = None
    primary: StrictBool | None = None
    confidential: StrictBool | None = None


class DeclareOrigin(Body):
    """Records that the source got what it says from another source. As alleged, it never merges origins."""

    derives_from: SourceId
    relation: OriginRelation
    basis_claim_id: ClaimId | None = None
    as_alleged: StrictBool = False
    reason: Prose


class ChangeStanding(Body):
    """Records how far the source may be relied on. Only its publisher corrects or retracts it, by a notice."""

    standing: Standing
    declared_by: DeclaredBy
    notice_url: Url | None = None
    snapshot_id: SnapshotId | None = None
    effective_on: EdtfText | None = None
    reason: Prose


DIGEST: Final = "sha-256:"
"""How the digest of a snapshot begins; 64 hex digits follow."""

DIGEST_FORM: Final = rf"^{DIGEST}[0-9a-f]{{64}}$"
Digest = Annotated[str, StringConstraints(pattern=DIGEST_FORM)]


class CaptureSnapshot(Body):
    """Records what the source was at a moment: a file, a digest with the archive that has the bytes, or a page gone.

    A file is sent as `multipart/form-data`, or named by the `file` of a journal's line; it takes the place of `digest`.
    """

    captured_at: UtcMoment
    digest: Digest | None = None
    archive_url: Url | None = None
    url: Url | None = None
    method: Line | None = None
    http_status: Annotated[StrictInt, Field(ge=100, le=599)] | None = None


class KeptSnapshot(CaptureSnapshot):
    """A snapshot whose bytes are kept, with what was found out about them as they arrived. Nobody can ask for this."""

    size: int
    media_type: str
    text_sha256: str | None = None
    text_profile: str | None = None
    no_text: NoText | None = None
