"""What may be asked of an article."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.bodies import Body, Selector
from domain.language import LanguageTag
from domain.values import (
    ArticleRole,
    ClaimId,
    CorrectionKind,
    FullText,
    Line,
    Moment,
    Prose,
    SourceId,
    Url,
    WithdrawalCause,
)


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
    """Gives the article a new text. Every placed claim is found again, exactly or by likeness, or marked orphaned."""

    text: FullText
    reason: Prose


class PlaceClaim(Body):
    """Marks the words of the article that carry the claim. They must be found exactly once."""

    claim_id: ClaimId
    selector: Selector


class PlaceAgain(Body):
    """Says where a placed claim stands now. The words must be found exactly once; the placement keeps its id."""

    selector: Selector
    reason: Prose


class ConfirmPlacement(Body):
    """Says that a place that a revision put in doubt is right: found by likeness only, or among other words."""

    reason: Prose | None = None


class PublishArticle(Body):
    """Opens the article to readers, and with it the claims that are placed in it."""

    url: Url | None = None
    published_at: Annotated[Moment, AfterValidator(_real_moment)] | None = None


class WithdrawArticle(Body):
    """No longer offers the article; it stays visible as withdrawn."""

    cause: WithdrawalCause | None = None
    reason: Prose


class IssueCorrection(Body):
    """Tells the readers of a published article of ours what was wrong with it, or what changed.

    A `typo` is a slip by which nothing was claimed otherwise; `clarification` makes plain what could be misread;
    `correction` says that something was wrong; `update` adds what was not known; `retraction` says that the article as
    a whole does not stand. A withdrawal takes the article back, and the retraction tells readers so: it is issued after
    the withdrawal, and while that lasts nothing else is.

    `claim_ids` name claims that readers met in the article, whether they still stand there or were removed since. No
    kind has to name one, since what was wrong need not have been recorded as a claim; a typo names none, since what
    touches a claim is no typo.
    """

    kind: CorrectionKind
    note: Prose
    claim_ids: Annotated[tuple[ClaimId, ...], Field(max_length=200)] = ()
