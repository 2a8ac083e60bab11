"""An article as JSON."""

from typing import Any

from api.representations.parts import Audience, event, when, withdrawal
from domain.article import Article
from domain.article.state import Placement


def article_body(article: Article, audience: Audience) -> dict[str, Any]:
    """The article with each claim placed in it, where it stands, and what became of the place in the last revision."""
    words = article.words
    return {
        "id": article.id,
        "version": article.version,
        "position": article.changed.position,
        "role": article.role,
        "title": words.title,
        "language": article.language,
        "source_id": article.source_id,
        "url": words.url,
        "text": words.text,
        "claims": [_placement(p, audience) for p in article.placements],
        "drafted": when(article.drafted, audience),
        "revised": event(article.revised, audience, reason=words.revision_reason),
        "published": event(article.published, audience, published_at=article.published_at),
        **withdrawal(article.withdrawn, article.cause, words.withdrawal_reason, audience),
        "reinstated": event(article.reinstated, audience, reason=words.reinstatement_reason),
        "changed": when(article.changed, audience),
    }


def _placement(placement: Placement, audience: Audience) -> dict[str, Any]:
    words = placement.words
    return {
        "id": placement.id,
        "claim_id": placement.claim_id,
        "selector": {
            "exact": words.exact,
            "prefix": words.prefix,
            "suffix": words.suffix,
            "start": placement.start,
            "end": placement.end,
        },
        "fate": placement.fate,
        "context_changed": placement.context_changed,
        **when(placement.placed, audience),
        "removed": event(placement.removed, audience, reason=words.removal_reason),
    }
