"""The vault under faults: damage is named, a crash leaves nothing half done, backups have all that the ledger names."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.backup import back_up, snapshots_beside
from api.bootstrap import House, open_house
from api.settings import Settings
from domain.desk.commands import EnrolActor
from domain.errors import DamagedLedger, RuleBroken, StoreUnavailable
from domain.session import Order
from domain.source.commands import CaptureSnapshot, KeptSnapshot, RegisterSource
from domain.values import OPERATOR, Role
from domain.vault import Vault
from tests.support.commandline import init, stemma

HELLO = sha256(b"hello").hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "snapshots")


def files(vault: Vault) -> list[Path]:
    return [path for path in vault.folder.rglob("*") if path.is_file()]


def test_bytes_are_kept_once_under_their_digest_for_their_owner_alone(vault: Vault) -> None:
    assert vault.keep(b"hello") == vault.keep(b"hello") == HELLO

    assert files(vault) == [vault.folder / HELLO[:2] / HELLO[2:]]
    assert vault.path(HELLO).stat().st_mode & 0o777 == 0o600
    assert vault.folder.stat().st_mode & 0o777 == 0o700
    assert vault.read(HELLO) == b"hello"
    assert vault.text(HELLO) == "hello"


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_bytes_that_come_in_pieces_are_the_same_bytes(tmp_path_factory: Any, pieces: list[bytes]) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault"))
    with vault.arriving() as arriving:
        for piece in pieces:
            arriving.write(piece)
        digest = arriving.keep()

    assert digest == sha256(b"".join(pieces)).hexdigest()
    assert vault.read(digest) == b"".join(pieces)


def test_bytes_that_nobody_kept_are_gone(vault: Vault) -> None:
    def break_off() -> None:
        with vault.arriving() as arriving:
            arriving.write(b"hello")
            raise KeyError

    with pytest.raises(KeyError):
        break_off()

    assert files(vault) == []


def test_a_server_that_starts_removes_what_a_dead_one_left_unfinished(tmp_path: Path) -> None:
    init(tmp_path)
    left = tmp_path / "snapshots" / "arriving" / "1-1-1"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"hel")

    with open_house(Settings(data=tmp_path), projecting=True):
        assert not left.exists()


def test_damaged_and_missing_bytes_are_not_read(vault: Vault) -> None:
    vault.keep(b"hello")
    vault.path(HELLO).write_bytes(b"jello")

    with pytest.raises(DamagedLedger, match=f"{HELLO}.*damaged"):
        vault.read(HELLO)
    vault.path(HELLO).unlink()
    with pytest.raises(DamagedLedger, match=f"{HELLO}.*missing"):
        vault.read(HELLO)


def test_keeping_the_same_bytes_again_heals_damage(vault: Vault) -> None:
    vault.keep(b"hello")
    vault.path(HELLO).write_bytes(b"jello")

    vault.keep(b"hello")

    assert vault.read(HELLO) == b"hello"


def test_bytes_that_another_has_just_put_there_are_flushed_by_whoever_relies_on_them(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.keep(b"hello")
    flushed: list[Path] = []
    monkeypatch.setattr("domain.vault._flush", flushed.append)

    vault.keep(b"hello")

    assert vault.path(HELLO).parent in flushed


def test_many_who_keep_the_same_bytes_at_once_keep_them(vault: Vault) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(vault.keep, [b"hello"] * 40)) == {HELLO}

    assert files(vault) == [vault.path(HELLO)]


def test_an_inspection_names_what_is_wrong_and_counts_what_nobody_asked_for(vault: Vault) -> None:
    one, two, three = vault.keep(b"1"), vault.keep(b"2"), vault.keep(b"3")
    vault.path(two).write_bytes(b"0")

    found = vault.inspect([one, two, HELLO])

    assert (found.whole, found.orphans) == (1, 1)
    assert set(found.wrong) == {f"{two} is damaged", f"{HELLO} is missing"}
    assert three not in " ".join(found.wrong)


def test_a_full_disk_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    child = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from domain.errors import StoreUnavailable\n"
        "from domain.vault import Vault\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    Vault(Path(sys.argv[1])).keep(bytes(5000))\n"
        "except StoreUnavailable:\n"
        "    print('refused')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", child, str(tmp_path / "v")], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout == "refused\n"
    assert files(Vault(tmp_path / "v")) == []


def test_a_process_that_is_killed_leaves_no_half_file_under_a_digest(tmp_path: Path) -> None:
    child = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from domain.vault import Vault\n"
        "with Vault(Path(sys.argv[1])).arriving() as arriving:\n"
        "    arriving.write(b'hello')\n"
        "    arriving.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    vault = Vault(tmp_path / "v")

    subprocess.run([sys.executable, "-c", child, str(vault.folder)], timeout=60, check=False)

    assert [path.parent.name for path in files(vault)] == ["arriving"]
    assert list(vault.digests()) == []
    assert vault.inspect([]).orphans == 0
    with vault.arriving() as arriving:
        arriving.write(b"hello")
        assert vault.tidy() == 1
        assert arriving.keep() == HELLO
    assert files(vault) == [vault.path(HELLO)]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(b"a file")

    with pytest.raises(StoreUnavailable, match=os.strerror(errno.EEXIST)):
        Vault(tmp_path / "v").keep(b"hello")


# With a ledger.


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    init(folder)
    with open_house(Settings(data=folder), projecting=False) as house:
        record(house)
    return folder


def record(house: House) -> None:
    """A source with one snapshot whose bytes and text are kept."""
    newsroom = house.newsroom
    roles: tuple[Role, ...] = ("editor",)
    editor = newsroom.record(Order("actors.create", EnrolActor(name="Ed", roles=roles), OPERATOR)).record
    source = newsroom.record(Order("sources.create", RegisterSource(kind="article", title="Raid"), editor)).record
    vault = newsroom.vault
    assert vault is not None
    kept = KeptSnapshot(
        captured_at="2026-06-01T10:00:00Z",
        digest=f"sha-256:{vault.keep(b'hello')}",
        size=5,
        media_type="text/plain",
        text_sha256=vault.keep(b"hello text"),
    )
    newsroom.record(Order("sources.snapshots", kept, editor, (source,), newest=True))
    named = CaptureSnapshot(
        captured_at="2026-06-02T10:00:00Z", digest=f"sha-256:{'5e' * 32}", archive_url="https://a.example.org"
    )
    newsroom.record(Order("sources.snapshots", named, editor, (source,), newest=True))


def test_verification_reads_every_snapshot(data: Path) -> None:
    Vault(data / "snapshots").keep(b"an orphan")

    ran = stemma(data, "verify", "--json")

    assert (ran.code, ran.json["snapshots"], ran.json["snapshots_wrong"], ran.json["orphans"]) == (0, 2, [], 1)


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_verification_names_a_file_that_is_not_as_it_was(data: Path, how: str) -> None:
    path = Vault(data / "snapshots").path(HELLO)
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"jello")

    ran = stemma(data, "verify")

    assert ran.code == 1
    assert f"{HELLO} is {how}" in ran.out


def test_a_backup_has_the_snapshots_and_puts_them_back(data: Path, tmp_path: Path) -> None:
    assert stemma(data, "backup", tmp_path / "copy.db", "--json").json["snapshots_damaged"] == []

    other = tmp_path / "other"
    assert stemma(other, "restore", tmp_path / "copy.db").code == 0

    ran = stemma(other, "verify", "--json")
    assert (ran.code, ran.json["snapshots"]) == (0, 2)
    assert Vault(other / "snapshots").read(HELLO) == b"hello"


def test_a_backup_says_which_snapshots_it_could_not_copy(data: Path, tmp_path: Path) -> None:
    Vault(data / "snapshots").path(HELLO).write_bytes(b"jello")

    ran = stemma(data, "backup", tmp_path / "copy.db", "--json")

    assert (ran.code, ran.json["snapshots_damaged"]) == (0, [HELLO])
    assert not (tmp_path / "copy.db.snapshots" / HELLO[:2] / HELLO[2:]).exists()


def test_a_backup_overwrites_no_snapshots(data: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db.snapshots").mkdir()

    assert stemma(data, "backup", tmp_path / "copy.db").code == 2
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_that_cannot_copy_a_snapshot_leaves_nothing(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    digest = sha256(b"come meanwhile").hexdigest()

    with open_house(Settings(data=data), projecting=False) as house:

        def in_the_way(*_: int) -> None:
            Vault(house.settings.snapshots).keep(b"come meanwhile")
            (snapshots_beside(target) / digest[:2]).touch()

        with pytest.raises((RuleBroken, StoreUnavailable)):
            back_up(house, target, in_the_way)

    assert not list(tmp_path.glob("copy.db*"))


def test_a_restoration_says_which_snapshots_the_backup_does_not_have(data: Path, tmp_path: Path) -> None:
    stemma(data, "backup", tmp_path / "copy.db")
    Vault(snapshots_beside(tmp_path / "copy.db")).path(HELLO).write_bytes(b"jello")

    ran = stemma(tmp_path / "other", "restore", tmp_path / "copy.db", "--json")

    assert (ran.code, ran.json["snapshots_damaged"]) == (0, [HELLO])


def test_a_restoration_that_fails_can_be_tried_again(data: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", tmp_path / "other"
    stemma(data, "backup", copy)
    stored = snapshots_beside(copy)
    (Vault(stored).path(HELLO)).rename(tmp_path / "aside")
    Vault(stored).path(HELLO).mkdir()

    assert stemma(other, "restore", copy).code == 3
    assert not list(other.iterdir())

    Vault(stored).path(HELLO).rmdir()
    (tmp_path / "aside").rename(Vault(stored).path(HELLO))
    assert stemma(other, "restore", copy).code == 0
    assert stemma(other, "verify").code == 0


def test_an_archive_says_which_snapshots_have_to_be_brought_besides(data: Path, tmp_path: Path) -> None:
    stemma(data, "export", tmp_path / "all.jsonl")
    other = tmp_path / "other"

    ran = stemma(other, "import", tmp_path / "all.jsonl", "--json")

    assert ran.code == 0
    assert set(ran.json["snapshots_missing"]) == {HELLO, sha256(b"hello text").hexdigest()}
    assert stemma(other, "verify").code == 1
