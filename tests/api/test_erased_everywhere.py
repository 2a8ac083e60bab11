"""One name in every text that anybody can type, erased: no file of the data folder and no answer holds it any more."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic import ValidationError

from api.archive import export_archive, import_archive
from api.settings import Settings
from domain.commands import ACTS
from domain.ledger.sqlite import SQLiteStore
from domain.session import Order
from domain.source.commands import KeptSnapshot
from domain.vault import Vault
from tests.support import bodies
from tests.support.commandline import program, stemma
from tests.support.complete import COMPLETE
from tests.support.desk import Desk, Do
from tests.support.serving import Server
from tests.support.story import told

ASCII, FOREIGN = "Zerowinski", "Žäгин"
NAME: Final = f"{ASCII}-{FOREIGN}"
PAGE: Final = f"<p>{NAME} was seen at the ferry on that morning, the paper wrote.</p>".encode()
TEXT: Final = f"{NAME} was seen at the ferry on that morning, the paper wrote."
PATIENCE: Final = 120.0
LAST: Final = ("actors.", "policies.")
"""Commands after which people may no longer do what the story needs, or judge by another scale."""
Path_ = tuple[str | int, ...]


def texts(said: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Where a text stands that may be anything. What a selector says has to stand in the article."""
    if isinstance(said, dict):
        for name, inner in said.items():
            if name != "selector":
                yield from texts(inner, (*at, name))
    elif isinstance(said, list | tuple):
        for index, inner in enumerate(said):
            yield from texts(inner, (*at, index))
    elif isinstance(said, str) and not said.startswith("@"):
        yield at


def put(said: Any, at: Path_) -> Any:
    """The same with the name behind the text at this place."""
    if not at:
        return f"{said}-{NAME}"
    if isinstance(said, dict):
        return {**said, at[0]: put(said[at[0]], at[1:])}
    return [put(inner, at[1:]) if index == at[0] else inner for index, inner in enumerate(said)]


def named(desk: Desk, command: Do) -> Do:
    """The command with the name in each of its texts: in whatever may be anything, and is no date, key or number."""
    body = dict(command.body or {})
    for at in list(texts(body)):
        changed = put(body, at)
        try:
            ACTS[command.command].body.model_validate(desk._resolved(changed))
        except ValidationError:
            continue
        body = changed
    return Do(command.command, body, command.at, command.by, command.name, command.decided_at)


def snapshot(desk: Desk, vault: Vault) -> None:
    """A page that is kept with its text, and a quote that was looked for in it."""
    body = KeptSnapshot(
        captured_at="2026-06-01T10:00:00.000000Z",
        digest=f"sha-256:{vault.keep(PAGE)}",
        size=len(PAGE),
        media_type="text/html",
        text_sha256=vault.keep(TEXT.encode()),
        url=f"https://example.org/{NAME}",
    )
    desk.newsroom.record(
        Order(name="sources.snapshots", body=body, actor=desk.id("ed"), at=(desk.id("s1"),), newest=True)
    )
    said = bodies.citation("@s1", "supports", quote={"text": TEXT, "wording": "verbatim"})
    desk.given(Do("claims.citations", said, ("@c1",)))


def fill(data: Path) -> None:
    """A ledger with every command in it, and the name in every one of its texts; one claim of each kind is public."""
    with Desk() as desk:
        for name, (before, command) in COMPLETE.items():
            if not name.startswith(LAST):
                told(desk).given(*before)
                desk.given(named(desk, command))
        told(desk)
        snapshot(desk, Vault(Settings(data=data).snapshots))
        text = f"Nobody knows where {NAME} is. Later they say more of it."
        desk.given(
            Do("articles.create", bodies.article(title=NAME, text=text), name="told"),
            Do("articles.claims", bodies.place("@c1", f"where {NAME} is"), ("@told",)),
            Do("articles.publication", {"url": f"https://example.org/{NAME}"}, ("@told",)),
            Do("articles.corrections", bodies.correction("correction", "@c1", note=f"Not {NAME}."), ("@told",)),
        )
        for name, (before, command) in COMPLETE.items():
            if name.startswith(LAST):
                desk.given(*before, named(desk, command))
        export_archive(desk.store, data / "archive")
    store = SQLiteStore(Settings(data=data).ledger)
    with (data / "archive").open("rb") as archive:
        import_archive(store, archive)
    store.close()
    (data / "archive").unlink()


def positions(data: Path) -> list[int]:
    """Where the name stands in words."""
    store = SQLiteStore(Settings(data=data).ledger, read_only=True)
    found = [row.position for row in store.rows(0, 1_000_000) if row.words is not None and holds(row.words)]
    store.close()
    return found


FORMS: Final = [
    form
    for name in (ASCII, FOREIGN)
    for text in {name, name.lower(), name.casefold(), json.dumps(name)[1:-1], quote(name)}
    for form in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"))
]
"""The name as it may lie in a file: as text, folded, escaped for JSON or an address, in UTF-8 and UTF-16."""


def holds(data: bytes) -> bool:
    return any(form in data for form in FORMS)


