"""Proof files: their bytes, and that they prove an entry under trusted logs and witnesses and nothing else."""

import pytest

from domain.tlog.errors import BadNote, BadProof, BadSignature, Unverified, Unwitnessed
from domain.tlog.policy import Policy
from domain.tlog.proof import MAX_EXTRA, MAX_PROOF, TlogProof, verify
from tests.tlog.parts import EAST, LOG_KEY, OTHER_KEY, WEST, cosigned, log_of

LOG = log_of(300)
SIGNED = LOG.checkpoint(LOG_KEY)
PROOF = LOG.proof(17, SIGNED)
POLICY = Policy.parse(
    f"log {LOG_KEY.verifier.render()}\n"
    f"witness east {EAST.verifier.render()}\n"
    f"witness west {WEST.verifier.render()}\n"
    "group one-of-them any east west\n"
    "quorum one-of-them\n"
)
HEAD, _, REST = PROOF.render().partition(b"\n\n")
FIRST = HEAD.split(b"\n")[2]


def changed(old: bytes, new: bytes) -> bytes:
    data = PROOF.render()
    assert old in data
    return data.replace(old, new, 1)


def test_a_proof_file_is_written_as_specified() -> None:
    lines = PROOF.render().decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 17"]
    assert lines[11:14] == ["", "news.example/log", "300"]
    assert PROOF.render().endswith(SIGNED)
    assert LOG.proof(17, SIGNED, b"more").render().split(b"\n")[1] == b"extra bW9yZQ=="


def test_the_log_s_key_is_enough_where_no_witness_is_asked_for() -> None:
    assert verify(TlogProof.parse(PROOF.render()), b"entry 17", [LOG_KEY.verifier]).size == 300


@pytest.mark.parametrize("index", [0, 1, 128, 255, 256, 298, 299])
def test_every_entry_has_a_proof_and_no_other_has_the_same(index: int) -> None:
    proof = LOG.proof(index, SIGNED)

    verify(proof, b"entry %d" % index, [LOG_KEY.verifier])
    for leaf in (b"entry %d" % (index + 1), b""):
        with pytest.raises(BadProof, match="another root"):
            verify(proof, leaf, [LOG_KEY.verifier])


def test_a_policy_asks_for_its_quorum() -> None:
    for cosigner in (EAST, WEST):
        witnessed = LOG.proof(17, cosigned(SIGNED, cosigner), b"extra data")
        assert verify(TlogProof.parse(witnessed.render()), b"entry 17", POLICY).origin == LOG_KEY.name
    with pytest.raises(Unwitnessed, match="'one-of-them' is not met: cosigned by nobody; not by east, west"):
        verify(PROOF, b"entry 17", POLICY)


def test_only_the_log_s_own_key_makes_its_checkpoint() -> None:
    foreign = log_of(300).checkpoint(OTHER_KEY)

    for keys in ([OTHER_KEY.verifier], [OTHER_KEY.verifier, LOG_KEY.verifier], []):
        with pytest.raises(Unverified):
            verify(LOG.proof(17, foreign), b"entry 17", keys)
    with pytest.raises(BadSignature):
        verify(TlogProof.parse(changed(b"\n300\n", b"\n301\n")), b"entry 17", [LOG_KEY.verifier])


def test_a_proof_from_another_size_or_place_does_not_hold() -> None:
    for proof in (
        TlogProof(18, PROOF.hashes, SIGNED),
        TlogProof(17, PROOF.hashes[:-1], SIGNED),
        TlogProof(17, (*PROOF.hashes, PROOF.hashes[0]), SIGNED),
        TlogProof(17, LOG.inclusion(17, 299), SIGNED),
        TlogProof(17, (), SIGNED),
        TlogProof(300, PROOF.hashes, SIGNED),
        TlogProof(17, PROOF.hashes, log_of(0).checkpoint(LOG_KEY)),
    ):
        with pytest.raises(BadProof):
            verify(proof, b"entry 17", [LOG_KEY.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD,
        HEAD + b"\n\n",
        REST,
        changed(b"@v1", b"@v2"),
        changed(b"c2sp", b" c2sp"),
        changed(b"index 17", b"index 017"),
        changed(b"index 17", b"index -1"),
        changed(b"index 17", b"index 17 "),
        changed(b"index 17", b"index  17"),
        changed(b"index 17", b"index"),
        changed(b"index 17", b"Index 17"),
        changed(b"index 17", b"index 9223372036854775808"),
        changed(b"index 17\n", b""),
        changed(b"index 17\n", b"index 17\nindex 17\n"),
        changed(b"index 17\n", b"extra \nindex 17\n"),
        changed(b"index 17\n", b"extra bW9yZQ\nindex 17\n"),
        changed(b"index 17\n", b"extra bW9yZQ==\nextra bW9yZQ==\nindex 17\n"),
        changed(b"index 17\n", b"index 17\nextra bW9yZQ==\n"),
        changed(b"index 17\n", "index 17\né\n".encode()),
        changed(FIRST, FIRST[:-1]),
        changed(FIRST, FIRST + b"\r"),
        changed(FIRST, FIRST[4:]),
        changed(FIRST + b"\n", (FIRST + b"\n") * 56),
        changed(b"\n\n", b"\n"),
        changed(b"\n\n", b"\n\n\n\n\n"),
        PROOF.render()[:-1],
        PROOF.render() + b"\n",
        b"x" * (MAX_PROOF + 1),
    ],
)
def test_what_is_not_to_the_letter_is_no_proof_file(data: bytes) -> None:
    with pytest.raises((BadProof, BadNote)):
        verify(TlogProof.parse(data), b"entry 17", [LOG_KEY.verifier])


def test_a_proof_file_is_not_made_of_what_it_could_not_say() -> None:
    for index in (-1, 2**63):
        with pytest.raises(BadProof):
            TlogProof(index, (), SIGNED)
    for hashes in ((b"",), (b"x" * 33,), (bytes(32),) * 64):
        with pytest.raises(BadProof):
            TlogProof(0, hashes, SIGNED)
    for extra in (b"", bytes(MAX_EXTRA + 1)):
        with pytest.raises(BadProof):
            TlogProof(0, (), SIGNED, extra)
    with pytest.raises(BadNote):
        TlogProof(0, (), b"no note")


def test_the_largest_extra_data_survives() -> None:
    proof = TlogProof(17, PROOF.hashes, SIGNED, bytes(MAX_EXTRA))

    assert TlogProof.parse(proof.render()) == proof
