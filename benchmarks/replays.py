"""Events a second when a whole history is read back: decoded, and folded into the state of every record."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.domain import CanMutateProtocol

from benchmarks.ledgers import lines, newsroom, record, record_plainly
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from benchmarks.plain_desk import PlainDesk
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams, fold_of

BATCH = 5_000


def replays(folder: Path, scale: Scale) -> Iterator[Race]:
    """Ours beside the library's, of histories of as many events."""
    with newsroom(folder / "ledger.db") as desk:
        record(desk, lines(scale.claims))
    with closing(SQLiteStore(folder / "ledger.db")) as store, PlainDesk(folder / "plain.db") as plain:
        record_plainly(plain, lines(scale.claims))
        streams = Streams(store)
        yield _race("Replay: read and decode", scale, lambda: _decode_plainly(plain), lambda: _decode(streams))
        yield _race("Replay: read, decode and fold", scale, lambda: _fold_plainly(plain), lambda: _fold(streams))


def _race(title: str, scale: Scale, theirs: Callable[[], int], ours: Callable[[], int]) -> Race:
    entrants = [
        Entrant("eventsourcing: select_notifications and mapper", lambda: timed(theirs)),
        Entrant("Stemma", lambda: timed(ours)),
    ]
    return race(title, "events/s", entrants, scale.rounds)


def plain_events(desk: PlainDesk) -> Iterator[Any]:
    """Every event of the library's table, in order."""
    start: int | None = None
    while found := desk.sqlite.select_notifications(start, BATCH, inclusive_of_start=False):
        yield from map(desk.mapper.to_domain_event, found)
        start = found[-1].id


def _decode(streams: Streams) -> int:
    return sum(1 for _ in streams.events(batch=BATCH))


def _decode_plainly(desk: PlainDesk) -> int:
    return sum(1 for _ in plain_events(desk))


def _fold(streams: Streams) -> int:
    states: dict[str, Any] = {}
    events = 0
    for recorded in streams.events(batch=BATCH):
        fold = fold_of(recorded.stream)
        assert fold is not None, "every stream has a fold"
        states[recorded.stream] = fold.step(states.get(recorded.stream), recorded)
        events += 1
    return events


def _fold_plainly(desk: PlainDesk) -> int:
    states: dict[UUID, Any] = {}
    events = 0
    for event in plain_events(desk):
        assert isinstance(event, CanMutateProtocol)
        states[event.originator_id] = event.mutate(states.get(event.originator_id))
        events += 1
    return events
