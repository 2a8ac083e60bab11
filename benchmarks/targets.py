"""What is asked of a server again and again in a race, and what it took."""

from itertools import count

from benchmarks.load import Job, Tally
from benchmarks.measuring import Entrant
from benchmarks.sample import NUMBER_WIDTH
from benchmarks.servers import Server, generate

WARM_UP = 64
MOST_REQUESTS = 100_000
"""In one round, whatever the time."""


class Target:
    """One kind of request to one server, sent again and again, creations with new numbers."""

    def __init__(
        self, server: Server, path: str, body: str = "", status: int = 201, headers: dict[str, str] | None = None
    ) -> None:
        self._server = server
        self._path = path
        self._body = body
        self._status = status
        self._headers = {"Authorization": f"Bearer {server.token}"} if headers is None else headers
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
        job = Job(
            port=server.port,
            path=self._path,
            headers=self._headers,
            body=self._body,
            status=self._status,
            clients=clients,
            seconds=seconds,
            requests=MOST_REQUESTS,
            warm_up=WARM_UP,
            first_number=first,
        )
        before = server.busy_seconds()
        tally = generate(job)
        self._busy += server.busy_seconds() - before
        self._tallies.append(tally)
        return tally.rate

    def _note(self) -> str:
        middle = sorted(self._tallies, key=lambda tally: tally.rate)[len(self._tallies) // 2]
        other = sum(tally.other for tally in self._tallies)
        answers = sum(tally.expected for tally in self._tallies) + other + WARM_UP * len(self._tallies)
        each = self._busy / answers * 1_000
        note = f"p50 {middle.p50_ms:.1f} ms, p99 {middle.p99_ms:.1f} ms, {each:.2f} ms of processor time each"
        return f"{note}; {other} answers were not {self._status}" if other else note
