"""The past of one record as the public may know it: its events, which of them may be read, and states of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.audience import public_article, public_claim, public_party, public_source
from domain.concealment import Kept
from domain.events import Recorded, Stamp
from domain.party import Party
from domain.source import Source
from domain.streams import FOLDS


@dataclass(frozen=True, slots=True)
class Past:
    """The events of one record as the public may know them, and the positions of those that it may read.

    `open` are those that are open by themselves: what the record shows rests on them. `readable` are those that may be
    read, by all that was decided; those that were withheld have no words here. `kept` says what was decided.
    """

    events: Sequence[Recorded]
    opened_at: int
    open: frozenset[int]
    readable: frozenset[int]
    kept: Mapping[int, Kept]

    @property
    def withheld(self) -> frozenset[int]:
        """The positions of the events that admins withheld."""
        return frozenset(position for position, kept in self.kept.items() if kept.withheld)


def blanked(events: Sequence[Recorded], withheld: frozenset[int]) -> list[Recorded]:
    """The events, those at these positions without their words."""
    return [event.without_words() if event.position in withheld else event for event in events]


def told_last(past: Past, position: int) -> Stamp:
    """The last event up to this position that the public may read; what it may not moves nothing that it is shown."""
    told = (event for event in reversed(past.events) if event.position in past.readable and event.position <= position)
    return Stamp.of(next(told, past.events[0]))


def protected_as_now(state: Any, newest: Any) -> Any:
    """A source that is confidential now, and a party that is private now, are so at every moment of their past."""
    match newest:
        case Source(confidential=True):
            return replace(state, confidential=True)
        case Party(private=True):
            return replace(state, private=True)
        case _:
            return state


def before_opening(past: Past, position: int) -> Any:
    """The record at a position before it was opened, folded from those of its events that are open now.

    The first event is always one of them, if need be without its words: a record has to begin.
    """
    first, *others = [recorded for recorded in past.events if recorded.position <= position]
    if first.position not in past.open:
        first = first.without_words()
    fold = FOLDS[first.stream[:3]]
    state = fold.step(None, first)
    for recorded in others:
        if recorded.position in past.open:
            state = fold.step(state, recorded)
        else:
            state = replace(state, version=recorded.version)
    return state


def without_the_desks(state: Any, open: frozenset[int]) -> Any:
    """The state without what stays with the desk."""
    match state.id[:3]:
        case "clm":
            return public_claim(state, open)
        case "art":
            return public_article(state, open)
        case "src":
            return public_source(state, open)
        case _:
            return public_party(state, open)
