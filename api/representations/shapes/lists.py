"""Lists: what stands in them, and how they go on."""

from typing import Generic, TypeVar

from typing_extensions import TypedDict

from api.representations.shapes.event import Erasable
from api.representations.shapes.parts import Edtf, Id, Language, Position, Text, Time, Version
from domain.claim.state import ReviewReason
from domain.values import (
    ArticleRole,
    Attribution,
    ClaimKind,
    CorrectionKind,
    PartyKind,
    SourceKind,
    Standing,
    WithdrawalCause,
)
from projections.contested import DisputeRow

T = TypeVar("T")


class Page(TypedDict, Generic[T]):
    """Some of a list. `position` is what the views had reached, `next` the cursor for what follows, null at the end."""

    position: Position
    items: list[T]
    next: str | None


class _Item(Erasable):
    """What every item carries.

    `position` and `changed_at` are those of the last event by which the record changed for whoever asks: to the public,
    by which it became open or could be read to say something new. `opened_at` is the position at which it became open
    to the public.
    """

    id: Id
    version: Version
    position: Position
    changed_at: Time
    opened_at: Position | None


class PartyItem(_Item):
    """A party in a list. To the public a private one has no name."""

    kind: PartyKind
    name: Text
    private: bool


class SourceItem(_Item):
    """A source in a list. To the public a confidential one has neither title, address, publisher nor date."""

    kind: SourceKind
    title: Text
    url: Text
    publisher_id: Id | None
    language: Language
    published_on: Edtf
    primary: bool
    confidential: bool
    standing: Standing


class ClaimItem(_Item):
    """A claim in a list. `rating` is that of the verdict in force, `cause` why the claim was withdrawn.

    `overrides` are rules of the policy that were set aside for the verdict, for `override_reason`.
    """

    statement: Text
    kind: ClaimKind
    language: Language
    attribution: Attribution
    claimant_id: Id | None
    rating: str | None
    overrides: list[str]
    override_reason: Text
    contested: bool
    evidence_conflicts: bool
    withdrawn: bool
    cause: WithdrawalCause | None
    needs_review: list[ReviewReason]


class ArticleItem(_Item):
    """An article in a list. `published_at` says when it appeared, where that was before it was recorded."""

    role: ArticleRole
    language: Language
    title: Text
    url: Text
    source_id: Id | None
    published_at: Time | None
    published: bool
    withdrawn: bool


class ContestedItem(Erasable):
    """A contested claim, with the disputes that make it so.

    `since` is the position of the event that made it so, `since_at` when that was recorded; `stated_since` is the
    earliest date on which a party that denies or differs is known to have said so.
    """

    id: Id
    since: Position
    since_at: Time
    stated_since: Edtf
    withdrawn: bool
    cause: WithdrawalCause | None
    statement: Text
    disputes: list[DisputeRow]


class TouchedItem(TypedDict):
    """A claim that a correction names."""

    id: Id
    statement: Text


class CorrectionItem(Erasable):
    """A correction in a list, at its position in the ledger. `erasures` are those of its article.

    `issued_at` says when it was issued: for imported history when it was decided, else when it was recorded.
    """

    id: Id
    article_id: Id
    article_title: Text
    kind: CorrectionKind
    note: Text
    claims: list[TouchedItem]
    position: Position
    recorded_at: Time
    issued_at: Time
