"""The files of erased snapshots: they are gone, unless another event that was not erased names the same bytes."""

from typing import Final

from domain.ledger.rows import Row
from domain.newsroom import Newsroom
from domain.source.events import SnapshotCaptured

_BATCH: Final = 5_000


def files_of(newsroom: Newsroom, row: Row) -> frozenset[str]:
    """The digests of the files that the event, if it captured a snapshot, has kept."""
    if not row.stream.startswith("src") or SnapshotCaptured.TYPE.encode() not in row.head:
        return frozenset()
    event = newsroom.streams.codec.open(row).event
    if not isinstance(event, SnapshotCaptured) or not event.stored:
        return frozenset()
    return frozenset(digest for digest in (event.sha256, event.text_sha256) if digest is not None)


def shared_files(newsroom: Newsroom, row: Row) -> frozenset[str]:
    """Those files of an erased snapshot that another event names whose words are there. Reads the whole ledger."""
    erased = newsroom.streams.concealment.erased(row.position)
    return frozenset() if erased is None else still_named(newsroom, files_of(newsroom, row))


def still_named(newsroom: Newsroom, digests: frozenset[str]) -> frozenset[str]:
    """Those of the files that an event names whose words were not erased. Reads the whole ledger."""
    needles, named, after = {digest.encode(): digest for digest in digests}, set[str](), 0
    while needles and (rows := newsroom.store.rows(after, _BATCH)):
        for row in rows:
            found = [digest for needle, digest in needles.items() if needle in row.head]
            if found and newsroom.streams.concealment.erased(row.position) is None:
                named.update(files_of(newsroom, row).intersection(found))
        after = rows[-1].position
    return frozenset(named)
