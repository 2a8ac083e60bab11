"""What can happen to a source: something that was published or said, and can be cited."""

from domain.events import Event, Partial, ReasonWords, Words
from domain.values import DeclaredBy, OriginRelation, SourceKind, Standing, WithdrawalCause


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
    """The source got what it says from another source, which `derives_from` names."""

    origin_id: str
    derives_from: str
    relation: OriginRelation
    basis_claim_id: str | None = None
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
