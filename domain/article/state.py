"""An article as it stands."""

from dataclasses import dataclass

from domain.anchors import Anchor, OrphanedBecause
from domain.events import Stamp
from domain.values import ArticleRole, CorrectionKind, Fate, WithdrawalCause


@dataclass(frozen=True, slots=True)
class PlacementText:
    """The words that carry the claim, and those around them. None where they were erased.

    The reasons are those of the last confirmation, of the last time that it was placed again, and of the removal.
    """

    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    removal_reason: str | None = None
    confirmation_reason: str | None = None
    new_place_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A claim found in the text. `start` and `end` (code points, end excluded) are None where the place was lost.

    `fate`, `score` and `context_changed` are the worst that revisions did to the place since somebody looked at it: a
    place that was found by likeness does not become exact by being found again. `fate` is None if there was none.
    `orphaned_because` and `candidates` belong to a place that was lost. `seen` is the event that says where it is now.
    """

    id: str
    claim_id: str
    start: int | None
    end: int | None
    placed: Stamp
    seen: Stamp
    words: PlacementText
    fate: Fate | None = None
    score: str | None = None
    context_changed: bool = False
    orphaned_because: OrphanedBecause | None = None
    candidates: int | None = None
    confirmed: Stamp | None = None
    placed_again: Stamp | None = None
    removed: Stamp | None = None

    @property
    def doubtful(self) -> bool:
        """Whether an editor should look: the place was lost, resembles the old one only, or has other surroundings."""
        in_doubt = self.fate in {"fuzzy", "orphaned"} or self.context_changed
        return in_doubt and self.confirmed is None

    @property
    def anchor(self) -> Anchor | None:
        """Where it was found last, for finding it again. None if it was lost or its words were erased."""
        text = self.words
        if self.start is None or self.end is None or text.exact is None:
            return None
        return Anchor(self.start, self.end, text.exact, text.prefix or "", text.suffix or "")


@dataclass(frozen=True, slots=True)
class CorrectionText:
    """What readers were told. None where it was erased."""

    note: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that readers were told about the published article: what was wrong, or what changed."""

    id: str
    kind: CorrectionKind
    claim_ids: tuple[str, ...]
    issued: Stamp
    words: CorrectionText


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The article as it reads now. None where nothing was typed, or it was erased."""

    title: str | None = None
    url: str | None = None
    text: str | None = None
    revision_reason: str | None = None
    withdrawal_reason: str | None = None
    reinstatement_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A text, ours (`own`) or another's (`examined`), in which claims are placed."""

    id: str
    role: ArticleRole
    language: str
    source_id: str | None
    drafted: Stamp
    changed: Stamp
    version: int
    words: ArticleText
    revised: Stamp | None = None
    placements: tuple[Placement, ...] = ()
    published: Stamp | None = None
    published_at: str | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None
    reinstated: Stamp | None = None
    corrections: tuple[Correction, ...] = ()

    def placement(self, id: str) -> Placement | None:
        """The placement with this id, removed or not."""
        return next((p for p in self.placements if p.id == id), None)

    def correction(self, id: str) -> Correction | None:
        """The correction with this id."""
        return next((c for c in self.corrections if c.id == id), None)

    @property
    def placed(self) -> tuple[Placement, ...]:
        """The placements that were not removed, orphaned ones included, in the order of placing."""
        return tuple(p for p in self.placements if p.removed is None)

    @property
    def shown(self) -> frozenset[str]:
        """The claims that readers met in the article: those placed when it was published or since, removed or not."""
        if self.published is None:
            return frozenset()
        since = self.published.position
        return frozenset(p.claim_id for p in self.placements if p.removed is None or p.removed.position > since)

    @property
    def offered(self) -> bool:
        """Published, and not withdrawn since."""
        return self.published is not None and self.withdrawn is None
