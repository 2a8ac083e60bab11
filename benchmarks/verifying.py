"""Events a second when a ledger is verified, beside hashing the same bytes and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from api.verification import Beside, verify
from benchmarks.ledgers import lines, newsroom, record
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from domain.ledger.audit import audit
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from domain.streams import Streams
from projections.runner import Runner
from projections.views import Views

BATCH = 1_000


def verifying(folder: Path, scale: Scale) -> Iterator[Race]:
    """The stored bytes, then also every record and the map, then also a rebuild of the views."""
    with newsroom(folder / "ledger.db") as desk:
        record(desk, lines(scale.claims))
    with closing(SQLiteStore(folder / "ledger.db", read_only=True)) as store, closing(Views(folder / "v.db")) as views:
        Runner(store, Streams(store), views).catch_up()
        entrants = [
            Entrant("read, and SHA-256 of heads, words and leaves", lambda: timed(lambda: _hash(store))),
            Entrant("Stemma: stored bytes and the tree's root", lambda: timed(lambda: audit(store).size)),
            Entrant("Stemma: also records and map", lambda: timed(lambda: verify(store).size)),
            Entrant("Stemma: also the views", lambda: timed(lambda: verify(store, Beside(views=views)).size)),
        ]
        yield race("Verification", "events/s", entrants, scale.rounds)


def _hash(store: Store) -> int:
    after = 0
    while rows := store.rows(after, BATCH):
        for row in rows:
            for part in (row.head, row.words, row.leaf):
                sha256(part or b"").digest()
        after = rows[-1].position
    return after
