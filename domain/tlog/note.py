"""Signed notes: C2SP signed-note v1.0.0 (revision b3a911e, 2026-04-09).

A note is UTF-8 text without control characters that ends with a newline, an empty line, and one or more lines
`— name base64(key ID || signature)`. Read are at most 100 signatures and 1 MiB.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol, Self

from domain.tlog.errors import BadKey, BadNote, BadSignature, Unverified
from domain.tlog.keys import KEY_ID_LENGTH, SigningKey, VerifierKey, key_id
from domain.tlog.schemes import SignatureType, sign_note
from domain.tlog.text import base64_of, check_name, check_text, read_base64, read_text

__all__ = [
    "MAX_NOTE",
    "MAX_SIGNATURES",
    "Note",
    "Opened",
    "Signature",
    "SigningKey",
    "Verifier",
    "VerifierKey",
    "key_id",
    "open_note",
    "parse_note",
    "parse_signatures",
    "render_signatures",
    "sign",
    "sign_note_text",
]

MAX_NOTE: Final = 1 << 20
"""Bytes of a note, at most."""

MAX_SIGNATURES: Final = 100
"""Signatures of a note, at most; the specification asks for room for 16."""

_DASH: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name, the 4 bytes of its ID, and what the key's algorithm made of the text."""

    name: str
    key_id: bytes
    blob: bytes

    def __post_init__(self) -> None:
        check_name(self.name, BadNote)
        if len(self.key_id) != KEY_ID_LENGTH:
            raise BadNote(f"the key ID of a signature has {KEY_ID_LENGTH} bytes")
        if not self.blob:
            raise BadNote(f"the signature of {self.name!r} is empty")

    def line(self) -> str:
        """The signature as a line, with its newline."""
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.blob)}\n"

    @classmethod
    def parse(cls, line: str) -> Self:
        """The signature of a line without its newline; BadNote for any other spelling."""
        if not line.startswith(_DASH):
            raise BadNote("a signature line does not begin with an em dash and a space")
        name, _, rest = line.removeprefix(_DASH).partition(" ")
        data = read_base64(rest, "a signature", BadNote)
        return cls(name, data[:KEY_ID_LENGTH], data[KEY_ID_LENGTH:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it. The text must not be believed before `open_note` has verified a signature.

    BadNote unless the text ends with a newline and has no other control character, there are 1 to 100 signatures, and
    all fits into 1 MiB.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise BadNote("the text of the note does not end with a newline")
        check_text(self.text, "the note", BadNote)
        _check_count(self.signatures)
        if len(self.render()) > MAX_NOTE:
            raise BadNote(f"the note has more than {MAX_NOTE} bytes")

    def render(self) -> bytes:
        """The bytes of the note: those that were parsed."""
        return f"{self.text}\n".encode() + render_signatures(self.signatures)

    def with_signatures(self, signatures: Iterable[Signature]) -> "Note":
        """The same note with more signatures at its end; one of the same key takes the place of the earlier one."""
        added = tuple(signatures)
        replaced = {(each.name, each.key_id) for each in added}
        kept = tuple(each for each in self.signatures if (each.name, each.key_id) not in replaced)
        return Note(self.text, kept + added)


class Verifier(Protocol):
    """Whose signatures are believed; `VerifierKey` is one."""

    @property
    def name(self) -> str:
        """The name in the key's signatures."""
        ...

    @property
    def key_id(self) -> bytes:
        """The 4 bytes in the key's signatures."""
        ...

    def verifies(self, text: str, blob: bytes) -> bool:
        """Whether this is the key's signature of the text."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A text that at least one known key signed; `unverified` are the signatures of keys that are not known."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def parse_note(data: bytes) -> Note:
    """The note that these bytes are: `render` gives them back. BadNote otherwise. Verifies nothing."""
    if len(data) > MAX_NOTE:
        raise BadNote(f"the note has more than {MAX_NOTE} bytes")
    everything = read_text(data, "the note", BadNote)
    split = everything.rfind("\n\n")
    if split < 0:
        raise BadNote("the note has no empty line before its signatures")
    return Note(everything[: split + 1], _signatures(everything[split + 2 :]))


def open_note(note: bytes | Note, verifiers: Iterable[Verifier]) -> Opened:
    """What may be believed of a note.

    Signatures of unknown keys are passed over, even where they share a name or an ID with a known one. Every signature
    of a known key is verified. BadNote if the note is malformed, BadSignature if a known key's signature is wrong,
    Unverified if no known key signed, BadKey if two different keys share name and ID.
    """
    note = note if isinstance(note, Note) else parse_note(note)
    known = _by_name_and_id(verifiers)
    verified: list[Signature] = []
    unverified: list[Signature] = []
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            unverified.append(signature)
            continue
        if not verifier.verifies(note.text, signature.blob):
            raise BadSignature(f"the signature of {signature.name!r} ({signature.key_id.hex()}) is wrong")
        verified.append(signature)
    if not verified:
        raise Unverified("no known key has signed the note")
    return Opened(note.text, tuple(verified), tuple(unverified))


def sign_note_text(text: str, *keys: SigningKey) -> bytes:
    """A note of this text with the Ed25519 signatures of these keys, in order. BadKey for a cosigner's key."""
    return Note(text, tuple(sign(text, key) for key in keys)).render()


def sign(text: str, key: SigningKey) -> Signature:
    """The key's signature of a note's text. BadKey for a cosigner's key, whose signatures need a time."""
    if key.type is not SignatureType.NOTE:
        raise BadKey(f"the key {key.name!r} is a cosigner's, not a key for notes")
    return Signature(key.name, key.verifier.key_id, sign_note(key.seed, text))


def render_signatures(signatures: Iterable[Signature]) -> bytes:
    """Signature lines as they stand in a note and in a witness's answer."""
    return "".join(each.line() for each in signatures).encode()


def parse_signatures(data: bytes) -> tuple[Signature, ...]:
    """The signatures in one or more signature lines, as a witness answers with. BadNote otherwise."""
    if len(data) > MAX_NOTE:
        raise BadNote(f"the signatures have more than {MAX_NOTE} bytes")
    signatures = _signatures(read_text(data, "the signatures", BadNote))
    _check_count(signatures)
    return signatures


def _signatures(text: str) -> tuple[Signature, ...]:
    if not text.endswith("\n"):
        raise BadNote("the signatures do not end with a newline")
    lines = text[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"the note has more than {MAX_SIGNATURES} signatures")
    return tuple(Signature.parse(line) for line in lines)


def _check_count(signatures: tuple[Signature, ...]) -> None:
    if not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise BadNote(f"the note has {len(signatures)} signatures, not 1 to {MAX_SIGNATURES}")


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        same = known.setdefault((verifier.name, verifier.key_id), verifier)
        if same != verifier:
            raise BadKey(f"two keys are called {verifier.name!r} and have the ID {verifier.key_id.hex()}")
    return known
