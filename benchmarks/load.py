"""`python -m benchmarks.load`: sends requests over kept-alive connections and counts those answered as expected.

It is a process of its own and speaks HTTP/1.1 on bare sockets: every cycle that it does not use is the server's. The
job comes as one JSON object on standard input and the tally goes as one to standard output.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from time import perf_counter
from typing import Any, cast

import uvloop

from benchmarks.sample import NUMBER_WIDTH

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds after the end of the job in which the last answers must have come."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to send: a run of `#` in `path` or `body` stands for a number, and each request puts its own there.

    Sending ends after `seconds`, or after `requests` requests. The first `warm_up` answers, at least one, are not
    counted. `status` is the one that is expected; without a `body` the request is a GET.
    """

    port: int
    path: str
    headers: dict[str, str]
    body: str
    status: int
    clients: int
    seconds: float
    requests: int
    warm_up: int
    first_number: int


@dataclass(slots=True)
class Tally:
    """What came back. Rates are in answers a second, `p50_ms` and `p99_ms` milliseconds from request to answer."""

    expected: int = 0
    other: int = 0
    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    example: str = ""

    @property
    def rate(self) -> float:
        """Answers with the expected status a second."""
        return self.expected / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Run:
    """The state of a job that all its clients share."""

    job: Job
    done: asyncio.Future[None]
    tally: Tally = field(default_factory=Tally)
    took: list[float] = field(default_factory=list)
    sent: int = 0
    seen: int = 0
    open: int = 0
    began: float = 0.0
    last: float = 0.0

    def next_request(self) -> bytes | None:
        """The bytes of the next request, or None if the job is over."""
        job = self.job
        over = self.began and perf_counter() - self.began >= job.seconds
        if over or self.sent >= job.requests + job.warm_up:
            return None
        number = f"{job.first_number + self.sent:0{NUMBER_WIDTH}d}"
        self.sent += 1
        body = job.body.replace("#" * NUMBER_WIDTH, number).encode()
        path = job.path.replace("#" * NUMBER_WIDTH, number)
        said = {"Host": f"{HOST}:{job.port}", **job.headers}
        if body:
            said |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        return "\r\n".join((*lines, "", "")).encode() + body

    def answered(self, answer: bytes, asked_at: float) -> None:
        now = perf_counter()
        self.seen += 1
        if self.seen <= self.job.warm_up:
            self.began = now
            return
        self.last = now
        self.took.append(now - asked_at)
        if answer.startswith(b"HTTP/1.1 %d " % self.job.status):
            self.tally.expected += 1
        else:
            self.tally.other += 1
            self.tally.example = answer[:600].decode(errors="replace")

    def failed(self, context: dict[str, Any]) -> None:
        """Something was raised where nobody waits for it: the job fails with it at once."""
        if not self.done.done():
            self.done.set_exception(context.get("exception") or RuntimeError(context["message"]))

    def left(self, problem: Exception | None) -> None:
        """One client is through."""
        self.open -= 1
        if problem is not None and not self.done.done():
            self.done.set_exception(problem)
        elif self.open == 0 and not self.done.done():
            self.done.set_result(None)


class Client(asyncio.Protocol):
    """One connection that sends a request as soon as the one before is answered."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._received = b""
        self._asked_at = 0.0
        self._ended = False
        self._send: Callable[[bytes], None]
        self._close: Callable[[], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        writing = cast(asyncio.Transport, transport)  # uvloop's own transports do not inherit from it
        self._send, self._close = writing.write, writing.close
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        length = answer_length(self._received)
        if length is None or len(self._received) < length:
            return
        answer, self._received = self._received, b""
        self._run.answered(answer, self._asked_at)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        problem = None if self._ended else exc or ConnectionError("the server closed the connection")
        self._run.left(problem)

    def _next(self) -> None:
        request = self._run.next_request()
        if request is None:
            self._ended = True
            self._close()
            return
        self._asked_at = perf_counter()
        self._send(request)


def answer_length(received: bytes) -> int | None:
    """How long the answer is that begins here, or None while its head is incomplete.

    Raises ValueError for an answer that does not say how long its body is.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    if received.startswith(b"HTTP/1.1 304"):
        return end + 4
    for line in received[:end].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return end + 4 + int(value)
    raise ValueError(f"an answer without Content-Length: {received[:200]!r}")


async def run(job: Job) -> Tally:
    """Does the job. Raises ConnectionError if the server hangs up, TimeoutError if it does not answer in the end."""
    loop = asyncio.get_running_loop()
    state = Run(job, loop.create_future(), open=job.clients)
    loop.set_exception_handler(lambda _, context: state.failed(context))
    for _ in range(job.clients):
        await loop.create_connection(lambda: Client(state), HOST, job.port)
    await asyncio.wait_for(state.done, job.seconds + PATIENCE)
    tally = state.tally
    tally.seconds = max(state.last - state.began, 0.0)
    if len(state.took) > 1:
        percentiles = quantiles(state.took, n=100)
        tally.p50_ms, tally.p99_ms = percentiles[49] * 1_000, percentiles[98] * 1_000
    return tally


def main() -> None:
    tally = uvloop.run(run(Job(**json.load(sys.stdin))))
    print(json.dumps(asdict(tally)))


if __name__ == "__main__":
    main()
