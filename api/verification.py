"""Whether a ledger can be trusted: bytes, events, log, map, receipts, snapshots, views, and copies elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.checks import checkpoints, folder, held, receipts
from api.checks.commitments import Counting, Sizes
from api.checks.folder import Folder, Written
from api.checks.held import Held
from api.checks.keys import LogKeys, check_key, log_keys
from api.checks.progress import Phase, silent
from api.checks.records import Records, rows_upto
from api.signing.keyring import Keyring
from domain.catalogue import EVENTS, UPCASTERS
from domain.errors import Unavailable
from domain.ledger.audit import Audited, Auditor, Finding, audit
from domain.ledger.codec import Codec
from domain.ledger.rows import Row
from domain.ledger.store import Store
from domain.source.events import SnapshotCaptured
from domain.streams import Streams
from domain.vault import Inspected, Vault
from projections.engine import ProjectionFailed
from projections.rebuilding import Difference, Retraced, retrace
from projections.register import ALL
from projections.views import Views

_NOWHERE: Final = Inspected(0, (), 0)


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the ledger and is to be checked with it, as far as it is there.

    `log` are the files of the log, `against` a checkpoint that somebody else holds.
    """

    views: Views | None = None
    vault: Vault | None = None
    log: Folder | None = None
    against: Held | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification came to. `root` is the RFC 6962 root over the `size` leaves, in hex.

    `first` is the first thing in the ledger, its log or its receipts that is not as it must be, of `findings`;
    `differences` are the views that do not equal a rebuild, each as a sentence. `snapshots` counts the files of
    snapshots that are whole, `snapshots_wrong` names the others, and `orphans` counts files that no event names, which
    do no harm.

    `checkpoints` counts the signed ones that the ledger fits, `abandoned` those that a recorded break left behind, and
    `shown` is the size of the one that everybody is shown (None without one), with the known witnesses that `cosigned`
    it. `unsigned` says that there are no files of the log here at all, so that no checkpoint was looked at. `strange`
    are signatures and ends of files that nobody can verify and that prove nothing. `maps` counts commitments to the
    map, all counted again; `receipts` those that were made again, `receipts_incomparable` those of other code.
    `against` is the source of the checkpoint from elsewhere that was compared.
    """

    size: int
    root: str
    first: Finding | None
    findings: int
    differences: tuple[str, ...] = ()
    snapshots: int = 0
    snapshots_wrong: tuple[str, ...] = ()
    orphans: int = 0
    checkpoints: int = 0
    abandoned: int = 0
    shown: int | None = None
    cosigned: tuple[str, ...] = ()
    unsigned: bool = False
    strange: tuple[str, ...] = ()
    maps: int = 0
    receipts: int = 0
    receipts_incomparable: int = 0
    against: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing at all was found."""
        return self.first is None and not self.differences and not self.snapshots_wrong


def verify(store: Store, beside: Beside = Beside(), phase: Phase = silent) -> Verified:
    """Checks everything that can be checked from the ledger as it stands now, while others may write to it.

    First the stored bytes (`domain.ledger.audit`), with the roots of the tree on the way. If they are sound: that every
    event can be read and every record folded, that each commitment to the map is true, that every checkpoint is signed
    with the ledger's keys and over this ledger; then every file that a snapshot names; then, in one rebuild, the views
    and the receipts. That the schema is intact was made sure when the store was opened. What is recorded meanwhile is
    left for the next time. Raises `StoreUnavailable` if the store or a file beside it cannot be read at all.
    """
    return _Verification(store, beside, phase).run()


