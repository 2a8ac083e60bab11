"""The registers of what changed and of what waits, and the front page."""

from typing_extensions import TypedDict

from api.representations.shapes.history import By
from api.representations.shapes.lists import ArticleItem, ContestedItem
from api.representations.shapes.parts import Id, Position, Text, Time
from domain.values import Settled, WithdrawalCause
from projections.changes import RecordKind
from projections.worklist import WorkKind


class ChangeItem(TypedDict):
    """A record at the place of its last change.

    `position` is that of the event by which it changed last, `recorded_at` when that was recorded; `changed_at` is the
    same, but for imported history when it was decided. `title` is the statement of a claim, the title of an article or
    source, the name of a party. `opened` says that the record became open to the public after `since`.
    """

    kind: RecordKind
    id: Id
    position: Position
    recorded_at: Time
    changed_at: Time
    title: Text
    opened: bool
    withdrawn: bool


class WorkItem(TypedDict):
    """Something that waits since a position, and since when that was recorded.

    `part_id` is the verdict, the dispute, the placement or the number of the policy that it is about. `proposed_by` is
    there for proposals, and `mine` says that whoever asks proposed it, and so cannot approve it while four eyes hold.
    `rating` is there for what concerns a verdict, `outcome` for a settlement, `cause` for a withdrawal, `reasons` for
    a review, `claim_id` for a placement, and `score` for one that was found by likeness. What the clock put on the list
    fell due at `due_at`, and waits since it was recorded; `party_id` is who has not replied.
    """

    kind: WorkKind
    record_kind: str
    record_id: Id
    part_id: str
    title: Text
    since: Position
    since_at: Time
    proposed_by: By | None
    mine: bool
    rating: str | None
    outcome: Settled | None
    cause: WithdrawalCause | None
    reasons: list[str]
    claim_id: Id | None
    due_at: Time | None
    party_id: Id | None
    score: str | None


class WorkPage(TypedDict):
    """Some of what waits, the oldest first. `total` counts all of it, `next` is the cursor for what follows."""

    position: Position
    total: int
    items: list[WorkItem]
    next: str | None


class Front(TypedDict):
    """What the front page shows: the newest articles, some of the contested claims, the claims that changed last."""

    position: Position
    articles: list[ArticleItem]
    contested: list[ContestedItem]
    contested_total: int
    changed: list[ChangeItem]
