"""Searches a second among many claims: for a rare word, two words, and a word that nearly half of them have."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.ledgers import newsroom, record
from benchmarks.measuring import Entrant, Race, Scale, race
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from projections.results import Wanted, results
from projections.runner import Runner
from projections.terms import terms
from projections.views import Views

VOCABULARY = 20_000
"""Words, of which the second is half as frequent as the first, the third a third as frequent, and so on."""
WORDS = 14
"""In a statement, as in the example story."""
SYLLABLES = ("ba", "co", "di", "fe", "gu", "ha", "jo", "ki", "le", "mu", "na", "po", "ri", "se", "tu", "va")
PLAIN = "CREATE VIRTUAL TABLE plain USING fts5(statement)"
FIND = "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT 20"


def searches(folder: Path, scale: Scale) -> Iterator[Race]:
    """Our index of all claims, asked as the desk, beside one FTS5 table that holds the same statements and no more."""
    written = list(statements(scale.searched))
    with newsroom(folder / "ledger.db") as desk:
        record(desk, commands(written))
    with (
        closing(SQLiteStore(folder / "ledger.db")) as store,
        closing(Views(folder / "views.db")) as views,
        closing(sqlite3.connect(folder / "plain.db")) as plain,
    ):
        Runner(store, Streams(store), views).catch_up()
        plain.execute(PLAIN)
        plain.executemany("INSERT INTO plain VALUES (?)", ((statement,) for statement in written))
        plain.commit()
        for what, asked in queries(written).items():
            entrants = [
                Entrant("FTS5 alone, the ids of the first 20", lambda q=asked: searched(lambda: _plainly(plain, q))),  # type: ignore[misc]
                Entrant("Stemma, the first 20 with excerpts", lambda q=asked: searched(lambda: _ours(views, q))),  # type: ignore[misc]
            ]
            yield race(f"Search among {scale.searched:,} claims, {what}", "searches/s", entrants, scale.rounds)


def statements(count: int) -> Iterator[str]:
    """Made-up statements whose words are as unevenly frequent as those of a language (Zipf)."""
    chance = random.Random(20230620)  # the same statements in every run
    vocabulary = [word(number) for number in range(VOCABULARY)]
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    for number in range(count):
        chosen = chance.choices(vocabulary, cum_weights=weights, k=WORDS)
        yield f"{' '.join(chosen).capitalize()}, claim {number}."


def word(number: int) -> str:
    """The word of this number: four syllables, and no two words begin alike with all of them."""
    return "".join(SYLLABLES[number >> shift & 15] for shift in (0, 4, 8, 12))


def commands(written: list[str]) -> Iterator[dict[str, Any]]:
    """Journal lines that record the statements as claims of the desk's own."""
    yield {"do": "actors.create", "as": "editor", "body": {"name": "Editor", "roles": ["editor"]}}
    for statement in written:
        body = {"statement": statement, "language": "en", "kind": "fact", "attribution": "own"}
        yield {"do": "claims.create", "by": "@editor", "body": body}


def queries(written: list[str]) -> dict[str, str]:
    """What is asked: each query finds something."""
    among = [statement.lower().split() for statement in written]
    often, seldom = word(1), among[len(among) // 2][-1].rstrip(".")
    pair = next(words for words in among if often in words)
    second = max((each for each in pair[:WORDS] if each != often), key=len)
    return {"one rare word": seldom, "two words": f"{often} {second.rstrip(',')}", "one frequent word": often}


def searched(search: Callable[[], int]) -> float:
    """Searches a second, over half a second at least. Raises RuntimeError if nothing is found."""
    began, count = perf_counter(), 0
    while (took := perf_counter() - began) < 0.5:
        if not search():
            raise RuntimeError("The search found nothing.")
        count += 1
    return count / took


def _plainly(plain: sqlite3.Connection, asked: str) -> int:
    return len(plain.execute(FIND, (asked,)).fetchall())


def _ours(views: Views, asked: str) -> int:
    with views.reading() as reading:
        return len(results(reading, "desk", Wanted(terms(asked)), limit=20).items)
