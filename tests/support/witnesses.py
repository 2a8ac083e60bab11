"""Logs that ask for cosignatures, and witnesses that give them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import Final

import uvicorn

from api.witness.app import create_witness
from api.witness.folder import Folder
from api.witness.witness import Witness
from domain.tlog.keys import SigningKey
from domain.tlog.log import Log
from domain.tlog.note import parse_note
from domain.tlog.schemes import SignatureType
from domain.tlog.witnessing import AddCheckpoint
from tests.support.serving import PATIENCE, Server

BOTH: Final = (SignatureType.COSIGNATURE, SignatureType.SUBTREE)
ORIGIN: Final = "example.org/log"


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
