"""What each event of a claim, and of a source cited on it, is called in a history, and what changed by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import claim_ref, sign_of
from api.pages.shapes import Change, Ref, Text, dated
from domain.claim import Claim
from domain.claim import events as claim
from domain.events import Event, ReasonWords
from domain.source import Source
from domain.source import events as source


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words: a title, whom or what it concerns, what changed, what was said, and why."""

    title: str
    about: tuple[Ref, ...] = ()
    changes: tuple[Change, ...] = ()
    quote: Text | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """An event between the record before it (None at the beginning) and the record after it."""

    event: Any
    before: Any
    after: Any
    library: Library


def _reason(event: Event) -> Text | None:
    """The reason that was given; an event that has one says so even where it was erased."""
    if not issubclass(event.WORDS, ReasonWords) and "reason" not in event.WORDS.model_fields:
        return None
    if event.words is None:
        return Text(None)
    given = getattr(event.words, "reason", None)
    return None if given is None else Text(given)


def _said(event: Event, field: str) -> Text:
    return Text(getattr(event.words, field, None))


def _asserted(m: Moment) -> Told:
    statement = Text.of(_said(m.event, "statement").words, m.event.language)
    return Told("The claim was recorded", quote=statement, reason=_reason(m.event))


def _described(m: Moment) -> Told:
    before, after = _description(m.before, m.library), _description(m.after, m.library)
    changes = tuple(
        Change(label, _maybe(before[field]), Text(after[field], instead="(not given any more, or erased)"))
        for field, label in _FIELDS.items()
        if field in m.event.changes
    )
    return Told("What is recorded about the claim was changed", changes=changes, reason=_reason(m.event))


def _maybe(words: str | None) -> Text | None:
    return None if words is None else Text(words)


_FIELDS: Final[Mapping[str, str]] = {
    "kind": "Kind",
    "attribution": "Attribution",
    "claimant_id": "Claimed by",
    "as_named": "Called there",
    "about": "About",
    "exact_words": "In these words",
    "said_on": "Said",
    "happened_on": "Happened",
    "appeared_in_id": "Appeared in",
    "topics": "Topics",
}


def _description(state: Claim, library: Library) -> dict[str, str | None]:
    said, happened = dated(state.said_on), dated(state.happened_on)
    about = [f"{library.party_ref(a.party_id).plain} ({phrases.PARTY_ROLE[a.role]})" for a in state.about]
    return {
        "kind": phrases.CLAIM_KIND[state.kind],
        "attribution": state.attribution,
        "claimant_id": None if state.claimant_id is None else library.party_ref(state.claimant_id).plain,
        "as_named": state.words.as_named,
        "about": phrases.listed(about) or None,
        "exact_words": state.words.exact_words,
        "said_on": None if said is None else said.words,
        "happened_on": None if happened is None else happened.words,
        "appeared_in_id": None if state.appeared_in_id is None else library.source_ref(state.appeared_in_id).plain,
        "topics": phrases.listed(list(state.words.topics)) or None,
    }


def _reworded(m: Moment) -> Told:
    before = Text.of(m.before.words.statement, m.before.language)
    after = Text.of(_said(m.event, "statement").words, m.event.language)
    change = Change("Statement", before, after)
    return Told("The claim was reworded, with the same meaning", changes=(change,), reason=_reason(m.event))


def _number(state: Claim) -> Text | None:
    number = state.quantity
    if number is None:
        return None
    return Text(phrases.quantity(number.value, number.bound, number.upper, number.words.unit))


def _quantity_stated(m: Moment) -> Told:
    why = {"our_error": ": the number before was our error", "new_count": ": somebody counted again"}
    title = f"The number was stated{why.get(m.event.why or '', '')}"
    change = Change("Number", _number(m.before), _number(m.after) or Text(None))
    return Told(title, changes=(change,), reason=_reason(m.event))


def _cited(m: Moment) -> Told:
    title = {
        "supports": "A source was cited that says so in its own voice",
        "refutes": "A source was cited that says the opposite in its own voice",
        "reports_claim": "A source was cited that reports the claim",
        "reports_denial": "A source was cited that reports a denial",
        "context": "A source was cited for context",
        "mentions": "A source was cited that mentions it",
    }[m.event.stance]
    quote = _said(m.event, "quote") if m.event.quote_wording is not None else None
    return Told(title, about=(m.library.source_ref(m.event.source_id),), quote=quote)


