"""What each event of an article, and of a party, is called in its history; and how any event is told."""

from collections.abc import Callable, Mapping
from typing import Final

from api.pages import phrases, telling, telling_replies
from api.pages.lines import claim_ref
from api.pages.shapes import Change, Ref, Text
from api.pages.telling import Moment, Told
from api.pages.telling_quotes import OF_QUOTES
from domain.article import events as article
from domain.article.events import PlacementFate
from domain.events import Event
from domain.party import Party
from domain.party import events as party
from domain.values import Fate


def tell(moment: Moment) -> Told:
    """The event in words. Raises `KeyError` for an event that no claim, source, article or party has."""
    return TELLERS[type(moment.event)](moment)


def _reason(event: Event) -> Text:
    return Text(getattr(event.words, "reason", None))


def _drafted(m: Moment) -> Told:
    words = m.event.words
    title = Text(None) if words is None else Text.of(words.title, m.event.language)
    whose = {"own": "An article of ours", "examined": "An article of others"}[m.event.role]
    return Told(f"{whose} got a record", quote=title)


def _revised(m: Moment) -> Told:
    """A revision, with the claims that this reader may see and whose words are no longer in the text."""
    shown = {p.id: p.claim_id for p in m.library.article(m.after.id).placements}
    fates = [fate for fate in m.event.fates if fate.placement_id in shown]
    lost = [shown[f.placement_id] for f in fates if f.fate == "orphaned"]
    about = tuple(claim_ref(claim_id, m.library) for claim_id in dict.fromkeys(lost))
    kept = phrases.listed([f"{n} {_FATES[fate]}" for fate in _FATES if (n := sum(f.fate == fate for f in fates))])
    found = f"; marked claims found again: {kept}" if kept else ""
    title = f"The text was revised{found}{'; it no longer has the words of' if about else ''}"
    edited = tuple(_edited(m, fate) for fate in fates if fate.fate == "fuzzy")
    return Told(title, about=about, changes=edited, reason=_reason(m.event))


_FATES: Final[Mapping[Fate, str]] = {
    "exact": "exactly",
    "moved": "untouched among others that read alike",
    "fuzzy": "by likeness",
}


def _edited(m: Moment, fate: PlacementFate) -> Change:
    """The words of a place that was found by likeness, as they were and as they are."""
    before, after = (state.placement(fate.placement_id) for state in (m.before, m.after))
    return Change(
        f"The words of a claim ({phrases.alike(fate.score or '0')})",
        None if before is None else Text(before.words.exact),
        Text(None if after is None else after.words.exact),
    )


def _placed(m: Moment) -> Told:
    exact = Text(None if m.event.words is None else m.event.words.exact)
    return Told("A claim was marked in the text", about=(claim_ref(m.event.claim_id, m.library),), quote=exact)


def _placed_again(m: Moment) -> Told:
    before, after = (state.placement(m.event.placement_id) for state in (m.before, m.after))
    change = Change("Its words", Text(before.words.exact), Text(after.words.exact))
    about = (claim_ref(after.claim_id, m.library),)
    return Told("A claim was marked at another place", about=about, changes=(change,), reason=_reason(m.event))


def _confirmed(m: Moment) -> Told:
    placement = m.after.placement(m.event.placement_id)
    about = (claim_ref(placement.claim_id, m.library),)
    reason = None if m.event.words is not None and m.event.words.reason is None else _reason(m.event)
    return Told("The place of a claim was looked at and is right", about=about, reason=reason)


def _removed(m: Moment) -> Told:
    placement = m.after.placement(m.event.placement_id)
    about = (claim_ref(placement.claim_id, m.library),)
    return Told("A claim is no longer marked in the text", about=about, reason=_reason(m.event))


def _published(m: Moment) -> Told:
    at = m.event.published_at
    return Told("The article was published" if at is None else f"It was published on {phrases.moment(at)}")


def _withdrawn(m: Moment) -> Told:
    cause = "" if m.event.cause is None else f": {phrases.CAUSE[m.event.cause]}"
    return Told(f"The article was withdrawn{cause}", reason=_reason(m.event))


def _reinstated(m: Moment) -> Told:
    return Told("The withdrawal was taken back", reason=_reason(m.event))


def _corrected(m: Moment) -> Told:
    about = tuple(claim_ref(id, m.library) for id in m.event.claim_ids)
    note = Text(None if m.event.words is None else m.event.words.note)
    kind = phrases.CORRECTION[m.event.kind].lower()
    return Told(f"Readers were told of a change ({kind})", about=about, quote=note)


def _registered(m: Moment) -> Told:
    return Told("The party got a record", quote=Text(None if m.event.words is None else m.event.words.name))


def _described(m: Moment) -> Told:
    before, after = _description(m.before), _description(m.after)
    changes = tuple(
        Change(label, None if before[field] is None else Text(before[field]), Text(after[field]))
        for field, label in _FIELDS.items()
        if field in m.event.changes
    )
    return Told("What is recorded about the party was changed", changes=changes, reason=_reason(m.event))


_FIELDS: Final[Mapping[str, str]] = {
    "kind": "Kind",
    "name": "Name",
    "description": "Description",
    "same_as": "The same as",
    "private": "Name for readers",
}


def _description(state: Party) -> dict[str, str | None]:
    return {
        "kind": phrases.PARTY_KIND[state.kind],
        "name": state.words.name,
        "description": state.words.description,
        "same_as": phrases.listed(list(state.words.same_as)) or None,
        "private": "withheld" if state.private else "shown",
    }


def _tie(m: Moment) -> tuple[str, tuple[Ref, ...]]:
    """How the affiliation is put in words, and whom it concerns: the other party, and the claim that it rests on."""
    tie = m.after.affiliation(m.event.affiliation_id)
    alleged = "allegedly " if tie.as_alleged else ""
    about = (m.library.party_ref(tie.party_id), claim_ref(tie.basis_claim_id, m.library))
    return f"{alleged}{phrases.RELATION[tie.relation]}", about


def _affiliated(m: Moment) -> Told:
    words, about = _tie(m)
    return Told(f"A tie was recorded ({words})", about=about, reason=_reason(m.event))


def _ended(m: Moment) -> Told:
    words, about = _tie(m)
    return Told(f"A tie ended ({words})", about=about, reason=_reason(m.event))


def _untied(m: Moment) -> Told:
    words, about = _tie(m)
    return Told(f"A tie was withdrawn ({words}): {phrases.CAUSE[m.event.cause]}", about=about, reason=_reason(m.event))


OF_RECORDS: Final[Mapping[type[Event], Callable[[Moment], Told]]] = {
    article.ArticleDrafted: _drafted,
    article.TextRevised: _revised,
    article.ClaimPlaced: _placed,
    article.ClaimPlacedAgain: _placed_again,
    article.PlacementConfirmed: _confirmed,
    article.ClaimRemoved: _removed,
    article.ArticlePublished: _published,
    article.ArticleWithdrawn: _withdrawn,
    article.ArticleReinstated: _reinstated,
    article.CorrectionIssued: _corrected,
    party.PartyRegistered: _registered,
    party.PartyDescribed: _described,
    party.AffiliationRecorded: _affiliated,
    party.AffiliationEnded: _ended,
    party.AffiliationWithdrawn: _untied,
}
"""Every event of an article or a party → the function that tells it."""

TELLERS: Final[Mapping[type[Event], Callable[[Moment], Told]]] = {
    **telling.TELLERS,
    **telling_replies.TELLERS,
    **OF_QUOTES,
    **OF_RECORDS,
}
