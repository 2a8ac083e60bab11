"""What hangs on the most-cited source of a large ledger, and what one more citation costs as the ledger grows."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from benchmarks.ledgers import newsroom, record
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from domain.newsroom import Newsroom
from domain.streams import Streams
from domain.values import Standing
from projections.evidence import Evidence
from projections.evidence.impact import impact
from projections.projection import Projection
from projections.register import ALL
from projections.runner import Runner
from projections.views import Views

CITATIONS = 3
"""On each claim."""
LONGEST = 10
"""Sources in a chain, of which each but the first derives from the one before."""
OUTLETS = 2_000
FLATTENED = 5
"""The most-cited source is cited 1 / (1 + this) as often as by Zipf's law."""
ADDED = 100
"""Citations in a timed round."""
DERIVED = "CREATE TABLE derived (origin INTEGER, source INTEGER, PRIMARY KEY (origin, source)) WITHOUT ROWID"
CITED = (
    "CREATE TABLE cited (source INTEGER, citation INTEGER, claim INTEGER, PRIMARY KEY (source, citation)) WITHOUT ROWID"
)
LEANING = (
    "WITH RECURSIVE down(id) AS (VALUES (?) UNION SELECT source FROM derived JOIN down ON origin = down.id) "
    "SELECT citation, claim FROM cited WHERE source IN down"
)


@dataclass
class Graph:
    """A made-up ledger that can be continued: journal lines for its claims, and the same as numbers."""

    claims: int
    sources: int
    chance: random.Random = field(default_factory=lambda: random.Random(20230620))
    derived: list[tuple[int, int]] = field(default_factory=list)
    cited: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        weights = accumulate(1 / (rank + FLATTENED) for rank in range(1, self.sources + 1))
        self._weights = list(weights)
        self._ranked = list(range(self.sources))
        self.chance.shuffle(self._ranked)
        self._citations = count()

    @property
    def most_cited(self) -> int:
        return self._ranked[0]

    def beginning(self) -> Iterator[dict[str, Any]]:
        """People, outlets, and the sources in their chains."""
        yield {"do": "actors.create", "as": "editor", "body": {"name": "Editor", "roles": ["editor"]}}
        yield {"do": "actors.create", "as": "approver", "body": {"name": "Approver", "roles": ["approver"]}}
        for number in range(min(OUTLETS, self.sources)):
            body = {"kind": "outlet", "name": f"Outlet {number}"}
            yield {"do": "parties.create", "as": f"p{number}", "by": "@editor", "body": body}
        for number in range(self.sources):
            outlet = f"@p{self.chance.randrange(min(OUTLETS, self.sources))}"
            body = {"kind": "article", "title": f"Report {number}", "publisher_id": outlet}
            yield {"do": "sources.create", "as": f"s{number}", "by": "@editor", "body": body}
        left = 0
        for number in range(self.sources):
            if left:
                self.derived.append((number - 1, number))
                said = {"derives_from": f"@s{number - 1}", "relation": "republishes", "reason": "It says so."}
                yield {
                    "do": "sources.origins",
                    "as": f"o{number}",
                    "at": [f"@s{number}"],
                    "by": "@editor",
                    "body": said,
                }
            left = left - 1 if left else self.chance.randrange(LONGEST)

    def judged(self, numbers: range) -> Iterator[dict[str, Any]]:
        """Claims with their citations, and a verdict on each."""
        for number in numbers:
            stances = [self._stance() for _ in range(CITATIONS)]
            body = {"statement": f"It is so, {number}.", "language": "en", "kind": "fact", "attribution": "own"}
            cited = [{"source_id": f"@s{self._source(number)}", "stance": stance} for stance in stances]
            yield {"do": "claims.create", "as": f"c{number}", "by": "@editor", "body": {**body, "citations": cited}}
            ground = {"citation_ids": [f"@c{number}.{index}" for index in range(CITATIONS)]}
            said = {"rating": "mixed", "rationale": "So it seems.", "rests_on": ground}
            yield {"do": "claims.verdicts", "as": f"v{number}", "at": [f"@c{number}"], "by": "@editor", "body": said}
            at = [f"@c{number}", f"@v{number}"]
            yield {"do": "claims.verdicts.approval", "at": at, "by": "@approver", "body": {}}

    def _stance(self) -> str:
        return self.chance.choice(("supports", "supports", "refutes"))

    def _source(self, claim: int) -> int:
        (chosen,) = self.chance.choices(self._ranked, cum_weights=self._weights)
        self.cited.append((chosen, next(self._citations), claim))
        return chosen

    def one_more(self) -> Iterator[dict[str, Any]]:
        """A citation of some source on some claim."""
        claim = self.chance.randrange(self.claims)
        body = {"source_id": f"@s{self._source(claim)}", "stance": self._stance()}
        yield {"do": "claims.citations", "at": [f"@c{claim}"], "by": "@editor", "body": body}


