"""Durable creations of claims a second through HTTP, by 1, 8 and 32 clients that each wait for their answer."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.measuring import Race, Scale, race
from benchmarks.sample import NUMBER_WIDTH, PARTIES, claim_body
from benchmarks.servers import Server, plain_desk, stemma
from benchmarks.targets import Target

CLIENTS = (1, 8, 32)


def creates(folder: Path, scale: Scale) -> Iterator[Race]:
    """Stemma's `POST /claims` against the plain application's, and FastAPI answering the same without storing."""
    for name in ("plain", "stemma"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        plain = stack.enter_context(plain_desk(folder / "plain"))
        ours = stack.enter_context(stemma(folder / "stemma"))
        body, theirs = _body(ours), _body(plain)
        stored = Target(plain, "/api/v1/claims", theirs)
        answered = Target(plain, "/api/v1/nothing", theirs)
        recorded = Target(ours, "/api/v1/claims", body)
        for clients in CLIENTS:
            entrants = [
                stored.entrant("plain FastAPI + eventsourcing", clients, scale.seconds),
                recorded.entrant("Stemma", clients, scale.seconds),
                answered.entrant("FastAPI that stores nothing", clients, scale.seconds),
            ]
            people = "1 client" if clients == 1 else f"{clients} clients"
            yield race(f"Durable creations through HTTP, {people}", "claims/s", entrants, scale.rounds)


def _body(server: Server) -> str:
    ids = [server.post("/api/v1/parties", party)["id"] for party in PARTIES.values()]
    return json.dumps(claim_body("#" * NUMBER_WIDTH, ids[0], ids[1]), ensure_ascii=False)
