"""The newest commitment to the map."""

from dataclasses import dataclass

from domain.commitments import events as happened
from domain.events import Recorded, Stamp
from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class LedgerMap:
    """The map as it was committed to last: the root over the ledger's first `size` events, in hex."""

    id: str
    version: int
    size: int
    root: str
    changed: Stamp


fold: Fold[LedgerMap] = Fold("map")


@fold.first(happened.MapCommitted)
def _began(recorded: Recorded, event: happened.MapCommitted) -> LedgerMap:
    return LedgerMap(recorded.stream, recorded.version, event.size, event.root, Stamp.of(recorded))


@fold.then(happened.MapCommitted)
def _committed(_: LedgerMap, recorded: Recorded, event: happened.MapCommitted) -> LedgerMap:
    return _began(recorded, event)
