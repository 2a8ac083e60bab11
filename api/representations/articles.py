"""An article as JSON."""

from api.representations import shapes
from api.representations.parts import Audience, reasoned, when, withdrawal
from domain.article import Article
from domain.article.state import Correction, Placement


def article_body(article: Article, audience: Audience) -> shapes.Article:
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
        "revised": reasoned(article.revised, audience, words.revision_reason),
        "published": _published(article, audience),
        **withdrawal(article.withdrawn, article.cause, words.withdrawal_reason, audience),
        "reinstated": reasoned(article.reinstated, audience, words.reinstatement_reason),
        "corrections": [_correction(c, audience) for c in article.corrections],
        "changed": when(article.changed, audience),
    }


def _published(article: Article, audience: Audience) -> shapes.Published | None:
    said = article.published
    return None if said is None else {"published_at": article.published_at, **when(said, audience)}


def _placement(placement: Placement, audience: Audience) -> shapes.Placement:
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
        "score": placement.score,
        "context_changed": placement.context_changed,
        "orphaned_because": placement.orphaned_because,
        "candidates": placement.candidates,
        **when(placement.placed, audience),
        "confirmed": reasoned(placement.confirmed, audience, words.confirmation_reason),
        "placed_again": reasoned(placement.placed_again, audience, words.new_place_reason),
        "removed": reasoned(placement.removed, audience, words.removal_reason),
    }


def _correction(correction: Correction, audience: Audience) -> shapes.Correction:
    return {
        "id": correction.id,
        "kind": correction.kind,
        "note": correction.words.note,
        "claim_ids": list(correction.claim_ids),
        "issued": when(correction.issued, audience),
    }
