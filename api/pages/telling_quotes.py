"""What the events of snapshots and of the quotes looked for in them are called in a history."""

from collections.abc import Callable, Mapping
from typing import Final

from api.pages import phrases
from api.pages.shapes import Text
from api.pages.telling import Moment, Told
from domain.claim import events as claim
from domain.events import Event
from domain.source import events as source

_SINCE: Final = {
    "same": "; it stands there as before",
    "changed_near_quote": "; what stands around it has changed",
    "quote_gone": "; it was there in an earlier one",
    "page_gone": "; it was there before",
}


def _captured(m: Moment) -> Told:
    event: source.SnapshotCaptured = m.event
    at = phrases.moment(event.captured_at)
    if event.no_text == "page_gone":
        return Told(f"The page was found gone on {at}")
    kept = "and kept" if event.stored else "by an archive; its digest was recorded"
    return Told(f"A snapshot of {at} was captured {kept}")


def _withdrawn(m: Moment) -> Told:
    cause = phrases.CAUSE[m.event.cause]
    words = m.event.words
    return Told(f"A snapshot was withdrawn: {cause}", reason=Text(None if words is None else words.reason))


def _checked(m: Moment) -> Told:
    event: claim.QuoteChecked = m.event
    since = "" if event.compared is None else _SINCE[event.compared]
    return Told(f"{_outcome(event)}{since}", about=(m.library.source_ref(event.source_id),))


def _outcome(event: claim.QuoteChecked) -> str:
    match event.outcome:
        case "found":
            return "The quote was found word for word in a snapshot"
        case "found_with_changes":
            alike = "" if event.score is None else f" ({phrases.alike(event.score)})"
            return f"The quote was found with changes{alike} in a snapshot"
        case "not_found":
            return "The quote was not found in a snapshot"
        case _:
            return f"The quote was not checked: {phrases.NOT_CHECKED[event.cause] if event.cause else 'nobody could'}"


OF_QUOTES: Final[Mapping[type[Event], Callable[[Moment], Told]]] = {
    claim.QuoteChecked: _checked,
    source.SnapshotCaptured: _captured,
    source.SnapshotWithdrawn: _withdrawn,
}
"""Every event of a snapshot or of a quote in one → the function that tells it."""