def evidence(folder: Path, scale: Scale) -> Iterator[Race]:
    """As many claims as are searched, three times as many citations, half as many sources in chains."""
    full = Graph(scale.searched, max(scale.searched // 2, LONGEST))
    names: dict[str, str] = {}
    with newsroom(folder / "ledger.db") as desk, closing(Views(folder / "views.db")) as views:
        runner = Runner(desk.store, desk.streams, views)
        record(desk, full.beginning(), names)
        begun = 0
        for share in (1, 10, 100):
            full.claims = max(scale.searched * share // 100, 1)
            record(desk, full.judged(range(begun, full.claims)), names)
            begun = full.claims
            runner.catch_up()
            yield _adding(folder, full, names, desk, share, scale)
        runner.catch_up()
        yield _impact(folder, full, names[f"s{full.most_cited}"], views, scale)
        yield _rebuilding(folder, desk, scale)


def _adding(folder: Path, graph: Graph, names: dict[str, str], desk: Newsroom, share: int, scale: Scale) -> Race:
    """One citation after another, each taken in by itself."""
    with plain_tables(folder / f"plain-{share}.db", graph) as plain, closing(Views(folder / "evidence.db")) as views:
        runner = Runner(desk.store, desk.streams, views, [Evidence()])
        runner.catch_up()

        def ours() -> float:
            took = 0.0
            for _ in range(ADDED):
                record(desk, graph.one_more(), names)
                began = perf_counter()
                runner.catch_up()
                took += perf_counter() - began
            return ADDED / took

        def bare() -> float:
            rows = [(graph.chance.randrange(graph.sources), -number, 0) for number in range(1, ADDED + 1)]
            return timed(lambda: sum(_insert(plain, row) for row in rows))

        entrants = [
            Entrant("SQLite alone, a row in one indexed table", bare),
            Entrant("Stemma, roots, origins and numbers of the claim", ours),
        ]
        title = f"One more citation among {len(graph.cited):,}, {share} % of the graph"
        return race(title, "citations/s", entrants, scale.rounds)


def _insert(plain: sqlite3.Connection, row: Sequence[int]) -> int:
    plain.execute("INSERT OR REPLACE INTO cited VALUES (?, ?, ?)", row)
    plain.commit()
    return 1


def _impact(folder: Path, graph: Graph, source_id: str, views: Views, scale: Scale) -> Race:
    """The most-cited source, as it is and on trial."""
    with plain_tables(folder / "plain.db", graph) as plain:
        asked = {
            "SQLite alone, the citations downstream": lambda: len(
                plain.execute(LEANING, (graph.most_cited,)).fetchall()
            ),
            "Stemma, as it is": lambda: _hanging(views, source_id, None),
            "Stemma, if it were retracted": lambda: _hanging(views, source_id, "retracted"),
        }
        entrants = [_Answering(ask).entrant(name) for name, ask in asked.items()]
        title = f"Impact of a source with {asked['Stemma, as it is']():,} of {len(graph.cited):,} citations"
        return race(title, "answers/s", entrants, scale.rounds)


def _hanging(views: Views, source_id: str, assume: Standing | None) -> int:
    with views.reading() as reading:
        found = impact(reading, "desk", source_id, assume)
    if found is None:
        raise RuntimeError("The source is not in the views.")
    return found.totals.citations


@dataclass
class _Answering:
    """Asks the same again and again, and keeps how many seconds each answer took."""

    ask: Callable[[], int]
    took: list[float] = field(default_factory=list)

    def entrant(self, name: str) -> Entrant:
        return Entrant(name, self._round, self._note)

    def _round(self) -> float:
        answers, began = 0, perf_counter()
        while (passed := perf_counter() - began) < 1:
            before = perf_counter()
            if not self.ask():
                raise RuntimeError("Nothing leans on the source.")
            self.took.append(perf_counter() - before)
            answers += 1
        return answers / passed

    def _note(self) -> str:
        hundredths = quantiles(self.took, n=100, method="inclusive")
        return f"p50 {hundredths[49] * 1_000:.1f} ms, p99 {hundredths[98] * 1_000:.1f} ms"


def _rebuilding(folder: Path, desk: Newsroom, scale: Scale) -> Race:
    """All views from an empty file, with the evidence and without it."""
    numbers = count(1)

    def rebuilt(projections: Sequence[Projection]) -> float:
        with closing(Views(folder / f"again-{next(numbers)}.db")) as views:
            return timed(Runner(desk.store, Streams(desk.store), views, projections).catch_up)

    without = [projection for projection in ALL if projection.NAME != Evidence.NAME]
    entrants = [
        Entrant("Stemma: all projections but the evidence", lambda: rebuilt(without)),
        Entrant("Stemma: all projections", lambda: rebuilt(ALL)),
    ]
    return race("Rebuild of the views, with and without the evidence", "events/s", entrants, min(scale.rounds, 2))


@contextmanager
def plain_tables(path: Path, graph: Graph) -> Iterator[sqlite3.Connection]:
    """The same edges as numbers, in two tables."""
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(DERIVED)
        plain.execute(CITED)
        plain.executemany("INSERT INTO derived VALUES (?, ?)", graph.derived)
        plain.executemany("INSERT INTO cited VALUES (?, ?, ?)", graph.cited)
        plain.commit()
        yield plain
