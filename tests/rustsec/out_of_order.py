"""Small journals whose decisions come in another order than their lines, and what an import must make of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JournalLine = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that must be refused: its number, from 1 with the header counted, and its problem. `names` is a word that
    a pointer of the problem's `errors` must hold, None where no field is to blame."""

    line: int
    status: int
    names: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A journal for an empty ledger: what is refused, all other lines being recorded, and the (active, withdrawn)
    claims that the ledger shows afterwards on the axis of decisions, by the moment asked for."""

    name: str
    journal: tuple[JournalLine, ...]
    refused: tuple[Refusal, ...] = ()
    standing: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def recorded(self) -> int:
        """How many lines are recorded: all but the header and those refused."""
        return len(self.journal) - 1 - len(self.refused)


_LATE: Final = "2023-03-01T12:00:00+01:00"


def _journal(name: str, *lines: JournalLine) -> tuple[JournalLine, ...]:
    return {"journal": f"out-of-order-{name}", "version": 1}, *lines


def _actor(name: str, role: str) -> JournalLine:
    return {"do": "actors.create", "as": name, "body": {"name": f"Desk {name}", "roles": [role]}}


def _claim(name: str, decided_at: str, by: str = "importer") -> JournalLine:
    body = {"statement": f"Bridge {name} was closed in 2019.", "language": "en", "kind": "fact", "attribution": "own"}
    return {"do": "claims.create", "as": name, "by": by, "decided_at": decided_at, "body": body}


def _source(name: str, decided_at: str) -> JournalLine:
    body = {"kind": "report", "title": f"Inspection report {name}"}
    return {"do": "sources.create", "as": name, "by": "importer", "decided_at": decided_at, "body": body}


def _withdrawal(claim: str, decided_at: str, by: str = "importer") -> JournalLine:
    body = {"cause": "superseded", "reason": "The bridge was never closed."}
    return _act("withdrawal", claim, decided_at, by, body)


def _reinstatement(claim: str, decided_at: str) -> JournalLine:
    return _act("reinstatement", claim, decided_at, "importer", {"reason": "It was closed after all."})


def _act(act: str, claim: str, decided_at: str, by: str, body: JournalLine) -> JournalLine:
    return {"do": f"claims.{act}", "at": [f"@{claim}"], "by": by, "decided_at": decided_at, "body": body}


ACROSS_STREAMS: Final = Case(
    "different claims may be recorded in another order than they were decided",
    _journal(
        "across-streams",
        _actor("importer", "importer"),
        _actor("second", "importer"),
        _claim("late", "2022-03-01T00:00:00Z"),
        _claim("early", "2020-06-01T09:00:00+05:30", by="second"),
        _withdrawal("late", "2023-06-01T00:00:00Z"),
        _source("older", "2018-01-01T00:00:00-08:00"),
        _withdrawal("early", "2021-06-01T00:00:00Z", by="second"),
        _claim("earliest", "2019-06-01T00:00:00Z"),
    ),
    standing={
        "2019-01-01T00:00:00Z": (0, 0),
        "2020-01-01T00:00:00Z": (1, 0),
        "2021-01-01T00:00:00Z": (2, 0),
        "2022-01-01T00:00:00Z": (1, 1),
        "2023-01-01T00:00:00Z": (2, 1),
        "2024-01-01T00:00:00Z": (1, 2),
    },
)

SAME_MOMENT: Final = Case(
    "one claim may be decided on twice in the same moment, in whichever offset it is written",
    _journal(
        "same-moment",
        _actor("importer", "importer"),
        _claim("bridge", _LATE),
        _withdrawal("bridge", "2023-03-01T11:00:00Z"),
        _reinstatement("bridge", "2023-03-01T03:00:00-08:00"),
    ),
    standing={"2023-03-01T10:59:59Z": (0, 0), "2023-03-01T11:00:01Z": (1, 0)},
)

OFFSETS: Final = Case(
    "moments are compared, not their spelling: 23:30 on 28 February at -08:00 is later than noon on 1 March at +09:00",
    _journal(
        "offsets",
        _actor("importer", "importer"),
        _claim("bridge", "2023-03-01T12:00:00+09:00"),
        _withdrawal("bridge", "2023-02-28T23:30:00-08:00"),
    ),
    standing={"2023-03-01T04:00:00Z": (1, 0), "2023-03-01T08:00:00Z": (0, 1)},
)

WITHIN_A_CLAIM: Final = Case(
    "a claim's decision before its previous one is refused, leaves no trace, and the next in order is taken",
    _journal(
        "within-a-claim",
        _actor("importer", "importer"),
        _claim("bridge", _LATE),
        _withdrawal("bridge", "2023-02-28T12:00:00+01:00"),
        _withdrawal("bridge", "2023-03-01T12:30:00+02:00"),
        _withdrawal("bridge", "2023-04-01T12:00:00+01:00"),
    ),
    refused=(Refusal(4, 422, "decided_at"), Refusal(5, 422, "decided_at")),
    standing={"2023-03-15T00:00:00Z": (1, 0), "2023-05-01T00:00:00Z": (0, 1)},
)

WITHIN_A_SOURCE: Final = Case(
    "the same holds for a source, and a claim in the same journal may still be older",
    _journal(
        "within-a-source",
        _actor("importer", "importer"),
        _source("report", _LATE),
        {
            "do": "sources.description",
            "at": ["@report"],
            "by": "importer",
            "decided_at": "2022-03-01T12:00:00+01:00",
            "body": {"title": "Inspection report, second edition", "reason": "It has a new title page."},
        },
        _claim("bridge", "2022-03-01T12:00:00+01:00"),
    ),
    refused=(Refusal(4, 422, "decided_at"),),
    standing={"2022-04-01T00:00:00Z": (1, 0)},
)

IN_THE_FUTURE: Final = Case(
    "what is decided later than now is refused, for a new record and for an old one",
    _journal(
        "in-the-future",
        _actor("importer", "importer"),
        _claim("never", "9999-01-01T00:00:00Z"),
        _claim("bridge", _LATE),
        _withdrawal("bridge", "9999-01-01T00:00:00Z"),
    ),
    refused=(Refusal(3, 422, "decided_at"), Refusal(5, 422, "decided_at")),
    standing={"2024-01-01T00:00:00Z": (1, 0)},
)

BY_OTHERS: Final = Case(
    "only an importer may say when something was decided: not an editor, an approver or an admin",
    _journal(
        "by-others",
        _actor("editor", "editor"),
        _actor("approver", "approver"),
        _actor("admin", "admin"),
        _actor("importer", "importer"),
        _claim("first", _LATE, by="editor"),
        _claim("second", _LATE, by="approver"),
        _claim("third", _LATE, by="admin"),
        _claim("bridge", _LATE),
        _withdrawal("bridge", "2023-04-01T12:00:00+01:00", by="editor"),
    ),
    refused=(Refusal(6, 403), Refusal(7, 403), Refusal(8, 403), Refusal(10, 403)),
    standing={"2024-01-01T00:00:00Z": (1, 0)},
)

CASES: Final = (ACROSS_STREAMS, SAME_MOMENT, OFFSETS, WITHIN_A_CLAIM, WITHIN_A_SOURCE, IN_THE_FUTURE, BY_OTHERS)
