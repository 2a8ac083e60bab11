"""The command line: what each command does, and the exit code that a script can rely on."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.bootstrap import open_house
from api.cli.ledger import app
from api.settings import Settings
from domain.ledger.sqlite import SQLiteStore
from tests.support.commandline import ROOT, init, program, serving, stemma
from tests.support.journals import as_file
from tests.support.newsrooms import new_newsroom

STORY = ROOT / "examples" / "albania.jsonl"
JOURNAL: list[dict[str, Any]] = [
    {"journal": "test", "version": 1},
    {"do": "actors.create", "as": "ed", "body": {"name": "Desk editor", "roles": ["editor"]}},
    {"do": "parties.create", "by": "ed", "body": {"kind": "state", "name": "Example state"}},
    {"do": "parties.create", "by": "ed", "body": {"kind": "planet", "name": "Example planet"}},
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the example story, views and all."""
    data = tmp_path_factory.mktemp("told") / "data"
    assert init(data).code == 0
    assert stemma(data, "import", STORY).code == 0
    assert stemma(data, "rebuild").code == 0
    return data


@pytest.fixture
def data(told: Path, tmp_path: Path) -> Path:
    """A copy of it that may be spoilt."""
    return Path(shutil.copytree(told, tmp_path / "data"))


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name}{word} ")
        else:
            yield f"{name}{word}", command


COMMANDS = dict(commands(get_command(app)))


OFFLINE = {"check-proof"}
"""Commands that need no ledger."""


def test_these_are_the_commands() -> None:
    assert sorted(COMMANDS) == [
        *("backup", "check-proof", "clock override", "demo", "erase", "export", "import", "init"),
        *("key create", "key retire", "key rotate", "key show"),
        *("prove", "rebuild", "receipt", "replay", "restore", "serve"),
        *("token create", "token list", "token revoke", "verify"),
        *("witness add-log", "witness init", "witness logs", "witness remove-log", "witness serve", "witness vkey"),
    ]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_and_answers_in_json(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}

    assert COMMANDS[name].help
    assert "--json" in options
    assert ("--data" in options) is (name not in OFFLINE)


def test_the_program_ends_with_the_code_that_says_how_it_went(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = ("--name", "Desk", "--origin", "example.org/desk", "--base-url", "https://example.org")
    made = program(data, "init", *words)
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(as_file(JOURNAL).getvalue())

    refused = program(data, "import", journal)
    nothing = program(tmp_path / "none", "serve")
    unavailable = program(journal / "data", "init", *words)
    (data / "ledger.db").write_bytes(b"nothing of the sort" * 100)
    wrong = program(data, "verify", "--json")

    assert (made.code, wrong.code, refused.code, nothing.code, unavailable.code) == (0, 1, 2, 2, 3)
    assert wrong.json["ok"] is False


def test_init_makes_one_ledger_and_no_second(tmp_path: Path) -> None:
    first, second = init(tmp_path / "data"), init(tmp_path / "data")

    assert (first.code, second.code) == (0, 2)
    assert first.json["ledger"].startswith("dsk_")
    assert second.json["type"] == "/problems/rule-broken"


@pytest.mark.parametrize(
    "option", [("--origin", "two words"), ("--origin", "a+b"), ("--base-url", "example.org"), ("--name", " ")]
)
def test_init_refuses_what_could_never_be_changed_again(tmp_path: Path, option: tuple[str, str]) -> None:
    said = {"--name": "Desk", "--origin": "example.org/desk", "--base-url": "https://example.org", **dict([option])}

    assert stemma(tmp_path / "data", "init", *(word for pair in said.items() for word in pair)).code == 2
    assert not (tmp_path / "data").exists()


def test_the_story_is_imported_once(data: Path) -> None:
    again = stemma(data, "import", STORY, "--json")

    lines = len(STORY.read_text(encoding="utf-8").splitlines()) - 1
    assert (again.code, again.json) == (0, {"recorded": 0, "already": lines, "refused": []})


def test_refused_lines_are_told_with_their_numbers(tmp_path: Path) -> None:
    init(tmp_path / "data")
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(as_file(JOURNAL).getvalue())

    ran = stemma(tmp_path / "data", "import", journal, "--json")
    in_words = stemma(tmp_path / "data", "import", journal)

    assert (ran.code, in_words.code) == (2, 2)
    assert (ran.json["recorded"], ran.json["already"]) == (2, 0)
    (refused,) = ran.json["refused"]
    assert (refused["line"], refused["problem"]["errors"][0]["pointer"]) == (4, "/kind")
    assert "line 4: /kind:" in in_words.out
    assert "0 lines recorded, 2 known already, 1 refused." in in_words.out


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("token", "list"),
        ("import", STORY),
        ("export", "archive.jsonl"),
        ("backup", "backup.db"),
    ],
    ids=lambda words: words[0],
)
def test_without_a_ledger_every_command_says_how_to_make_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = stemma(tmp_path / "data", *words)

    assert ran.code == 2
    assert "stemma init" in ran.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("invent",),
        ("verify", "--invent"),
        ("import",),
        ("import", "missing.jsonl"),
        ("import", ROOT / "Makefile"),
        ("replay", "--to", "1000000"),
        ("token", "create", "--name", "Ann"),
        ("token", "create", "--name", "Ann", "--role", "king"),
        ("token", "create", "--actor", "act_00000000000000000000000000"),
        ("token", "revoke", "tok_00000000000000000000000000", "--reason", "Lost."),
        ("clock", "override", "--reason", "Because."),
        ("restore", "missing.db"),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_bad_usage_and_bad_input_are_2(told: Path, words: tuple[str, ...]) -> None:
    assert stemma(told, *words).code == 2


