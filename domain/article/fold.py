"""How the events of an article become its state."""

from decimal import Decimal
from typing import Final, get_args

from domain.anchors import Anchor
from domain.article import events as happened
from domain.article.state import Article, ArticleText, Correction, CorrectionText, Placement, PlacementText
from domain.events import Recorded, Stamp
from domain.folding import Fold, amend, reason_of, replace
from domain.values import Fate

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
    fates, at = {fate.placement_id: fate for fate in event.fates}, Stamp.of(recorded)
    return replace(
        article,
        revised=at,
        words=replace(article.words, text=text, revision_reason=reason),
        placements=tuple(_meet(p, fates.get(p.id), text, at) for p in article.placements),
    )


def _meet(placement: Placement, fate: happened.PlacementFate | None, text: str | None, at: Stamp) -> Placement:
    if fate is None or (placement.fate == "orphaned" and fate.start is None):
        return placement
    looked_at = placement.confirmed is not None
    return replace(
        placement,
        start=fate.start,
        end=fate.end,
        seen=at,
        fate=fate.fate if looked_at else _worst(placement.fate, fate.fate),
        score=fate.score if looked_at else _lowest(placement.score, fate.score),
        context_changed=fate.context_changed or (placement.context_changed and not looked_at),
        orphaned_because=fate.orphaned_because,
        candidates=fate.candidates,
        confirmed=None,
        words=_words_there(placement.words, fate, text),
    )


_FATES: Final = get_args(Fate)


def _worst(one: Fate | None, other: Fate) -> Fate:
    return other if one is None else max(one, other, key=_FATES.index)


def _lowest(one: str | None, other: str | None) -> str | None:
    return min((score for score in (one, other) if score is not None), key=Decimal, default=None)


def _words_there(words: PlacementText, fate: happened.PlacementFate, text: str | None) -> PlacementText:
    """What the new text has at the place. Where that text was erased, only words that did not change are known."""
    if fate.start is None or fate.end is None:
        return words
    if text is not None:
        around = Anchor.at(text, fate.start, fate.end)
        return replace(words, exact=around.exact, prefix=around.prefix, suffix=around.suffix)
    return replace(words, exact=None, prefix=None, suffix=None) if fate.fate == "fuzzy" else words


@fold.then(happened.ClaimPlaced)
def _placed(article: Article, recorded: Recorded, event: happened.ClaimPlaced) -> Article:
    said = event.words
    placement = Placement(
        id=event.placement_id,
        claim_id=event.claim_id,
        start=event.start,
        end=event.end,
        placed=Stamp.of(recorded),
        seen=Stamp.of(recorded),
        words=PlacementText() if said is None else PlacementText(said.exact, said.prefix, said.suffix),
    )
    return replace(article, placements=(*article.placements, placement))


@fold.then(happened.ClaimPlacedAgain)
def _placed_again(article: Article, recorded: Recorded, event: happened.ClaimPlacedAgain) -> Article:
    said, at = event.words, Stamp.of(recorded)

    def move(placement: Placement) -> Placement:
        exact, prefix, suffix = (None,) * 3 if said is None else (said.exact, said.prefix, said.suffix)
        words = replace(placement.words, exact=exact, prefix=prefix, suffix=suffix, new_place_reason=reason_of(event))
        there = Placement(placement.id, placement.claim_id, event.start, event.end, placement.placed, at, words)
        return replace(there, placed_again=at)

    return replace(article, placements=amend(article.placements, event.placement_id, move))


@fold.then(happened.PlacementConfirmed)
def _confirmed(article: Article, recorded: Recorded, event: happened.PlacementConfirmed) -> Article:
    def confirm(placement: Placement) -> Placement:
        words = replace(placement.words, confirmation_reason=reason_of(event))
        return replace(placement, confirmed=Stamp.of(recorded), words=words)

    return replace(article, placements=amend(article.placements, event.placement_id, confirm))


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
