"""Servers as processes of their own on 127.0.0.1, started for a benchmark and ended with it."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks.load import HOST, Job, Tally

START_SECONDS = 30.0
STOP_SECONDS = 15.0
STEMMA = Path(sys.executable).with_name("stemma")
USER_TICKS, SYSTEM_TICKS = 11, 12
"""Fields of /proc/<pid>/stat, counted from the one after the program's name."""
PLAIN_TOKEN = "plain-desk-token"
UNLIMITED = {"STEMMA_RATE_PUBLIC": "0", "STEMMA_RATE_DESK": "0"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and a token with which claims can be created there."""

    port: int
    token: str
    pid: int

    def busy_seconds(self) -> float:
        """The processor time that the server has used so far, in all its threads; 0 where there is no /proc."""
        status = Path(f"/proc/{self.pid}/stat")
        if not status.exists():
            return 0.0
        fields = status.read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[USER_TICKS]) + int(fields[SYSTEM_TICKS])) / os.sysconf("SC_CLK_TCK")

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON of a creation. Raises RuntimeError for any answer but 201."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != http.client.CREATED:
            raise RuntimeError(f"POST {path} was answered {answer.status}: {content[:500]!r}")
        created: dict[str, Any] = json.loads(content)
        return created


def get(server: Server, path: str) -> tuple[dict[str, str], bytes]:
    """The headers, by lower-case name, and the body that the public gets. Raises RuntimeError unless it is 200."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=START_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"GET {path} was answered {answer.status}: {content[:500]!r}")
    return {name.lower(): value for name, value in answer.getheaders()}, content


@contextmanager
def stemma(folder: Path, journal: Path | None = None) -> Iterator[Server]:
    """Stemma as it is served: a new ledger in `folder` with this journal in it, `stemma serve`, an editor's token.

    Its limits of rate are off: the benchmark is one client that asks as fast as it can.
    """
    data = ("--data", str(folder))
    _run(
        STEMMA, "init", *data, "--name", "Bench", "--origin", "bench.example/log", "--base-url", "http://bench.example"
    )
    made = _run(STEMMA, "token", "create", *data, "--role", "editor", "--name", "Editor", "--json")
    if journal is not None:
        _run(STEMMA, "import", journal, *data)
    port = _free_port()
    with _serving([str(STEMMA), "serve", *data, "--port", str(port)], port, folder / "server.log") as pid:
        yield Server(port, json.loads(made)["token"], pid)


@contextmanager
def plain_desk(folder: Path) -> Iterator[Server]:
    """The plain FastAPI and eventsourcing application with a new database in `folder`."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.plain_app", "--data", str(folder), "--token", PLAIN_TOKEN]
    with _serving([*command, "--port", str(port)], port, folder / "server.log") as pid:
        yield Server(port, PLAIN_TOKEN, pid)


def generate(job: Job) -> Tally:
    """Does the job from a process of its own. Raises RuntimeError if nothing was answered as expected."""
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=json.dumps(asdict(job)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The load generator failed:\n{done.stderr}")
    tally = Tally(**json.loads(done.stdout))
    if not tally.expected:
        raise RuntimeError(f"No request to {job.path} was answered {job.status}. One answer:\n{tally.example}")
    return tally


def _run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def _serving(command: Sequence[str], port: int, log: Path) -> Iterator[int]:
    environment = {**os.environ, **UNLIMITED}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process,
    ):
        try:
            _await(process, port, log)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2_000:]}")
