"""How the events of a claim become its state."""

from collections.abc import Callable

from domain.claim import events as happened
from domain.claim.state import (
    Citation,
    CitationText,
    Claim,
    ClaimText,
    Dispute,
    DisputeText,
    Link,
    LinkText,
    PendingReaffirmation,
    Position,
    PositionText,
    Quantity,
    QuantityText,
    ReviewReason,
    Settlement,
    SettlementText,
    Verdict,
)
from domain.events import Recorded, Stamp
from domain.folding import Fold, amend, changed_fields, changed_words, reason_of, replace

HEAD_FIELDS = (
    "kind",
    "attribution",
    "claimant_id",
    "about",
    "exact_words",
    "said_on",
    "happened_on",
    "appeared_in_id",
)
WORD_FIELDS = ("as_named", "exact_words", "topics")

fold: Fold[Claim] = Fold("claim")


def marked(
    claim: Claim, reason: ReviewReason, concerns: Callable[[Verdict], bool] = lambda _: True
) -> tuple[Verdict, ...]:
    """The verdicts after something moved under those that it concerns.

    One that is only proposed is marked too: whoever proposed it judged the claim as it was before.
    """
    return tuple(
        _mark(verdict, reason) if verdict.status in ("proposed", "in_force") and concerns(verdict) else verdict
        for verdict in claim.verdicts
    )


def _mark(verdict: Verdict, reason: ReviewReason) -> Verdict:
    pending = verdict.pending
    if isinstance(pending, PendingReaffirmation):
        pending = replace(pending, needs_review=_once(pending.needs_review, reason))
    return replace(verdict, pending=pending, needs_review=_once(verdict.needs_review, reason))


def _once(marks: tuple[ReviewReason, ...], reason: ReviewReason) -> tuple[ReviewReason, ...]:
    return marks if reason in marks else (*marks, reason)


@fold.first(happened.ClaimAsserted)
def _asserted(recorded: Recorded, event: happened.ClaimAsserted) -> Claim:
    said = event.words
    return Claim(
        id=recorded.stream,
        kind=event.kind,
        language=event.language,
        attribution=event.attribution,
        claimant_id=event.claimant_id,
        about=event.about,
        exact_words=event.exact_words,
        said_on=event.said_on,
        happened_on=event.happened_on,
        appeared_in_id=event.appeared_in_id,
        asserted=Stamp.of(recorded),
        worded=Stamp.of(recorded),
        changed=Stamp.of(recorded),
        version=recorded.version,
        words=ClaimText()
        if said is None
        else ClaimText(said.statement, said.as_named, said.exact_words, said.topics, said.reason),
    )


@fold.then(happened.ClaimDescribed)
def _described(claim: Claim, _: Recorded, event: happened.ClaimDescribed) -> Claim:
    words = replace(claim.words, **changed_words(event, WORD_FIELDS), description_reason=reason_of(event))
    return replace(
        claim,
        **changed_fields(event, HEAD_FIELDS),
        words=words,
        verdicts=marked(claim, "described"),
    )


@fold.then(happened.ClaimReworded)
def _reworded(claim: Claim, recorded: Recorded, event: happened.ClaimReworded) -> Claim:
    return replace(
        claim,
        language=event.language,
        worded=Stamp.of(recorded),
        words=replace(
            claim.words,
            statement=event.words.statement if event.words else None,
            rewording_reason=reason_of(event),
        ),
        verdicts=marked(claim, "reworded"),
    )


@fold.then(happened.QuantityStated)
def _quantity_stated(claim: Claim, recorded: Recorded, event: happened.QuantityStated) -> Claim:
    said = event.words
    quantity = Quantity(
        value=event.value,
        bound=event.bound,
        upper=event.upper,
        counted_on=event.counted_on,
        why=event.why,
        stated=Stamp.of(recorded),
        words=QuantityText() if said is None else QuantityText(said.unit, said.reason),
    )
    return replace(claim, quantity=quantity, verdicts=marked(claim, "quantity_stated"))


@fold.then(happened.ClaimCited)
def _cited(claim: Claim, recorded: Recorded, event: happened.ClaimCited) -> Claim:
    said = event.words
    citation = Citation(
        id=event.citation_id,
        source_id=event.source_id,
        stance=event.stance,
        reported_party_id=event.reported_party_id,
        quote_wording=event.quote_wording,
        quote_translated_from=event.quote_translated_from,
        snapshot_id=event.snapshot_id,
        via_source_id=event.via_source_id,
        accessed_on=event.accessed_on,
        cited=Stamp.of(recorded),
        words=CitationText() if said is None else CitationText(said.as_named, said.quote, said.locator, said.unit),
        value=event.value,
        bound=event.bound,
        upper=event.upper,
        counted_on=event.counted_on,
    )
    return replace(claim, citations=(*claim.citations, citation))


