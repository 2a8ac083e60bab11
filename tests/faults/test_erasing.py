"""An erasure that is killed with SIGKILL: all of it or nothing is there, and the next start does what is left."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.archive import export_archive, import_archive
from api.bootstrap import open_house
from api.erased_files import shared_files
from api.scouring import Scourer, scour_until_done
from api.settings import Settings
from api.verification import kept_digests
from domain.ledger.audit import audit
from domain.ledger.rows import Erasure
from domain.ledger.sqlite import SQLiteStore
from domain.session import Order
from domain.source.commands import KeptSnapshot
from domain.vault import Vault
from projections.runner import Runner
from projections.views import Views
from tests.support import bodies
from tests.support.commandline import stemma
from tests.support.desk import Desk, Do
from tests.support.story import told
from tests.support.wording import erase

NAME = b"Zerowinski"
POINTS = ("in the transaction", "after the commit", "after the files", "after the views", "after the ledger's log")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which an admin has proposed to erase a claim and a snapshot that hold the name."""
    folder = tmp_path / "data"
    folder.mkdir()
    with Desk() as desk:
        told(desk).given(Do("claims.create", bodies.claim(statement=f"{NAME.decode()} fled."), name="c"))
        desk.given(
            Do("events.erasure", bodies.because("It names somebody."), ("#c",), "ad", "e"),
        )
        export_archive(desk.store, tmp_path / "archive")
        (tmp_path / "wanted").write_text(f"{desk.history('c')[0].position} {desk.id('e')}")
    store = SQLiteStore(Settings(data=folder).ledger)
    with (tmp_path / "archive").open("rb") as archive:
        import_archive(store, archive)
    store.close()
    with open_house(Settings(data=folder), scouring=False) as house:
        assert house.runner is not None
        house.runner.catch_up()
    return folder


def wanted(data: Path) -> tuple[int, str]:
    position, proposal = (data.parent / "wanted").read_text().split()
    return int(position), proposal


def holding(data: Path) -> list[str]:
    return [path.name for path in data.rglob("*") if path.is_file() and NAME in path.read_bytes()]


def erase_and_die(data: Path, point: str) -> None:
    """A process of its own approves the erasure, and is killed at this point."""
    command = [sys.executable, "-m", "tests.faults.children", "erase", str(data), *map(str, wanted(data)), point]
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_all_or_nothing_and_the_next_start_does_the_rest(data: Path, point: str) -> None:
    assert holding(data)

    erase_and_die(data, point)

    position, proposal = wanted(data)
    with open_house(Settings(data=data), scouring=False) as house:
        house.newsroom.streams.refresh()
        (row,) = house.store.rows(position - 1, 1)
        erased = row.words is None
        assert erased is (point != "in the transaction")
        assert (house.newsroom.streams.concealment.erased(position) is not None) is erased
        assert audit(house.store).first is None
        assert house.scourer is not None
        assert scour_until_done(house.scourer, 20)
    if not erased:
        assert stemma(data, "erase", str(position), "--approve", proposal).code == 0
    assert holding(data) == []
    assert stemma(data, "verify").code == 0


def test_a_server_that_reads_is_waited_for(data: Path) -> None:
    position, proposal = wanted(data)
    with open_house(Settings(data=data), scouring=False) as house, house.views.reading() as reading:
        assert reading.connection.execute("SELECT count(*) FROM claims").fetchone()
        ran = stemma(data, "erase", str(position), "--approve", proposal, "--json")
        assert ran.json == {"position": position, "proposal_id": proposal, "erased": True, "gone": None}
        assert house.scourer is not None
        assert not house.scourer.scour()
    with open_house(Settings(data=data), scouring=False) as house:
        assert house.scourer is not None
        assert scour_until_done(house.scourer, 20)

    assert holding(data) == []


def test_nothing_is_ever_put_into_the_place_of_erased_words(data: Path) -> None:
    position, proposal = wanted(data)
    stemma(data, "erase", str(position), "--approve", proposal)
    store = SQLiteStore(Settings(data=data).ledger)
    event = store.head().position

    def write(sql: str) -> None:
        with store.writing() as writing:
            writing._all(sql, position)

    for sql in (
        "UPDATE ledger SET words = x'7b7d' WHERE position = ?",
        "DELETE FROM erasure WHERE position = ?",
        "DELETE FROM ledger WHERE position = ?",
        "UPDATE erasure SET position = 1 WHERE position = ?",
    ):
        with pytest.raises(Exception, match=r"never|only words"):
            write(sql)
    with pytest.raises(ValueError, match="once"), store.writing() as writing:
        writing.erase([Erasure(position, event)])
    store.close()


def test_the_command_says_what_it_did_and_what_is_wrong(data: Path, tmp_path: Path) -> None:
    position, proposal = wanted(data)
    file = tmp_path / "redacted.json"
    file.write_text('{"statement": "Somebody fled."}')

    assert stemma(data, "erase", str(position)).code == 2
    assert stemma(data, "erase", str(position), "--approve", proposal, "--redacted", file).code == 2
    assert "proposed already" in stemma(data, "erase", str(position), "--reason", "x", "--redacted", file).err
    assert stemma(data, "erase", str(position), "--approve", "prp_x").code == 2
    other = stemma(data, "erase", "1", "--reason", "x", "--json").json
    assert other["erased"] is False
    assert "another admin" in stemma(data, "erase", "1", "--approve", other["proposal_id"]).err
    done = stemma(data, "erase", str(position), "--approve", proposal)
    assert (done.code, "No file of the data folder" in done.out) == (0, True)


def test_the_files_of_an_erased_snapshot_go_unless_another_names_them(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "snapshots")
    with Desk() as desk:
        told(desk)
        desk.newsroom.vault = vault
        shared, alone = vault.keep(b"the page"), vault.keep(NAME)
        for name, source, text in (("n1", "s1", alone), ("n2", "s2", None)):
            body = KeptSnapshot(
                captured_at="2026-06-01T10:00:00.000000Z",
                digest=f"sha-256:{shared}",
                size=8,
                media_type="text/html",
                text_sha256=text,
                no_text=None if text else "empty",
                url="https://example.org/",
            )
            at = (desk.id(source),)
            outcome = desk.newsroom.record(
                Order(name="sources.snapshots", body=body, actor=desk.id("ed"), at=at, newest=True)
            )
            desk.names[name] = str(outcome.position)
        for digest in vault.digests():  # the story is told at a time before this machine's
            os.utime(vault.path(digest), (0, 0))
        views = Views(tmp_path / "views.db")
        scourer = Scourer(desk.newsroom, views, Runner(desk.store, desk.newsroom.streams, views), vault)

        erase(desk, desk.names["n1"])
        assert scourer.pending == 1
        assert scourer.scour()
        assert list(vault.digests()) == [shared]
        assert desk.state("s1").newest_snapshot is None
        (row,) = desk.store.rows(int(desk.names["n1"]) - 1, 1)
        assert shared_files(desk.newsroom, row) == {shared}

        erase(desk, desk.names["n2"])
        assert scourer.scour()
        assert list(vault.digests()) == []
        assert kept_digests(desk.store, desk.length) == []
        assert scourer.pending == 0
        views.close()
