"""What the public may read of each event of a record, by all that was decided: the one answer for histories and proofs.

By itself an event is open or stays with the desk (`opening`). Two admins may decide otherwise: to withhold one that is
open, or to release one that is not. What was decided last on an event counts, at every moment of the past too. What was
erased nobody can read; that it was is told of an event that is open.
"""

from collections.abc import Mapping


def readable(open: frozenset[int], kept: Mapping[int, bool]) -> frozenset[int]:
    """The positions of the events of one record that the public may read.

    `open` are those that are open by themselves. `kept` goes from the positions on which admins decided to whether they
    decided last to withhold the event (true) or to release it (false).
    """
    released = {position for position, withheld in kept.items() if not withheld}
    return (open | released) - (kept.keys() - released)
