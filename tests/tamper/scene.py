"""One data folder with a history, and everything that lies beside a ledger; and cheap copies of it to be damaged."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from api.bootstrap import House, desktop, initialise, open_house
from api.checks.folder import Folder
from api.demo import charter, tell_story
from api.settings import Settings
from api.signing import keys
from api.signing.book import Book
from api.tokens import enrol
from api.verification import Beside, Verified, verify
from domain.commands import ACTS
from domain.errors import StemmaError
from domain.ledger.rows import Row
from domain.ledger.schema import SCHEMA
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Outcome
from domain.party.commands import RegisterParty
from domain.session import Order
from domain.tlog.note import parse_note
from domain.vault import Vault
from projections.views import Views

PATIENCE: Final = 60.0
PARTS: Final = ("ledger.db", "views.db", "log", "copy")


@dataclass(frozen=True)
class Scene:
    """A data folder and what is beside it. Nobody has it open."""

    settings: Settings

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def origin(self) -> str:
        return parse_note(self.shown.read_bytes()).text.partition("\n")[0]

    @property
    def book(self) -> Path:
        return self.settings.log / "checkpoints.jsonl"

    @property
    def shown(self) -> Path:
        return self.settings.log / "checkpoint"

    @property
    def copy(self) -> Path:
        assert self.settings.checkpoint_copy is not None
        return self.settings.checkpoint_copy

    def copied(self, folder: Path) -> "Scene":
        """A copy to be damaged. Snapshots, which nobody touches here, are those of the original."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for part in PARTS:
            source, target = self.data / part, folder / part
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
        shutil.copymode(self.data / "log" / "signing.key", folder / "log" / "signing.key")
        return Scene(replace(self.settings, data=folder, checkpoint_copy=folder / "copy" / "checkpoint"))

    def verified(self, *, views: bool = False) -> Verified | StemmaError:
        """What verification says, or the error with which it ends."""
        try:
            with closing(SQLiteStore(self.settings.ledger, read_only=True)) as store:
                log = Folder(Book(self.settings.log, self.copy), self.settings.signing_key)
                if not views:
                    return verify(store, Beside(log=log))
                with closing(Views(self.settings.views)) as seen:
                    return verify(store, Beside(seen, Vault(self.settings.snapshots), log))
        except StemmaError as error:
            return error

    def rows(self) -> list[Row]:
        with closing(SQLiteStore(self.settings.ledger, read_only=True)) as store:
            return store.rows(0, 1_000_000)

    @contextmanager
    def open(self, *, working: bool = True) -> Iterator[House]:
        with open_house(self.settings, projecting=working, signing=working) as house:
            yield house


def build(folder: Path) -> Scene:
    """The example story, signed at several sizes with two keys, its map committed to, with a receipt and an erasure."""
    (folder / "copy").mkdir(parents=True)
    scene = Scene(Settings(data=folder, checkpoint_copy=folder / "copy" / "checkpoint"))
    initialise(scene.settings, charter("http://127.0.0.1"))
    with scene.open() as house:
        tell_story(house)
        settle(house)
        for number in range(3):
            go_on(house, number)
    with scene.open(working=False) as house:
        keys.rotate(desktop(scene.settings, house.newsroom), "planned", "The key is a year old.")
    with scene.open() as house:
        settle(house)
        house.receipts.make()
        erase(house, go_on(house, 9))
        for number in range(3, 6):
            go_on(house, number)
    return scene


def erase(house: House, position: int) -> None:
    """Takes away the words of an event, as two admins do."""
    one, other = (enrol(house.newsroom, name, ["admin"], key=name) for name in ("One", "Other"))
    proposed = give(house, "events.erasure", {"reason": "Somebody asked for it."}, one, position)
    give(house, "events.erasure.approval", {"proposal_id": proposed.created[0]}, other, position)
    settle(house)


def give(house: House, command: str, body: dict[str, Any], by: str, position: int) -> Outcome:
    said = ACTS[command].body.model_validate(body)
    return house.newsroom.record(Order(command, said, by, (str(position),), newest=True))


def go_on(house: House, number: int) -> int:
    """One more event, and a checkpoint over it; gives its position."""
    body = RegisterParty.model_validate({"kind": "organisation", "name": f"Agency number {number}"})
    editor = enrol(house.newsroom, "The editor", ["editor"], key="editor")
    position = house.newsroom.record(Order("parties.create", body, editor)).position
    settle(house)
    return position


def settle(house: House) -> None:
    """Waits until everything is in the map and signed."""
    deadline = monotonic() + PATIENCE
    assert house.runner is not None
    while True:
        head = house.store.head().position
        last = house.book.last()
        if last is not None and last.checkpoint.size == head and house.store.head().position == head:
            (row,) = house.store.rows(head - 1, 1)
            house.runner.wait(head, PATIENCE)
            if row.stream.startswith("map"):
                return
        assert monotonic() < deadline, house.signer.state
        sleep(0.01)


def write(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Changes a ledger as nobody may: without triggers and checks, which are there again afterwards."""
    triggers = [name for name, sql in SCHEMA.items() if sql.startswith("CREATE TRIGGER")]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute("PRAGMA ignore_check_constraints = on")
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for sql, values in statements:
            connection.execute(sql, values)
        for name in triggers:
            connection.execute(SCHEMA[name])


def content(path: Path) -> Any:
    """Everything that a reader of the ledger can be given; None if something cannot be read or does not fit."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.text_factory = bytes
            if connection.execute("PRAGMA integrity_check").fetchall() != [(b"ok",)]:
                return None
            tables = {
                name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
                for name in ("ledger", "erasure", "idempotency", "sqlite_master")
            }
    except (sqlite3.Error, UnicodeDecodeError):  # a message of SQLite's may quote bytes of the file
        return None
    tables["sqlite_master"] = [(*row[:3], row[4]) for row in tables["sqlite_master"]]
    return tables
