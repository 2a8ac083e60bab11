"""A witness cosigns what continues what it saw, remembers it first, and tells everybody else why not."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.witness.folder import MOST_EVIDENCE, Folder
from api.witness.witness import CLOCK_TOLERANCE, Answer, Witness
from domain.errors import StoreUnavailable
from domain.tlog.checkpoint import Checkpoint, open_checkpoint
from domain.tlog.cosignature import timestamp
from domain.tlog.keys import SigningKey
from domain.tlog.log import Log
from domain.tlog.note import Note, parse_note, parse_signatures, sign
from domain.tlog.schemes import SignatureType
from domain.tlog.witnessing import SIZE_TYPE, AddCheckpoint, origin_hash, parse_size_body
from tests.support.witnesses import ORIGIN, GrowingLog, new_witness

NOW = 1_800_000_000


@pytest.fixture(scope="module")
def log() -> GrowingLog:
    return GrowingLog()


@pytest.fixture(scope="module")
def fork() -> GrowingLog:
    """The same log with another end: its first hundred leaves are the same, and its key is."""
    return GrowingLog(story="another ", alike=100)


@pytest.fixture
def folder(tmp_path: Path, log: GrowingLog) -> Folder:
    return new_witness(tmp_path / "witness", log)


@pytest.fixture
def witness(folder: Folder) -> Witness:
    return Witness(folder)


def cosigned(witness: Witness, log: GrowingLog, answer: Answer, size: int) -> set[int]:
    """The times of an answer that has a right cosignature of each key for this size of the log."""
    assert answer.status == 200, answer
    note = parse_note(log.log.checkpoint(log.key, size=size)).with_signatures(parse_signatures(answer.body))
    opened = open_checkpoint(note, [log.key.verifier], ORIGIN, witness.keys)
    assert opened.unverified == ()
    cosignatures = [each for each in opened.verified if each.name != ORIGIN]
    assert [each.key_id for each in cosignatures] == [key.key_id for key in witness.keys]
    return {timestamp(each) for each in cosignatures}


def test_the_first_checkpoint_of_a_known_log_is_cosigned_with_every_key(witness: Witness, log: GrowingLog) -> None:
    answer = witness.add_checkpoint(log.request(0, 70), NOW)

    assert cosigned(witness, log, answer, 70) == {NOW}


def test_a_log_that_grows_is_cosigned_again_and_again(witness: Witness, log: GrowingLog) -> None:
    sizes = [0, 1, 2, 3, 64, 100, 255, 256, 257, 300]
    for old, new in zip([0, *sizes], sizes, strict=False):
        assert cosigned(witness, log, witness.add_checkpoint(log.request(old, new), NOW + new), new) == {NOW + new}


def test_the_same_checkpoint_is_cosigned_again(witness: Witness, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)

    assert cosigned(witness, log, witness.add_checkpoint(log.request(70, 70), NOW + 5), 70) == {NOW + 5}


def test_what_was_cosigned_is_shown_with_the_signatures_of_log_and_witness(witness: Witness, log: GrowingLog) -> None:
    assert witness.checkpoint(origin_hash(ORIGIN)) is None

    # Given a checkpoint that others have signed too
    request = AddCheckpoint.parse(log.request(0, 70))
    other = sign(request.note.text, SigningKey("example.org/other", bytes(32)))
    answer = witness.add_checkpoint(AddCheckpoint(0, (), request.note.with_signatures([other])).render(), NOW)

    # Then the witness shows those whom it knows
    shown = witness.checkpoint(origin_hash(ORIGIN))
    assert shown is not None
    assert shown == log.log.checkpoint(log.key, size=70) + answer.body


def test_a_log_that_asks_from_another_size_is_told_the_right_one(witness: Witness, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)

    for old in (0, 69, 71, 100):
        answer = witness.add_checkpoint(log.request(old, 100), NOW)
        assert (answer.status, answer.type, parse_size_body(answer.body)) == (409, SIZE_TYPE, 70)


def test_a_log_that_was_never_seen_is_at_size_0(witness: Witness, log: GrowingLog) -> None:
    assert witness.add_checkpoint(log.request(20, 70), NOW).body == b"0\n"


def test_an_old_size_above_the_new_one_is_a_bad_request(witness: Witness, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)

    assert witness.add_checkpoint(log.request(71, 70), NOW).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"old 0\n", b"old 00\n\n", b"\xff\xfe", b"new 0\n\nexample.org/log\n0\n", b"old 0\n\nnothing\n\n"]
)
def test_what_is_no_request_is_a_bad_one(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body, NOW).status == 400


def test_a_log_that_is_not_known_is_told_nothing(witness: Witness) -> None:
    stranger = GrowingLog(3, origin="example.org/stranger")

    assert witness.add_checkpoint(stranger.request(5, 3), NOW) == Answer(404, b"the log is not known here\n")


def test_only_a_known_key_opens(witness: Witness, log: GrowingLog) -> None:
    # Given a key of the same name, a note that only it signed, and one with a signature of another text
    other = GrowingLog(log.log.size, seed=2)
    request = AddCheckpoint.parse(log.request(0, 70))
    forged = Note(request.note.text, parse_note(log.log.checkpoint(log.key, size=71)).signatures)

    assert witness.add_checkpoint(other.request(0, 70), NOW).status == 403
    assert witness.add_checkpoint(AddCheckpoint(0, (), forged).render(), NOW).status == 403
    assert witness.checkpoint(origin_hash(ORIGIN)) is None


def test_a_fork_is_refused_and_kept_as_evidence(
    witness: Witness, folder: Folder, log: GrowingLog, fork: GrowingLog
) -> None:
    witness.add_checkpoint(log.request(0, 120), NOW)

    # When the log shows another tree of the same size, and a continuation of that one
    same, longer = fork.request(120, 120), fork.request(120, 300)
    assert [witness.add_checkpoint(body, NOW).status for body in (same, longer, longer)] == [422, 422, 422]

    # Then nothing changes, and each is kept as it came
    assert sorted(path.read_bytes() for path in folder.evidence(ORIGIN)) == sorted([same, longer])
    assert cosigned(witness, log, witness.add_checkpoint(log.request(120, 300), NOW), 300)


def test_not_more_evidence_is_kept_than_fits(
    witness: Witness, folder: Folder, log: GrowingLog, fork: GrowingLog
) -> None:
    witness.add_checkpoint(log.request(0, 120), NOW)
    answers = [witness.add_checkpoint(fork.request(120, size), NOW).status for size in range(121, 150)]

    assert set(answers) == {422}
    assert len(folder.evidence(ORIGIN)) == MOST_EVIDENCE


def test_proofs_that_prove_nothing_are_refused(witness: Witness, log: GrowingLog) -> None:
    proof = log.log.consistency(70, 100)

    assert witness.add_checkpoint(log.request(0, 70, proof=proof), NOW).status == 422
    witness.add_checkpoint(log.request(0, 70), NOW)
    for wrong in ((), proof[:-1], (*proof, bytes(32)), (bytes(32), *proof[1:])):
        assert witness.add_checkpoint(log.request(70, 100, proof=wrong), NOW).status == 422
    assert witness.add_checkpoint(log.request(70, 70, proof=proof), NOW).status == 422


def test_an_empty_tree_has_the_empty_root(witness: Witness, log: GrowingLog) -> None:
    text = Checkpoint(ORIGIN, 0, bytes(32)).text()
    wrong = AddCheckpoint(0, (), Note(text, (sign(text, log.key),)))

    assert witness.add_checkpoint(wrong.render(), NOW).status == 422
    assert witness.add_checkpoint(log.request(0, 0), NOW).status == 200


def test_of_many_requests_at_once_one_is_first(witness: Witness, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda size: witness.add_checkpoint(log.request(70, size), NOW), range(71, 111)))

    assert sorted(answer.status for answer in answers) == [200, *[409] * 39]


def test_the_memory_outlives_the_process_and_the_list(folder: Folder, log: GrowingLog, fork: GrowingLog) -> None:
    Witness(folder).add_checkpoint(log.request(0, 120), NOW)

    # Given a log that was taken off the list, and another process
    folder.remove_log(log.key.verifier)
    assert Witness(folder).add_checkpoint(log.request(120, 130), NOW).status == 404
    folder.add_log(log.key.verifier)

    # Then it is remembered
    assert Witness(folder).add_checkpoint(fork.request(0, 130), NOW).body == b"120\n"
    assert Witness(folder).add_checkpoint(fork.request(120, 130), NOW).status == 422


def test_a_log_may_have_a_second_key(witness: Witness, folder: Folder, log: GrowingLog) -> None:
    second = SigningKey(ORIGIN, bytes([9]) * 32)
    folder.add_log(second.verifier)
    note = parse_note(log.log.checkpoint(log.key, second, size=70))

    # When both keys signed, and one of them twice
    doubled = Note(note.text, (*note.signatures, note.signatures[0]))
    assert witness.add_checkpoint(AddCheckpoint(0, (), doubled).render(), NOW).status == 200

    # Then both are shown, each once
    shown = witness.checkpoint(origin_hash(ORIGIN))
    assert shown is not None
    assert parse_note(shown).signatures[:2] == note.signatures
    assert len(parse_note(shown).signatures) == 4


def test_time_never_goes_back(witness: Witness, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)

    # A clock that was set back a little repeats the last time; one that is far behind cosigns nothing
    little = witness.add_checkpoint(log.request(70, 71), NOW - CLOCK_TOLERANCE)
    assert cosigned(witness, log, little, 71) == {NOW}
    assert witness.add_checkpoint(log.request(71, 72), NOW - CLOCK_TOLERANCE - 1).status == 503
    assert cosigned(witness, log, witness.add_checkpoint(log.request(71, 72), NOW + 1), 72) == {NOW + 1}


def test_without_its_memory_it_cosigns_nothing(witness: Witness, folder: Folder, log: GrowingLog) -> None:
    witness.add_checkpoint(log.request(0, 70), NOW)
    seen = folder.path / "seen"
    kept = seen / origin_hash(ORIGIN)

    # Given a memory that is damaged, is that of another log, or is gone
    whole = kept.read_bytes()
    other = SigningKey("example.org/other", bytes(32))
    for spoilt in (b"", whole[:-5], Log(other.name, [b"x"]).checkpoint(other)):
        kept.write_bytes(spoilt)
        assert witness.add_checkpoint(log.request(0, 71), NOW).status == 503
    kept.unlink()
    seen.rmdir()

    assert witness.add_checkpoint(log.request(0, 71), NOW).status == 503
    with pytest.raises(StoreUnavailable):
        witness.checkpoint(origin_hash(ORIGIN))


def test_what_cannot_be_kept_is_not_cosigned(witness: Witness, folder: Folder, log: GrowingLog) -> None:
    # Given a name in the way of the file that would remember
    (folder.path / "seen" / origin_hash(ORIGIN)).mkdir()

    assert witness.add_checkpoint(log.request(0, 70), NOW).status == 503


def test_what_a_crash_left_half_written_is_cleared_away(folder: Folder, log: GrowingLog) -> None:
    Witness(folder).add_checkpoint(log.request(0, 70), NOW)
    halves = [folder.path / "logs.0123456789abcdef", folder.path / "seen" / f"{origin_hash(ORIGIN)}.0123456789abcdef"]
    for half in halves:
        half.write_bytes(b"half")

    folder.tidy()

    assert not any(half.exists() for half in halves)
    assert folder.logs() == (log.key.verifier,)
    assert Witness(folder).checkpoint(origin_hash(ORIGIN)) is not None


def test_keys_are_the_owners_alone_and_made_once(folder: Folder) -> None:
    key = folder.path / "witness.key"

    assert key.stat().st_mode & 0o777 == 0o600
    assert [each.verifier.type for each in folder.cosigners()] == [SignatureType.COSIGNATURE, SignatureType.SUBTREE]
    key.chmod(0o640)
    with pytest.raises(StoreUnavailable, match="chmod 600"):
        folder.cosigners()
