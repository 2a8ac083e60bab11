"""How many advisories stood and how many had been withdrawn at each New Year, counted without making a journal."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

YEARS: Final = range(2017, 2026)


def independent_count(lines: Iterable[str]) -> dict[int, tuple[int, int]]:
    """Year → (active, withdrawn) at 1 January 00:00:00Z, by the time at which each revision was written.

    A deleted advisory counts as withdrawn. One that was deleted without ever having been published was never there.
    """
    published: Counter[int] = Counter()
    fallen: Counter[int] = Counter()
    known: set[str] = set()
    for line in lines:
        row = json.loads(line)
        year = datetime.fromisoformat(row["author_time"]).astimezone(UTC).year
        if row["kind"] == "published":
            known.add(row["advisory"])
            published[year] += 1
        elif row["kind"] in ("withdrawn", "deleted"):
            fallen[year] += row["advisory"] in known
        elif row["kind"] == "reinstated":
            fallen[year] -= 1
    return {year: _standing(year, published, fallen) for year in YEARS}


def _standing(year: int, published: Counter[int], fallen: Counter[int]) -> tuple[int, int]:
    down = sum(n for when, n in fallen.items() if when < year)
    return sum(n for when, n in published.items() if when < year) - down, down
