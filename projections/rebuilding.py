"""Making projections anew beside the live ones: to take their place, or to see whether they are the same."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.ledger.store import Store
from domain.streams import Streams
from projections.engine import Engine, Progress, ProjectionFailed
from projections.projection import Projection
from projections.tables import Row, Table
from projections.views import Reading, Views

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a projection is not what the ledger makes of it.

    `table` and `key` name the row (its key's values, in order); both are empty where the projection as a whole cannot
    be compared. `detail` says in a sentence what is wrong.
    """

    projection: str
    table: str
    key: tuple[Any, ...]
    detail: str


def replace_with_rebuilt(
    live: Engine, views: Views, beside: Path, engine_on: Callable[[Views], Engine], progress: Progress | None
) -> None:
    """Fills the file `beside` while the live views go on, then puts its rows in their place in one transaction."""
    with _passing(beside) as rebuilt:
        engine = engine_on(rebuilt)
        _fill(engine, None, progress)
        with live.working:
            _fill(engine, max(live.positions[p.NAME] for p in engine.projections), progress)
            rebuilt.close()
            _swap(views, beside, engine.projections)
            for projection in engine.projections:
                live.troubles.pop(projection.NAME, None)
            live.look()
    views.announce()


def check(
    store: Store, streams: Streams, views: Views, projections: Sequence[Projection], progress: Progress | None = None
) -> list[Difference]:
    """The differences between the views as they are now and what the ledger makes of it, one at most a projection.

    Nothing is changed, and another process may lead meanwhile.
    """
    with TemporaryDirectory(prefix="stemma-views-") as folder, _passing(Path(folder) / "views.db") as rebuilt:
        engine = Engine(store, streams, rebuilt, projections, _BATCH)
        with views.reading() as reading:
            found = dict(_compared(reading, engine, rebuilt, progress))
    return [found[projection.NAME] for projection in projections if projection.NAME in found]


def _compared(
    reading: Reading, engine: Engine, rebuilt: Views, progress: Progress | None
) -> Iterator[tuple[str, Difference]]:
    """Compares each projection at the position at which it stands, the backward ones first."""
    for projection in sorted(engine.projections, key=lambda p: reading.positions.get(p.NAME, 0)):
        name, position = projection.NAME, reading.positions.get(projection.NAME)
        difference = _incomparable(reading, projection)
        if position is not None and difference is None:
            _fill(engine, position, progress)
            with rebuilt.reading() as other:
                difference = _first_difference(projection, reading, other)
        if difference is not None:
            yield name, difference


def _incomparable(reading: Reading, projection: Projection) -> Difference | None:
    found = reading.connection.execute("SELECT version FROM projection WHERE name = ?", (projection.NAME,)).fetchone()
    if found is None:
        return Difference(projection.NAME, "", (), "It has not been made yet.")
    if found[0] != projection.VERSION:
        return Difference(projection.NAME, "", (), f"It is of version {found[0]}, not {projection.VERSION}.")
    return None


def _first_difference(projection: Projection, live: Reading, rebuilt: Reading) -> Difference | None:
    reached = rebuilt.positions[projection.NAME]
    if reached != live.positions[projection.NAME]:
        return Difference(projection.NAME, "", (), f"It is ahead of the ledger, which ends at position {reached}.")
    for table in projection.TABLES:
        rows = zip_longest(live.connection.execute(table.rows), rebuilt.connection.execute(table.rows))
        for present, wanted in rows:
            if present != wanted:
                return _named(projection, table, present, wanted)
    return None


def _named(projection: Projection, table: Table, present: Row | None, wanted: Row | None) -> Difference:
    keys = len(table.key)
    if present is None or wanted is None or present[:keys] != wanted[:keys]:
        missing = present is None or (wanted is not None and wanted[:keys] < present[:keys])
        key = (wanted if missing else present) or ()
        detail = "The row is missing." if missing else "The row should not be there."
        return Difference(projection.NAME, table.name, key[:keys], detail)
    columns = (column.split()[0] for column in table.columns)
    wrong = [name for name, one, other in zip(columns, present, wanted, strict=True) if one != other]
    return Difference(projection.NAME, table.name, present[:keys], f"The row differs in {', '.join(wrong)}.")


def _fill(engine: Engine, upto: int | None, progress: Progress | None) -> None:
    engine.catch_up(upto, progress)
    for name, trouble in engine.troubles.items():
        raise ProjectionFailed(name, trouble.failure)


def _swap(views: Views, beside: Path, projections: Sequence[Projection]) -> None:
    with views.attached(beside), views.writing() as writer:
        for projection in projections:
            for table in projection.TABLES:
                for statement in table.take_over:
                    writer.execute(statement)
            writer.execute(
                "INSERT OR REPLACE INTO main.projection SELECT * FROM beside.projection WHERE name = ?",
                (projection.NAME,),
            )
    views.forget_digests()


@contextmanager
def _passing(path: Path) -> Iterator[Views]:
    """Views in a file that is there only as long as the context; one left behind by a crash is overwritten."""
    _remove(path)
    views = Views(path, passing=True)
    try:
        yield views
    finally:
        views.close()
        _remove(path)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
