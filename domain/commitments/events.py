"""What can happen to the ledger's map.

The map has a stream of its own: there may be as many of these events as seconds in which something was recorded, and
the desk, which is folded to let people in, stays short.
"""

from domain.events import Event, NoWords


class MapCommitted(Event, type="map.committed.v1"):
    """The map of the ledger's first `size` events has this root, in hex (`domain.tlog.prefixmap`).

    The map says of each stream how many of those events it has, and the leaf of the last. `size` is below the position
    of this event, and above the size of the commitment before.
    """

    size: int
    root: str
    words: NoWords | None
