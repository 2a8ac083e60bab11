"""The real server as a child process, and editors that do not give up."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Any, Final

STEMMA: Final = str(Path(sys.executable).with_name("stemma"))
PATIENCE: Final = 60.0


def stemma(*arguments: str, data: Path) -> Any:
    """What a command of the command line answers, as JSON. Raises `CalledProcessError` if it fails."""
    done = subprocess.run(
        [STEMMA, *arguments, "--data", str(data), "--json"], check=True, capture_output=True, text=True, timeout=600
    )
    return json.loads(done.stdout)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`stemma serve` on one data folder and port, started and killed as often as one likes.

    It limits nobody's rate, and has these settings besides. What it logs is in the file `log`, beside the data folder.
    """

    command: tuple[str, ...] = ("serve",)

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_name(f"{data.name}.log")
        chosen = {"rate_public": 0, "rate_desk": 0, **settings}
        self._environment = {f"STEMMA_{name.upper()}": str(value) for name, value in chosen.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The code with which it ended, negative for a signal; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def start(self) -> None:
        """Starts it and returns once it answers."""
        command = [STEMMA, *self.command, "--port", str(self.port), "--data", str(self.data)]
        environment = {**os.environ, **self._environment}
        with self.log.open("ab") as log:  # a pipe that nobody reads would fill up
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()[-2000:]}")
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.02)

    def get(self, path: str, token: str) -> Any:
        """The JSON that this path is answered with."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status == 200, content
        return json.loads(content)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=0.2):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed. One that has ended already is left as it is."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """A graceful stop."""
        self._end(signal.SIGTERM)

    def tell_to_stop(self) -> None:
        """Begins a graceful stop; `wait` tells when it is done."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> None:
        """Returns once it has ended."""
        assert self._process is not None
        self._process.wait(timeout=PATIENCE)

    def _end(self, how: signal.Signals) -> None:
        if self.exit_code is None:
            os.kill(self.pid, how)
            self.wait()


class Editor:
    """Asks again with the same key until the server has answered."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._connection: HTTPConnection | None = None

    def post(self, path: str, body: Mapping[str, object], key: str, stop: Event, **headers: str) -> Any:
        """The answer, as JSON; None if `stop` was set before there was one. Any refusal fails the test."""
        while True:
            try:
                return self._once(path, body, key, headers)
            except (OSError, HTTPException, _Unavailable):
                self.close()
                if stop.is_set():
                    return None
                time.sleep(0.02)

    def close(self) -> None:
        """Ends the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, path: str, body: Mapping[str, object], key: str, headers: Mapping[str, str]) -> Any:
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        said = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f'"{key}"',
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self._connection.request("POST", path, json.dumps(body), said)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 500:
            raise _Unavailable
        assert answer.status in (200, 201), content
        return json.loads(content)


class _Unavailable(Exception):
    """The server was there, and could not serve."""
