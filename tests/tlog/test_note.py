"""Notes and keys: the examples of Go's `note` package and of C2SP, byte for byte, and what must not be believed."""

import pytest

from domain.tlog.errors import BadKey, BadNote, BadSignature, Unverified
from domain.tlog.keys import SigningKey, VerifierKey, key_id
from domain.tlog.note import (
    MAX_NOTE,
    Note,
    Signature,
    open_note,
    parse_note,
    parse_signatures,
    render_signatures,
    sign,
    sign_note_text,
)
from domain.tlog.schemes import SignatureType
from tests.tlog.parts import EAST, LOG_KEY, OTHER_KEY, WEST, seed

# The keys and signatures of the example in Go's golang.org/x/mod/sumdb/note.
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

# The example of the C2SP specification.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
BY_FOO = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def note(*lines: str, text: str = TEXT) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def known(*vkeys: str) -> list[VerifierKey]:
    return [VerifierKey.parse(each) for each in vkeys]


def test_what_go_signs_with_a_key_we_sign_too() -> None:
    key = SigningKey.parse(PETER_PRIVATE)

    assert sign_note_text(TEXT, key) == note(BY_PETER)
    assert key.verifier.render() == PETER
    assert key.render() == PETER_PRIVATE


def test_notes_of_others_are_verified() -> None:
    opened = open_note(note(BY_FOO, text="This is an example message.\n"), known(FOO))

    assert opened.text == "This is an example message.\n"
    assert [each.name for each in opened.verified] == ["example.com/foo"]
    assert opened.unverified == ()


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    both = note(BY_PETER, BY_ENOCH)

    assert [each.name for each in open_note(both, known(PETER)).unverified] == ["EnochRoot"]
    assert [each.name for each in open_note(both, known(ENOCH)).unverified] == ["PeterNeumann"]
    assert len(open_note(both, known(PETER, ENOCH, ENOCH)).verified) == 2


def test_an_unknown_key_may_share_the_name_or_the_id_of_a_known_one() -> None:
    peter = parse_note(note(BY_PETER)).signatures[0]
    same_name = Signature(peter.name, b"\x00\x00\x00\x01", bytes(64))
    same_id = Signature("Somebody", peter.key_id, bytes(64))

    opened = open_note(Note(TEXT, (same_name, peter, same_id)), known(PETER))

    assert opened.verified == (peter,)
    assert opened.unverified == (same_name, same_id)


def test_a_note_that_no_known_key_signed_is_not_believed() -> None:
    for verifiers in (known(ENOCH), []):
        with pytest.raises(Unverified, match="no known key"):
            open_note(note(BY_PETER), verifiers)


def test_a_wrong_signature_of_a_known_key_spoils_the_whole_note() -> None:
    for text in (TEXT + "\n", TEXT.replace("think", "thank")):
        with pytest.raises(BadSignature, match="'PeterNeumann' \\(c74f20a3\\) is wrong"):
            open_note(note(BY_PETER, BY_ENOCH, text=text), known(PETER))
    peter, enoch = parse_note(note(BY_PETER, BY_ENOCH)).signatures
    forged = Signature(peter.name, peter.key_id, enoch.blob)
    for signatures in [(forged, enoch), (peter, forged, enoch), (enoch, peter, forged)]:
        with pytest.raises(BadSignature):
            open_note(Note(TEXT, signatures), known(PETER, ENOCH))
    for length in (1, 63, 65):
        with pytest.raises(BadSignature):
            open_note(Note(TEXT, (Signature(peter.name, peter.key_id, bytes(length)),)), known(PETER))


def test_two_keys_of_one_name_and_id_are_ambiguous() -> None:
    seen: dict[bytes, bytes] = {}
    publics = (number.to_bytes(32, "little") for number in range(2, 10**6))
    second = next(public for public in publics if seen.setdefault(key_id("x", 1, public), public) != public)
    first = seen[key_id("x", 1, second)]
    twins = [VerifierKey("x", SignatureType.NOTE, public) for public in (first, second)]

    with pytest.raises(BadKey, match="two keys are called 'x'"):
        open_note(note(BY_PETER), [*known(PETER), *twins])
    assert open_note(note(BY_PETER), [*known(PETER), twins[0], twins[0]]).verified


