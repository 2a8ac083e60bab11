"""Commands on an article."""

import math
from typing import Any

from domain.anchors import Ambiguous, Anchor, Lost, NoMatch, Reanchoring, context_changed, find
from domain.article import commands as asks
from domain.article import events as happened
from domain.article.state import Article, Placement
from domain.bodies import GiveReason, Selector
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts, demand_claim, demand_heard, demand_source


def draft(asked: Asked[asks.DraftArticle], _: None, facts: Facts) -> Decided:
    """An article gets a record."""
    body = asked.body
    demand_source(asked, facts, body.source_id, "/source_id")
    words = happened.DraftWords(title=body.title, url=body.url, text=body.text)
    event = happened.ArticleDrafted(role=body.role, language=body.language, source_id=body.source_id, words=words)
    return Decided((event,))


def revise(asked: Asked[asks.ReviseText], article: Article, _: Facts) -> Decided:
    """The text changes; the fate of every placed claim is in the same event."""
    text = asked.body.text
    if text == article.words.text:
        raise asked.fault("/text", "The article reads so already.")
    again = Reanchoring(article.words.text, text)
    fates = tuple(_fate(placement, again) for placement in article.placed)
    words = happened.RevisionWords(text=text, reason=asked.body.reason)
    return Decided((happened.TextRevised(fates=fates, words=words),))


def _fate(placement: Placement, again: Reanchoring) -> happened.PlacementFate:
    anchor = placement.anchor
    if anchor is None:
        return happened.PlacementFate(placement_id=placement.id, fate="orphaned")
    became = again.again(anchor)
    if isinstance(became, Lost):
        return happened.PlacementFate(
            placement_id=placement.id,
            fate="orphaned",
            orphaned_because=became.because,
            candidates=became.candidates,
        )
    return happened.PlacementFate(
        placement_id=placement.id,
        fate=became.fate,
        start=became.anchor.start,
        end=became.anchor.end,
        score=None if became.score is None else _decimal(became.score),
        context_changed=context_changed(anchor, became.anchor),
    )


def _decimal(score: float) -> str:
    """Two digits, rounded down: what is not quite alike must not read so."""
    return f"{math.floor(score * 100) / 100:.2f}"


def place(asked: Asked[asks.PlaceClaim], article: Article, facts: Facts) -> Decided:
    """A claim is marked in the text."""
    if article.withdrawn is not None:
        raise RuleBroken("The article is withdrawn; reinstate it first.")
    demand_claim(asked, facts, asked.body.claim_id, "/claim_id")
    if article.published is not None:
        demand_heard(facts, asked.body.claim_id)
    anchor = _anchor(asked, article, asked.body.selector)
    placement_id = asked.new_id("pch")
    event = happened.ClaimPlaced(
        placement_id=placement_id,
        claim_id=asked.body.claim_id,
        start=anchor.start,
        end=anchor.end,
        words=happened.PlacementWords(exact=anchor.exact, prefix=anchor.prefix, suffix=anchor.suffix),
    )
    return Decided((event,), (placement_id,))


def _anchor(asked: Asked[Any], article: Article, selector: Selector) -> Anchor:
    text = article.words.text
    if text is None:
        raise RuleBroken("The article has no text in which a claim could be placed.")
    try:
        return find(text, selector.exact, selector.prefix, selector.suffix, selector.start, selector.end)
    except (NoMatch, Ambiguous) as problem:
        raise asked.fault("/selector", str(problem)) from problem


def place_again(asked: Asked[asks.PlaceAgain], article: Article, _: Facts) -> Decided:
    """The claim is marked at another place, found like a new one."""
    if article.withdrawn is not None:
        raise RuleBroken("The article is withdrawn; reinstate it first.")
    placement = _placement(asked, article)
    anchor = _anchor(asked, article, asked.body.selector)
    if anchor == placement.anchor and not placement.doubtful:
        raise asked.fault("/selector", "The claim stands there already.")
    event = happened.ClaimPlacedAgain(
        placement_id=placement.id,
        start=anchor.start,
        end=anchor.end,
        words=happened.NewPlaceWords(
            exact=anchor.exact, prefix=anchor.prefix, suffix=anchor.suffix, reason=asked.body.reason
        ),
    )
    return Decided((event,))


