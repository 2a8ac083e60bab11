"""Checkpoints and cosignatures: their bytes, who must have signed, and what each type of cosignature covers."""

import pytest

from domain.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from domain.tlog.cosignature import Cosigner, timestamp
from domain.tlog.errors import BadCheckpoint, BadKey, BadNote, BadSignature, Unverified
from domain.tlog.keys import SigningKey
from domain.tlog.merkle import EMPTY_ROOT
from domain.tlog.note import Note, Signature, parse_note, sign, sign_note_text
from domain.tlog.schemes import SignatureType, cosigned_message, subtree_message
from tests.tlog.parts import EAST, LOG_KEY, ORIGIN, OTHER_KEY, TIME, WEST, cosigned, log_of, seed

LOG = log_of(300)
SIGNED = LOG.checkpoint(LOG_KEY)
KEYS = [LOG_KEY.verifier]

# The text in the example of the C2SP specifications.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification_is_a_checkpoint() -> None:
    checkpoint = Checkpoint.parse(SOFA)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.text() == SOFA


def test_a_signed_checkpoint_opens_with_the_log_s_key() -> None:
    signed = open_checkpoint(SIGNED, KEYS, ORIGIN)

    assert signed.checkpoint == Checkpoint(ORIGIN, 300, LOG.root())
    assert signed.note.render() == SIGNED == LOG.checkpoint(LOG_KEY)
    assert [each.name for each in signed.verified] == [ORIGIN]


