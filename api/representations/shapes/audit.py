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
