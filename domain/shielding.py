"""What stays with the desk although the event that says it, or the part of a record that shows it, is open."""

from typing import Final

from domain.claim.events import ClaimCited, QuoteChecked
from domain.events import Event
from domain.folding import replace
from domain.source.events import SnapshotCaptured, SnapshotWords
from domain.source.state import Snapshot


def public_snapshot(snapshot: Snapshot) -> Snapshot:
    """The snapshot without the address that was looked at, which may hold a key, and without how that was done."""
    return replace(snapshot, words=replace(snapshot.words, url=None, method=None))


_NO_NUMBER: Final = dict.fromkeys(("value", "bound", "upper", "counted_on"))


def public_event(event: Event, *, confidential: bool) -> Event:
    """The event as the public reads it. `confidential` says that it cites a confidential source.

    Of such a source no words and no number are told, nor where they stand: all of it may give it away.
    """
    match event:
        case ClaimCited() if confidential:
            return event.model_copy(update={"words": None, **_NO_NUMBER})
        case QuoteChecked() if confidential:
            return event.model_copy(update={"score": None, "start": None, "end": None})
        case SnapshotCaptured(words=SnapshotWords(archive_url=archive_url)):
            return event.model_copy(update={"words": SnapshotWords(archive_url=archive_url)})
        case _:
            return event
