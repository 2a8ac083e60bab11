"""The log over HTTP and as files is a C2SP tiled log: what the definition makes of the leaves, and not a byte else."""

import gzip
from pathlib import Path

import pytest

from api.publication import export_log
from domain.errors import RuleBroken, Unavailable
from domain.tlog.checkpoint import open_checkpoint
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.log import Log
from domain.tlog.tiles import TileId, tiles_of
from tests.api.web.office import opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.signing import SignedOffice

IMMUTABLE = "public, max-age=31536000, immutable"


def defined(signed: SignedOffice) -> Log:
    """The same log, made from its leaves alone."""
    last = signed.house.book.last()
    assert last is not None
    rows = signed.office.desk.store.rows(0, last.checkpoint.size)
    return Log(last.checkpoint.origin, [row.leaf for row in rows])


def grow(signed: SignedOffice, parties: int) -> None:
    signed.office.desk.given(*(Do("parties.create", bodies.party()) for _ in range(parties)))
    signed.sign()


def test_the_checkpoint_is_signed_by_the_key_that_is_shown(signed: SignedOffice) -> None:
    vkey = signed.office.get("~/log/vkey").then(200)
    note = signed.office.get("~/log/checkpoint").then(200)

    opened = open_checkpoint(note.content, [VerifierKey.parse(vkey.content.decode().strip())], "example.org/ledger")

    assert opened.checkpoint.size == signed.office.length
    assert opened.checkpoint.root == defined(signed).root()
    assert note.headers["content-type"] == vkey.headers["content-type"] == "text/plain; charset=utf-8"
    assert note.headers["cache-control"] == "public, max-age=2"


def test_whoever_has_the_checkpoint_is_not_sent_it_again(signed: SignedOffice) -> None:
    tag = signed.office.get("~/log/checkpoint").headers["etag"]

    signed.office.get("~/log/checkpoint", if_none_match=tag).then(304)
    grow(signed, 1)
    signed.office.get("~/log/checkpoint", if_none_match=tag).then(200)


def test_every_file_of_the_log_is_answered_byte_for_byte(signed: SignedOffice) -> None:
    grow(signed, 300)

    files = dict(defined(signed).files(SigningKey("example.org/ledger", bytes(32))))

    assert {path.split("/")[1] for path in files if path != "checkpoint"} == {"0", "1", "entries"}
    for path, content in files.items():
        if path == "checkpoint":
            continue
        answer = signed.office.get(f"~/log/{path}").then(200)
        assert answer.content == content, path
        assert answer.headers["cache-control"] == IMMUTABLE
        assert answer.headers["content-type"] == "application/octet-stream"


def test_tiles_of_every_size_that_was_signed_stay(signed: SignedOffice) -> None:
    sizes = [entry.checkpoint.size for entry in signed.house.book.all()]
    grow(signed, 270)

    for size in sizes:
        for id in tiles_of(size):
            path = f"~/log/tile/{id.level}/{id.index:03}" + ("" if id.full else f".p/{id.width}")
            assert signed.office.get(path).then(200).content == defined(signed).tile(id)


def test_entries_are_compressed_for_whoever_takes_it(signed: SignedOffice) -> None:
    path = f"~/log/tile/entries/000.p/{signed.office.length}"

    plain = signed.office.get(path).then(200)
    packed = signed.office.get(path, accept_encoding="br, gzip").then(200)

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    refusing = signed.office.get(path, accept_encoding="gzip;q=0").then(200)
    assert "content-encoding" not in refusing.headers


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/0",
        "00/000.p/1",
        "64/000.p/1",
        "0/001.p/1",
        "1/000.p/1",
        "entries/000",
        "entries/x000/000.p/1",
        "entries/000.p/01",
        "-1/000.p/1",
        "0/000.p/1/",
        "",
    ],
)
def test_there_is_one_spelling_of_a_tile_and_none_of_what_is_not_signed(signed: SignedOffice, path: str) -> None:
    signed.office.get(f"~/log/tile/{path}").then(404)


def test_what_is_not_signed_yet_is_not_shown(signed: SignedOffice) -> None:
    length = signed.office.length
    signed.office.desk.given(Do("parties.create", bodies.party()))

    signed.office.get(f"~/log/tile/0/000.p/{length}").then(200)
    signed.office.get(f"~/log/tile/0/000.p/{length + 1}").then(404)
    signed.office.get(f"~/log/tile/entries/000.p/{length + 1}").then(404)


def test_a_ledger_without_a_key_has_no_log(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        for path in ("checkpoint", "vkey", "tile/0/000.p/1"):
            office.get(f"~/log/{path}").then(404)


def test_the_log_is_exported_as_files_and_added_to(signed: SignedOffice, tmp_path: Path) -> None:
    folder = tmp_path / "log files"
    grow(signed, 260)
    assert export_log(signed.house, folder) == signed.office.length
    full = folder / "tile/0/000"
    written = full.stat().st_mtime_ns

    grow(signed, 5)
    export_log(signed.house, folder)

    log = defined(signed)
    for path, content in log.files(SigningKey("example.org/ledger", bytes(32))):
        if path != "checkpoint":
            assert (folder / path).read_bytes() == content
    assert full.stat().st_mtime_ns == written
    assert (folder / "checkpoint").read_bytes() == signed.house.book.now()
    assert (folder / "vkey").read_text() == f"{signed.vkey}\n"
    assert (folder / "tile/0/000").read_bytes() == log.tile(TileId(0, 0))


def test_what_is_not_signed_is_not_exported(tmp_path: Path) -> None:
    with opened(tmp_path) as office, pytest.raises(RuleBroken, match="no log to export"):
        export_log(office.house, tmp_path / "out")


def test_views_that_were_spoilt_keep_the_log_from_being_signed_and_do_not_end_it(signed: SignedOffice) -> None:
    grow(signed, 3)
    before = signed.house.book.last()
    with signed.house.views.writing() as writer:
        writer.execute("UPDATE log_tiles SET hashes = zeroblob(length(hashes)) WHERE level = 0")
    signed.office.desk.given(Do("parties.create", bodies.party()))

    with pytest.raises(Unavailable, match="stemma rebuild"):
        signed.sign()
    assert signed.house.signer.state.stopped is None
    assert signed.house.book.last() == before

    signed.office.runner.rebuild("tiles")
    assert signed.sign() is not None
