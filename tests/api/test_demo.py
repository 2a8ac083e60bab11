"""The demonstration, run twice as a user would: the story is there, and nothing is recorded twice."""

import json
import signal
import stat
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.support.commandline import ROOT, Served, serving, stemma

STORY = ROOT / "examples" / "albania.jsonl"


def get(served: Served, path: str, token: str | None = None) -> Any:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with urlopen(Request(f"{served.said['url']}{path}", headers=headers), timeout=30) as response:
        return json.loads(response.read())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_the_demonstration_serves_the_story_and_records_it_once(tmp_path: Path, how: signal.Signals) -> None:
    with serving(tmp_path, "demo") as first:
        contested = get(first, "/api/v1/contested?min_position=1")["items"]
        verified = stemma(tmp_path, "verify", "--json")
        code, log = first.stop(how)
    with serving(tmp_path, "demo") as second:
        length = get(second, "/api/v1/replay", second.said["tokens"]["auditor"])["position"]

    assert (code, "Traceback" in log) == (0, False)
    assert first.said["recorded"] == len(STORY.read_text(encoding="utf-8").splitlines()) - 1
    assert second.said["recorded"] == 0
    assert contested
    assert verified.code == 0
    assert 0 <= length - verified.json["size"] <= 1, "nothing came after it but a commitment to the map"
    assert second.said["tokens"] == first.said["tokens"]
    assert stat.S_IMODE((tmp_path / "demo-tokens.json").stat().st_mode) == 0o600


def test_each_token_opens_what_its_role_may_see(tmp_path: Path) -> None:
    with serving(tmp_path, "demo") as served:
        tokens = served.said["tokens"]
        totals = {role: get(served, "/api/v1/replay", token)["claims"]["total"] for role, token in tokens.items()}
        public = get(served, "/api/v1/replay")["claims"]["total"]

    assert tokens.keys() == {"editor", "approver", "auditor"}
    assert len(set(totals.values())) == 1
    assert public <= totals["auditor"]


def test_lost_and_revoked_tokens_are_replaced_for_the_same_people(tmp_path: Path) -> None:
    with serving(tmp_path, "demo") as first:
        before = first.said["tokens"]
    listed = stemma(tmp_path, "token", "list", "--json").json["items"]
    editor = next(item for item in listed if item["name"] == "Demo editor")
    stemma(tmp_path, "token", "revoke", editor["token_id"], "--reason", "It was shown on a slide.")
    with serving(tmp_path, "demo") as second:
        revoked = second.said["tokens"]
    (tmp_path / "demo-tokens.json").write_text("{", encoding="utf-8")
    with serving(tmp_path, "demo") as third:
        lost = third.said["tokens"]
    actors = {item["actor_id"] for item in stemma(tmp_path, "token", "list", "--json").json["items"]}

    assert revoked["editor"] != before["editor"]
    assert (revoked["approver"], revoked["auditor"]) == (before["approver"], before["auditor"])
    assert set(lost.values()).isdisjoint(revoked.values())
    assert len(actors) == 3


def test_a_ledger_that_tells_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    words = ("--name", "Desk", "--origin", "example.org/desk", "--base-url", "https://example.org")
    stemma(tmp_path, "init", *words)
    stemma(tmp_path, "token", "create", "--name", "Ann", "--role", "editor")

    with serving(tmp_path, "demo") as served:
        assert served.said["recorded"] == 0
