"""A claim, and what it rests on."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from api.representations.shapes.article import ArticlePlace
from api.representations.shapes.dispute import Dispute
from api.representations.shapes.event import Erasable
from api.representations.shapes.parts import (
    Amount,
    Edtf,
    ExactWords,
    Id,
    Language,
    Reasoned,
    Shown,
    Text,
    Time,
    When,
    Withdrawable,
)
from api.representations.shapes.reply import DisputeSuggestion, Reply, Search
from api.representations.shapes.verdict import Origins, Verdict
from domain.claim.state import ReviewReason
from domain.values import (
    Attribution,
    ClaimKind,
    LinkRelation,
    PartyRole,
    QuoteCause,
    QuoteChange,
    QuoteOutcome,
    Recount,
    Stance,
    Standing,
)


class Mentioned(TypedDict):
    """A party that the claim speaks of, and how it figures there."""

    party_id: Id
    role: PartyRole


class Quantity(Amount, When):
    """The claim's number. `why` and `reason` say what was the matter with the one before."""

    why: Recount | None
    reason: Text


class Span(TypedDict):
    """A stretch of a text, from `start` up to and not with `end`."""

    start: int
    end: int


class QuoteCheck(TypedDict):
    """What looking for the quote in a snapshot of the source came to last.

    `position` is where it stands in the normalised text, in code points. `compared` says what became of it since it was
    looked for in an earlier snapshot. Only `found` and `found_with_changes` say that the quote is there, and only
    unless `snapshot_withdrawn`.
    """

    outcome: QuoteOutcome
    cause: QuoteCause | None
    score: Annotated[str | None, Field(description="How alike the passage is, a decimal below 1.")]
    compared: QuoteChange | None
    snapshot_id: Id
    snapshot_withdrawn: bool
    checked_at: Time
    position: Span | None


class Citation(When, Withdrawable):
    """A source cited on the claim. `standing` is the source's; `stands` says whether the citation still counts.

    `quote_check` is null where nobody has looked for the quote yet: then it is not known to be there.

    `quantity` is what the claim's number is by the source.
    """

    id: Id
    source_id: Id
    stance: Stance
    standing: Standing
    stands: bool
    reported_party_id: Id | None
    as_named: Text
    quote: ExactWords | None
    locator: Text
    snapshot_id: Id | None
    via_source_id: Id | None
    accessed_on: Edtf
    quantity: Amount | None
    quote_check: QuoteCheck | None


class Link(When, Withdrawable):
    """A relation to another claim."""

    id: Id
    claim_id: Id
    relation: LinkRelation


class Assertion(TypedDict):
    """What was claimed, by whom, in what words, and when."""

    statement: Text
    language: Language
    kind: ClaimKind
    attribution: Attribution
    claimant_id: Id | None
    as_named: Text
    about: list[Mentioned]
    exact_words: ExactWords | None
    said_on: Edtf
    happened_on: Edtf
    appeared_in_id: Id | None
    topics: list[str]
    reason: Text
    asserted: When
    worded: Reasoned | None
    changed: When
    description_reason: Text


class Claim(Shown, Assertion, Withdrawable):
    """A claim: what was asserted, on what evidence, who denies it, what the desk concludes.

    `contested` says that parties disagree, `evidence_conflicts` that standing citations support and refute it,
    `independent_origins` how many origins they have (null only in the steps of a history),
    `needs_review` what moved under the verdict in force, by events or by the clock (`search_expired`). The public is
    shown no proposal, and no request for a reply before it is told what came of it.
    """

    quantity: Quantity | None
    citations: list[Citation]
    links: list[Link]
    disputes: list[Dispute]
    replies: list[Reply]
    searches: list[Search]
    verdict: Verdict | None
    proposal: Verdict | None
    verdicts: list[Verdict]
    contested: bool
    evidence_conflicts: bool
    independent_origins: Origins | None
    reinstated: Reasoned | None
    published: When | None
    needs_review: list[ReviewReason]


class ClaimRecord(Claim, Erasable):
    """A claim, and the articles in which it is placed.

    `published_before_deadline` names the requests for a reply whose deadline was still to come when the claim was
    published, by itself or by an article. `suggestions` are for the desk, which may follow them or not.
    """

    articles: list[ArticlePlace]
    published_before_deadline: list[Id]
    suggestions: list[DisputeSuggestion]
