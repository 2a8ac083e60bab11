"""Whether every event can be read and every record folded, by the way in which commands read them.

What the ledger says of its log is gathered on the way: its keys and its receipts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.catalogue import EVENTS, UPCASTERS
from domain.desk.events import ReceiptMade
from domain.desk.state import Desk, LogKey
from domain.errors import DamagedLedger, StemmaError
from domain.events import Recorded
from domain.ledger.audit import Finding
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.streams import fold_of
from projections.engine import Progress

_BATCH: Final = 1_000
_ENDLESS: Final = ("dsk", "map")
"""Kinds of streams that grow as long as the ledger does: they are folded event by event, never read as a whole."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it was recorded: where, and what it says."""

    position: int
    stream: str
    said: ReceiptMade


class Records:
    """Sees the rows of a sound ledger in order, up to a position, and finds what cannot be read or folded.

    A record is folded when its first event is met, so memory is needed for the longest record, not for all of them.
    """

    def __init__(self, store: Store, upto: int) -> None:
        self.findings: list[Finding] = []
        self.receipts: list[Receipt] = []
        self._store = store
        self._upto = upto
        self._codec = Codec(EVENTS, UPCASTERS)
        self._left: dict[str, int] = {}
        self._endless: dict[str, Any] = {}
        self._broken: set[str] = set()

    @property
    def keys(self) -> tuple[LogKey, ...]:
        """Every key that the ledger has named so far, the newest last."""
        desks = (state for state in self._endless.values() if isinstance(state, Desk))
        return next((desk.keys for desk in desks), ())

    def see(self, row: Row) -> Recorded | None:
        """The next row. Gives the event if it belongs to a stream that is folded event by event."""
        if row.stream.startswith(_ENDLESS):
            return self._advance(row)
        if row.version == 1:
            self._left[row.stream] = self._fold(row)
        if not self._left.get(row.stream):
            self._find(row, "The event is stored, and its stream does not show it.")
            return None
        self._left[row.stream] -= 1
        if not self._left[row.stream]:
            del self._left[row.stream]
        return None

    def _advance(self, row: Row) -> Recorded | None:
        """Folds an event into its stream, unless something was wrong with the stream before."""
        fold = fold_of(row.stream)
        if fold is None or row.stream in self._broken:
            return None
        detail, recorded, state = _step(fold.step, self._codec, row, self._endless.get(row.stream))
        if detail is not None:
            self._broken.add(row.stream)
            self._find(row, detail)
            return None
        self._endless[row.stream] = state
        if recorded is not None and isinstance(recorded.event, ReceiptMade):
            self.receipts.append(Receipt(row.position, row.stream, recorded.event))
        return recorded

    def _fold(self, first: Row) -> int:
        """How many events the stream has. What is wrong with the first that cannot be folded is a finding."""
        rows = [row for row in self._store.stream(first.stream) if row.position <= self._upto]
        fold, state = fold_of(first.stream), None
        if fold is None:
            self._find(first, "The stream's id names no kind of record.")
            return len(rows)
        for row in rows:
            detail, _, state = _step(fold.step, self._codec, row, state)
            if detail is not None:
                self._find(row, detail)
                break
        return len(rows)

    def _find(self, row: Row, detail: str) -> None:
        self.findings.append(Finding(row.position, row.stream, detail))


def rows_upto(store: Store, upto: int, progress: Progress) -> Iterator[Row]:
    """Every row up to a position, in order."""
    for after in range(0, upto, _BATCH):
        yield from store.rows(after, min(_BATCH, upto - after))
        progress(min(after + _BATCH, upto), upto)


def _step(step: Callable[..., Any], codec: Codec, row: Row, state: Any) -> tuple[str | None, Recorded | None, Any]:
    try:
        recorded = codec.open(row)
        return None, recorded, step(state, recorded)
    except DamagedLedger as damage:
        return damage.detail, None, state
    except StemmaError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever a fold stumbles over, the event is what cannot be folded)
        return f"The event cannot be folded: {type(error).__name__}: {error}", None, state
