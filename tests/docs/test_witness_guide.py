"""The guide to witnesses, run block by block as two newsrooms would, says what happens."""

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from domain.tlog.keys import VerifierKey
from domain.tlog.policy import Policy
from tests.docs.touring import MARK, ROOT
from tests.support.serving import STEMMA, free_port

GUIDE = ROOT / "docs" / "witnesses.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("witnesses")


@pytest.fixture(scope="module")
def tour(folder: Path) -> list[str]:
    """What each block of the guide printed, in order; a block that fails fails the test."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    script = "set -euo pipefail\n"
    script += "".join(f"{block}\necho\necho '{MARK}'\n" for block in blocks)
    script = script.replace(".venv/bin/stemma", STEMMA)
    for port in ("8000", "8100"):
        script = script.replace(port, str(free_port()))
    env = {name: value for name, value in os.environ.items() if not name.startswith("STEMMA_")}
    with (
        (folder / "out").open("wb") as out,
        (folder / "err").open("wb") as err,
    ):
        shell = subprocess.Popen(
            ["bash", "-c", script], cwd=folder, env=env, stdout=out, stderr=err, start_new_session=True
        )
        try:
            code = shell.wait(100)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)  # the servers that the guide has started, and nobody else
    said = (folder / "out").read_text(encoding="utf-8")
    assert code == 0, said + (folder / "err").read_text(encoding="utf-8")
    return said.split(MARK)


def test_the_witness_has_two_keys(tour: list[str]) -> None:
    assert [VerifierKey.parse(line).type for line in tour[0].split()] == [4, 6]


def test_the_checkpoint_is_cosigned(tour: list[str], folder: Path) -> None:
    shown = re.search(r"^north\.example\.org/log\n.*?\n\n(?:— [^\n]*\n)+", tour[4], re.DOTALL | re.MULTILINE)
    assert shown is not None

    log = VerifierKey.parse((folder / "south-witness" / "logs").read_text(encoding="utf-8").strip())
    judged = Policy.parse((folder / "north" / "policy").read_bytes()).satisfied(shown[0].encode(), [log])

    assert judged.absent == ()
    assert f"up to {judged.checkpoint.size}, 0 pieces of evidence" in tour[4]
