"""A witness decides: a growing log is followed, and each refusal has the status of the specification."""

from collections.abc import Collection

import pytest

from domain.tlog.errors import BadRequest
from domain.tlog.keys import VerifierKey
from domain.tlog.log import Log
from domain.tlog.merkle import EMPTY_ROOT
from domain.tlog.note import Note, open_note, parse_note, sign, sign_note_text
from domain.tlog.treehead import Checkpoint
from domain.tlog.witnessing import (
    MAX_REQUEST,
    SIZE_TYPE,
    Accepted,
    AddCheckpoint,
    Refusal,
    decide,
    origin_hash,
    parse_size_body,
    size_body,
)
from tests.tlog.parts import EAST, LOG_KEY, ORIGIN, OTHER_KEY, TIME, WEST, log_of

LOG = log_of(300)
FORK = Log(ORIGIN, [b"another %d" % number for number in range(300)])
KNOWN = [LOG_KEY.verifier]


def head(size: int, log: Log = LOG) -> Checkpoint:
    return Checkpoint(ORIGIN, size, log.root(size))


def request(old: int, new: int, log: Log = LOG, *, proof: tuple[bytes, ...] | None = None) -> AddCheckpoint:
    if proof is None:
        proof = log.consistency(old, new) if 0 < old <= new else ()
    return AddCheckpoint.parse(AddCheckpoint(old, proof, parse_note(log.checkpoint(LOG_KEY, size=new))).render())


def status(
    asked: AddCheckpoint, last: Checkpoint | None, known: Collection[VerifierKey] = tuple(KNOWN)
) -> tuple[int, int | None]:
    decided = decide(asked, known, last)
    assert isinstance(decided, Refusal)
    assert decided.reason
    return decided.status, decided.size


def test_a_growing_log_is_followed_from_nothing() -> None:
    last: Checkpoint | None = None
    for size in (0, 0, 1, 2, 2, 255, 256, 300, 300):
        decided = decide(request(last.size if last else 0, size), KNOWN, last)

        assert isinstance(decided, Accepted)
        assert decided.checkpoint == head(size)
        last = decided.checkpoint


def test_what_was_accepted_is_cosigned_as_received() -> None:
    decided = decide(request(256, 300), KNOWN, head(256))

    assert isinstance(decided, Accepted)
    answer = [each.cosign(decided.note.text, TIME) for each in (EAST, WEST)]
    opened = open_note(decided.note.with_signatures(answer), [LOG_KEY.verifier, EAST.verifier, WEST.verifier])
    assert len(opened.verified) == 3


def test_a_log_that_is_not_known_is_not_found() -> None:
    assert status(request(0, 300), None, ()) == (404, None)
    assert status(request(300, 5), head(7), ()) == (404, None)


def test_without_a_trusted_signature_all_is_forbidden() -> None:
    text = head(300).text()
    unsigned = AddCheckpoint(0, (), Note(text, (sign(text, OTHER_KEY),)))
    forged = AddCheckpoint(0, (), parse_note(LOG.checkpoint(LOG_KEY).replace(b"\n300\n", b"\n299\n")))
    one_is_wrong = Note(forged.note.text, (*forged.note.signatures, sign(forged.note.text, LOG_KEY)))
    unproven = AddCheckpoint(400, (EMPTY_ROOT,), unsigned.note)

    assert status(unsigned, None) == (403, None)
    assert status(forged, None) == (403, None)
    assert status(unproven, head(7)) == (403, None)
    assert status(AddCheckpoint(0, (), one_is_wrong), None) == (403, None)


def test_unknown_signatures_are_passed_over() -> None:
    text = head(300).text()
    both = AddCheckpoint(0, (), Note(text, (sign(text, OTHER_KEY), sign(text, LOG_KEY))))

    assert isinstance(decide(both, KNOWN, None), Accepted)


def test_an_old_size_beyond_the_checkpoint_is_a_bad_request() -> None:
    assert status(request(301, 300), head(300)) == (400, None)
    assert status(request(300, 299), head(300)) == (400, None)


@pytest.mark.parametrize(("old", "last"), [(0, 256), (255, 256), (257, 256), (300, 256), (1, None), (256, 0)])
def test_another_old_size_than_the_last_is_a_conflict_that_names_it(old: int, last: int | None) -> None:
    seen = None if last is None else head(last)

    assert status(request(old, 300), seen) == (409, last or 0)
    assert SIZE_TYPE == "text/x.tlog.size"


