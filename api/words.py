"""What became of the words of one event, for auditors and admins: erased, withheld, released, or waiting to be."""

from typing import Any, Final

from api.bootstrap import House
from api.entries import event_of
from api.erased_files import shared_files
from api.moments import NOW, Moment
from api.representations.parts import when
from api.representations.shapes.event import SingleEvent, WordProposal
from api.representations.shapes.history import KeptWords
from domain.desk import Desk
from domain.desk.proposals import Proposal
from domain.errors import NotFound

_DIGITS: Final = 15


def show_words(house: House, named: str, at: int | None = None) -> SingleEvent:
    """The event at the position that is named, and what was decided and waits by the ledger position `at`, or by now.

    Raises `NotFound`, and `UnreadableEvent` for an event whose bytes are damaged.
    """
    position = int(named) if named.isascii() and named.isdigit() and len(named) <= _DIGITS else 0
    row = next((row for row in house.store.rows(position - 1, 1) if str(row.position) == named), None)
    if row is None:
        raise NotFound("event", named)
    streams = house.newsroom.streams
    streams.refresh()
    desk: Desk = house.reader.folded(house.newsroom.desk_id, NOW if at is None else Moment(position=at))
    return {
        **event_of(row, streams.concealment),
        "kept": _kept(desk, row.position),
        "proposals": [_proposal(proposal) for proposal in desk.word_acts.waiting(row.position)],
        "kept_files": sorted(shared_files(house.newsroom, row)),
    }


def _kept(desk: Desk, position: int) -> KeptWords | None:
    kept = desk.word_acts.kept.get(position)
    if kept is None or kept.act == "erasure":
        return None
    return {"act": kept.act, "position": kept.by.position, "at": kept.by.at, "reason": kept.words.reason}


def _proposal(proposal: Proposal) -> WordProposal:
    said: dict[str, Any] | None = proposal.words.redacted
    return {
        "id": proposal.id,
        "act": proposal.act,
        "positions": list(proposal.positions),
        "reason": proposal.words.reason,
        "redacted_words": said,
        "proposed": when(proposal.proposed, "desk"),
    }
