"""Whether a ledger can be trusted: its bytes, its events, and the views that are computed from it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.catalogue import EVENTS, UPCASTERS
from domain.errors import DamagedLedger, StemmaError
from domain.ledger.audit import Finding, audit
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.streams import fold_of

_BATCH: Final = 1_000

Progress = Callable[[int, int], None]
"""Told (events looked at, events in all), anew for each of the checks."""

CheckViews = Callable[[Progress], Iterable[object]]
"""Compares the views with a rebuild and gives the differences, which read as sentences."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification came to. `root` is the RFC 6962 root over the `size` leaves, in hex.

    `first` is the first thing in the ledger that is not as it must be, `differences` are the views that do not equal
    a rebuild, each as a sentence.
    """

    size: int
    root: str
    first: Finding | None
    findings: int
    differences: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing at all was found."""
        return self.first is None and not self.differences


def verify(store: Store, check_views: CheckViews | None = None, progress: Progress = lambda *_: None) -> Verified:
    """Checks everything that can be checked from the ledger as it stands now, while others may write to it.

    First the stored bytes (`domain.ledger.audit`); if they are sound, that every event can be read and every record
    folded; then, if there is a way to check them, that the views equal a rebuild. That the schema is intact was made
    sure when the store was opened. Raises `StoreUnavailable` if the store cannot be read at all.
    """
    upto = store.head().position
    audited = audit(store, upto=upto, see=lambda row: progress(row.position, upto))
    if audited.first is not None:
        return Verified(audited.size, audited.root.hex(), audited.first, audited.findings)
    found = sorted(_unfoldable(store, upto, progress), key=lambda finding: finding.position)
    differences: tuple[str, ...] = ()
    if check_views is not None and not found:
        differences = tuple(str(difference) for difference in check_views(progress))
    return Verified(audited.size, audited.root.hex(), next(iter(found), None), len(found), differences)


def _unfoldable(store: Store, upto: int, progress: Progress) -> Iterator[Finding]:
    """What keeps an event from being read, or a record from being folded, by the way in which commands read it."""
    codec = Codec(EVENTS, UPCASTERS)
    left: dict[str, int] = {}
    for row in _rows(store, upto):
        if row.version == 1:
            left[row.stream], finding = _fold(store, codec, row, upto)
            if finding is not None:
                yield finding
        if not left.get(row.stream):
            yield Finding(row.position, row.stream, "The event is stored, and its stream does not show it.")
            continue
        left[row.stream] -= 1
        if not left[row.stream]:
            del left[row.stream]
        progress(row.position, upto)


def _rows(store: Store, upto: int) -> Iterator[Row]:
    for after in range(0, upto, _BATCH):
        yield from store.rows(after, min(_BATCH, upto - after))


def _fold(store: Store, codec: Codec, first: Row, upto: int) -> tuple[int, Finding | None]:
    """How many events the stream has, and what is wrong with the first that cannot be folded."""
    rows = [row for row in store.stream(first.stream) if row.position <= upto]
    fold, state = fold_of(first.stream), None
    if fold is None:
        return len(rows), Finding(first.position, first.stream, "The stream's id names no kind of record.")
    for row in rows:
        detail, state = _step(fold.step, codec, row, state)
        if detail is not None:
            return len(rows), Finding(row.position, row.stream, detail)
    return len(rows), None


def _step(step: Callable[..., Any], codec: Codec, row: Row, state: Any) -> tuple[str | None, Any]:
    try:
        return None, step(state, codec.open(row))
    except DamagedLedger as damage:
        return damage.detail, state
    except StemmaError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever a fold stumbles over, the event is what cannot be folded)
        return f"The event cannot be folded: {type(error).__name__}: {error}", state
