"""Making projections anew beside the live ones: to take their place, or to see whether they are the same."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
from projections.views import Reading, Views, digest_in

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
    return retrace(store, streams, views, projections, (), progress).differences


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody said a projection came to when it had taken in the ledger up to a position: a digest in hex."""

    projection: str
    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class Retraced:
    """What a rebuild came to: the differences of the views, and the claims that are wrong, with what is right.

    What is right is None for a position at which no command ends: no projection ever stands there.
    """

    differences: list[Difference]
    wrong: list[tuple[Claimed, str | None]]


def retrace(
    store: Store,
    streams: Streams,
    views: Views | None,
    projections: Sequence[Projection],
    claims: Sequence[Claimed],
    progress: Progress | None = None,
) -> Retraced:
    """Makes the projections anew, once, and compares: the views where they stand now, and each claim where it is.

    Claims are of these projections and lie within the ledger. Nothing is changed, and another process may lead
    meanwhile. Raises `ProjectionFailed` if one cannot be made.
    """
    with TemporaryDirectory(prefix="stemma-views-") as folder, _passing(Path(folder) / "views.db") as rebuilt:
        engine = Engine(store, streams, rebuilt, projections, _BATCH)
        with ExitStack() as stack:
            live = stack.enter_context(views.reading()) if views is not None else None
            return _Retracing(engine, rebuilt, live, progress).all(claims)


class _Retracing:
    """A rebuild that stops wherever there is something to compare."""

    def __init__(self, engine: Engine, rebuilt: Views, live: Reading | None, progress: Progress | None) -> None:
        self._engine = engine
        self._rebuilt = rebuilt
        self._live = live
        self._progress = progress
        self._named = {projection.NAME: projection for projection in engine.projections}

    def all(self, claims: Sequence[Claimed]) -> Retraced:
        """Compares everything, in the order of positions."""
        found: dict[str, Difference] = {}
        wrong: list[tuple[Claimed, str | None]] = []
        standing = {} if self._live is None else {name: self._live.positions.get(name, 0) for name in self._named}
        due: dict[int, list[Claimed]] = {position: [] for position in standing.values()}
        for claim in claims:
            due.setdefault(claim.position, []).append(claim)
        for position in sorted(due):
            self._reach(position, max(due))
            with self._rebuilt.reading() as reading:
                compared = ((claim, self._right(reading, claim)) for claim in due[position])
                wrong.extend((claim, right) for claim, right in compared if right != claim.digest)
                if self._live is not None:
                    here = [self._named[name] for name in standing if standing[name] == position]
                    found.update((each.projection, each) for each in compare(self._live, reading, here))
        return Retraced([found[name] for name in self._named if name in found], wrong)

    def _reach(self, position: int, goal: int) -> None:
        progress = self._progress
        _fill(self._engine, position, None if progress is None else lambda done, _: progress(done, goal))

    def _right(self, reading: Reading, claim: Claimed) -> str | None:
        if reading.positions[claim.projection] != claim.position:
            return None
        return digest_in(reading, self._named[claim.projection])


def compare(live: Reading, rebuilt: Reading, projections: Sequence[Projection]) -> Iterator[Difference]:
    """What of the live views is not as in a rebuild that stands where they do; one at most a projection."""
    for projection in projections:
        difference = _incomparable(live, projection) or _first_difference(projection, live, rebuilt)
        if difference is not None:
            yield difference


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
    if _standing(live, projection) != _standing(rebuilt, projection):
        return Difference(projection.NAME, "projection", (projection.NAME,), "What it says of itself differs.")
    for table in projection.TABLES:
        rows = zip_longest(live.connection.execute(table.rows), rebuilt.connection.execute(table.rows))
        for present, wanted in rows:
            if present != wanted:
                return _named(projection, table, present, wanted)
    return None


def _standing(reading: Reading, projection: Projection) -> tuple[object, ...]:
    """What the views say of a projection, and from which ledger they say that they were made."""
    own = reading.connection.execute("SELECT * FROM projection WHERE name = ?", (projection.NAME,)).fetchone()
    made_from = reading.connection.execute("SELECT ledger FROM made_from").fetchall()
    return own, *made_from


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
