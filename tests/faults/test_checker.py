"""The server checks quotes by itself, and after a kill it goes on: each check is recorded once."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from tests.support.commandline import init
from tests.support.serving import PATIENCE, Server, stemma

QUOTES = 30
PAGE = "".join(f"<p>Person number {n} said that it was raining.</p>" for n in range(QUOTES))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    init(data)
    (tmp_path / "page.html").write_text(f"<!doctype html>{PAGE}")
    (tmp_path / "story.jsonl").write_text("\n".join(map(json.dumps, story())))
    assert stemma("import", str(tmp_path / "story.jsonl"), data=data)["refused"] == []
    serving = Server(data)
    yield serving
    serving.kill()


def story() -> Iterator[dict[str, Any]]:
    yield {"journal": "rain", "version": 1}
    yield {"do": "actors.create", "as": "ed", "body": {"name": "Ed", "roles": ["editor"]}}
    yield {"do": "sources.create", "as": "s1", "by": "ed", "body": {"kind": "article", "title": "Rain"}}
    body = {"captured_at": "2026-06-01T10:00:00Z"}
    yield {"do": "sources.snapshots", "at": ["@s1"], "by": "ed", "file": "page.html", "body": body}
    claim = {"statement": "It rained.", "language": "en", "kind": "fact", "attribution": "own"}
    yield {"do": "claims.create", "as": "c1", "by": "ed", "body": claim}
    for n in range(QUOTES):
        quote = {"text": f"Person number {n} said that it was raining.", "wording": "verbatim"}
        said = {"source_id": "@s1", "stance": "supports", "quote": quote}
        yield {"do": "claims.citations", "at": ["@c1"], "by": "ed", "body": said}


def checks(data: Path) -> list[Any]:
    store = SQLiteStore(data / "ledger.db", read_only=True)
    try:
        return [r for r in Streams(store).events() if r.event.TYPE == "claim.quote_checked.v1"]
    finally:
        store.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_server_that_is_killed_goes_on_with_its_checks_and_repeats_none(server: Server) -> None:
    server.start()
    wait_until(lambda: len(checks(server.data)) > 0)
    server.kill()

    server.start()
    wait_until(lambda: len(checks(server.data)) >= QUOTES)
    server.stop()

    found = checks(server.data)
    assert len({recorded.event.citation_id for recorded in found}) == len(found) == QUOTES
    assert {(recorded.actor, recorded.event.outcome) for recorded in found} == {("checker", "found")}
    assert stemma("verify", data=server.data)["ok"]
