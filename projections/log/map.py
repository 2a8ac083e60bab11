"""The ledger's map (`domain.tlog.prefixmap`) as it was committed to last, and the events that came since.

It moves only where a `map committed` event says so, so that what it holds can always be proven by that event.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from domain.commitments.events import MapCommitted
from domain.events import Recorded
from domain.tlog import prefixmap
from domain.tlog.merkle import leaf_hash
from domain.tlog.prefixmap import Entry, Found, Node, Update, decoded
from projections.batch import Batch
from projections.documents import digest_of
from projections.tables import Row, Table
from projections.views import Reading

_COMMITTED: Final = Table(
    "map_committed",
    (
        "stream TEXT NOT NULL",
        "version INTEGER NOT NULL",
        "position INTEGER NOT NULL",
        "recorded_at TEXT NOT NULL",
        "size INTEGER NOT NULL",
        "root TEXT NOT NULL",
        "reckoned TEXT NOT NULL",
        "digest BLOB NOT NULL",
    ),
    ("stream",),
    main=True,
)
_NODES: Final = Table("map_nodes", ("place BLOB NOT NULL", "node BLOB NOT NULL"), ("place",))
_PENDING: Final = Table(
    "map_pending",
    (
        "position INTEGER NOT NULL",
        "key BLOB NOT NULL",
        "count INTEGER NOT NULL",
        "leaf BLOB NOT NULL",
        "of_map INTEGER NOT NULL",
    ),
    ("position",),
)
_LAST: Final = (
    "SELECT stream, version, position, recorded_at, size, root, reckoned FROM map_committed "
    "ORDER BY position DESC LIMIT 1"
)
_NODE: Final = "SELECT node FROM map_nodes WHERE place = ?"
_NEWEST: Final = "SELECT key, max(count), leaf FROM map_pending WHERE position <= ? GROUP BY key"
_WAITING: Final = "SELECT max(position) FROM map_pending WHERE NOT of_map"


@dataclass(frozen=True, slots=True)
class Committed:
    """The newest commitment: which event made it, and the root (hex) of the map of the ledger's first `size` events.

    `reckoned` is the root that the ledger itself comes to. Where it is another, nothing can be proven by this one.
    """

    stream: str
    version: int
    position: int
    recorded_at: str
    size: int
    root: str
    reckoned: str

    @property
    def sound(self) -> bool:
        """Whether the root is that of the ledger."""
        return self.root == self.reckoned


class LedgerMap:
    """One row for the newest commitment; the map's nodes by place; and one row for each event it does not cover yet."""

    NAME = "map"
    VERSION = 1
    TABLES = (_COMMITTED, _NODES, _PENDING)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Lets the events of the batch wait, and takes into the map those that a commitment covers."""
        waiting: list[Row] = []
        for recorded, leaf in zip(batch.events, batch.leaves, strict=True):
            if isinstance(recorded.event, MapCommitted):
                views.executemany(_PENDING.put, waiting)
                waiting = []
                _commit(views, recorded, recorded.event)
            key = sha256(recorded.stream.encode()).digest()
            of_map = isinstance(recorded.event, MapCommitted)
            waiting.append((recorded.position, key, recorded.version, leaf_hash(leaf), of_map))
        views.executemany(_PENDING.put, waiting)


def _commit(views: sqlite3.Connection, recorded: Recorded, event: MapCommitted) -> None:
    update = _update(views, event.size)
    views.executemany(_NODES.put, ((place, node.encoded) for place, node in update.nodes.items()))
    views.execute("DELETE FROM map_pending WHERE position <= ?", (event.size,))
    said = (recorded.stream, recorded.version, recorded.position, recorded.recorded_at)
    row = (*said, event.size, event.root, update.root.hex())
    views.execute(_COMMITTED.put, (*row, digest_of(*row)))


def _nodes(views: sqlite3.Connection) -> prefixmap.Nodes:
    def node(place: bytes) -> Node | None:
        found = views.execute(_NODE, (place,)).fetchone()
        return None if found is None else decoded(found[0])

    return node


def _update(views: sqlite3.Connection, size: int) -> Update:
    entries = (Entry(*row) for row in views.execute(_NEWEST, (size,)))
    return prefixmap.update(_nodes(views), {entry.key: entry for entry in entries})


def committed(reading: Reading) -> Committed | None:
    """The newest commitment that the views have taken in."""
    found = reading.connection.execute(_LAST).fetchone()
    return None if found is None else Committed(*found)


def due(reading: Reading) -> bool:
    """Whether anything but commitments to the map came since the one that is the newest."""
    (position,) = reading.connection.execute(_WAITING).fetchone()
    return position is not None


def next_root(reading: Reading) -> str:
    """The root, in hex, of the map of everything that this view has taken in; nothing is changed."""
    return _update(reading.connection, reading.positions[LedgerMap.NAME]).root.hex()


def found(reading: Reading, stream: str) -> Found:
    """What the map that was committed to says of this stream, and why."""
    return prefixmap.find(_nodes(reading.connection), sha256(stream.encode()).digest())


def entries(reading: Reading) -> Iterator[Entry]:
    """Every entry of the map that was committed to, in no order."""
    for (data,) in reading.connection.execute("SELECT node FROM map_nodes WHERE length(node) = 72"):
        yield Entry(data[:32], int.from_bytes(data[32:40], "big"), data[40:])
