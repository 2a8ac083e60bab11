"""The file as it lies there, and what an answer is to the claim. The file says neither yes nor no to that."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain.values import Stance

FILE: Final = Path(__file__).parents[3] / "shared" / "data" / "averitec" / "dev-000-249.json"

METADATA: Final = "Metadata"
"""Stands where an address should be when the answer was read off the record of the claim itself."""

_BY_LABEL: Final[dict[str, Stance]] = {"Supported": "supports", "Refuted": "refutes", "Not Enough Evidence": "context"}
_LETTERS: Final[dict[str, Stance]] = {"s": "supports", "r": "refutes", "c": "context"}

CONFLICTING: Final = "Conflicting Evidence/Cherrypicking"
READ: Final = {
    10: "sc",
    11: "c",
    18: "rsc",
    33: "rccs",
    43: "r",
    47: "srr",
    50: "cscr",
    58: "src",
    60: "crccsrc",
    73: "ssrrc",
    81: "crs",
    100: "sscr",
    101: "crc",
    115: "ccc",
    143: "rs",
    148: "rrrr",
}
"""Claims that are labelled conflicting, by their place in the file, and what each of their answers is to them, as a
person read it: s supports, r refutes, c is neither. Some were labelled so because the claim picks what suits it; then
no answer need contradict another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question. `address` and `copy` stand as in the file; empty where it has none."""

    question: str
    kind: str
    text: str
    address: str
    copy: str
    medium: str
    stance: Stance

    @property
    def copied_on(self) -> str | None:
        """The day in the 14 digits that an archive writes into its addresses."""
        found = re.search(r"/web/(\d{8})\d{6}", self.copy)
        return datetime.strptime(found[1], "%Y%m%d").date().isoformat() if found else None  # noqa: DTZ007


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim of the file. `number` is its place there, from 0."""

    number: int
    statement: str
    label: str
    justification: str
    said_on: str
    speaker: str | None
    medium: str
    appeared_in: str
    appeared_copy: str
    checked_in: str
    kinds: tuple[str, ...]
    country: str | None
    answers: tuple[Answer, ...]

    @property
    def found(self) -> tuple[Answer, ...]:
        """The answers for which there is something to cite."""
        return tuple(answer for answer in self.answers if answer.address)

    @property
    def not_found(self) -> tuple[str, ...]:
        """The questions to which no answer could be found."""
        return tuple(answer.question for answer in self.answers if not answer.address)

    @property
    def conflicts(self) -> bool:
        """Whether some answers support the claim and others refute it."""
        return {"supports", "refutes"} <= {answer.stance for answer in self.found}


def checked() -> list[Checked]:
    """All claims of the file, in its order."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return [_checked(number, row) for number, row in enumerate(rows)]


def _checked(number: int, row: dict[str, Any]) -> Checked:
    return Checked(
        number=number,
        statement=row["claim"],
        label=row["label"],
        justification=row["justification"],
        said_on=datetime.strptime(row["claim_date"], "%d-%m-%Y").date().isoformat(),  # noqa: DTZ007
        speaker=(row["speaker"] or "").strip() or None,
        medium=(row["reporting_source"] or "").strip(),
        appeared_in=row["original_claim_url"] or "",
        appeared_copy=row.get("cached_original_claim_url") or "",
        checked_in=row["fact_checking_article"],
        kinds=tuple(row["claim_types"]),
        country=row["location_ISO_code"],
        answers=tuple(_answers(number, row)),
    )


def _answers(number: int, row: dict[str, Any]) -> Iterator[Answer]:
    given = [(asked["question"], answer) for asked in row["questions"] for answer in asked["answers"]]
    read: list[Stance] = [_LETTERS[letter] for letter in READ.get(number, "")]
    stances = read or [_BY_LABEL[row["label"]]] * len(given)
    for (question, answer), stance in zip(given, stances, strict=True):
        yield Answer(
            question=question,
            kind=answer["answer_type"],
            text=answer.get("boolean_explanation") or answer["answer"],
            address=answer["source_url"] or "",
            copy=answer.get("cached_source_url") or "",
            medium=answer["source_medium"],
            stance=stance,
        )
