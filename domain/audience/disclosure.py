"""What the public may read of each event of a record, by all that was decided: the one answer for histories and proofs.

By itself an event is open or stays with the desk (`opening`). Two admins may decide otherwise: to withhold one that is
open, or to release one that is not. What was decided last on an event counts, at every moment of the past too. What was
erased nobody can read; that it was is told of an event that is open.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from domain.audience.opening import IsOpen, open_positions
from domain.events import Recorded

Disclosed = Literal["open", "withheld", "erased"]
"""Whether the public may read an event, or only that there is one, or only that and why its words are gone."""


def readable(open: frozenset[int], kept: Mapping[int, bool]) -> frozenset[int]:
    """The positions of the events of one record that the public may read.

    `open` are those that are open by themselves. `kept` goes from the positions on which admins decided to whether they
    decided last to withhold the event (true) or to release it (false).
    """
    released = {position for position, withheld in kept.items() if not withheld}
    return (open | released) - (kept.keys() - released)


def disclosed(
    events: Sequence[Recorded],
    opened_at: int | None,
    kept: Mapping[int, bool],
    *,
    protected: bool = False,
    is_open: IsOpen = lambda _: True,
) -> dict[int, Disclosed]:
    """What the public may read of each event of one record, given all its events, by position.

    `opened_at` is the ledger position at which the record became open, None where it is not; `kept` is as for
    `readable`; `protected` says that the record is a confidential source or a private party; `is_open` tells of other
    records, to which this one may be tied. `erased` is an event that may be read and has no words any more but redacted
    ones.
    """
    if opened_at is None or protected:
        return dict.fromkeys((recorded.position for recorded in events), "withheld")
    open_to_all = readable(open_positions(events, opened_at, is_open), kept)
    return {recorded.position: _disclosed(recorded, open_to_all) for recorded in events}


def _disclosed(recorded: Recorded, open_to_all: frozenset[int]) -> Disclosed:
    if recorded.position not in open_to_all:
        return "withheld"
    return "open" if recorded.erased is None else "erased"
