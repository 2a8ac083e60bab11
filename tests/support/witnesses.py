"""Logs that ask for cosignatures, and witnesses that give them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final, Self

import uvicorn

from api.signing.book import Book, Signed
from api.signing.rounds import Pace
from api.signing.witnesses import Witnesses, WitnessState
from api.witness.app import create_witness
from api.witness.folder import Folder
from api.witness.witness import Witness
from domain.errors import NotCaughtUp
from domain.tlog.checkpoint import Checkpoint
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.log import Log
from domain.tlog.note import parse_note
from domain.tlog.policy import Judgement, Policy
from domain.tlog.schemes import SignatureType
from domain.tlog.witnessing import AddCheckpoint
from tests.support.serving import PATIENCE, Server

BOTH: Final = (SignatureType.COSIGNATURE, SignatureType.SUBTREE)
ORIGIN: Final = "example.org/log"
QUICK: Final = Pace(timeout=1.0, pause=0.05, longest=0.2, grace=0.1, round=5.0, consult=5.0)


class GrowingLog:
    """A log of this origin with a key of its own: `size` leaves, of which the first are shown to witnesses.

    Two logs with one key and different `story` are a log and its fork: they begin alike, up to `alike`.
    """

    def __init__(self, size: int = 300, origin: str = ORIGIN, story: str = "", alike: int = 0, seed: int = 1) -> None:
        self.key = SigningKey(origin, bytes([seed]) * 32)
        self.log = Log(origin, (f"{'' if n < alike else story}{n}".encode() for n in range(size)))

    @property
    def vkey(self) -> str:
        return self.key.verifier.render()

    def request(self, old: int, size: int, *, proof: tuple[bytes, ...] | None = None) -> bytes:
        """The body that asks for a cosignature of the first `size` leaves."""
        if proof is None:
            proof = self.log.consistency(old, size) if 0 < old <= size else ()
        return AddCheckpoint(old, proof, parse_note(self.log.checkpoint(self.key, size=size))).render()


def new_witness(path: Path, *logs: GrowingLog, name: str = "example.org/witness") -> Folder:
    """The folder of a witness with a key of each kind that knows these logs."""
    folder = Folder(path)
    folder.create(name, BOTH, os.urandom)
    for log in logs:
        folder.add_log(log.key.verifier)
    return folder


def ask(port: int, body: bytes, path: str = "/add-checkpoint") -> tuple[HTTPResponse, bytes]:
    """A witness's answer to a request, and its body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def look(port: int, path: str) -> tuple[HTTPResponse, bytes]:
    """What a witness shows at a path."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


class WitnessServer(Server):
    """`stemma witness serve` on one folder and port, as a process of its own."""

    command = ("witness", "serve")


@contextmanager
def witnessing(folder: Folder) -> Iterator[int]:
    """The witness of this folder, served in a thread; the port at which it answers."""
    app = create_witness(Witness(folder), lambda: int(time.time()))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


class LogTree:
    """A growing log as the tree that its newsroom signs: `has` leaves of it are there."""

    def __init__(self, log: GrowingLog, has: int | None = None) -> None:
        self.has = log.log.size if has is None else has
        self.is_behind = False
        self._log = log

    @property
    def origin(self) -> str:
        return self._log.key.name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return (self._log.key.verifier,)

    def proof(self, old: int, new: Checkpoint) -> tuple[bytes, ...]:
        if self.is_behind:
            raise NotCaughtUp(new.size, 0)
        return self._log.log.consistency(old, new.size) if old else ()

    def root(self, size: int) -> bytes | None:
        return self._log.log.root(size) if size <= self.has else None


class Publishing:
    """What signs and publishes a growing log: book, tree and the witnesses of a policy, in a folder."""

    def __init__(self, folder: Path, log: GrowingLog, policy: Policy, pace: Pace = QUICK) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = log
        self.policy = policy
        self.book = Book(folder)
        self.tree = LogTree(log)
        self.witnesses = Witnesses(policy, self.book, self.tree, pace)

    def sign(self, size: int) -> Signed:
        """Signs the first leaves, keeps that and has it cosigned."""
        signed = Signed.of(parse_note(self.log.log.checkpoint(self.log.key, size=size)), "2026-11-28T12:00:00.000000Z")
        self.book.enter(signed)
        self.witnesses.announce(signed)
        return signed

    @contextmanager
    def at_work(self) -> Iterator[Self]:
        """The witnesses are asked until the context ends, first for what was signed last."""
        self.witnesses.start(self.book.last())
        try:
            yield self
        finally:
            self.witnesses.stop()

    def shown(self) -> Judgement | None:
        """What the policy says of the checkpoint that everybody is shown."""
        note = self.book.now()
        return None if note is None else self.policy.satisfied(note, self.tree.keys)

    def shows(self, size: int, *cosigners: str) -> bool:
        """Whether everybody is shown this size, cosigned by these witnesses at least."""
        shown = self.shown()
        return shown is not None and shown.checkpoint.size == size and set(cosigners) <= {n for n, _ in shown.times}

    def state(self, name: str) -> WitnessState:
        return next(state for state in self.witnesses.states if state.name == name)


def until(holds: Callable[[], bool]) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def policy(quorum: str, *witnesses: tuple[str, Folder, int], need: str = "all") -> Policy:
    """The policy of these witnesses (name, folder, port): `quorum` is `none`, or of the group `all-of-them`."""
    lines = [
        f"witness {name} {folder.cosigners()[0].verifier.render()} http://127.0.0.1:{port}/"
        for name, folder, port in witnesses
    ]
    group = [f"group all-of-them {need} {' '.join(name for name, _, _ in witnesses)}"] if quorum != "none" else []
    return Policy.parse("".join(f"{line}\n" for line in [*lines, *group, f"quorum {quorum}"]))


Answering = Callable[[str, bytes], tuple[int, dict[str, str], bytes]]
"""From a path and a body (empty for GET) to status, headers and body."""


class Stranger(ThreadingHTTPServer):
    """A server that answers as it likes, at `port`. `asked` are the paths and bodies of its requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Answering) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.connections = 0
        stranger = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                stranger.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                stranger.asked.append((self.path, body))
                status, headers, said = answer(self.path, body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(said)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(said)

            def do_GET(self) -> None:
                self.headers["Content-Length"] = "0"
                self.do_POST()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def stranger(answer: Answering) -> Iterator[Stranger]:
    """Such a server, until the context ends."""
    with Stranger(answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
