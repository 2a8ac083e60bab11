"""Journals for tests: lines that are easy to write down, and what an import made of them."""

import io
import json
from collections.abc import Iterable
from typing import Any

from api.journal import Imported, import_journal
from domain.claim.state import Claim
from domain.newsroom import Newsroom

JournalLine = dict[str, Any]
HEADER: JournalLine = {"journal": "test", "version": 1}
EDITOR: JournalLine = {"do": "actors.create", "as": "ed", "body": {"name": "Desk editor", "roles": ["editor"]}}


def party(name: str, **more: Any) -> JournalLine:
    return {"do": "parties.create", "as": name, "by": "ed", "body": {"kind": "organisation", "name": name}, **more}


def source(name: str, **more: Any) -> JournalLine:
    return {"do": "sources.create", "as": name, "by": "ed", "body": {"kind": "report", "title": name}, **more}


def claim(name: str, *, body: JournalLine | None = None, **more: Any) -> JournalLine:
    said = {"statement": f"Bridge {name} was closed in 2019.", "language": "en", "kind": "fact", "attribution": "own"}
    return {"do": "claims.create", "as": name, "by": "ed", "body": {**said, **(body or {})}, **more}


def rewording(name: str, statement: str, **more: Any) -> JournalLine:
    body = {"statement": statement, "language": "en", "same_meaning": True, "reason": "It is shorter."}
    return {"do": "claims.rewording", "at": [f"@{name}"], "by": "ed", "body": body, **more}


def as_file(lines: Iterable[JournalLine | str]) -> io.BytesIO:
    """A journal as the file that holds it; a line that is text already stands there as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return io.BytesIO("".join(f"{text}\n" for text in texts).encode())


def imported(newsroom: Newsroom, *lines: JournalLine | str, header: JournalLine = HEADER) -> Imported:
    return import_journal(newsroom, as_file([header, *lines]))


def claims(newsroom: Newsroom) -> list[Claim]:
    rows = newsroom.store.rows(0, 1_000_000)
    return [newsroom.streams.load(r.stream).state for r in rows if r.version == 1 and r.stream.startswith("clm_")]


def refusals(result: Imported) -> list[tuple[int, int, str | None]]:
    """Line, status and first pointer of everything that was refused."""
    return [
        (each.line, each.problem["status"], next((e["pointer"] for e in each.problem.get("errors", ())), None))
        for each in result.refused
    ]