def test_sixteen_large_signatures_are_room_enough_and_a_hundred_are_the_end() -> None:
    text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    large = [WEST.cosign(text, 1 + place) for place in range(16)]

    assert len(open_note(Note(text, tuple(large)).render(), [WEST.verifier]).verified) == 16
    line = BY_PETER
    assert len(parse_note(note(*[line] * 100)).signatures) == 100
    with pytest.raises(BadNote, match="more than 100 signatures"):
        parse_note(note(*[line] * 101))
    with pytest.raises(BadNote, match="101 signatures, not 1 to 100"):
        Note(TEXT, parse_note(note(BY_PETER)).signatures * 101)


def test_a_note_of_more_than_a_mebibyte_is_refused() -> None:
    fits = "x" * (MAX_NOTE - len(BY_PETER.encode()) - 2) + "\n"

    assert len(parse_note(note(BY_PETER, text=fits)).render()) == MAX_NOTE
    with pytest.raises(BadNote, match="more than 1048576 bytes"):
        parse_note(note(BY_PETER, text="x" + fits))
    with pytest.raises(BadNote, match="more than 1048576 bytes"):
        Note("x" + fits, parse_note(note(BY_PETER)).signatures)
    with pytest.raises(BadNote, match="more than 1048576 bytes"):
        parse_signatures(b"x" * (MAX_NOTE + 1))


def test_a_text_that_a_note_could_not_carry_is_refused() -> None:
    signatures = parse_note(note(BY_PETER)).signatures
    for text in ("", "no newline", "tab\t\n", "\ud800\n"):
        with pytest.raises(BadNote):
            Note(text, signatures)
    with pytest.raises(BadNote, match="0 signatures"):
        Note(TEXT, ())


def test_the_text_ends_at_the_last_empty_line() -> None:
    for text in ("\n", "\n\n", "a\n\nb\n\n\n", "— not a signature\n"):
        assert parse_note(note(BY_PETER, text=text)).text == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        TEXT.encode(),
        note(),
        note(BY_PETER)[:-1],
        note(BY_PETER) + b"\n",
        note(BY_PETER) + b"more\n",
        note(BY_PETER).replace(b"\n\n", b"\n"),
        note(BY_PETER, text=""),
        note(BY_PETER, text="\x00\n"),
        note(BY_PETER, text="tab\there\n"),
        note(BY_PETER, text="line\r\n"),
        b"\xff" + note(BY_PETER),
        b"\xed\xa0\x80" + note(BY_PETER),
        note(BY_PETER.replace("—", "-")),
        note(BY_PETER.replace("— ", "—")),
        note(BY_PETER.replace("— ", "—  ")),
        note(BY_PETER.replace("PeterNeumann ", "PeterNeumann  ")),
        note(BY_PETER.replace("PeterNeumann", "Peter+Neumann")),
        note(BY_PETER.replace("PeterNeumann", "Peter\u2003Neumann")),
        note(BY_PETER.replace("PeterNeumann ", "")),
        note(BY_PETER.replace("=", "")),
        note(BY_PETER.replace("AM=", "AN=")),
        note(BY_PETER.replace("x08go/", "x08go_")),
        note(BY_PETER.replace("\n", " \n")),
        note("— PeterNeumann x08gow==\n"),
        note("— PeterNeumann x08g\n"),
        note("— PeterNeumann \n"),
        note("— PeterNeumann\n"),
    ],
)
def test_what_is_not_to_the_letter_is_no_note(data: bytes) -> None:
    with pytest.raises(BadNote):
        parse_note(data)


def test_signature_lines_alone_are_what_a_witness_answers() -> None:
    lines = (BY_PETER + BY_ENOCH).encode()

    assert render_signatures(parse_signatures(lines)) == lines
    for wrong in (b"", b"\n", lines[:-1], lines + b"\n", note(BY_PETER)):
        with pytest.raises(BadNote):
            parse_signatures(wrong)


def test_a_new_signature_takes_the_place_of_the_same_key_s() -> None:
    text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    first = Note(text, (sign(text, LOG_KEY), EAST.cosign(text, 1)))

    second = first.with_signatures([EAST.cosign(text, 2), WEST.cosign(text, 2)])

    assert [each.name for each in second.signatures] == [LOG_KEY.name, "east.example/w", "west.example/w"]
    assert len(open_note(second, [LOG_KEY.verifier, EAST.verifier, WEST.verifier]).verified) == 3


def test_a_key_id_tells_apart_names_types_and_keys() -> None:
    public = LOG_KEY.verifier.public
    ids = {key_id(name, type, key) for name in ("a", "b") for type in (1, 4) for key in (public, bytes(32))}

    assert len(ids) == 8
    assert known(PETER)[0].key_id.hex() == "c74f20a3"