def test_a_folder_that_cannot_be_used_is_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    ran = init(tmp_path / "file" / "data")

    assert (ran.code, ran.json["type"]) == (3, "/problems/store-unavailable")


def test_verify_names_the_changed_row(data: Path) -> None:
    sound = stemma(data, "verify", "--json")
    with closing(sqlite3.connect(data / "ledger.db", isolation_level=None)) as connection:
        (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger_stays'").fetchone()
        connection.execute("DROP TRIGGER ledger_stays")
        connection.execute("UPDATE ledger SET words = CAST('{}' AS BLOB) WHERE position = 50")
        connection.execute(trigger)

    ran, in_words = stemma(data, "verify", "--json"), stemma(data, "verify")

    assert (sound.code, sound.json["ok"], sound.json["differences"]) == (0, True, [])
    assert (ran.code, ran.json["ok"], ran.json["first"]["position"]) == (1, False, 50)
    assert (in_words.code, "WRONG at position 50" in in_words.out) == (1, True)


def test_verify_notices_a_missing_trigger_and_a_file_that_is_no_ledger(data: Path) -> None:
    with closing(sqlite3.connect(data / "ledger.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER ledger_keeps")
    without_trigger = stemma(data, "verify", "--json")
    (data / "ledger.db").write_bytes(b"nothing of the sort" * 100)
    no_ledger = stemma(data, "verify", "--json")

    assert (without_trigger.code, "ledger_keeps" in without_trigger.json["first"]["detail"]) == (1, True)
    assert (no_ledger.code, no_ledger.json["ok"]) == (1, False)


def test_views_that_were_tampered_with_are_noticed_and_rebuilt(data: Path) -> None:
    with closing(sqlite3.connect(data / "views.db", isolation_level=None)) as views:
        views.execute("DELETE FROM parties WHERE rowid = (SELECT min(rowid) FROM parties)")

    compared, verified = stemma(data, "rebuild", "--check", "--json"), stemma(data, "verify", "--json")
    rebuilt = stemma(data, "rebuild", "--json")

    assert (compared.code, verified.code, rebuilt.code) == (1, 1, 0)
    assert compared.json["differences"] == verified.json["differences"]
    assert compared.json["differences"][0].startswith("parties")
    assert stemma(data, "rebuild", "--check").code == 0


def test_views_that_cannot_be_read_do_not_hide_that_the_ledger_is_sound(data: Path) -> None:
    (data / "views.db").write_bytes(b"nothing of the sort" * 100)

    ran = stemma(data, "verify", "--json")

    assert (ran.code, ran.json["first"]) == (1, None)
    assert "cannot be compared" in ran.json["differences"][0]


def test_an_archive_makes_the_same_ledger_again(data: Path, tmp_path: Path) -> None:
    archive, copy = tmp_path / "archive.jsonl", tmp_path / "copy"

    exported = stemma(data, "export", archive, "--json")
    imported = stemma(copy, "import", archive, "--json")
    again = stemma(copy, "import", archive, "--json")

    assert (exported.code, imported.code, again.code) == (0, 0, 2)
    kept = sorted(path.parent.name + path.name for path in (data / "snapshots").glob("*/*"))
    assert len(kept) == 2  # the page that the story captures, and its text
    assert imported.json == {**{name: exported.json[name] for name in ("position", "root")}, "snapshots_missing": kept}
    shutil.copytree(data / "snapshots", copy / "snapshots", dirs_exist_ok=True)
    verified = stemma(copy, "verify", "--json")
    assert (verified.code, verified.json["root"]) == (0, exported.json["root"])
    digests = [stemma(each, "rebuild", "--json").json["digests"] for each in (data, copy)]
    assert digests[0] == digests[1]


def test_a_backup_is_the_same_ledger_and_knows_its_keys(data: Path, tmp_path: Path) -> None:
    file, copy = tmp_path / "backup.db", tmp_path / "copy"
    root = stemma(data, "verify", "--json").json["root"]

    made, twice = stemma(data, "backup", file, "--json"), stemma(data, "backup", file)
    put_back = stemma(copy, "restore", file, "--json")
    onto = stemma(copy, "restore", file)

    assert (made.code, twice.code, put_back.code, onto.code) == (0, 2, 0, 2)
    assert put_back.json["root"] == root
    assert stemma(copy, "import", STORY, "--json").json["recorded"] == 0
    assert sorted(path.name for path in copy.iterdir()) == ["fingerprint.key", "ledger.db", "snapshots"]
    assert stemma(copy, "verify").code == 0


@pytest.mark.parametrize("content", [b"", b"nothing of the sort" * 100])
def test_what_is_no_backup_is_not_restored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backup.db").write_bytes(content)

    ran = stemma(tmp_path / "data", "restore", tmp_path / "backup.db")

    assert ran.code in (1, 2)
    assert list((tmp_path / "data").iterdir()) == []


def test_replay_counts_what_there_was(data: Path) -> None:
    end = stemma(data, "verify", "--json").json["size"]

    start, now = stemma(data, "replay", "--to", "3", "--json"), stemma(data, "replay", "--to", str(end), "--json")

    assert (start.code, start.json["position"], start.json["claims"]["total"]) == (0, 3, 0)
    assert now.json["claims"]["total"] >= 25
    assert now.json["claims"]["contested"] >= 1
    assert now.json["digests"]


def test_tokens_are_given_listed_and_revoked(data: Path) -> None:
    made = stemma(data, "token", "create", "--name", "Ann", "--role", "editor", "--role", "auditor", "--json").json
    second = stemma(data, "token", "create", "--actor", made["actor_id"], "--label", "laptop", "--json").json
    revoked = stemma(data, "token", "revoke", made["token_id"], "--reason", "It was lost.", "--json")
    again = stemma(data, "token", "revoke", made["token_id"], "--reason", "It was lost.", "--json")
    listed = stemma(data, "token", "list", "--json").json["items"]

    assert made["token"].startswith("stemma_")
    assert made["token"] != second["token"]
    assert (revoked.code, again.code) == (0, 2)
    by_id = {item["token_id"]: item for item in listed}
    assert by_id[made["token_id"]]["revoked_at"] is not None
    assert by_id[second["token_id"]]["revoked_at"] is None
    assert (by_id[second["token_id"]]["name"], by_id[second["token_id"]]["label"]) == ("Ann", "laptop")
    assert by_id[second["token_id"]]["roles"] == ["auditor", "editor"]
    assert made["token"] not in json.dumps(listed)


def test_an_operator_lets_the_ledger_go_on_while_the_clock_is_behind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    store = SQLiteStore(data / "ledger.db")
    ahead = datetime.now(UTC) + timedelta(minutes=30)
    new_newsroom(store, now=lambda: ahead).close()
    store.close()
    token = ("token", "create", "--name", "Ann", "--role", "editor", "--json")

    refused = stemma(data, *token)
    unreasoned = stemma(data, "clock", "override", "--reason", " ")
    override = stemma(data, "clock", "override", "--reason", "The clock had been set wrong.", "--json")
    allowed = stemma(data, *token)

    assert (refused.code, refused.json["type"]) == (3, "/problems/clock-behind")
    assert (unreasoned.code, override.code, allowed.code) == (2, 0, 0)
    assert override.json["ceiling"] > ahead.isoformat()
    with open_house(Settings(data=data), projecting=False) as house:
        assert house.newsroom.desk.clock_ceiling == override.json["ceiling"]
    assert stemma(data, "verify").code == 0


def test_a_ledger_that_is_served_can_be_verified_and_written_to_but_not_rebuilt(data: Path) -> None:
    with serving(data, "serve"):
        verified, rebuilt = stemma(data, "verify", "--json"), stemma(data, "rebuild", "--json")
        imported = stemma(data, "import", STORY, "--json")
        token = stemma(data, "token", "create", "--name", "Ann", "--role", "editor", "--json")

    assert (verified.code, verified.json["ok"]) == (0, True)
    assert (rebuilt.code, rebuilt.json["type"]) == (3, "/problems/unavailable")
    assert (imported.code, imported.json["recorded"]) == (0, 0)
    assert token.code == 0


def test_two_servers_do_not_share_a_port(data: Path) -> None:
    with serving(data, "serve") as first:
        port = first.said["url"].rsplit(":", 1)[1]
        second = program(data, "serve", "--port", port)

    assert second.code == 2
    assert "in use" in second.err
