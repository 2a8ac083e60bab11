"""Verifiers that others wrote accept our log and refuse tampered copies: `tlog-scales`, and Go's own packages.

The log is written as static files, as for any web server, with full and partial tiles.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from tlog_scales.backend import make_backend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import PlainEd25519Signer, Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, ConsistencyProof, ConsistencyProofInvalid, InclusionProofInvalid
from tlog_scales.writer import TilesWriter

from domain.tlog.note import parse_note
from domain.tlog.tiles import TileId, parse_tile_path
from domain.tlog.witnessing import AddCheckpoint
from tests.support.needed import lacking
from tests.tlog.parts import EAST, LOG_KEY, WEST, cosigned, log_of

SIZE, OLD = 600, 300
LOG = log_of(SIZE)
CHECKPOINT = LOG.checkpoint(LOG_KEY)
GO_PATH = Path("/usr/share/gocode")
PROGRAM = Path(__file__).parent / "go" / "verify.go"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The log as static files."""
    for path, data in LOG.files(LOG_KEY):
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(data)
    return tmp_path / "log"


def files_of(folder: Path) -> Iterator[Path]:
    """Every file but the checkpoint."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "checkpoint")


def reader_of(folder: Path) -> tuple[TilesReader, Checkpoint]:
    reader = TilesReader(make_backend(str(folder)))
    return reader, reader.get_checkpoint()


def check_all(folder: Path) -> None:
    """Every entry with tlog-scales, and the checkpoint's signature."""
    reader, checkpoint = reader_of(folder)
    checkpoint.verify(Vkey.from_string(LOG_KEY.verifier.render()))
    for index in range(checkpoint.size):
        proof = reader.get_inclusion_proof(index, checkpoint.size)
        proof.check(leaf_hash(reader.get_entry(index)), checkpoint.root_hash)


def test_tlog_scales_accepts_the_log(folder: Path) -> None:
    check_all(folder)

    reader, checkpoint = reader_of(folder)
    for old in (1, 255, 256, OLD, SIZE):
        made = reader.get_consistency_proof(old, SIZE)
        assert tuple(made.node_hashes) == LOG.consistency(old)
        made.check(LOG.root(old), checkpoint.root_hash)


def test_tlog_scales_writes_the_same_proof_files(folder: Path) -> None:
    program = str(Path(sys.executable).with_name("tlog-tiles"))
    for index in (0, 300, SIZE - 1):
        written = subprocess.run([program, "gen-proof", str(folder), str(index)], capture_output=True, check=True)
        assert written.stdout == LOG.proof(index, CHECKPOINT).render()

    leaf = subprocess.run([program, "get-leaf", "-c", str(folder), "300"], capture_output=True, check=True)
    assert leaf.stdout == b"entry 300"


def test_a_log_that_tlog_scales_wrote_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    writer = TilesWriter.create(tmp_path / "theirs", LOG_KEY.name)
    for number in range(SIZE):
        writer.add_leaf(b"entry %d" % number)
        if number in {9, 255, 256, OLD, SIZE - 1}:
            writer.commit([PlainEd25519Signer(LOG_KEY.name, LOG_KEY.seed)])

    ours = dict(LOG.files(LOG_KEY))
    theirs = {path.relative_to(tmp_path / "theirs").as_posix(): path for path in files_of(tmp_path / "theirs")}
    assert set(ours) - {"checkpoint"} <= set(theirs)
    for name, path in theirs.items():  # among them partial tiles of smaller sizes
        id = parse_tile_path(name)
        assert path.read_bytes() == (LOG.tile(id) if isinstance(id, TileId) else LOG.bundle(id))
    assert (tmp_path / "theirs" / "checkpoint").read_bytes() == ours["checkpoint"]


def test_tlog_scales_refuses_a_log_of_which_any_file_was_tampered_with(folder: Path) -> None:
    for path in files_of(folder):
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(InclusionProofInvalid):
            check_all(folder)
        path.write_bytes(data)

    checkpoint = folder / "checkpoint"
    checkpoint.write_bytes(CHECKPOINT.replace(b"\n600\n", b"\n599\n"))
    with pytest.raises(InvalidSignature):
        check_all(folder)


def test_tlog_scales_refuses_another_history() -> None:
    proof = ConsistencyProof(OLD, SIZE, list(LOG.consistency(OLD)))

    proof.check(LOG.root(OLD), LOG.root())
    with pytest.raises(ConsistencyProofInvalid):
        proof.check(LOG.root(OLD - 1), LOG.root())


def test_tlog_scales_verifies_cosignatures_of_both_types() -> None:
    checkpoint = Checkpoint.from_text(cosigned(CHECKPOINT, EAST, WEST).decode())

    forged = Checkpoint.from_text(cosigned(CHECKPOINT, EAST, WEST).decode().replace("\n600\n", "\n601\n"))

    for key in (LOG_KEY.verifier, EAST.verifier, WEST.verifier):
        checkpoint.verify(Vkey.from_string(key.render()))
        with pytest.raises(InvalidSignature):
            forged.verify(Vkey.from_string(key.render()))


Go = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built with Debian's packages."""
    go = shutil.which("go")
    if go is None or not (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        lacking(f"no Go, or no golang.org/x/mod in {GO_PATH} (Debian: golang-go, golang-golang-x-mod-dev)")
    place = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(place / "cache"), "CGO_ENABLED": "0"}
    command = [str(go), "build", "-o", str(place / "verify"), str(PROGRAM)]
    subprocess.run(command, env={**os.environ, **settings}, check=True)
    return place / "verify"


@pytest.fixture
def verify(go_program: Path, tmp_path: Path) -> Go:
    """Runs the program on a log, with an older checkpoint, a request to a witness and two proofs."""
    (tmp_path / "old").write_bytes(LOG.checkpoint(LOG_KEY, size=OLD))
    (tmp_path / "request").write_bytes(AddCheckpoint(OLD, LOG.consistency(OLD), parse_note(CHECKPOINT)).render())
    for index in (3, SIZE - 1):
        (tmp_path / f"{index}.tlog-proof").write_bytes(LOG.proof(index, CHECKPOINT).render())
    others = [str(tmp_path / name) for name in ("old", "request", "3.tlog-proof", f"{SIZE - 1}.tlog-proof")]

    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [str(go_program), str(folder), LOG_KEY.verifier.render(), *others]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_go_accepts_the_log_its_proofs_and_its_growth(folder: Path, verify: Go) -> None:
    result = verify(folder)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_go_refuses_whatever_was_tampered_with(folder: Path, tmp_path: Path, verify: Go) -> None:
    proofs = sorted(tmp_path.glob("*.tlog-proof"))
    for path in [*files_of(folder), folder / "checkpoint", tmp_path / "old", tmp_path / "request", *proofs]:
        data = path.read_bytes()
        # A byte in the middle: of a hash, of an entry, of a base64 line.
        middle = len(data.partition(b"\n\n")[0]) // 2 if path.suffix or path.parent == tmp_path else len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])

        result = verify(folder)

        assert result.returncode == 1, path
        assert result.stdout
        path.write_bytes(data)
    assert verify(folder).returncode == 0
