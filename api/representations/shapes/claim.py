"""A claim, and what it rests on."""

from typing_extensions import TypedDict

from api.representations.shapes.article import ArticlePlace
from api.representations.shapes.dispute import Dispute
from api.representations.shapes.parts import (
    Amount,
    Edtf,
    ExactWords,
    Id,
    Language,
    Reasoned,
    Shown,
    Text,
    When,
    Withdrawable,
)
from api.representations.shapes.verdict import Verdict
from domain.claim.state import ReviewReason
from domain.values import (
    Attribution,
    ClaimKind,
    LinkRelation,
    PartyRole,
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


class Citation(When, Withdrawable):
    """A source cited on the claim. `standing` is the source's; `stands` says whether the citation still counts."""

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
    `needs_review` what moved under the verdict in force. The public is shown no proposal.
    """

    quantity: Quantity | None
    citations: list[Citation]
    links: list[Link]
    disputes: list[Dispute]
    verdict: Verdict | None
    proposal: Verdict | None
    verdicts: list[Verdict]
    contested: bool
    evidence_conflicts: bool
    reinstated: Reasoned | None
    published: When | None
    needs_review: list[ReviewReason]


class ClaimRecord(Claim):
    """A claim, and the articles in which it is placed."""

    articles: list[ArticlePlace]