def confirm(asked: Asked[asks.ConfirmPlacement], article: Article, _: Facts) -> Decided:
    """The place that a revision put in doubt is right."""
    placement = _placement(asked, article)
    if placement.fate == "orphaned":
        raise RuleBroken("The place was lost; say where the claim stands now, or remove it.")
    if not placement.doubtful:
        raise RuleBroken("The place is not in doubt: its words and those around it are as they were.")
    words = happened.ConfirmationWords(reason=asked.body.reason)
    return Decided((happened.PlacementConfirmed(placement_id=placement.id, words=words),))


def remove(asked: Asked[GiveReason], article: Article, _: Facts) -> Decided:
    """The claim is no longer marked at this place."""
    placement = _placement(asked, article)
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ClaimRemoved(placement_id=placement.id, words=words),))


def _placement(asked: Asked[Any], article: Article) -> Placement:
    """The placement that the route names. Refuses one that is not there, or was removed."""
    (placement_id,) = asked.path
    placement = article.placement(placement_id)
    if placement is None:
        raise NotFound("placement", placement_id)
    if placement.removed is not None:
        raise RuleBroken("The placement was removed already.")
    return placement


def publish(asked: Asked[asks.PublishArticle], article: Article, facts: Facts) -> Decided:
    """Readers can open the article and the claims in it."""
    if article.withdrawn is not None:
        raise RuleBroken("The article is withdrawn; reinstate it first.")
    if article.published is not None:
        raise RuleBroken("The article is published already.")
    if article.role == "own" and article.words.text is None:
        raise RuleBroken("An article of ours is published with its text, and this one has none.")
    demand_heard(facts, *(placement.claim_id for placement in article.placed))
    words = happened.PublicationWords(url=asked.body.url)
    return Decided((happened.ArticlePublished(published_at=asked.body.published_at, words=words),))


def withdraw(asked: Asked[asks.WithdrawArticle], article: Article, _: Facts) -> Decided:
    """The article is no longer offered."""
    if article.withdrawn is not None:
        raise RuleBroken("The article is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.ArticleWithdrawn(cause=asked.body.cause, words=words),))


def reinstate(asked: Asked[GiveReason], article: Article, _: Facts) -> Decided:
    """The withdrawal is taken back."""
    if article.withdrawn is None:
        raise RuleBroken("The article is not withdrawn.")
    return Decided((happened.ArticleReinstated(words=ReasonWords(reason=asked.body.reason)),))


def correct(asked: Asked[asks.IssueCorrection], article: Article, _: Facts) -> Decided:
    """Readers are told what was wrong, or what changed."""
    body = asked.body
    _demand_readers(article)
    if body.kind == "retraction" and article.withdrawn is None:
        raise RuleBroken("What is retracted is withdrawn first: the article is still offered.")
    if body.kind != "retraction" and article.withdrawn is not None:
        raise RuleBroken("The article is withdrawn; what readers are told of it now is a retraction.")
    _demand_shown(asked, article)
    correction_id = asked.new_id("cor")
    event = happened.CorrectionIssued(
        correction_id=correction_id,
        kind=body.kind,
        claim_ids=body.claim_ids,
        words=happened.CorrectionWords(note=body.note),
    )
    return Decided((event,), (correction_id,))


def _demand_readers(article: Article) -> None:
    if article.role == "examined":
        raise RuleBroken("The article is another's, and its publisher's to correct; the source's standing tells of it.")
    if article.published is None:
        raise RuleBroken("The article is not published: there is nobody yet to tell of a correction.")


def _demand_shown(asked: Asked[asks.IssueCorrection], article: Article) -> None:
    """Refuses claims that readers never met in the article, a claim named twice, and any claim in a typo."""
    claim_ids, shown = asked.body.claim_ids, article.shown
    if claim_ids and asked.body.kind == "typo":
        raise asked.fault("/claim_ids", "What touches a claim is no typo.")
    for index, id in enumerate(claim_ids):
        if id not in shown:
            raise asked.fault(f"/claim_ids/{index}", f"Readers did not meet the claim {id} in this article.")
        if id in claim_ids[:index]:
            raise asked.fault(f"/claim_ids/{index}", f"The claim {id} is named already.")
