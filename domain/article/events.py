"""What can happen to an article: a text, ours or another's, in which claims are placed."""

from pydantic import BaseModel, ConfigDict

from domain.anchors import OrphanedBecause
from domain.events import Event, ReasonWords, Words
from domain.values import ArticleRole, CorrectionKind, Fate, WithdrawalCause


class DraftWords(Words):
    """The article as typed."""

    title: str
    url: str | None = None
    text: str | None = None


class ArticleDrafted(Event, type="article.drafted.v1"):
    """An article got a record. `own` is ours; `examined` is another's text, never shown as ours."""

    role: ArticleRole
    language: str
    source_id: str | None = None
    words: DraftWords | None


class PlacementFate(BaseModel):
    """What became of one placed claim when the text changed.

    `start` and `end` are code points in the new text, absent where the place was lost. `score` (a decimal from 0 to 1)
    belongs to `fuzzy`: how much the place resembles what it was. `context_changed` says that the words around the place
    changed. `orphaned_because` belongs to a place that was lost by this revision: what it was found by is `gone`,
    resembles nothing enough, or several things; how many, as far as was looked, is in `candidates`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    placement_id: str
    fate: Fate
    start: int | None = None
    end: int | None = None
    score: str | None = None
    context_changed: bool = False
    orphaned_because: OrphanedBecause | None = None
    candidates: int | None = None


class RevisionWords(Words):
    """The new text, and why it was revised."""

    text: str
    reason: str


class TextRevised(Event, type="article.text_revised.v1"):
    """The text changed. `fates` has one entry for each claim that was placed, in the order of placing."""

    fates: tuple[PlacementFate, ...] = ()
    words: RevisionWords | None


class PlacementWords(Words):
    """The words that carry the claim, and up to 32 code points before and after them."""

    exact: str
    prefix: str
    suffix: str


class ClaimPlaced(Event, type="article.claim_placed.v1"):
    """A claim was found in the text: `start` (included) to `end` (excluded), in code points of the text as it was."""

    placement_id: str
    claim_id: str
    start: int
    end: int
    words: PlacementWords | None


class ClaimRemoved(Event, type="article.claim_removed.v1"):
    """The claim is no longer marked at this place."""

    placement_id: str
    words: ReasonWords | None


class NewPlaceWords(PlacementWords):
    """The words that carry the claim now, those around them, and why it was placed again."""

    reason: str


class ClaimPlacedAgain(Event, type="article.claim_placed_again.v1"):
    """An editor said where in the text the claim stands now: `start` (included) to `end` (excluded), in code points."""

    placement_id: str
    start: int
    end: int
    words: NewPlaceWords | None


class ConfirmationWords(Words):
    """Why the place is right, if somebody said it."""

    reason: str | None = None


class PlacementConfirmed(Event, type="article.placement_confirmed.v1"):
    """An editor looked at the place after a revision, and it carries the claim."""

    placement_id: str
    words: ConfirmationWords | None


class PublicationWords(Words):
    """Where the article was published."""

    url: str | None = None


class ArticlePublished(Event, type="article.published.v1"):
    """Readers can open the article from here on, and with it the claims that are placed in it.

    `published_at` (RFC 3339) says when it appeared, where that was before it was recorded.
    """

    published_at: str | None = None
    words: PublicationWords | None


class ArticleWithdrawn(Event, type="article.withdrawn.v1"):
    """The article is no longer offered. It stays visible as withdrawn."""

    cause: WithdrawalCause | None = None
    words: ReasonWords | None


class ArticleReinstated(Event, type="article.reinstated.v1"):
    """The withdrawal was taken back."""

    words: ReasonWords | None


class CorrectionWords(Words):
    """What readers are told."""

    note: str


class CorrectionIssued(Event, type="article.correction_issued.v1"):
    """Readers were told what was wrong with the published article, or what changed.

    `claim_ids` are claims that stood in it when it was published, or were placed in it since.
    """

    correction_id: str
    kind: CorrectionKind
    claim_ids: tuple[str, ...] = ()
    words: CorrectionWords | None
