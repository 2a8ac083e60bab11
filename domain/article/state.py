"""An article as it stands, folded from its events."""

from dataclasses import dataclass, replace

from domain.anchors import Anchor
from domain.article import events as happened
from domain.events import Recorded, Stamp
from domain.folding import Fold, amend, reason_of
from domain.values import ArticleRole, CorrectionKind, Fate, WithdrawalCause


@dataclass(frozen=True, slots=True)
class PlacementText:
    """The words that carry the claim, and those around them. None where they were erased."""

    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    removal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A claim found in the text. `start` and `end` (code points, end excluded) are None where the place was lost."""

    id: str
    claim_id: str
    start: int | None
    end: int | None
    placed: Stamp
    words: PlacementText
    fate: Fate | None = None
    context_changed: bool = False
    removed: Stamp | None = None

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


fold: Fold[Article] = Fold("article")


@fold.first(happened.ArticleDrafted)
def _drafted(recorded: Recorded, event: happened.ArticleDrafted) -> Article:
    said = event.words
    return Article(
        id=recorded.stream,
        role=event.role,
        language=event.language,
        source_id=event.source_id,
        drafted=Stamp.of(recorded),
        changed=Stamp.of(recorded),
        version=recorded.version,
        words=ArticleText() if said is None else ArticleText(said.title, said.url, said.text),
    )


@fold.then(happened.TextRevised)
def _revised(article: Article, recorded: Recorded, event: happened.TextRevised) -> Article:
    said = event.words
    text, reason = (None, None) if said is None else (said.text, said.reason)
    fates = {fate.placement_id: fate for fate in event.fates}
    return replace(
        article,
        revised=Stamp.of(recorded),
        words=replace(article.words, text=text, revision_reason=reason),
        placements=tuple(_meet(p, fates.get(p.id), text) for p in article.placements),
    )


def _meet(placement: Placement, fate: happened.PlacementFate | None, text: str | None) -> Placement:
    if fate is None:
        return placement
    words = placement.words
    if text is not None and fate.start is not None and fate.end is not None:
        around = Anchor.at(text, fate.start, fate.end)
        words = replace(words, exact=around.exact, prefix=around.prefix, suffix=around.suffix)
    return replace(
        placement,
        start=fate.start,
        end=fate.end,
        fate=fate.fate,
        context_changed=fate.context_changed,
        words=words,
    )


@fold.then(happened.ClaimPlaced)
def _placed(article: Article, recorded: Recorded, event: happened.ClaimPlaced) -> Article:
    said = event.words
    placement = Placement(
        id=event.placement_id,
        claim_id=event.claim_id,
        start=event.start,
        end=event.end,
        placed=Stamp.of(recorded),
        words=PlacementText() if said is None else PlacementText(said.exact, said.prefix, said.suffix),
    )
    return replace(article, placements=(*article.placements, placement))


@fold.then(happened.ClaimRemoved)
def _removed(article: Article, recorded: Recorded, event: happened.ClaimRemoved) -> Article:
    def remove(placement: Placement) -> Placement:
        words = replace(placement.words, removal_reason=reason_of(event))
        return replace(placement, removed=Stamp.of(recorded), words=words)

    return replace(article, placements=amend(article.placements, event.placement_id, remove))


@fold.then(happened.ArticlePublished)
def _published(article: Article, recorded: Recorded, event: happened.ArticlePublished) -> Article:
    url = (event.words and event.words.url) or article.words.url
    return replace(
        article,
        published=Stamp.of(recorded),
        published_at=event.published_at,
        words=replace(article.words, url=url),
    )


@fold.then(happened.ArticleWithdrawn)
def _withdrawn(article: Article, recorded: Recorded, event: happened.ArticleWithdrawn) -> Article:
    words = replace(article.words, withdrawal_reason=reason_of(event))
    return replace(article, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)


@fold.then(happened.ArticleReinstated)
def _reinstated(article: Article, recorded: Recorded, event: happened.ArticleReinstated) -> Article:
    words = replace(article.words, reinstatement_reason=reason_of(event))
    return replace(article, withdrawn=None, cause=None, reinstated=Stamp.of(recorded), words=words)


@fold.then(happened.CorrectionIssued)
def _corrected(article: Article, recorded: Recorded, event: happened.CorrectionIssued) -> Article:
    said = event.words
    correction = Correction(
        id=event.correction_id,
        kind=event.kind,
        claim_ids=event.claim_ids,
        issued=Stamp.of(recorded),
        words=CorrectionText() if said is None else CorrectionText(said.note),
    )
    return replace(article, corrections=(*article.corrections, correction))
