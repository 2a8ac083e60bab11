"""What each type of signature signs, and how: C2SP signed-note v1.0.0 and tlog-cosignature v1.1.0-rc.1 of 2026-06-03.

Ed25519 is RFC 8032, ML-DSA-44 is FIPS 204 with an empty context; both come from the `cryptography` package.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from domain.tlog.errors import BadCheckpoint
from domain.tlog.text import MAX_SIZE, check_hash
from domain.tlog.treehead import Checkpoint


class SignatureType(IntEnum):
    """The signature types that are supported, by their identifier byte."""

    NOTE = 0x01
    """Ed25519 over the text of a note."""

    COSIGNATURE = 0x04
    """Timestamped Ed25519 over a checkpoint."""

    SUBTREE = 0x06
    """Timestamped ML-DSA-44 over a checkpoint's origin, size and root, and the cosigner's name."""


SEED_LENGTH: Final = 32
"""Bytes of a private key of either algorithm."""

PUBLIC_LENGTHS: Final = {SignatureType.NOTE: 32, SignatureType.COSIGNATURE: 32, SignatureType.SUBTREE: 1312}
"""Bytes of a public key of each type."""

_SIGNATURE_LENGTHS: Final = {SignatureType.NOTE: 64, SignatureType.COSIGNATURE: 64, SignatureType.SUBTREE: 2420}
_TIME_LENGTH: Final = 8

COSIGNATURE_LENGTHS: Final = frozenset(
    _TIME_LENGTH + _SIGNATURE_LENGTHS[type] for type in (SignatureType.COSIGNATURE, SignatureType.SUBTREE)
)
"""Bytes of a cosignature, its time included."""

_FIELD: Final = 2**255 - 19
_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER: Final = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})
"""The y coordinates of the points of edwards25519 whose order divides 8."""


def public_of(type: SignatureType, seed: bytes) -> bytes:
    """The public key that belongs to a 32-byte seed."""
    if type is SignatureType.SUBTREE:
        return MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def signs_anything(type: SignatureType, public: bytes) -> bool:
    """Whether an Ed25519 public key is a point of small order: anybody can make signatures of it that verify."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return type is not SignatureType.SUBTREE and y % _FIELD in _SMALL_ORDER


def sign_note(seed: bytes, text: str) -> bytes:
    """An Ed25519 signature of a note's text: the same for the same text."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())


def sign_cosignature(type: SignatureType, name: str, seed: bytes, text: str, time: int) -> bytes:
    """The timestamped signature of a cosigner over a checkpoint's text; see `cosigned_message` for what is refused.

    An ML-DSA signature is another one each time.
    """
    message = cosigned_message(type, name, text, time)
    if type is SignatureType.SUBTREE:
        signature = MLDSA44PrivateKey.from_seed_bytes(seed).sign(message)
    else:
        signature = Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    return time.to_bytes(_TIME_LENGTH, "big") + signature


def verifies(type: SignatureType, name: str, public: bytes, text: str, blob: bytes) -> bool:
    """Whether a signature (what follows the key ID) of this type is that of this key and name over this text."""
    if type is SignatureType.NOTE:
        return _checks(type, public, blob, text.encode())
    time = time_of(blob)
    if time is None:
        return False
    try:
        message = cosigned_message(type, name, text, time)
    except BadCheckpoint:
        return False
    return _checks(type, public, blob[_TIME_LENGTH:], message)


def time_of(blob: bytes) -> int | None:
    """The POSIX time, in seconds, at the beginning of a timestamped signature; None where there is none in range."""
    time = int.from_bytes(blob[:_TIME_LENGTH], "big")
    return time if len(blob) > _TIME_LENGTH and time <= MAX_SIZE else None


def cosigned_message(type: SignatureType, name: str, text: str, time: int) -> bytes:
    """What a cosigner signs, for a checkpoint's text (with its extension lines, if any) and a POSIX time in seconds.

    BadCheckpoint if the text is no checkpoint, if the time is not in 0 to 2^63 - 1, or if name or origin are too long.
    """
    checkpoint = Checkpoint.parse(text)
    if type is SignatureType.SUBTREE:
        return subtree_message(name, time, checkpoint.origin, 0, checkpoint.size, checkpoint.root)
    if not 0 <= time <= MAX_SIZE:
        raise BadCheckpoint(f"the timestamp {time} is not a number from 0 to 2^63 - 1")
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def subtree_message(name: str, time: int, origin: str, start: int, end: int, hash: bytes) -> bytes:
    """The `cosigned_message` of ML-DSA-44: a statement about the leaves from `start` to before `end` of a log.

    BadCheckpoint if numbers are out of range, if `start` and `time` are both not 0, or if the cosigner's name or the
    log's origin has not 1 to 255 bytes.
    """
    if not (0 <= start <= end <= MAX_SIZE and 0 <= time <= MAX_SIZE):
        raise BadCheckpoint("a number of the cosigned tree is out of range")
    if start and time:
        raise BadCheckpoint("the cosignature of a subtree that does not begin at 0 has no timestamp")
    check_hash(hash, "the root hash", BadCheckpoint)
    parts = [
        b"subtree/v1\n\x00",
        _short(name, "the cosigner's name"),
        time.to_bytes(8, "big"),
        _short(origin, "the origin"),
        start.to_bytes(8, "big"),
        end.to_bytes(8, "big"),
        hash,
    ]
    return b"".join(parts)


def _short(text: str, what: str) -> bytes:
    data = text.encode()
    if not 1 <= len(data) <= 255:
        raise BadCheckpoint(f"{what} has {len(data)} bytes, not 1 to 255")
    return bytes([len(data)]) + data


def _checks(type: SignatureType, public: bytes, signature: bytes, message: bytes) -> bool:
    if len(signature) != _SIGNATURE_LENGTHS[type]:
        return False
    verify: Callable[[bytes, bytes], None]
    if type is SignatureType.SUBTREE:
        verify = MLDSA44PublicKey.from_public_bytes(public).verify
    else:
        verify = Ed25519PublicKey.from_public_bytes(public).verify
    try:
        verify(signature, message)
    except InvalidSignature:
        return False
    return True