class _Verification:
    """One verification; what its parts find comes together in it."""

    def __init__(self, store: Store, beside: Beside, phase: Phase) -> None:
        self._store = store
        self._beside = beside
        self._phase = phase
        self._log = beside.log if beside.log is not None and beside.log.there else None
        # Before the ledger: whatever is signed later than this may be over events that are not looked at.
        self._written = folder.look(self._log.book) if self._log is not None else Written(None, None, 0)
        self._upto = store.head().position
        self._sizes = Sizes()
        self._counting = Counting(self._sizes)
        self._records = Records(store, self._upto)
        self._findings: list[Finding] = []

    def run(self) -> Verified:
        audited = self._audit()
        if audited.first is not None:
            return Verified(audited.size, audited.root.hex(), audited.first, audited.findings)
        self._read()
        log = self._check_log(audited)
        files, retraced, sorted_out = _NOWHERE, Retraced([], []), receipts.sort_out(self._records.receipts, ALL)
        differences: tuple[str, ...] = ()
        if not self._findings:
            files = self._inspect()
            self._findings.extend(sorted_out.findings)
            differences, retraced = self._retrace(sorted_out)
            self._findings.extend(receipts.judged(self._records.receipts, retraced.wrong))
        return Verified(
            size=audited.size,
            root=audited.root.hex(),
            first=min(self._findings, key=lambda finding: finding.position, default=None),
            findings=len(self._findings),
            differences=differences,
            snapshots=files.whole,
            snapshots_wrong=files.wrong,
            orphans=files.orphans,
            checkpoints=log.fitting,
            abandoned=log.abandoned,
            shown=log.shown,
            cosigned=log.cosigned,
            unsigned=self._log is None,
            strange=tuple(log.strange),
            maps=self._counting.committed,
            receipts=sorted_out.compared,
            receipts_incomparable=sorted_out.incomparable,
            against=None if self._beside.against is None else self._beside.against.source,
        )

    def _audit(self) -> Audited:
        """The stored bytes, and the roots at every size of which a checkpoint speaks."""
        wanted = folder.sizes(self._log.book, self._written) if self._log is not None else set()
        wanted.add(self._upto)
        if self._beside.against is not None:
            wanted.add(self._beside.against.checkpoint.size)
        progress = self._phase("Stored bytes")

        def see(row: Row) -> None:
            self._sizes.see(row)
            if not row.position & 1023:
                progress(row.position, self._upto)

        return audit(self._store, upto=self._upto, see=see, auditor=Auditor(wanted))

    def _read(self) -> None:
        """Every event, every record, and the map."""
        for row in rows_upto(self._store, self._upto, self._phase("Records and map")):
            found = self._counting.see(row, self._records.see(row))
            if found is not None:
                self._findings.append(found)
        self._findings.extend(self._records.findings)

    def _check_log(self, audited: Audited) -> checkpoints.Checked:
        keys = log_keys(self._records.keys)
        if isinstance(keys, str):
            self._findings.append(Finding(self._records.keys[-1].since.position, None, f"The log's key: {keys}."))
            return checkpoints.Checked()
        checked = checkpoints.Checked()
        if self._log is not None:
            self._phase("Checkpoints")
            checked = checkpoints.check(self._log, self._written, keys, audited.roots, audited.size)
            self._findings.extend(checked.findings)
            self._findings.extend(filter(None, [check_key(Keyring(self._log.key), keys)]))
        self._compare(keys, audited)
        return checked

    def _compare(self, keys: LogKeys, audited: Audited) -> None:
        if self._beside.against is not None:
            found = held.compare(self._beside.against, keys.keys, audited.roots, audited.size)
            self._findings.extend(filter(None, [found]))

    def _inspect(self) -> Inspected:
        if self._beside.vault is None:
            return _NOWHERE
        self._phase("Snapshots")
        return self._beside.vault.inspect(kept_digests(self._store, self._upto))

    def _retrace(self, claimed: receipts.Sorted) -> tuple[tuple[str, ...], Retraced]:
        """One rebuild, for the views and for the receipts; none if there is neither."""
        views = self._beside.views
        if views is None and not claimed.claims:
            return (), Retraced([], [])
        try:
            progress = self._phase("Views and receipts")
            found = retrace(self._store, Streams(self._store), views, ALL, claimed.claims, progress)
        except (Unavailable, ProjectionFailed) as error:
            return (f"The views cannot be compared with a rebuild: {error}",), Retraced([], [])
        return sentences(found.differences), found


def sentences(differences: Sequence[Difference]) -> tuple[str, ...]:
    """The differences as sentences, each with its place."""
    places = (" ".join(filter(None, (d.projection, d.table, *map(_shown, d.key)))) for d in differences)
    return tuple(f"{place}: {d.detail}" for place, d in zip(places, differences, strict=True))


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def kept_digests(store: Store, upto: int) -> list[str]:
    """The digests of the files that snapshots name, bytes and texts, in the order in which they were recorded."""
    codec, found = Codec(EVENTS, UPCASTERS), dict[str, None]()
    for row in rows_upto(store, upto, lambda *_: None):
        if row.words is None:  # the files of an erased snapshot are gone by right
            continue
        if row.stream.startswith("src") and isinstance(event := codec.open(row).event, SnapshotCaptured):
            kept = (event.sha256 if event.stored else None, event.text_sha256)
            found.update(dict.fromkeys(digest for digest in kept if digest is not None))
    return list(found)