def _citation_withdrawn(m: Moment) -> Told:
    citation = m.after.citation(m.event.citation_id)
    title = f"A citation was withdrawn: {phrases.CAUSE[m.event.cause]}"
    return Told(title, about=(m.library.source_ref(citation.source_id),), reason=_reason(m.event))


def _linked(m: Moment) -> Told:
    verb = phrases.LINK[m.event.relation].lower()
    return Told(f"It was noted that this claim {verb} another", about=(claim_ref(m.event.claim_id, m.library),))


def _unlinked(m: Moment) -> Told:
    link = m.after.link(m.event.link_id)
    title = f"A link to another claim was withdrawn: {phrases.CAUSE[m.event.cause]}"
    return Told(title, about=(claim_ref(link.claim_id, m.library),), reason=_reason(m.event))


def _scopes(m: Moment) -> str:
    return phrases.listed([phrases.SCOPE[scope] for scope in m.event.scopes])


def _dispute_opened(m: Moment) -> Told:
    return Told(f"A dispute was opened on {_scopes(m)}", quote=_said(m.event, "question"), reason=_reason(m.event))


def _position_stated(m: Moment) -> Told:
    verb = {"affirms": "says it is so", "denies": "denies it", "differs": "says otherwise"}[m.event.stance]
    party = m.library.party_ref(m.event.party_id)
    return Told(f"A party {verb}", about=(party,), quote=_said(m.event, "statement"))


def _position_withdrawn(m: Moment) -> Told:
    position = m.after.dispute(m.event.dispute_id).position(m.event.position_id)
    title = f"A position was withdrawn: {phrases.CAUSE[m.event.cause]}"
    return Told(title, about=(m.library.party_ref(position.party_id),), reason=_reason(m.event))


def _narrowed(m: Moment) -> Told:
    return Told(f"The dispute was narrowed to {_scopes(m)}", reason=_reason(m.event))


def _settlement_proposed(m: Moment) -> Told:
    outcome = phrases.SETTLED[m.event.outcome]
    return Told(f"It was proposed to settle the dispute: {outcome}", quote=_said(m.event, "rationale"))


def _settled(m: Moment) -> Told:
    settlement = m.after.dispute(m.event.dispute_id).settlement
    outcome = "" if settlement is None else f": {phrases.SETTLED[settlement.outcome]}"
    return Told(f"The dispute was settled{outcome}{_own(m)}")


def _own(m: Moment) -> str:
    return " (agreed to by the person who proposed it)" if m.event.own_proposal else ""


def _reopened(m: Moment) -> Told:
    return Told("The dispute was reopened", reason=_reason(m.event))


def _verdict(m: Moment) -> str:
    verdict = m.after.verdict_by_id(m.event.verdict_id)
    return "" if verdict is None else f"“{m.library.sign(verdict).label}”"


def _verdict_proposed(m: Moment) -> Told:
    because = m.event.changed_because
    why = "" if because is None else f", because {phrases.CHANGED_BECAUSE[because]}"
    aside = _set_aside(m.event.overrides or ())
    changes = () if aside is None else (Change(aside, None, _said(m.event, "override_reason")),)
    return Told(f"The verdict {_verdict(m)} was proposed{why}", changes=changes, quote=_said(m.event, "rationale"))


def _set_aside(rules: Sequence[str]) -> str | None:
    """Which rules of the policy were set aside, in words."""
    if not rules:
        return None
    return f"{'Rule' if len(rules) == 1 else 'Rules'} set aside: {phrases.listed(list(rules))}"


def _verdict_approved(m: Moment) -> Told:
    before, after = sign_of(m.before, m.library), sign_of(m.after, m.library)
    changes = [Change("Verdict", Text(before.label), Text(after.label))] if before and after else []
    return Told(f"The verdict {_verdict(m)} was approved{_own(m)}", changes=tuple(changes))