def test_another_history_is_unprocessable() -> None:
    for old in (1, 2, 100, 256, 299, 300):
        assert status(request(old, 300, FORK), head(old)) == (422, None)
        assert isinstance(decide(request(old, 300), KNOWN, head(old)), Accepted)


def test_a_proof_with_anything_wrong_is_unprocessable() -> None:
    good = LOG.consistency(255, 300)
    for proof in ((), good[:-1], (*good, EMPTY_ROOT), (EMPTY_ROOT, *good[1:]), LOG.consistency(254, 300)):
        assert status(request(255, 300, proof=proof), head(255)) == (422, None)
    assert status(request(300, 300, proof=(EMPTY_ROOT,)), head(300)) == (422, None)


@pytest.mark.parametrize("last", [None, head(0)])
def test_from_the_empty_tree_there_is_no_proof(last: Checkpoint | None) -> None:
    assert status(request(0, 300, proof=(EMPTY_ROOT,)), last) == (422, None)
    assert status(request(0, 0, proof=(EMPTY_ROOT,)), last) == (422, None)


def test_an_empty_tree_has_the_empty_root() -> None:
    lie = Checkpoint(ORIGIN, 0, LOG.root())
    asked = AddCheckpoint(0, (), parse_note(sign_note_text(lie.text(), LOG_KEY)))

    assert status(asked, None) == (422, None)
    assert status(asked, head(0)) == (422, None)


GOOD = request(256, 300).render()
HEAD, _, NOTE = GOOD.partition(b"\n\n")


def test_a_request_is_written_as_specified() -> None:
    lines = GOOD.decode().split("\n")

    assert lines[0] == "old 256"
    assert {len(line) for line in lines[1 : lines.index("")]} == {44}
    assert LOG.checkpoint(LOG_KEY) == NOTE
    assert request(0, 300).render() == b"old 0\n\n" + NOTE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HEAD,
        NOTE,
        GOOD[:-1],
        GOOD + b"\n",
        GOOD.replace(b"old 256", b"old 0256"),
        GOOD.replace(b"old 256", b"old  256"),
        GOOD.replace(b"old 256", b"old -1"),
        GOOD.replace(b"old 256", b"old"),
        GOOD.replace(b"old 256", b"Old 256"),
        GOOD.replace(b"old 256", b"old 9223372036854775808"),
        GOOD.replace(b"old 256", "old ٢".encode()),
        GOOD.replace(b"\n\n", b"\n", 1),
        GOOD.replace(b"\n\n", b"\n\n\n", 1),
        GOOD.replace(b"\n\n", b"\r\n\r\n", 1),
        GOOD.replace(b"\n\n", b"=\n\n", 1),
        GOOD.replace(b"\n300\n", b"\n0300\n"),
        GOOD.replace(b"\n300\n", b"\n"),
        b"old 256\n" + b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 64 + b"\n" + NOTE,
        b"old 256\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n\n" + NOTE,
        b"x" * (MAX_REQUEST + 1),
    ],
)
def test_what_is_not_to_the_letter_is_no_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        AddCheckpoint.parse(body)


def test_sixty_three_hashes_are_read() -> None:
    hashes = b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 63

    assert len(AddCheckpoint.parse(b"old 256\n" + hashes + b"\n" + NOTE).proof) == 63


def test_a_request_is_not_made_of_what_it_could_not_say() -> None:
    note = parse_note(NOTE)
    no_checkpoint = parse_note(sign_note_text("hello\n", LOG_KEY))
    for old, proof, about in [(-1, (), note), (2**63, (), note), (0, (b"x",), note), (0, (), no_checkpoint)]:
        with pytest.raises(BadRequest):
            AddCheckpoint(old, proof, about)


def test_the_size_in_a_conflict_has_one_spelling() -> None:
    assert size_body(20_852_163) == b"20852163\n"
    assert parse_size_body(b"20852163\n") == 20_852_163
    assert parse_size_body(size_body(2**63 - 1)) == 2**63 - 1
    for body in (
        b"",
        b"\n",
        b"5",
        b"05\n",
        b"5\n\n",
        b"-5\n",
        b"5\r\n",
        b"9223372036854775808\n",
        b"\xff\n",
        b"1" * 21,
    ):
        with pytest.raises(BadRequest):
            parse_size_body(body)


def test_a_log_s_latest_checkpoint_is_shown_under_the_hash_of_its_origin() -> None:
    assert origin_hash("log.example") == ("d7612c54297eaa3e5a7756b17ce3adc5bed251af8059d72bbb8b0075c67b85e9")
