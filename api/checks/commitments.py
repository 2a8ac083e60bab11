"""Whether every commitment to the ledger's map is true: the streams are counted again, from the leaves."""

from array import array
from hashlib import sha256
from typing import Final

from domain.canonical import BadJson, parse
from domain.commitments.events import MapCommitted
from domain.events import Recorded
from domain.ledger.audit import Finding
from domain.ledger.rows import Row
from domain.tlog.merkle import leaf_hash
from domain.tlog.recount import Recount

_STREAMS: Final = "map"


class Sizes:
    """Gathers, in a first pass over the rows, at which sizes of the ledger the map is to be counted."""

    def __init__(self) -> None:
        self.found = array("Q")

    def see(self, row: Row) -> None:
        """The next row. What is wrong with a commitment is found when it is judged."""
        if str(row.stream)[:3] != _STREAMS:  # in a damaged row a column has any type
            return
        try:
            size = parse(row.head)["data"]["size"]
        except (BadJson, LookupError, TypeError, AttributeError):
            return
        if isinstance(size, int) and (self.found[-1] if self.found else 0) < size < row.position:
            self.found.append(size)


class Counting:
    """Counts the streams, in a second pass over the rows, and compares each commitment with what it comes to."""

    def __init__(self, sizes: Sizes) -> None:
        self.committed = 0
        self._sizes = sizes.found
        self._next = 0
        self._map = Recount()
        self._changed: dict[str, tuple[int, bytes]] = {}
        self._roots: dict[int, str] = {}
        self._last = 0

    def see(self, row: Row, recorded: Recorded | None) -> Finding | None:
        """The next row, with its event if it may be a commitment. Gives what is wrong with that."""
        event = None if recorded is None else recorded.event
        finding = self._judge(row, event) if isinstance(event, MapCommitted) else None
        if self._next < len(self._sizes):
            self._changed[row.stream] = row.version, leaf_hash(row.leaf)
            if row.position == self._sizes[self._next]:
                self._count(row.position)
        return finding

    def _count(self, size: int) -> None:
        for stream, (version, leaf) in self._changed.items():
            self._map.put(sha256(stream.encode()).digest(), version, leaf)
        self._changed.clear()
        self._roots[size] = self._map.root().hex()
        self._next += 1

    def _judge(self, row: Row, event: MapCommitted) -> Finding | None:
        self.committed += 1
        before, self._last = self._last, event.size
        reckoned = self._roots.pop(event.size, None)
        if not before < event.size < row.position or reckoned is None:
            detail = f"The map is committed to at size {event.size}: not above {before}, or not below its own position."
            return Finding(row.position, row.stream, detail)
        if event.root == reckoned:
            return None
        detail = f"The root of the map of the first {event.size} events is another."
        return Finding(row.position, row.stream, detail, reckoned, event.root)