def test_extension_lines_are_read_over_but_signed_with_the_rest() -> None:
    text = LOG.checkpoint(LOG_KEY).decode().partition("\n\n")[0] + "\nmore 1\nmore 2\n"
    extended = sign_note_text(text, LOG_KEY)

    signed = open_checkpoint(extended, KEYS, ORIGIN)

    assert signed.checkpoint == Checkpoint(ORIGIN, 300, LOG.root())
    assert signed.note.text == text
    with pytest.raises(BadSignature):
        open_checkpoint(extended.replace(b"more 1", b"less 1"), KEYS, ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "log\n1\n",
        SOFA[:-1],
        SOFA + "\n",
        SOFA + "\nmore\n",
        "\n" + SOFA,
        SOFA.replace("example.com/behind-the-sofa", ""),
        SOFA.replace("20852163", "020852163"),
        SOFA.replace("20852163", "+20852163"),
        SOFA.replace("20852163", "-1"),
        SOFA.replace("20852163", "20852163 "),
        SOFA.replace("20852163", "2e7"),
        SOFA.replace("20852163", "٢"),
        SOFA.replace("20852163", "9223372036854775808"),
        SOFA.replace("20852163", "10000000000000000000"),
        SOFA.replace("q2I=", "q2J="),
        SOFA.replace("q2I=", "q2I"),
        SOFA.replace("q2I=", "q2IA"),
        SOFA.replace("CsUY", ""),
        SOFA.replace("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", ""),
    ],
)
def test_what_is_not_to_the_letter_is_no_checkpoint(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, EMPTY_ROOT),
        ("two\nlines", 1, EMPTY_ROOT),
        ("tab\t", 1, EMPTY_ROOT),
        ("log", -1, EMPTY_ROOT),
        ("log", 2**63, EMPTY_ROOT),
        ("log", 1, b""),
        ("log", 1, EMPTY_ROOT[1:]),
    ],
)
def test_a_checkpoint_is_not_made_of_what_it_could_not_say(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        Checkpoint(origin, size, root)


def test_the_largest_size_is_the_last() -> None:
    largest = Checkpoint("log", 2**63 - 1, EMPTY_ROOT)

    assert Checkpoint.parse(largest.text()) == largest


def test_an_empty_log_has_the_empty_root_or_is_neither_signed_nor_believed() -> None:
    empty = log_of(0).checkpoint(LOG_KEY)
    lie = Checkpoint(ORIGIN, 0, LOG.root())

    assert open_checkpoint(empty, KEYS, ORIGIN).checkpoint == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    with pytest.raises(BadCheckpoint, match="empty tree"):
        sign_checkpoint(lie, LOG_KEY)
    with pytest.raises(BadCheckpoint, match="empty tree"):
        open_checkpoint(sign_note_text(lie.text(), LOG_KEY), KEYS, ORIGIN)


def test_another_log_s_checkpoint_is_refused_even_under_the_same_key() -> None:
    other = log_of(300, "other.example/log").checkpoint(LOG_KEY)

    with pytest.raises(BadCheckpoint, match=r"is of 'other.example/log', not of"):
        open_checkpoint(other, KEYS, ORIGIN)


def test_witnesses_alone_do_not_make_a_checkpoint() -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()
    unsigned = Note(text, (EAST.cosign(text, TIME), sign(text, OTHER_KEY)))

    with pytest.raises(Unverified, match="no known key of the log"):
        open_checkpoint(unsigned, KEYS, ORIGIN, [EAST.verifier])
    with pytest.raises(Unverified):
        open_checkpoint(unsigned, KEYS, ORIGIN)
    with pytest.raises(Unverified):
        open_checkpoint(SIGNED, [], ORIGIN)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(BadCheckpoint, match="has 1 lines"):
        open_checkpoint(sign_note_text("hello\n", LOG_KEY), KEYS, ORIGIN)
    with pytest.raises(BadNote):
        open_checkpoint(b"hello\n", KEYS, ORIGIN)


@pytest.mark.parametrize("cosigner", [EAST, WEST], ids=["ed25519", "ml-dsa-44"])
def test_a_cosignature_says_who_saw_which_checkpoint_when(cosigner: Cosigner) -> None:
    data = cosigned(SIGNED, cosigner)

    signed = open_checkpoint(data, KEYS, ORIGIN, [cosigner.verifier])

    log, witness = signed.verified
    assert (log.name, witness.name) == (ORIGIN, cosigner.key.name)
    assert timestamp(witness) == TIME
    assert len(witness.blob) - 8 == {SignatureType.COSIGNATURE: 64, SignatureType.SUBTREE: 2420}[cosigner.key.type]


@pytest.mark.parametrize("cosigner", [EAST, WEST], ids=["ed25519", "ml-dsa-44"])
def test_a_cosignature_with_anything_changed_is_wrong(cosigner: Cosigner) -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()
    good = cosigner.cosign(text, TIME)
    verifier = cosigner.verifier
    flipped = bytes([*good.blob[:-1], good.blob[-1] ^ 1])

    assert verifier.verifies(text, good.blob)
    for other in (
        Checkpoint(ORIGIN, 301, LOG.root()),
        Checkpoint(ORIGIN, 300, LOG.root(299)),
        Checkpoint(OTHER_KEY.name, 300, LOG.root()),
    ):
        assert not verifier.verifies(other.text(), good.blob)
    for blob in (
        flipped,
        (TIME + 1).to_bytes(8, "big") + good.blob[8:],
        (TIME + 2**63).to_bytes(8, "big") + good.blob[8:],
        good.blob[8:],
        good.blob[:-1],
        good.blob + b"\x00",
        good.blob[:8],
        b"x",
    ):
        assert not verifier.verifies(text, blob)
    assert not verifier.verifies("no checkpoint\n", good.blob)


def test_only_the_older_type_covers_extension_lines() -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()

    assert EAST.verifier.verifies(text + "more\n", EAST.cosign(text + "more\n", TIME).blob)
    assert not EAST.verifier.verifies(text + "more\n", EAST.cosign(text, TIME).blob)
    assert WEST.verifier.verifies(text + "more\n", WEST.cosign(text, TIME).blob)


def test_only_the_newer_type_covers_the_cosigner_s_name() -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()
    renamed = Cosigner(SigningKey("another.example/w", seed("west"), SignatureType.SUBTREE))

    assert not WEST.verifier.verifies(text, renamed.cosign(text, TIME).blob)


def test_the_signed_messages_are_those_of_the_specification() -> None:
    root = Checkpoint.parse(SOFA).root

    assert cosigned_message(SignatureType.COSIGNATURE, "w", SOFA, 1_679_315_147) == (
        b"cosignature/v1\ntime 1679315147\n" + SOFA.encode()
    )
    assert cosigned_message(SignatureType.SUBTREE, "w.example/1", SOFA, 1_679_315_147) == (
        b"subtree/v1\n\x00"
        b"\x0bw.example/1"
        + bytes.fromhex("00000000 641850cb")
        + b"\x1bexample.com/behind-the-sofa"
        + bytes(8)
        + bytes.fromhex("00000000 013e2dc3")
        + root
    )
    assert subtree_message("w", 0, "log", 8, 13, root).startswith(b"subtree/v1\n\x00\x01w" + bytes(8) + b"\x03log")


@pytest.mark.parametrize(
    ("name", "time", "origin", "start", "end"),
    [
        ("", 0, "log", 0, 1),
        ("x" * 256, 0, "log", 0, 1),
        ("w", 0, "", 0, 1),
        ("w", 0, "é" * 128, 0, 1),
        ("w", -1, "log", 0, 1),
        ("w", 2**63, "log", 0, 1),
        ("w", 0, "log", 2, 1),
        ("w", 0, "log", 0, 2**63),
        ("w", 1, "log", 8, 13),
    ],
)
def test_a_cosigner_does_not_sign_what_the_format_cannot_say(
    name: str, time: int, origin: str, start: int, end: int
) -> None:
    with pytest.raises(BadCheckpoint):
        subtree_message(name, time, origin, start, end, EMPTY_ROOT)


@pytest.mark.parametrize("cosigner", [EAST, WEST], ids=["ed25519", "ml-dsa-44"])
def test_a_cosigner_states_a_time_and_signs_checkpoints_only(cosigner: Cosigner) -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()

    for time in (0, -1, 2**63):
        with pytest.raises(BadCheckpoint):
            cosigner.cosign(text, time)
    with pytest.raises(BadCheckpoint):
        cosigner.cosign("no checkpoint\n", TIME)


def test_a_key_for_notes_makes_no_cosigner_and_a_short_signature_has_no_time() -> None:
    with pytest.raises(BadKey, match="not a cosigner's"):
        Cosigner(LOG_KEY)
    for blob in (b"short", bytes(8), b"\xff" * 72):
        with pytest.raises(BadSignature, match="no timestamp"):
            timestamp(Signature("east.example/w", b"abcd", blob))


def test_a_log_may_sign_with_a_cosigner_s_key_of_its_own() -> None:
    own = Cosigner(SigningKey(ORIGIN, seed("log, newer"), SignatureType.SUBTREE))
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()

    signed = open_checkpoint(Note(text, (own.cosign(text, TIME),)).render(), [own.verifier], ORIGIN)

    assert signed.checkpoint.size == 300
    assert parse_note(SIGNED).text == text
