"""The README's five-minute tour, run as a new user would: block by block, against the served example story."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import STEMMA, Server

ROOT = Path(__file__).parents[2]
MARK = "=== end of block"


class DemoServer(Server):
    """`stemma demo`, which is what `make run` runs."""

    command = "demo"


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What each block of the tour printed, in order."""
    server = DemoServer(tmp_path_factory.mktemp("tour") / "data")
    server.start()
    try:
        yield _run(_blocks(), server)
    finally:
        server.stop()


def _blocks() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _run(blocks: list[str], server: Server) -> list[str]:
    script = "set -euo pipefail\n" + "".join(f"{block}\necho\necho '{MARK}'\n" for block in blocks)
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    script = script.replace(".venv/bin/stemma", STEMMA).replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={**os.environ, "STEMMA_DATA": str(server.data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(MARK)


def _problems(text: str) -> list[dict[str, Any]]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while (start := text.find("{", at)) >= 0:
        value, at = decoder.raw_decode(text, start)
        found.append(value)
    return found


def test_the_dispute_is_in_the_register(tour: list[str]) -> None:
    opened, register = _problems(tour[3])
    assert opened["contested"] is True
    assert opened["id"] in {item["id"] for item in register["items"]}


def test_two_people_give_the_verdict(tour: list[str]) -> None:
    (approved,) = _problems(tour[4])
    assert approved["verdict"]["rating"] == "unproven"
    assert approved["proposal"] is None


def test_a_change_without_a_version_and_a_stale_one_are_refused(tour: list[str]) -> None:
    missing, stale = _problems(tour[5])
    assert (missing["status"], stale["status"]) == (428, 412)
    assert stale["current_version"] > 1


def test_the_same_request_again_gives_the_first_answer(tour: list[str]) -> None:
    first, again = (answer for answer in _problems(tour[6]))
    assert "idempotency-replayed: true" in tour[6].lower()
    assert (first["version"], first["position"]) == (again["version"], again["position"])


def test_history_and_an_earlier_position_are_readable(tour: list[str]) -> None:
    history, before = _problems(tour[7])
    types = [item["type"] for item in history["items"]]
    assert "claim.dispute_opened.v1" in types
    assert before["contested"] is False


def test_the_claim_is_found_and_no_correction_is_listed_yet(tour: list[str]) -> None:
    (found,) = _problems(tour[8])
    assert "A member of the MEK died in the raid of 20 June 2023" in {item["title"] for item in found["items"]}
    assert "<feed" in tour[8]
    assert "<entry" not in tour[8]


def test_the_ledger_is_sound(tour: list[str]) -> None:
    assert "All is well" in tour[9]
