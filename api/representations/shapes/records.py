"""Parties and sources."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from api.representations.shapes.event import Erasable
from api.representations.shapes.parts import Edtf, Id, Language, Reasoned, Shown, Text, Time, When, Withdrawable
from domain.values import DeclaredBy, NoText, OriginRelation, PartyKind, Relation, SourceKind, Standing
from projections.parties import Occurrence
from projections.sources import CitedIn

_Since = TypedDict("_Since", {"from": Edtf})
"""`from` is no name for an attribute."""


class Affiliation(_Since, When, Withdrawable):
    """What ties the party to another, as the claim that it rests on says; `as_alleged`, it is only that claim."""

    id: Id
    party_id: Id
    relation: Relation
    until: Edtf
    basis_claim_id: Id
    as_alleged: bool
    reason: Text
    ended: Reasoned | None


class Party(Shown):
    """A party: somebody who claims, denies, publishes or is spoken of."""

    kind: PartyKind
    name: Text
    description: Text
    same_as: list[str]
    private: bool
    description_reason: Text
    affiliations: list[Affiliation]
    registered: When
    changed: When


class PartyRecord(Party, Erasable):
    """A party, and, as it is now, where it occurs."""

    occurrences: NotRequired[list[Occurrence]]


class StandingEntry(When):
    """A change of the source's standing."""

    standing: Standing
    declared_by: DeclaredBy
    notice_url: Text
    snapshot_id: Id | None
    effective_on: Edtf
    reason: Text


class Origin(When, Withdrawable):
    """Where the source got what it says from."""

    id: Id
    derives_from: Id
    relation: OriginRelation
    basis_claim_id: Id | None
    as_alleged: bool
    reason: Text


class Snapshot(When, Withdrawable):
    """What the source was at a moment. `stored` says that its bytes are kept here; `no_text` why it has no text.

    To the public, `url` and `method` are null.
    """

    id: Id
    captured_at: Time
    digest: Annotated[str | None, Field(description="`sha-256:` and 64 hex digits; null where nothing was fetched.")]
    size: Annotated[int | None, Field(description="Bytes.")]
    media_type: str | None
    stored: bool
    http_status: int | None
    url: Text
    archive_url: Text
    method: Text
    text_digest: str | None
    text_profile: Annotated[str | None, Field(description="How the text was extracted and normalised.")]
    no_text: NoText | None


class Source(Shown):
    """A source, with its standing and every change of it."""

    kind: SourceKind
    title: Text
    url: Text
    publisher_id: Id | None
    author_ids: list[Id]
    language: Language
    published_on: Edtf
    primary: bool
    confidential: bool
    description_reason: Text
    standing: Standing
    standings: list[StandingEntry]
    origins: list[Origin]
    snapshots: list[Snapshot]
    registered: When
    changed: When


class SourceRecord(Source, Erasable):
    """A source, and, as it is now, where it is cited."""

    cited_in: NotRequired[list[CitedIn]]
