"""What each event of a claim's replies and searches is called in its history."""

from collections.abc import Callable, Mapping
from typing import Final

from api.pages import phrases
from api.pages.shapes import Change, Ref, Text, When, dated
from api.pages.telling import Moment, Told
from domain.claim import events as claim
from domain.claim.state import Reply
from domain.events import Event


def _reply(m: Moment) -> Reply:
    found: Reply = m.after.reply(m.event.reply_id)
    return found


def _party(m: Moment) -> tuple[Ref, ...]:
    return (m.library.party_ref(_reply(m).party_id),)


def _said(m: Moment, field: str) -> Text:
    return Text(getattr(m.event.words, field, None))


def _on(day: When | None) -> str:
    return "" if day is None else f" ({day.words})"


def _requested(m: Moment) -> Told:
    deadline = phrases.moment(m.event.deadline)
    title = f"A party was asked for its reply until {deadline}{_on(dated(m.event.requested_on))}"
    channel = Change("Asked through", None, _said(m, "channel"))
    return Told(title, about=_party(m), changes=(channel,), quote=_said(m, "question"))


def _not_sought(m: Moment) -> Told:
    return Told("A party was not asked for its reply", about=_party(m), reason=_said(m, "reason"))


def _received(m: Moment) -> Told:
    late = ", after the deadline" if _reply(m).late else ""
    title = f"A party replied{late}{_on(dated(m.event.answered_on))}"
    kept = () if m.event.source_id is None else (m.library.source_ref(m.event.source_id),)
    return Told(title, about=(*_party(m), *kept), quote=_said(m, "text"))


def _declined(m: Moment) -> Told:
    said = m.event.words is None or m.event.words.statement is not None
    quote = _said(m, "statement") if said else None
    return Told(f"A party declined to comment{_on(dated(m.event.declined_on))}", about=_party(m), quote=quote)


def _considered(m: Moment) -> Told:
    what = "what a party answered" if _reply(m).heard else "that a party did not reply"
    return Told(f"The desk considered {what}", about=_party(m), reason=_said(m, "reason"))


def _reply_withdrawn(m: Moment) -> Told:
    title = f"What was recorded of a reply was withdrawn: {phrases.CAUSE[m.event.cause]}"
    return Told(title, about=_party(m), reason=_said(m, "reason"))


def _searched(m: Moment) -> Told:
    until = dated(m.event.valid_until)
    valid = "" if until is None else f", to be relied on until {until.words}"
    place = Change("Looked in", None, _said(m, "where"))
    title = f"A search found nothing{_on(dated(m.event.searched_on))}{valid}"
    return Told(title, changes=(place,), quote=_said(m, "looked_for"))


def _search_withdrawn(m: Moment) -> Told:
    return Told(f"A search was withdrawn: {phrases.CAUSE[m.event.cause]}", reason=_said(m, "reason"))


TELLERS: Final[Mapping[type[Event], Callable[[Moment], Told]]] = {
    claim.ReplyRequested: _requested,
    claim.ReplyNotSought: _not_sought,
    claim.ReplyReceived: _received,
    claim.ReplyDeclined: _declined,
    claim.ReplyConsidered: _considered,
    claim.ReplyWithdrawn: _reply_withdrawn,
    claim.SearchRecorded: _searched,
    claim.SearchWithdrawn: _search_withdrawn,
}
"""Every event of a reply or a search → the function that tells it."""
