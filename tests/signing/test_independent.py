"""A witness that others wrote (aics-witness) cosigns what is signed here, and tells of a fork."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.tlog.keys import VerifierKey
from domain.tlog.policy import Policy
from tests.support.needed import lacking
from tests.support.serving import free_port
from tests.support.witnesses import GrowingLog, Publishing, until

PROGRAM = Path(sys.executable).with_name("aics-witness")


class Independent:
    """That witness, in a folder, at a port."""

    def __init__(self, folder: Path, log: GrowingLog) -> None:
        folder.mkdir()
        self.port = free_port()
        self._config = folder / "witness.json"
        self._run("init", "--name", "example.org/independent", "--listen", f"127.0.0.1:{self.port}")
        self._run("add-log", "--origin", log.key.name, "--vkey", log.vkey)
        status = self._run("status")
        words = (word.strip('",') for word in status.split())
        self.vkey = next(word for word in words if word.startswith("example.org/independent+"))
        self.process = subprocess.Popen(self._command("serve"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _run(self, *words: str) -> str:
        done = subprocess.run(self._command(*words), check=True, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    def _command(self, *words: str) -> list[str]:
        return [os.fspath(PROGRAM), words[0], "--config", os.fspath(self._config), *words[1:]]


@pytest.fixture(scope="module")
def log() -> GrowingLog:
    return GrowingLog(600)


@pytest.fixture
def independent(tmp_path: Path, log: GrowingLog) -> Iterator[Independent]:
    if not PROGRAM.is_file():
        lacking("aics-witness is not in the environment")
    independent = Independent(tmp_path / "independent", log)
    yield independent
    independent.process.kill()
    independent.process.wait()


def test_it_cosigns_a_log_that_grows_and_refuses_its_fork(
    tmp_path: Path, log: GrowingLog, independent: Independent
) -> None:
    VerifierKey.parse(independent.vkey)
    text = f"witness independent {independent.vkey} http://127.0.0.1:{independent.port}\nquorum independent\n"
    publishing = Publishing(tmp_path / "log", log, Policy.parse(text))

    with publishing.at_work():
        for size in (1, 2, 70, 256, 257, 500):
            publishing.sign(size)
            until(lambda size=size: publishing.shows(size, "independent"))  # type: ignore[misc]

    # Given another history of the same log, whose witnesses nobody remembers
    fork = GrowingLog(600, story="another ", alike=100)
    restored = Publishing(tmp_path / "restored", fork, publishing.policy)
    restored.tree.has = 400
    with restored.at_work():
        restored.sign(400)
        until(lambda: restored.state("independent").alarm is not None)
        assert "500 events" in str(restored.state("independent").alarm)
        assert restored.witnesses.objection() is not None
