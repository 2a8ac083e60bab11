"""What hangs on a source, and the verdicts that hang on one origin."""

from typing_extensions import TypedDict

from api.representations.shapes.parts import Id, Position, Text
from domain.evidence.effects import Effect
from domain.values import OriginRelation, Stance, Standing
from projections.evidence.schema import CitedAs


class DerivationStep(TypedDict):
    """`source_id` derives from `derives_from`, as the desk found."""

    source_id: Id
    relation: OriginRelation
    derives_from: Id


class LeaningCitation(TypedDict):
    """A citation that leans on the source. `path` leads from `source_id` to it, and is empty if that is the source.

    `role` is `via` where `source_id` is not what is cited, but the source through which that is known.
    """

    id: Id
    claim_id: Id
    source_id: Id
    role: CitedAs
    stance: Stance
    path: list[DerivationStep]


class LeaningClaim(TypedDict):
    """A claim, and how many of these citations stand on it."""

    id: Id
    statement: Text
    withdrawn: bool
    citations: int


class LeaningVerdict(TypedDict):
    """A verdict in force, and what becomes of it with the standing that is looked at.

    `before` is the number of independent origins under it while the source stands, `remaining_origins` what is left.
    A claim that depends on this one is concerned too, and its verdict is listed.
    """

    claim_id: Id
    verdict_id: Id
    rating: str
    effect: Effect
    before: int
    remaining_origins: int
    statement: Text


class LeaningArticle(TypedDict):
    """An article in which claims stand that are concerned, and how many."""

    id: Id
    title: Text
    published: bool
    withdrawn: bool
    claims: int


class ImpactTotals(TypedDict):
    """How many there are of each, whatever is listed; and how many of the verdicts are unsupported, or weakened."""

    citations: int
    claims: int
    verdicts: int
    articles: int
    unsupported: int
    weakened: int


class ImpactShown(TypedDict):
    """What hangs on a source with the standing that it has, or with the one that is `assumed`.

    Each list has up to `limit` items after as many as `after` says; `next` leads on while one of them has more. The
    verdicts begin with the worst, everything else with the oldest.
    """

    position: Position
    source_id: Id
    standing: Standing
    assumed: Standing | None
    totals: ImpactTotals
    citations: list[LeaningCitation]
    claims: list[LeaningClaim]
    verdicts: list[LeaningVerdict]
    articles: list[LeaningArticle]
    next: str | None


class OnOneOriginItem(TypedDict):
    """A verdict in force under which there is one independent origin. `roots` are the sources in which that begins."""

    claim_id: Id
    verdict_id: Id
    rating: str
    statement: Text
    roots: list[Id]