@fold.then(happened.CitationWithdrawn)
def _citation_withdrawn(claim: Claim, recorded: Recorded, event: happened.CitationWithdrawn) -> Claim:
    def withdraw(citation: Citation) -> Citation:
        words = replace(citation.words, withdrawal_reason=reason_of(event))
        return replace(citation, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return replace(
        claim,
        citations=amend(claim.citations, event.citation_id, withdraw),
        verdicts=marked(claim, "citation_withdrawn", lambda v: event.citation_id in v.rests_on.citation_ids),
    )


@fold.then(happened.ClaimLinked)
def _linked(claim: Claim, recorded: Recorded, event: happened.ClaimLinked) -> Claim:
    link = Link(event.link_id, event.claim_id, event.relation, Stamp.of(recorded), LinkText())
    return replace(claim, links=(*claim.links, link))


@fold.then(happened.ClaimUnlinked)
def _unlinked(claim: Claim, recorded: Recorded, event: happened.ClaimUnlinked) -> Claim:
    def withdraw(link: Link) -> Link:
        return replace(link, withdrawn=Stamp.of(recorded), cause=event.cause, words=LinkText(reason_of(event)))

    return replace(claim, links=amend(claim.links, event.link_id, withdraw))


@fold.then(happened.ClaimPublished)
def _published(claim: Claim, recorded: Recorded, _: happened.ClaimPublished) -> Claim:
    return replace(claim, published=Stamp.of(recorded))


@fold.then(happened.ClaimWithdrawn)
def _withdrawn(claim: Claim, recorded: Recorded, event: happened.ClaimWithdrawn) -> Claim:
    words = replace(claim.words, withdrawal_reason=reason_of(event))
    return replace(claim, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)


@fold.then(happened.ClaimReinstated)
def _reinstated(claim: Claim, recorded: Recorded, event: happened.ClaimReinstated) -> Claim:
    words = replace(claim.words, reinstatement_reason=reason_of(event))
    return replace(claim, withdrawn=None, cause=None, reinstated=Stamp.of(recorded), words=words)


@fold.then(happened.DisputeOpened)
def _dispute_opened(claim: Claim, recorded: Recorded, event: happened.DisputeOpened) -> Claim:
    said = event.words
    words = DisputeText() if said is None else DisputeText(said.question, said.reason)
    dispute = Dispute(event.dispute_id, event.scopes, Stamp.of(recorded), words)
    return replace(claim, disputes=(*claim.disputes, dispute), verdicts=marked(claim, "dispute_changed"))


def _in_dispute(claim: Claim, dispute_id: str, change: Callable[[Dispute], Dispute]) -> Claim:
    return replace(
        claim,
        disputes=amend(claim.disputes, dispute_id, change),
        verdicts=marked(claim, "dispute_changed"),
    )


@fold.then(happened.PositionStated)
def _position_stated(claim: Claim, recorded: Recorded, event: happened.PositionStated) -> Claim:
    said = event.words
    position = Position(
        id=event.position_id,
        party_id=event.party_id,
        stance=event.stance,
        stated_on=event.stated_on,
        value=event.value,
        bound=event.bound,
        upper=event.upper,
        counted_on=event.counted_on,
        citation_ids=event.citation_ids,
        stated=Stamp.of(recorded),
        words=PositionText() if said is None else PositionText(said.statement, said.as_named, said.accepts, said.unit),
    )
    return _in_dispute(claim, event.dispute_id, lambda d: replace(d, positions=(*d.positions, position)))


@fold.then(happened.PositionWithdrawn)
def _position_withdrawn(claim: Claim, recorded: Recorded, event: happened.PositionWithdrawn) -> Claim:
    def withdraw(position: Position) -> Position:
        words = replace(position.words, withdrawal_reason=reason_of(event))
        return replace(position, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return _in_dispute(
        claim, event.dispute_id, lambda d: replace(d, positions=amend(d.positions, event.position_id, withdraw))
    )


@fold.then(happened.DisputeNarrowed)
def _narrowed(claim: Claim, recorded: Recorded, event: happened.DisputeNarrowed) -> Claim:
    def narrow(dispute: Dispute) -> Dispute:
        words = replace(dispute.words, narrowing_reason=reason_of(event))
        return replace(dispute, scopes=event.scopes, narrowed=Stamp.of(recorded), words=words)

    return _in_dispute(claim, event.dispute_id, narrow)


@fold.then(happened.SettlementProposed)
def _settlement_proposed(claim: Claim, recorded: Recorded, event: happened.SettlementProposed) -> Claim:
    settlement = Settlement(
        id=event.settlement_id,
        outcome=event.outcome,
        citation_ids=event.citation_ids,
        proposed=Stamp.of(recorded),
        words=SettlementText(event.words.rationale if event.words else None),
    )
    disputes = amend(claim.disputes, event.dispute_id, lambda d: replace(d, settlements=(*d.settlements, settlement)))
    return replace(claim, disputes=disputes)


@fold.then(happened.DisputeSettled)
def _settled(claim: Claim, recorded: Recorded, event: happened.DisputeSettled) -> Claim:
    def agree(settlement: Settlement) -> Settlement:
        return replace(settlement, agreed=Stamp.of(recorded), own_proposal=event.own_proposal)

    return _in_dispute(
        claim,
        event.dispute_id,
        lambda d: replace(d, open=False, settlements=amend(d.settlements, event.settlement_id, agree)),
    )


@fold.then(happened.DisputeReopened)
def _reopened(claim: Claim, recorded: Recorded, event: happened.DisputeReopened) -> Claim:
    def reopen(dispute: Dispute) -> Dispute:
        words = replace(dispute.words, reopening_reason=reason_of(event))
        return replace(dispute, open=True, reopened=Stamp.of(recorded), words=words)

    return _in_dispute(claim, event.dispute_id, reopen)
