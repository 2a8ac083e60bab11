"""What those who check are shown."""

from typing import Literal

from typing_extensions import TypedDict

from api.representations.shapes.parts import Position, Time
from domain.values import Standing
from projections.replay import ClaimCounts


class SourceCounts(TypedDict):
    """Sources, and how many there are of each standing."""

    total: int
    by_standing: dict[Standing, int]


class PartyCounts(TypedDict):
    """Parties."""

    total: int


class ArticleCounts(TypedDict):
    """Articles; withdrawn ones count as published too."""

    total: int
    published: int
    withdrawn: int


class ReceiptDigest(TypedDict):
    """What one projection came to: the digest in hex over all that it says, and the version of its code."""

    projection: str
    version: int
    digest: str


class Receipt(TypedDict):
    """What the projections came to when each had taken in the ledger's first `upto` events, recorded at `position`."""

    position: Position
    recorded_at: Time
    upto: Position
    projections: list[ReceiptDigest]


class ReceiptList(TypedDict):
    """Receipts, the newest first; `next` is null where there are no older ones."""

    position: Position
    items: list[Receipt]
    next: str | None


class Replay(TypedDict):
    """The ledger at a moment, in numbers. `digests` are there if every projection stands at this position."""

    position: Position
    axis: Literal["recorded", "decided"]
    as_of: Time | None
    claims: ClaimCounts
    sources: SourceCounts
    parties: PartyCounts
    articles: ArticleCounts
    digests: dict[str, str]


class ProjectionState(TypedDict):
    """Where a projection stands. Its digest tells two builds of it apart; what failed is told to the desk only."""

    name: str
    version: int
    position: Position
    lag: int
    digest: str
    error: str | None


class Projections(TypedDict):
    """All projections; `position` is the ledger's end."""

    position: Position
    items: list[ProjectionState]
    next: None