class Erased:
    """A server on the folder after everything that holds the name was erased through it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        data.mkdir()
        fill(data)
        program(data, "clock", "override", "--reason", "The story is told ahead of this clock.")
        self.tokens = [
            json.loads(program(data, "token", "create", "--role", "admin", "--name", f"Admin {n}", "--json").out)[
                "token"
            ]
            for n in (1, 2)
        ]
        self.auditor = json.loads(
            program(data, "token", "create", "--role", "auditor", "--role", "editor", "--name", "A", "--json").out
        )["token"]
        self.server = Server(data)
        self.server.start()

    def token(self, role: str) -> str:
        ran = program(self.data, "token", "create", "--role", role, "--name", f"The {role}", "--json")
        return str(ran.json["token"])

    def ask(self, method: str, path: str, token: str | None = None, body: Any = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def erase(self) -> int:
        """Erases the words of every event with the name; gives how many there were."""
        wanted = positions(self.data)
        for position in wanted:
            at = f"/api/v1/events/{position}/erasure"
            status, answer = self.ask("POST", at, self.tokens[0], bodies.because("A name that should not be there."))
            if status == 409:
                continue  # it went with the one that says the same
            proposal = json.loads(answer)["created"][0]
            status, answer = self.ask("POST", f"{at}/approval", self.tokens[1], {"proposal_id": proposal})
            assert status == 200, answer
        return len(wanted)

    def wait(self) -> None:
        """Until the server says that no trace is left."""
        deadline = time.monotonic() + PATIENCE
        while json.loads(self.ask("GET", "/readyz")[1]).get("erasures_pending") != 0:
            assert time.monotonic() < deadline, self.server.log.read_text()[-2_000:]
            time.sleep(0.05)

    def addresses(self) -> list[str]:
        """Every list and feed, and each record with its history, its page and the events of the ledger."""
        found = ["/", "/contested", "/corrections", "/corrections.atom", "/corrections.json", f"/search?q={ASCII}"]
        api = "/api/v1"
        found += [f"{api}/{name}?limit=200" for name in ("claims", "articles", "sources", "parties", "contested")]
        found += [
            f"{api}/{name}" for name in ("corrections", "changes?limit=200", "front", "worklist", "events?limit=200")
        ]
        found += [
            f"{api}/search?q={ASCII}",
            f"{api}/claims?q={ASCII}",
            f"{api}/actors",
            "/worklist",
            "/policies/current",
        ]
        for plural in ("claims", "articles", "sources", "parties"):
            for item in json.loads(self.ask("GET", f"{api}/{plural}?limit=6", self.auditor)[1])["items"]:
                found += [f"{api}/{plural}/{item['id']}", f"{api}/{plural}/{item['id']}/history?limit=200"]
                found += [f"/{plural}/{item['id']}", f"/{plural}/{item['id']}/history"]
        return found


def no_file_holds_the_name(erased: Erased) -> None:
    files = [path for path in erased.data.rglob("*") if path.is_file()]

    assert {"ledger.db", "views.db"} <= {path.name for path in files}
    assert not [str(path) for path in files if holds(path.read_bytes())]
    assert not holds(erased.server.log.read_bytes())


def no_answer_holds_the_name(erased: Erased) -> None:
    for address in erased.addresses():
        for token in (None, erased.auditor):
            status, answer = erased.ask("GET", address, token)
            assert status in {200, 401, 403, 404}, (address, answer)
            if "?q=" not in address:
                assert not holds(answer), (address, token)
            elif address.startswith("/api"):
                assert json.loads(answer)["items"] == [], address


def records_say_that_and_why(erased: Erased) -> None:
    listed = json.loads(erased.ask("GET", "/api/v1/articles?limit=200")[1])["items"]

    (told_,) = [item for item in listed if item["title"] is None][-1:]
    assert told_["erasures"][0]["reason"] == bodies.because("A name that should not be there.")["reason"]
    page = erased.ask("GET", f"/articles/{told_['id']}")[1].decode()
    assert "erased on" in page
    assert "A name that should not be there." in page


def the_ledger_verifies(erased: Erased) -> None:
    ran = stemma(erased.data, "verify", "--json")

    assert ran.code == 0, ran.out
    assert stemma(erased.data, "rebuild", "--check").code == 0


def no_copy_holds_the_name(erased: Erased, folder: Path) -> None:
    copies = folder / "copies"
    copies.mkdir()
    assert stemma(erased.data, "backup", copies / "backup").code == 0
    assert stemma(erased.data, "export", copies / "archive").code == 0

    assert not [path for path in copies.rglob("*") if path.is_file() and holds(path.read_bytes())]


def test_no_byte_of_any_file_holds_the_name(tmp_path: Path) -> None:
    # Given a name in every text of every command, which readers find
    folder = Erased(tmp_path / "data")
    try:
        assert holds(folder.ask("GET", f"/api/v1/search?q={ASCII}", folder.auditor)[1])

        # When every event that holds it is erased
        assert folder.erase() > 60
        folder.wait()

        # Then it is nowhere, and all else is as it was
        no_file_holds_the_name(folder)
        no_answer_holds_the_name(folder)
        records_say_that_and_why(folder)
        the_ledger_verifies(folder)
        no_copy_holds_the_name(folder, tmp_path)
    finally:
        folder.server.kill()
