"""What may be asked of an article."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

from domain.bodies import Body, Selector
from domain.language import LanguageTag
from domain.values import ArticleRole, ClaimId, FullText, Line, Moment, Prose, SourceId, Url, WithdrawalCause


def _real_moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class DraftArticle(Body):
    """Gives an article a record: ours (`own`), or another's (`examined`), which is never shown as ours."""

    title: Line
    language: LanguageTag
    role: ArticleRole
    source_id: SourceId | None = None
    url: Url | None = None
    text: FullText | None = None


class ReviseText(Body):
    """Gives the article a new text. Every placed claim is found again exactly, or marked orphaned."""

    text: FullText
    reason: Prose


class PlaceClaim(Body):
    """Marks the words of the article that carry the claim. They must be found exactly once."""

    claim_id: ClaimId
    selector: Selector


class PublishArticle(Body):
    """Opens the article to readers, and with it the claims that are placed in it."""

    url: Url | None = None
    published_at: Annotated[Moment, AfterValidator(_real_moment)] | None = None


class WithdrawArticle(Body):
    """No longer offers the article; it stays visible as withdrawn."""

    cause: WithdrawalCause | None = None
    reason: Prose
