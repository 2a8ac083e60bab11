"""What a claim's page says of its disputes: who says so and who denies it, side by side, since when, how it ended."""

from dataclasses import dataclass

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import speaker_of, withdrawn
from api.pages.numbers import number_of
from api.pages.shapes import Ref, Text, When, Withdrawn, dated, recorded
from domain.audience import public_claim
from domain.claim import Claim, fold
from domain.claim.state import Dispute, Position, Settlement


@dataclass(frozen=True, slots=True)
class PositionPart:
    """What one party says. A side that nobody stated is the claim's own: it has neither `statement` nor `recorded`.

    `stance` tells denying from saying otherwise; who says it is so needs no such word.
    """

    party: Ref
    as_named: str | None
    stance: str | None
    statement: Text | None = None
    accepts: Text | None = None
    quantity: str | None = None
    stated: When | None = None
    recorded: When | None = None
    sources: tuple[Ref, ...] = ()
    withdrawn: Withdrawn | None = None


@dataclass(frozen=True, slots=True)
class SettlementPart:
    """How the dispute was found to have ended. `own`: agreed to by the person who proposed it."""

    outcome: str
    rationale: Text
    agreed: When | None
    own: bool


@dataclass(frozen=True, slots=True)
class DisputePart:
    """One dispute, with the two sides. What was withdrawn stays on its side."""

    question: Text
    scopes: str
    open: bool
    opened: When
    reason: Text
    affirming: tuple[PositionPart, ...]
    opposing: tuple[PositionPart, ...]
    narrowed: When | None
    narrowing_reason: Text
    reopened: When | None
    reopening_reason: Text
    settlements: tuple[SettlementPart, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """Since when the claim is contested: as this ledger knows it, and as the parties said it. `points`: on what."""

    recorded: When
    stated: When | None
    points: str


def dispute_parts(claim: Claim, library: Library) -> tuple[DisputePart, ...]:
    """Every dispute of the claim, open ones first."""
    parts = [_dispute(dispute, claim, library) for dispute in claim.disputes]
    return tuple(sorted(parts, key=lambda part: not part.open))


def _dispute(dispute: Dispute, claim: Claim, library: Library) -> DisputePart:
    said = dispute.words
    affirming = [_position(p, claim, library) for p in dispute.positions if p.stance == "affirms"]
    stated_by = {p.party_id for p in dispute.standing if p.stance == "affirms"}
    if claim.claimant_id not in stated_by and (claim.claimant_id is not None or not stated_by):
        affirming.insert(0, _own_side(claim, library))
    return DisputePart(
        question=Text(said.question),
        scopes=phrases.listed([phrases.SCOPE[scope] for scope in dispute.scopes]),
        open=dispute.open,
        opened=recorded(dispute.opened),
        reason=Text(said.reason),
        affirming=tuple(affirming),
        opposing=tuple(_position(p, claim, library) for p in dispute.positions if p.stance != "affirms"),
        narrowed=None if dispute.narrowed is None else recorded(dispute.narrowed),
        narrowing_reason=Text(said.narrowing_reason),
        reopened=None if dispute.reopened is None else recorded(dispute.reopened),
        reopening_reason=Text(said.reopening_reason),
        settlements=tuple(_settlement(settlement) for settlement in dispute.settlements),
    )


def _own_side(claim: Claim, library: Library) -> PositionPart:
    speaker = speaker_of(claim, library)
    who = Ref("The claim as it stands") if speaker is None else speaker.who
    return PositionPart(who, None, "Claims it")


def _position(position: Position, claim: Claim, library: Library) -> PositionPart:
    said = position.words
    cited = [citation for id in position.citation_ids if (citation := claim.citation(id)) is not None]
    sources = dict.fromkeys(citation.source_id for citation in cited)
    return PositionPart(
        party=library.party_ref(position.party_id),
        as_named=said.as_named,
        stance=None if position.stance == "affirms" else phrases.POSITION[position.stance],
        statement=Text(said.statement),
        accepts=None if said.accepts is None else Text(said.accepts),
        quantity=number_of(position, claim, library),
        stated=dated(position.stated_on),
        recorded=recorded(position.stated),
        sources=tuple(map(library.source_ref, sources)),
        withdrawn=withdrawn(position.withdrawn, position.cause, said.withdrawal_reason),
    )


def _settlement(settlement: Settlement) -> SettlementPart:
    agreed = None if settlement.agreed is None else recorded(settlement.agreed)
    outcome = phrases.SETTLED[settlement.outcome]
    return SettlementPart(outcome, Text(settlement.words.rationale), agreed, settlement.own_proposal)


def contested_since(claim: Claim, library: Library) -> Since | None:
    """Since when the claim has been contested without a break; None if it is not."""
    if not claim.contested:
        return None
    disputes = [d for d in claim.disputes if d.open or d.unsettled_for_good]
    scopes = dict.fromkeys(scope for dispute in disputes for scope in dispute.scopes)
    return Since(
        recorded=_became_contested(claim, library),
        stated=dated(claim.contradicted_since),
        points=phrases.listed([phrases.SCOPE[scope] for scope in scopes]),
    )


def _became_contested(claim: Claim, library: Library) -> When:
    open = library.open(claim.id)
    state: Claim | None = None
    since, contested = claim.asserted, False
    for event in library.events(claim.id):
        state = fold.step(state, event)
        before, contested = contested, (state if library.desk else public_claim(state, open)).contested
        if contested and not before:
            since = state.changed
    return recorded(since)