def _verdict_rejected(m: Moment) -> Told:
    what = {"verdict": "verdict", "reaffirmation": "reaffirmation of", "withdrawal": "withdrawal of"}[m.event.act]
    return Told(f"The proposed {what} {_verdict(m)} was rejected", reason=_reason(m.event))


def _act_proposed(m: Moment) -> Told:
    act = {"reaffirmation": "reaffirm", "withdrawal": "withdraw"}[m.event.act]
    return Told(f"It was proposed to {act} the verdict {_verdict(m)}", reason=_reason(m.event))


def _reaffirmed(m: Moment) -> Told:
    return Told(f"The verdict {_verdict(m)} was looked at again and stands{_own(m)}")


def _verdict_withdrawn(m: Moment) -> Told:
    return Told(f"The verdict {_verdict(m)} was withdrawn: {phrases.CAUSE[m.event.cause]}{_own(m)}")


def _published(_: Moment) -> Told:
    return Told("The claim was published")


def _withdrawn(m: Moment) -> Told:
    return Told(f"The claim was withdrawn: {phrases.CAUSE[m.event.cause]}", reason=_reason(m.event))


def _reinstated(m: Moment) -> Told:
    return Told("The withdrawal was taken back", reason=_reason(m.event))


def _source_registered(m: Moment) -> Told:
    return Told("The source got a record", quote=_said(m.event, "title"))


def _source_described(m: Moment) -> Told:
    fields = {"title": "Title", "url": "Address"}
    before, after = m.before.words, m.after.words
    changes = tuple(
        Change(label, _maybe(getattr(before, field)), Text(getattr(after, field)))
        for field, label in fields.items()
        if field in m.event.changes
    )
    return Told("What is recorded about the source was changed", changes=changes, reason=_reason(m.event))


def _origin_declared(m: Moment) -> Told:
    title = f"It was noted that the source {phrases.ORIGIN[m.event.relation].lower()} another"
    return Told(title, about=(m.library.source_ref(m.event.derives_from),), reason=_reason(m.event))


def _origin_withdrawn(m: Moment) -> Told:
    return Told(f"A noted origin was withdrawn: {phrases.CAUSE[m.event.cause]}", reason=_reason(m.event))


def _standing_changed(m: Moment) -> Told:
    before: Source = m.before
    who = {"publisher": "by its publisher", "desk": "by the desk"}[m.event.declared_by]
    change = Change("Standing", Text(phrases.STANDING[before.standing]), Text(phrases.STANDING[m.after.standing]))
    return Told(f"The source’s standing was changed {who}", changes=(change,), reason=_reason(m.event))


TELLERS: Final[Mapping[type[Event], Callable[[Moment], Told]]] = {
    claim.ClaimAsserted: _asserted,
    claim.ClaimDescribed: _described,
    claim.ClaimReworded: _reworded,
    claim.QuantityStated: _quantity_stated,
    claim.ClaimCited: _cited,
    claim.CitationWithdrawn: _citation_withdrawn,
    claim.ClaimLinked: _linked,
    claim.ClaimUnlinked: _unlinked,
    claim.DisputeOpened: _dispute_opened,
    claim.PositionStated: _position_stated,
    claim.PositionWithdrawn: _position_withdrawn,
    claim.DisputeNarrowed: _narrowed,
    claim.SettlementProposed: _settlement_proposed,
    claim.DisputeSettled: _settled,
    claim.DisputeReopened: _reopened,
    claim.VerdictProposed: _verdict_proposed,
    claim.VerdictApproved: _verdict_approved,
    claim.VerdictRejected: _verdict_rejected,
    claim.VerdictActProposed: _act_proposed,
    claim.VerdictReaffirmed: _reaffirmed,
    claim.VerdictWithdrawn: _verdict_withdrawn,
    claim.ClaimPublished: _published,
    claim.ClaimWithdrawn: _withdrawn,
    claim.ClaimReinstated: _reinstated,
    source.SourceRegistered: _source_registered,
    source.SourceDescribed: _source_described,
    source.OriginDeclared: _origin_declared,
    source.OriginWithdrawn: _origin_withdrawn,
    source.StandingChanged: _standing_changed,
}
"""Every event of a claim or a source → the function that tells it."""
