"""How the evidence on a claim was counted, citation by citation."""

from typing_extensions import TypedDict

from api.representations.shapes.parts import Id, Position, Version
from api.representations.shapes.verdict import Finding, Origins
from domain.evidence.merging import Cause
from domain.values import OriginRelation, Stance


class Step(TypedDict):
    """A source got what it says from this one."""

    source_id: Id
    relation: OriginRelation
    origin_id: Id


class RootFound(TypedDict):
    """Where a source goes back to; several sources are a loop of sources that derive from each other alone.

    `path` leads there, the nearest step first; it is empty, and the sources null, where whoever reads may not be told
    of each of them. Where it does not hold, `broken_at` is the source at which the way
    breaks: it was retracted, or it is our own article that holds the claim, which `own_article_id` names.
    """

    source_ids: list[Id | None]
    loop: bool
    path: list[Step]
    holds: bool
    broken_at: Id | None
    own_article_id: Id | None


class LegFound(TypedDict):
    """A citation, where its source goes back to, and the numbers of the origins to which it leads.

    `via` is the same for the source through which it is known. `holds` says whether anything may rest on it.
    """

    citation_id: Id
    source_id: Id | None
    via_source_id: Id | None
    stance: Stance
    holds: bool
    origins: list[int]
    roots: list[RootFound]
    via: list[RootFound]


class Merged(TypedDict):
    """Why two sources are one origin: the parties and the affiliation, or the citation, that is the cause."""

    cause: Cause
    source_ids: list[Id | None]
    party_ids: list[Id | None]
    affiliation_id: Id | None
    citation_id: Id | None


class OriginFound(TypedDict):
    """One origin: the sources that are it, why they are one, and the parties for which it has an interest."""

    number: int
    source_ids: list[Id | None]
    loops: list[list[Id | None]]
    merged: list[Merged]
    interested_party_ids: list[Id | None]


class OriginsFound(TypedDict):
    """The evidence on a claim, counted by origin. What gives context only, and what was withdrawn, is not counted."""

    id: Id
    version: Version
    position: Position
    independent_origins: Origins
    evidence_conflicts: bool
    origins: list[OriginFound]
    citations: list[LegFound]


class ReviewedVerdict(TypedDict):
    """A verdict in force that a policy would not pass: the rating that its scale does not have, or the rules.

    `findings` are the rules for the rating, met or not; `overrides` those that were set aside when it was given.
    """

    claim_id: Id
    verdict_id: Id
    rating: str
    rating_unknown: bool
    findings: list[Finding]
    overrides: list[str]


class PolicyReview(TypedDict):
    """The verdicts in force that would not pass this policy, among as many as were looked at."""

    number: int
    position: Position
    examined: int
    items: list[ReviewedVerdict]
    next: str | None