@pytest.mark.parametrize(
    ("vkey", "message"),
    [
        ("", "has not the parts"),
        ("PeterNeumann+c74f20a3", "has not the parts"),
        (PETER.replace("c74f20a3", "C74F20A3"), "8 digits of lower-case hex"),
        (PETER.replace("c74f20a3", "c74f20a"), "8 digits of lower-case hex"),
        (PETER.replace("c74f20a3", "c74f20a4"), "is not that of the key"),
        (PETER.replace("PeterNeumann", "PeterNeuman"), "is not that of the key"),
        (PETER.replace("PeterNeumann", ""), "the key name is empty"),
        (PETER.replace("PeterNeumann", "Peter Neumann"), "contains a space or a plus"),
        (PETER.replace("PeterNeumann", "Peter\u00a0Neumann"), "contains a space or a plus"),
        (PETER.replace("PeterNeumann", "x" * 256), "more than 255 bytes"),
        (PETER.replace("PeterNeumann", "Peter\x00"), "control character"),
        (PETER.replace("PeterNeumann", "Peter\ud800"), "lone surrogate"),
        (PETER + "=", "base64"),
        (PETER + "\n", "is not base64"),
        (PETER[:-1], "is not base64"),
        (PETER.replace("+ARpc", "+AhpcAA"), "is not base64"),
        ("PeterNeumann+c74f20a3+", "is empty"),
        ("PeterNeumann+c74f20a3+AQ==", "has 32 bytes"),
        ("PeterNeumann+c74f20a3+Aw==", "of type 0x03, which is not supported"),
        ("PeterNeumann+c74f20a3+AR==", "not the one base64 spelling"),
    ],
)
def test_a_verifier_key_has_one_spelling(vkey: str, message: str) -> None:
    with pytest.raises(BadKey, match=message):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize(
    "skey",
    [
        "",
        PETER,
        PETER_PRIVATE.removeprefix("PRIVATE+"),
        PETER_PRIVATE.replace("PRIVATE", "private"),
        PETER_PRIVATE.replace("c74f20a3", "c74f20a4"),
        PETER_PRIVATE + "\n",
        PETER_PRIVATE[:-4],
    ],
)
def test_a_signing_key_has_one_spelling_and_errors_never_repeat_it(skey: str) -> None:
    with pytest.raises(BadKey) as caught:
        SigningKey.parse(skey)

    assert "AYEKFALVFGyNh" not in str(caught.value)
    assert "AYEKFALVFGyNh" not in repr(caught.value)


def test_a_signing_key_is_not_shown() -> None:
    key = SigningKey("log.example", seed("secret"))

    assert repr(key).startswith("SigningKey(name='log.example', type=")
    assert seed("secret").hex() not in repr(key)
    assert repr(seed("secret")) not in repr(key)


SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
"""Every encoding of a point of small order, as C2SP's Ed25519 vectors (CCTV) list them."""


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_a_key_under_which_anything_verifies_is_refused(public: str) -> None:
    for type in (SignatureType.NOTE, SignatureType.COSIGNATURE):
        with pytest.raises(BadKey, match="a point of small order"):
            VerifierKey("log.example", type, bytes.fromhex(public))


def test_a_seed_has_32_bytes_and_a_public_key_the_length_of_its_type() -> None:
    for length in (0, 31, 33):
        with pytest.raises(BadKey, match="32 bytes"):
            SigningKey("log.example", bytes(length))
    for type, length in [(SignatureType.NOTE, 31), (SignatureType.COSIGNATURE, 1312), (SignatureType.SUBTREE, 32)]:
        with pytest.raises(BadKey, match=r"has \d+ bytes"):
            VerifierKey("log.example", type, bytes(length))


def test_every_type_of_key_survives_its_text() -> None:
    for key in (LOG_KEY, OTHER_KEY, EAST.key, WEST.key):
        assert SigningKey.parse(key.render()) == key
        assert VerifierKey.parse(key.verifier.render()) == key.verifier


def test_a_cosigner_s_key_does_not_sign_notes() -> None:
    with pytest.raises(BadKey, match="is a cosigner's"):
        sign_note_text(TEXT, EAST.key)


@pytest.mark.parametrize(("id", "blob"), [(b"abc", b"x"), (b"abcde", b"x"), (b"abcd", b"")])
def test_a_signature_has_an_id_of_four_bytes_and_something_behind_it(id: bytes, blob: bytes) -> None:
    with pytest.raises(BadNote):
        Signature("log.example", id, blob)
