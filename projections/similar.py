"""Claims that may say the same as another: alike in their words, found by the rarer of them, and explained.

Nothing is merged by this, and nothing recorded. Only so many claims are compared that it costs no more as the ledger
grows: those that share rare words with the statement, and those that have all of its common ones.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.fuzz import token_sort_ratio

from domain.claim import Claim
from projections.search import DESK
from projections.views import Reading
from projections.words import words

RARE: Final = 50
"""A word that more records than this have tells little: claims are not looked up by it alone."""
COMPARED: Final = 40
"""How many claims are compared at most."""
ALIKE: Final = 0.75
"""The score from which on claims are shown."""
_WORDS: Final = 40
"""How many words of a statement are looked up at most."""
_OTHER_NUMBERS: Final = 0.2
_SAME_CLAIMANT: Final = 0.05

_HAVING: Final = f"SELECT rowid FROM {DESK.name} WHERE {DESK.name} MATCH ? LIMIT ?"  # noqa: S608 (our words)
_CLAIMS: Final = (
    "SELECT id, statement, claimant_id, title "  # noqa: S608 (our words)
    f"FROM claims JOIN {DESK.name} ON {DESK.name}.rowid = created "
    "WHERE created IN (SELECT value FROM json_each(:rows)) "
    "AND id <> :besides AND statement IS NOT NULL AND withdrawn IS NOT 'recorded_in_error'"
)


@dataclass(frozen=True, slots=True)
class Similar:
    """A claim that may say the same. `score` is from 0 to 1; `because` explains it in short sentences."""

    id: str
    statement: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What is compared: the statement, and who claims it. `id` is the claim's own, which is left out."""

    statement: str
    claimant_id: str | None = None
    id: str = ""


def similar(reading: Reading, said: Said, limit: int = 5) -> tuple[Similar, ...]:
    """Up to `limit` claims like this one, the most alike first.

    For the desk: drafts are among them.
    """
    found = words(said.statement)
    asked = dict.fromkeys(found[:_WORDS])
    rows = list(_candidates(reading, asked))
    candidates = reading.connection.execute(_CLAIMS, {"rows": json.dumps(rows[:COMPARED]), "besides": said.id})
    compared = [_compared(said, found, *candidate) for candidate in candidates]
    alike = sorted((one for one in compared if one.score >= ALIKE), key=lambda one: (-one.score, one.id))
    return tuple(alike[:limit])


def similar_to(reading: Reading, claim: Claim) -> tuple[Similar, ...]:
    """Claims like this one; none where its words were erased."""
    statement = claim.words.statement
    return similar(reading, Said(statement, claim.claimant_id, claim.id)) if statement else ()


def _candidates(reading: Reading, asked: Iterable[str]) -> Iterator[int]:
    """Records by their rows: those that share most of the rare words first, then those that have all common ones."""
    shared: Counter[int] = Counter()
    common = []
    for word in asked:
        rows = _having(reading, f'"{word}"', RARE + 1)
        if len(rows) > RARE:
            common.append(f'"{word}"')
        else:
            shared.update(rows)
    by_rare_words = [row for row, _ in sorted(shared.items(), key=lambda item: (-item[1], -item[0]))]
    by_common_words = _having(reading, " AND ".join(common), COMPARED // 2) if common else []
    yield from dict.fromkeys((*by_rare_words[: COMPARED // 2], *by_common_words, *by_rare_words))


def _having(reading: Reading, match: str, limit: int) -> list[int]:
    return [row for (row,) in reading.connection.execute(_HAVING, (f"{{title}} : ({match})", limit))]


def _compared(said: Said, found: list[str], id: str, statement: str, claimant_id: str | None, title: str) -> Similar:
    others = title.split()
    score = token_sort_ratio(" ".join(found), " ".join(others)) / 100
    numbers, other_numbers = _numbers(found), _numbers(others)
    same_claimant = claimant_id is not None and claimant_id == said.claimant_id
    score -= _OTHER_NUMBERS if numbers != other_numbers else 0
    score += _SAME_CLAIMANT if same_claimant else 0
    because = [_shared(found, others)]
    if numbers != other_numbers:
        here, there = _listed(numbers - other_numbers), _listed(other_numbers - numbers)
        because.append(f"the numbers differ: {here} here, {there} there")
    if same_claimant:
        because.append("the same party claims it")
    return Similar(id, statement, round(min(max(score, 0.0), 1.0), 2), tuple(because))


def _numbers(found: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in found if word[0].isdigit())


def _listed(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers)) or "none"


def _shared(found: list[str], others: list[str]) -> str:
    shared = [word for word in dict.fromkeys(found) if word in set(others)]
    return f"{len(shared)} of {len(set(found))} words are the same: {', '.join(shared)}"
