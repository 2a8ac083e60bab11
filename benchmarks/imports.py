"""Events a second of a journal that is imported: read, checked, decided, and stored 500 commands at a time."""

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from api.journal import import_journal
from benchmarks.ledgers import BATCH, newsroom, record_plainly, write_journal
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from benchmarks.plain_desk import PlainDesk


def imports(folder: Path, scale: Scale) -> Iterator[Race]:
    """Into a new ledger each time, beside the library saving the same lines unchecked, as many in a transaction."""
    journal = folder / "journal.jsonl"
    write_journal(journal, "bench", scale.claims // 3)
    numbers = count(1)

    def ours() -> float:
        with newsroom(folder / f"ledger-{next(numbers)}.db") as desk, journal.open("rb") as file:
            before = desk.store.head().position

            def work() -> int:
                refused = import_journal(desk, file).refused
                if refused:
                    raise RuntimeError(f"The journal is not accepted: {refused[0]}")
                return desk.store.head().position - before

            return timed(work)

    def theirs() -> float:
        with PlainDesk(folder / f"plain-{next(numbers)}.db") as desk, journal.open(encoding="utf-8") as file:
            return timed(lambda: record_plainly(desk, map(json.loads, islice(file, 1, None))))

    entrants = [
        Entrant(f"eventsourcing: save, {BATCH} in a transaction", theirs),
        Entrant("Stemma: journal import", ours),
    ]
    yield race("Journal import", "events/s", entrants, scale.rounds)
