"""Guides run as a new user would: their blocks of commands, one after another, beside the served example story."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.support.serving import STEMMA, Server

ROOT: Final = Path(__file__).parents[2]
MARK: Final = "=== end of block"


class DemoServer(Server):
    """`stemma demo`, which is what `make run` runs."""

    command = ("demo",)


def toured(folder: Path, *guides: str) -> list[str]:
    """What each block of the guides printed, in order; a block that fails fails the test."""
    server = DemoServer(folder / "data")
    server.start()
    try:
        return _run([block for guide in guides for block in _blocks(ROOT / guide)], server)
    finally:
        server.stop()


def _blocks(guide: Path) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```$", guide.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


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


def answers(text: str) -> list[dict[str, Any]]:
    """The JSON objects that a block printed."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (start := text.find("{", at)) >= 0:
        value, at = decoder.raw_decode(text, start)
        found.append(value)
    return found
