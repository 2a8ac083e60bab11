"""What may be asked of a source."""

from typing import Annotated

from pydantic import Field, StrictBool

from domain.bodies import Body, Change
from domain.edtf import EdtfText
from domain.language import LanguageTag
from domain.values import (
    ClaimId,
    DeclaredBy,
    Line,
    OriginRelation,
    PartyId,
    Prose,
    SourceId,
    SourceKind,
    Standing,
    Url,
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
    """Records that the source got what it says from another source."""

    derives_from: SourceId
    relation: OriginRelation
    basis_claim_id: ClaimId | None = None
    reason: Prose


class ChangeStanding(Body):
    """Records how far the source may be relied on. Only its publisher corrects or retracts it, by a notice."""

    standing: Standing
    declared_by: DeclaredBy
    notice_url: Url | None = None
    effective_on: EdtfText | None = None
    reason: Prose
