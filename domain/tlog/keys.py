"""Keys of logs and cosigners as text: C2SP signed-note v1.0.0 (revision b3a911e, 2026-04-09), and Go's private keys.

A verifier key is `name+hex(key ID)+base64(type || public key)`; a signing key is, as the Go package
`golang.org/x/mod/sumdb/note` writes it, `PRIVATE+KEY+name+hex(key ID)+base64(type || seed)`.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from domain.tlog.errors import BadKey
from domain.tlog.schemes import PUBLIC_LENGTHS, SEED_LENGTH, SignatureType, public_of, signs_anything, verifies
from domain.tlog.text import base64_of, check_name, read_base64

KEY_ID_LENGTH: Final = 4
MAX_NAME: Final = 255
"""Bytes of a key's name, at most: an ML-DSA cosignature has no room for more."""

_HEX = re.compile(r"[0-9a-f]{8}")
_PRIVATE: Final = "PRIVATE+KEY+"


def key_id(name: str, type: int, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name || newline || type || public key)."""
    return sha256(name.encode() + b"\n" + bytes([type]) + public).digest()[:KEY_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signatures are believed: a key's name, the type of its signatures and the public key.

    BadKey unless the name has 1 to 255 bytes without spaces and plus and the public key has the length of its type.
    Refused too, though no specification asks for it, are Ed25519 keys of small order: they would bind nobody.
    """

    name: str
    type: SignatureType
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != PUBLIC_LENGTHS[self.type]:
            raise BadKey(f"a public key of type {self.type:#04x} has {PUBLIC_LENGTHS[self.type]} bytes")
        if signs_anything(self.type, self.public):
            raise BadKey(f"the public key of {self.name!r} is a point of small order, under which anything verifies")

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which a signature names this key."""
        return key_id(self.name, self.type, self.public)

    def verifies(self, text: str, blob: bytes) -> bool:
        """Whether `blob`, what follows the key ID in a signature, is this key's signature of a note's text."""
        return verifies(self.type, self.name, self.public, text, blob)

    def render(self) -> str:
        """The key as one line of text, without newline."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes([self.type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `render` wrote; BadKey for any other spelling, and where the key ID is not that of the key."""
        name, stated, material = _split(text, "verifier key")
        type, public = _typed(material, "verifier key")
        key = cls(name, type, public)
        _check_id(stated, key.key_id)
        return key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key: 32 bytes of which the caller must have drawn each by chance, a name, and a type.

    The seed never appears in `repr`. BadKey for a name that is none or a seed of another length.
    """

    name: str
    seed: bytes = field(repr=False)
    type: SignatureType = SignatureType.NOTE

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != SEED_LENGTH:
            raise BadKey(f"the seed of a signing key has {SEED_LENGTH} bytes")

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.type, public_of(self.type, self.seed))

    def render(self) -> str:
        """The private key as one line of text, without newline. It is a secret."""
        material = base64_of(bytes([self.type]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `render` or Go wrote; BadKey, which never repeats the text, for any other spelling."""
        if not text.startswith(_PRIVATE):
            raise BadKey("the signing key does not begin with PRIVATE+KEY+")
        name, stated, material = _split(text.removeprefix(_PRIVATE), "signing key")
        type, seed = _typed(material, "signing key")
        key = cls(name, seed, type)
        _check_id(stated, key.verifier.key_id)
        return key


def _check_name(name: str) -> None:
    check_name(name, BadKey)
    if len(name.encode()) > MAX_NAME:
        raise BadKey(f"the key name has more than {MAX_NAME} bytes")


def _split(text: str, what: str) -> tuple[str, str, bytes]:
    """Name, key ID in hex and key material; the base64 of the latter may contain a plus."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadKey(f"the {what} has not the parts name+id+key")
    name, stated, material = parts
    if not _HEX.fullmatch(stated):
        raise BadKey(f"the key ID of the {what} is not 8 digits of lower-case hex")
    return name, stated, read_base64(material, f"the key of the {what}", BadKey)


def _typed(material: bytes, what: str) -> tuple[SignatureType, bytes]:
    if not material:
        raise BadKey(f"the key of the {what} is empty")
    if material[0] not in list(SignatureType):
        raise BadKey(f"the {what} is of type {material[0]:#04x}, which is not supported")
    return SignatureType(material[0]), material[1:]


def _check_id(stated: str, found: bytes) -> None:
    if stated != found.hex():
        raise BadKey(f"the key ID {stated} is not that of the key, {found.hex()}")
