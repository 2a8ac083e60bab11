"""What may be asked of a claim."""

from typing import Annotated, Literal, Self

from annotated_types import MinLen
from pydantic import Field, model_validator

from domain.bodies import Body, Change, Selector
from domain.edtf import EdtfText
from domain.language import LanguageTag
from domain.values import (
    About,
    Amount,
    ArticleId,
    Attribution,
    ChangeCause,
    CitationId,
    ClaimId,
    ClaimKind,
    DisputeId,
    Key,
    Line,
    LinkRelation,
    PartyId,
    PositionStance,
    Prose,
    Recount,
    ReplyId,
    Scope,
    SearchId,
    Settled,
    SnapshotId,
    SourceId,
    Stance,
    UtcMoment,
    Wording,
)

Topics = Annotated[tuple[Line, ...], Field(max_length=50)]


class Spoken(Body):
    """Words as they were said or printed, and how faithfully they are kept."""

    text: Prose
    wording: Wording
    translated_from: LanguageTag | None = None

    @model_validator(mode="after")
    def _translated_from_something(self) -> Self:
        if self.translated_from is not None and self.wording != "translated":
            raise ValueError("'translated_from' belongs to the wording 'translated'")
        return self


class Counted(Amount):
    """A number with what it counts."""

    unit: Line


class Place(Body):
    """An article in which the new claim stands, and where."""

    article_id: ArticleId
    selector: Selector


class Cite(Body):
    """Cites a source on the claim: for it, against it, or as telling what a party said."""

    source_id: SourceId
    stance: Stance
    reported_party_id: PartyId | None = None
    as_named: Line | None = None
    quote: Spoken | None = None
    locator: Line | None = None
    via_source_id: SourceId | None = None
    accessed_on: EdtfText | None = None
    quantity: Counted | None = None
    snapshot_id: SnapshotId | None = None


class CheckQuote(Body):
    """Looks for the quote in a snapshot of its source: in this one, or else the cited one, or else the newest."""

    snapshot_id: SnapshotId | None = None


class AssertClaim(Body):
    """Records that somebody claims something, with its first citations and its places in articles, all or nothing."""

    statement: Line
    language: LanguageTag
    kind: ClaimKind
    attribution: Attribution
    claimant_id: PartyId | None = None
    as_named: Line | None = None
    about: Annotated[tuple[About, ...], Field(max_length=50)] = ()
    exact_words: Spoken | None = None
    said_on: EdtfText | None = None
    happened_on: EdtfText | None = None
    appeared_in_id: SourceId | None = None
    quantity: Counted | None = None
    topics: Topics = ()
    reason: Prose | None = None
    citations: Annotated[tuple[Cite, ...], Field(max_length=200)] = ()
    place: Annotated[tuple[Place, ...], Field(max_length=50)] = ()


class DescribeClaim(Change):
    """Changes what is recorded about the claim; not its statement, which is reworded."""

    reason: Prose
    kind: ClaimKind | None = None
    attribution: Attribution | None = None
    claimant_id: PartyId | None = None
    as_named: Line | None = None
    about: Annotated[tuple[About, ...], Field(max_length=50)] | None = None
    exact_words: Spoken | None = None
    said_on: EdtfText | None = None
    happened_on: EdtfText | None = None
    appeared_in_id: SourceId | None = None
    topics: Topics | None = None


class Reword(Body):
    """Says the same in other words. What means something else is another claim, linked `refines`."""

    statement: Line
    language: LanguageTag
    same_meaning: Literal[True]
    reason: Prose


class StateQuantity(Counted, Body):
    """States the claim's number. From the second time on, `why` says what was the matter with the one before."""

    why: Recount | None = None
    reason: Prose | None = None


class Connect(Body):
    """States how this claim stands to another."""

    claim_id: ClaimId
    relation: LinkRelation


class TakePosition(Body):
    """States what a party says in the dispute: `accepts` is what it does not deny."""

    party_id: PartyId
    as_named: Line | None = None
    stance: PositionStance
    statement: Line
    stated_on: EdtfText | None = None
    accepts: Line | None = None
    quantity: Counted | None = None
    citation_ids: Annotated[tuple[CitationId, ...], Field(max_length=200)] = ()


class OpenDispute(Body):
    """Records that parties disagree: on which points, about which question, and who says what."""

    scopes: Annotated[tuple[Scope, ...], MinLen(1)]
    question: Line
    positions: Annotated[tuple[TakePosition, ...], Field(min_length=1, max_length=50)]
    reason: Prose


class Narrow(Body):
    """Records that the parties now disagree on fewer points: these."""

    scopes: Annotated[tuple[Scope, ...], MinLen(1)]
    reason: Prose


class Settle(Body):
    """Proposes that the dispute is settled. It is when another person agrees."""

    outcome: Settled
    rationale: Prose
    citation_ids: Annotated[tuple[CitationId, ...], Field(max_length=200)] = ()


class AskReply(Body):
    """Records that a party was asked for its reply, how and until when; or that it was not, and why (`not_sought`)."""

    party_id: PartyId
    channel: Line | None = None
    question: Prose | None = None
    deadline: UtcMoment | None = None
    requested_on: EdtfText | None = None
    not_sought: Prose | None = None

    @model_validator(mode="after")
    def _asked_or_not(self) -> Self:
        asked = (self.channel, self.question, self.deadline)
        if self.not_sought is not None and any(said is not None for said in (*asked, self.requested_on)):
            raise ValueError("'not_sought' says that nobody was asked: it stands without channel, question and dates")
        if self.not_sought is None and any(said is None for said in asked):
            raise ValueError("a request has its 'channel', 'question' and 'deadline'; else say why it was 'not_sought'")
        return self


class RecordAnswer(Body):
    """Records what the party answered."""

    text: Prose
    source_id: SourceId | None = None
    answered_on: EdtfText | None = None


class RecordRefusal(Body):
    """Records that the party declined to comment."""

    statement: Prose | None = None
    declined_on: EdtfText | None = None


class RecordSearch(Body):
    """Records where somebody looked for something and found nothing. What was found is cited instead."""

    where: Line
    looked_for: Line
    found: Literal[False]
    searched_on: EdtfText | None = None
    valid_until: EdtfText | None = None


class Grounds(Body):
    """What a verdict rests on."""

    citation_ids: Annotated[tuple[CitationId, ...], Field(max_length=200)] = ()
    dispute_ids: Annotated[tuple[DisputeId, ...], Field(max_length=50)] = ()
    search_ids: Annotated[tuple[SearchId, ...], Field(max_length=50)] = ()
    reply_ids: Annotated[tuple[ReplyId, ...], Field(max_length=50)] = ()


class Override(Body):
    """Sets rules of the policy aside for one verdict. The reason is shown wherever the verdict is."""

    rules: Annotated[tuple[Key, ...], Field(min_length=1, max_length=100)]
    reason: Prose


class ProposeVerdict(Body):
    """Proposes a rating of the scale. `changed_because` is needed when another verdict is in force.

    The rules that the policy sets for the rating have to be met, unless `override` sets them aside.
    """

    rating: Key
    rationale: Prose
    rests_on: Grounds = Grounds()
    changed_because: ChangeCause | None = None
    override: Override | None = None


class Approve(Body):
    """Agrees to what waits for a second person. `decided_by` says who decided then, for imported history only."""

    decided_by: Line | None = None
