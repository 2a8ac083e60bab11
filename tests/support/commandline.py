"""The program `stemma` as a user runs it: its answers and its exit codes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from api.cli.console import run
from api.cli.ledger import app

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-c", "from api.cli import main; main()")
SECONDS = 60


@dataclass(frozen=True)
class Ran:
    """What a command said, and the code with which it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(data: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("STEMMA_")}
    return {**others, "STEMMA_DATA": str(data)}


def program(data: Path, *words: str | Path) -> Ran:
    """Runs a command on this data folder as a process of its own. An expected error never shows a traceback."""
    ran = subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def stemma(data: Path, *words: str | Path) -> Ran:
    """Runs a command that does not serve, as `program` would but in this process, which is much quicker."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        run(app, [*map(str, words), "--data", str(data)])
    return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def init(data: Path) -> Ran:
    address = "https://desk.example.org"
    return stemma(data, "init", "--name", "Desk", "--origin", "example.org/desk", "--base-url", address, "--json")


@dataclass(frozen=True)
class Served:
    """A server that answers: what it said when it began."""

    said: Any
    process: subprocess.Popen[str]

    def stop(self, how: signal.Signals) -> tuple[int, str]:
        """Ends it; its exit code, and what it logged."""
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, err


@contextmanager
def serving(data: Path, command: str) -> Iterator[Served]:
    """`serve` or `demo` on a free port, ended in any case."""
    with subprocess.Popen(
        [*PROGRAM, command, "--port", "0", "--json"],
        cwd=ROOT,
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield Served(json.loads(process.stdout.readline()), process)
        finally:
            process.kill()
