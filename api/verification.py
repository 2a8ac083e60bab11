"""Whether a ledger can be trusted: its bytes, its events, its snapshots, and the views that are computed from it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from domain.catalogue import EVENTS, UPCASTERS
from domain.errors import DamagedLedger, StemmaError
from domain.ledger.audit import Finding, audit
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.source.events import SnapshotCaptured
from domain.streams import fold_of
from domain.vault import Inspected, Vault

_BATCH: Final = 1_000

Progress = Callable[[int, int], None]
"""Told (events looked at, events in all), anew for each of the checks."""

CheckViews = Callable[[Progress], Iterable[object]]
"""Compares the views with a rebuild and gives the differences, which read as sentences."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification came to. `root` is the RFC 6962 root over the `size` leaves, in hex.

    `first` is the first thing in the ledger that is not as it must be, `differences` are the views that do not equal
    a rebuild, each as a sentence. `snapshots` counts the files of snapshots that are whole, `snapshots_wrong` names the
    others, and `orphans` counts files that no event names, which do no harm.
    """

    size: int
    root: str
    first: Finding | None
    findings: int
    differences: tuple[str, ...] = ()
    snapshots: int = 0
    snapshots_wrong: tuple[str, ...] = ()
    orphans: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing at all was found."""
        return self.first is None and not self.differences and not self.snapshots_wrong


def verify(
    store: Store,
    check_views: CheckViews | None = None,
    progress: Progress = lambda *_: None,
    vault: Vault | None = None,
) -> Verified:
    """Checks everything that can be checked from the ledger as it stands now, while others may write to it.

    First the stored bytes (`domain.ledger.audit`); if they are sound, that every event can be read and every record
    folded; then, with the `vault`, every file that the ledger names; then, if there is a way to check them, that the
    views equal a rebuild. That the schema is intact was made sure when the store was opened. Raises `StoreUnavailable`
    if the store cannot be read at all.
    """
    upto = store.head().position
    audited = audit(store, upto=upto, see=lambda row: progress(row.position, upto))
    if audited.first is not None:
        return Verified(audited.size, audited.root.hex(), audited.first, audited.findings)
    found = sorted(_unfoldable(store, upto, progress), key=lambda finding: finding.position)
    differences: tuple[str, ...] = ()
    if check_views is not None and not found:
        differences = tuple(str(difference) for difference in check_views(progress))
    files = Inspected(0, (), 0)
    if vault is not None and not found:
        files = vault.inspect(kept_digests(store, upto))
    return Verified(
        size=audited.size,
        root=audited.root.hex(),
        first=next(iter(found), None),
        findings=len(found),
        differences=differences,
        snapshots=files.whole,
        snapshots_wrong=files.wrong,
        orphans=files.orphans,
    )


def kept_digests(store: Store, upto: int) -> list[str]:
    """The digests of the files that snapshots name, bytes and texts, in the order in which they were recorded."""
    codec, found = Codec(EVENTS, UPCASTERS), dict[str, None]()
    for row in _rows(store, upto):
        if row.words is None:  # the files of an erased snapshot are gone by right
            continue
        if row.stream.startswith("src") and isinstance(event := codec.open(row).event, SnapshotCaptured):
            kept = (event.sha256 if event.stored else None, event.text_sha256)
            found.update(dict.fromkeys(digest for digest in kept if digest is not None))
    return list(found)


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
