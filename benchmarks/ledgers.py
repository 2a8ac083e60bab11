"""The same recorded history twice: as a ledger, and in the eventsourcing library's own table."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from benchmarks.plain_desk import Claim, Party, PlainDesk
from benchmarks.sample import RATINGS, history, people
from domain.commands import ACTS
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Charter, Newsroom
from domain.policy.commands import ProposePolicy
from domain.session import Order
from domain.values import OPERATOR

BATCH = 500
"""Commands in one durable transaction."""

CREATED = {"claims.create": Claim, "parties.create": Party}


def lines(claims: int) -> Iterator[dict[str, Any]]:
    """The history's journal lines, without the journal's first line."""
    return chain(people(), history(claims))


def write_journal(path: Path, name: str, claims: int) -> int:
    """Writes the history as a journal; returns the number of its commands, each of which is one event."""
    commands = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"journal": name, "version": 1}) + "\n")
        for line in lines(claims):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            commands += 1
    return commands


@contextmanager
def newsroom(path: Path) -> Iterator[Newsroom]:
    """A new ledger that is open for recording."""
    scale = [{"key": key, "label": key, "meaning": key, "needs_citation": True} for key in RATINGS]
    policy = ProposePolicy.model_validate({"scale": scale, "four_eyes": True, "reason": "The first policy."})
    with closing(SQLiteStore(path)) as store:
        desk = Newsroom(store, now=lambda: datetime.now(UTC), entropy=os.urandom, fingerprint_key=bytes(32))
        with closing(desk):
            desk.open(Charter("Bench", "bench.example/log", "http://bench.example", policy))
            yield desk


def record(desk: Newsroom, commands: Iterator[dict[str, Any]], names: dict[str, str] | None = None) -> None:
    """Records journal lines in the ledger. `names` are those bound before; the new ones are added to them.

    `name.0`, `name.1` … are the ids made inside the record that `name` is.
    """
    names = {} if names is None else names
    while batch := list(islice(commands, BATCH)):
        session = desk.session()
        for line in batch:
            said = _resolve(line, names)
            body = ACTS[line["do"]].body.model_validate(said["body"])
            actor = said.get("by", OPERATOR)
            draft = session.run(Order(line["do"], body, actor, tuple(said.get("at", ())), newest=True))
            if "as" in line:
                names[line["as"]] = draft.created[0] if "at" in line else draft.record
                names.update((f"{line['as']}.{number}", id) for number, id in enumerate(draft.created))
        desk.submit(session.drafts).result()


def record_plainly(desk: PlainDesk, commands: Iterable[dict[str, Any]]) -> int:
    """Records journal lines with the library, as many in a transaction as we do; returns the number of events."""
    made: dict[str, Claim | Party] = {}
    remaining, events = iter(commands), 0
    while batch := list(islice(remaining, BATCH)):
        changed = {id(thing): thing for line in batch if (thing := _plainly(line, made)) is not None}
        events += len(desk.save(*changed.values()))
    return events


def _plainly(line: dict[str, Any], made: dict[str, Claim | Party]) -> Claim | Party | None:
    do, body, by = line["do"], line["body"], line.get("by", OPERATOR)
    if do in CREATED:
        thing = Claim(body, by) if do == "claims.create" else Party(body["kind"], body["name"], by)
        made[line["as"]] = thing
        return thing
    if "at" not in line:
        return None
    claim = made[line["at"][0].removeprefix("@")]
    assert isinstance(claim, Claim)
    match do:
        case "claims.citations":
            claim.cite(body, by)
        case "claims.verdicts":
            claim.propose(body, by)
        case "claims.verdicts.approval":
            claim.approve(by)
    return claim


def _resolve(said: Any, names: dict[str, str]) -> Any:
    """The same with each `@name` replaced by the id that the name stands for."""
    if isinstance(said, str):
        return names[said[1:]] if said.startswith("@") else said
    if isinstance(said, dict):
        return {key: _resolve(value, names) for key, value in said.items()}
    return [_resolve(value, names) for value in said] if isinstance(said, list) else said
