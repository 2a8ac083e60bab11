"""Files that a journal's lines name: kept as snapshots, once, and only from beside the journal."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.journal import Files, Imported, import_journal
from domain.ledger.memory import MemoryStore
from domain.newsroom import Newsroom
from domain.vault import Vault
from tests.support.newsrooms import new_newsroom

PAGE = b"<!doctype html><p>One person died in the raid, the group says.</p>"
BEGIN: list[Any] = [
    {"journal": "snapshots", "version": 1},
    {"do": "actors.create", "as": "ed", "body": {"name": "Ed", "roles": ["editor"]}},
    {"do": "sources.create", "as": "s1", "by": "ed", "body": {"kind": "article", "title": "The raid"}},
]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    opened.vault = Vault(tmp_path / "data" / "snapshots")
    yield opened
    opened.close()


def capture(file: str, **said: Any) -> dict[str, Any]:
    body = {"captured_at": "2026-06-01T10:00:00Z", "url": "https://example.org/raid"}
    return {"do": "sources.snapshots", "at": ["@s1"], "as": "n1", "by": "ed", "file": file, "body": body, **said}


def tell(newsroom: Newsroom, folder: Path, *lines: Any, limit: int = 1_000_000) -> Imported:
    folder.mkdir(exist_ok=True)
    path = folder / "story.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in [*BEGIN, *lines]))
    with path.open("rb") as file:
        return import_journal(newsroom, file, files=Files(folder, newsroom.vault, limit))


def test_a_file_beside_the_journal_becomes_a_snapshot_that_later_lines_name(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "story"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "raid.html").write_bytes(PAGE)
    claim = {"statement": "A member died.", "language": "en", "kind": "fact", "attribution": "own"}
    said = {"source_id": "@s1", "stance": "supports", "snapshot_id": "@n1"}
    quoted = {**said, "quote": {"text": "One person died in the raid", "wording": "verbatim"}}
    lines = [
        capture("pages/raid.html"),
        {"do": "claims.create", "as": "c1", "by": "ed", "body": {**claim, "citations": [{**quoted, "as": "x1"}]}},
        {"do": "claims.citations.check", "at": ["@c1", "@x1"], "by": "ed", "body": {"snapshot_id": "@n1"}},
    ]

    imported = tell(newsroom, folder, *lines)

    assert imported.refused == []
    digest = sha256(PAGE).hexdigest()
    assert newsroom.vault is not None
    assert newsroom.vault.read(digest) == PAGE
    events = [recorded.event for recorded in newsroom.streams.events()]
    (captured,) = [e for e in events if e.TYPE == "source.snapshot_captured.v1"]
    (checked,) = [e for e in events if e.TYPE == "claim.quote_checked.v1"]
    assert (captured.sha256, captured.media_type, captured.stored) == (digest, "text/html", True)  # type: ignore[attr-defined]
    assert checked.outcome == "found"  # type: ignore[attr-defined]

    again = tell(newsroom, folder, *lines)
    assert (again.recorded, again.already, again.refused) == (0, 5, [])
    (folder / "pages" / "raid.html").write_bytes(PAGE + b" ")
    assert tell(newsroom, folder, *lines).refused[0].problem["type"] == "/problems/key-reused"


@pytest.mark.parametrize(
    "file", ["../secret.txt", "/etc/hostname", "nowhere.html", "pages/../../secret.txt", ".", "link", "a\x00b"]
)
def test_a_file_that_is_not_beside_the_journal_is_refused(newsroom: Newsroom, tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.txt").write_text("This is a secret of others.")
    folder = tmp_path / "story"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret.txt")

    (refusal,) = tell(newsroom, folder, capture(file)).refused

    assert refusal.problem["errors"][0]["pointer"] == "/file"
    assert newsroom.vault is not None
    assert list(newsroom.vault.digests()) == []


def test_a_file_that_no_snapshot_may_be_is_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "story"
    folder.mkdir()
    (folder / "long.txt").write_bytes(b"x" * 2_000)
    (folder / "drawing.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "page.html").write_bytes(PAGE)

    kinds = []
    for line in (capture("long.txt"), capture("drawing.svg"), {**BEGIN[2], "as": "s2", "file": "page.html"}):
        (refusal,) = tell(newsroom, folder, line, limit=1_000).refused
        kinds.append(refusal.problem["type"])

    assert kinds == ["/problems/too-large", "/problems/unsupported-media-type", "/problems/invalid-input"]


def test_without_a_folder_no_line_may_name_a_file(newsroom: Newsroom, tmp_path: Path) -> None:
    path = tmp_path / "story.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in [*BEGIN, capture("page.html")]))

    with path.open("rb") as file:
        (refusal,) = import_journal(newsroom, file).refused

    assert refusal.problem["errors"][0]["pointer"] == "/file"
