"""What the application answers in a small story: the examples in the description of the interface.

The story is told anew each time, with a clock and dice that are fixed: the same code always answers the same.
"""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from api.app import create_app
from api.examples import EXAMPLES, IDS
from api.middleware import BODY_TIME
from api.problems import TooSlow, problem
from domain.commands import ACTS
from domain.errors import ClockBehind, DamagedLedger, NotCaughtUp, StoreUnavailable, Unavailable
from tests.api.web.office import API, Answer, Office, Request, opened
from tests.schema.service import ENDLESS, NAMES, READING, telling
from tests.support import bodies
from tests.support.complete import COMPLETE
from tests.support.desk import Do, seeded_dice
from tests.support.story import agree, approve, ask, correct, dispute, look, propose, settle, told

Said = dict[str, Any]

BEFORE: Final[dict[str, tuple[Do, ...]]] = {
    "claims.disputes.narrowing": (dispute(scopes=["occurrence", "cause"]),),
    "claims.disputes.settlement.approval": (dispute(), settle()),
    "claims.disputes.reopening": (dispute(), settle(), agree()),
    "claims.quantity": (),
    "claims.verdicts": (dispute(), look(), ask(), propose("true", "x1"), approve()),
    "claims.verdicts.approval": (propose(),),
}
"""What has to happen before an example fits, where it is something else than for the complete command."""

LONGEST: Final = 2
"""Items that a list in an example has at most."""

_QUERIES: Final = {"search": "q=raid&limit=1"}
_METRIC: Final = "stemma_ledger_position"


def examples() -> dict[str, Said]:
    """All of them: answers by operation, and problems by kind."""
    return {"answers": {**written(), **read()}, "problems": problems()}


def text(said: dict[str, Said]) -> str:
    """The file that holds them."""
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def written() -> Said:
    """Command → what its example comes to."""
    return {name: short(carried_out(name).body) for name in ACTS}


def carried_out(name: str) -> Answer:
    """The answer to the command's example, in a story of its own."""
    with _office() as office:
        told(office.desk).given(*BEFORE.get(name, COMPLETE[name][0]))
        command = COMPLETE[name][1]
        by = "ap2" if name == "claims.verdicts.approval" else command.by
        return office.do(Do(name, EXAMPLES[name], command.at, by))


def read() -> Said:
    """Reading operation → what it shows, to somebody with every role, of a story in which everything happens once."""
    with tempfile.TemporaryDirectory() as folder, telling(Path(folder)) as office:
        waiting = Do("claims.verdicts", bodies.verdict(), ("@c2",), "ed2")
        office.desk.given(approve(), correct("correction", "c1"), waiting)
        office.runner.catch_up()
        office.house.signer.sign_due()
        paths = {
            operation["operationId"]: (path, operation)
            for path, operations in office.app.openapi()["paths"].items()
            for operation in operations.values()
        }
        shown = {name: _shown(office, name, *paths[name]) for name in READING}
        return {**shown, ENDLESS: _begun(office, office.request("GET", "/events/stream?after=8", by="all"))}


def _shown(office: Office, name: str, path: str, operation: Said) -> Any:
    asked = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", ())}
    fixed = {"policy_number": "1", "position": "9"}
    ids = [part for part, place in asked.items() if place == "path"]
    at = path.format(**{id: fixed.get(id) or office.desk.id(NAMES[id]) for id in ids})
    query = _QUERIES.get(name, "limit=1" if "limit" in asked else "")
    answer = office.ask(office.request("GET", f"~{at}?{query}" if query else f"~{at}", by="all"))[0].then(200)
    if name == "metrics":
        lines = answer.content.decode().splitlines(keepends=True)
        return "".join(line for line in lines if _METRIC in line)
    return answer.content.decode() if name.startswith("log.") else short(answer.body)


def _begun(office: Office, request: Request) -> str:
    """What an answer without an end begins with: where it is, and the first event."""
    pieces: list[bytes] = []
    enough = asyncio.Event()

    async def receive() -> Said:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def take(message: Any) -> None:
        pieces.append(message.get("body", b""))
        if b"data:" in pieces[-1]:
            enough.set()

    async def listen() -> None:
        await office.app(request.scope, receive, take)

    asyncio.run(listen())
    return "".join(block + "\n\n" for block in b"".join(pieces).decode().split("\n\n")[:2])


def problems() -> Said:
    """Kind of problem → one of that kind."""
    with _office(rules=[{"id": "two_origins", "ratings": ["true"], "require": {"supports_at_least": 2}}]) as office:
        cited = Do("claims.citations", bodies.citation("@s1"), ("@c2",), name="x3")
        told(office.desk).given(dispute(), propose(by="imap"), cited)
        return {found["type"].rpartition("/")[2].rpartition("#")[2]: found for found in _met(office)}


def _met(office: Office) -> Iterator[Said]:
    claim, there = f"/claims/{office.desk.id('c1')}", office.version("claim", office.desk.id("c1"))
    other, cited = office.desk.id("c2"), office.desk.id("x3")
    verdict = f"{claim}/verdicts/{office.desk.id('v1')}/approval"
    office.post("/parties", bodies.party(), by="ed", key="k1").then(201)
    said, rewording = bodies.rewording(), f"{claim}/rewording"
    asked = [
        office.request("POST", "/parties", {"kind": "person"}, by="ed"),
        office.request("POST", f"{claim}/reinstatement", bodies.because(), by="ed", version=there),
        office.request("POST", f"/claims/{other}/verdicts", bodies.verdict("true", cited), by="ed", version=2),
        office.request("POST", verdict, {}, by="imap", version=there),
        office.request("GET", f"/claims/{IDS['c2'][:-1]}0", by="ed"),
        office.request("POST", rewording, said, by="au", version=there),
        office.request("GET", "/claims", authorization="Bearer stemma_unknown"),
        office.request("POST", rewording, said, by="ed"),
        office.request("POST", rewording, said, by="ed", version=1),
        office.request("POST", "/parties", bodies.party(name="Another group"), by="ed", key="k1"),
        office.request("POST", "/parties", b"kind=person", by="ed", content_type="application/x-www-form-urlencoded"),
        office.request("POST", "/parties", {}, by="ed", content_length="99999999"),
    ]
    yield from (answer.body for answer in office.ask(*asked))
    office.app = create_app(replace(office.house, settings=replace(office.house.settings, rate_public=1)))
    stranger = Request("GET", path := f"{API}/claims", client="203.0.113.9")
    yield office.ask(stranger, stranger)[1].body
    # These depend on time, on the machine, or on what must not happen; they are put into words at one place for all.
    yield problem(TooSlow(f"The body has to arrive within {BODY_TIME:g} seconds."), path)
    yield problem(NotCaughtUp(1742, 1740), path)
    yield problem(ClockBehind("2026-11-23T10:00:00.000000Z", "2026-11-22T10:00:00.000000Z"), path)
    yield from (problem(kind(""), path) for kind in (Unavailable, StoreUnavailable, DamagedLedger, Exception))


@contextmanager
def _office(**policy: Any) -> Iterator[Office]:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), **policy) as office:
        office.house = replace(office.house, entropy=seeded_dice(1))
        office.app = create_app(office.house)
        yield office


def short(said: Any) -> Any:
    """The same with the first and the last item of each list that is longer."""
    if isinstance(said, dict):
        return {name: short(value) for name, value in said.items()}
    if not isinstance(said, list):
        return said
    return [short(item) for item in (said if len(said) <= LONGEST else [said[0], said[-1]])]
