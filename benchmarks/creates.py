"""Durable creations of claims a second through HTTP, by 1, 8 and 32 clients that each wait for their answer."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from benchmarks.load import Job, Tally
from benchmarks.measuring import Entrant, Race, Scale, race
from benchmarks.sample import NUMBER_WIDTH, PARTIES, claim_body
from benchmarks.servers import Server, generate, plain_desk, stemma

CLIENTS = (1, 8, 32)
WARM_UP = 64
MOST_REQUESTS = 100_000
"""In one round, whatever the time."""


class Target:
    """One kind of creation on one server, asked for again and again with new numbers."""

    def __init__(self, server: Server, path: str, body: str) -> None:
        self._server = server
        self._path = path
        self._body = body
        self._numbers = count(0, MOST_REQUESTS + WARM_UP)
        self._tallies: list[Tally] = []
        self._busy = 0.0

    def entrant(self, name: str, clients: int, seconds: float) -> Entrant:
        """The target in a race of its own."""
        self._tallies, self._busy = [], 0.0
        return Entrant(name, lambda: self._round(clients, seconds), self._note)

    def _round(self, clients: int, seconds: float) -> float:
        first = next(self._numbers) % 10**NUMBER_WIDTH
        server = self._server
        job = Job(server.port, self._path, server.token, self._body, clients, seconds, MOST_REQUESTS, WARM_UP, first)
        before = server.busy_seconds()
        tally = generate(job)
        self._busy += server.busy_seconds() - before
        self._tallies.append(tally)
        return tally.rate

    def _note(self) -> str:
        middle = sorted(self._tallies, key=lambda tally: tally.rate)[len(self._tallies) // 2]
        refused = sum(tally.refused for tally in self._tallies)
        answers = sum(tally.created for tally in self._tallies) + refused + WARM_UP * len(self._tallies)
        each = self._busy / answers * 1_000
        note = f"p50 {middle.p50_ms:.1f} ms, p99 {middle.p99_ms:.1f} ms, {each:.2f} ms of processor time each"
        return f"{note}; {refused} answers were not 201" if refused else note


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
