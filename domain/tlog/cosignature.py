"""Cosignatures: C2SP tlog-cosignature v1.1.0-rc.1 as of revision 01194db, 2026-06-03.

Ed25519 (`cosignature/v1`, type 0x04) and ML-DSA-44 (`subtree/v1`, type 0x06) of whole checkpoints. They are verified
like any signature of a note, by a `VerifierKey` of the type.
"""

from dataclasses import dataclass

from domain.tlog.errors import BadCheckpoint, BadKey, BadSignature
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.note import Signature
from domain.tlog.schemes import COSIGNATURE_LENGTHS, SignatureType, sign_cosignature, time_of

COSIGNING = (SignatureType.COSIGNATURE, SignatureType.SUBTREE)
"""The types of signature that witnesses give."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Who states to have seen a checkpoint and its consistency with all seen before. BadKey for a key for notes."""

    key: SigningKey

    def __post_init__(self) -> None:
        if self.key.type not in COSIGNING:
            raise BadKey(f"the key {self.key.name!r} is for notes, not a cosigner's")

    @property
    def verifier(self) -> VerifierKey:
        """The public half of the cosigner's key."""
        return self.key.verifier

    def cosign(self, text: str, time: int) -> Signature:
        """The cosignature of a checkpoint's text, as it was received, at this time in POSIX seconds (at least 1).

        The caller has checked the log's signature and the proof of consistency. BadCheckpoint if the text is no
        checkpoint, or if the time is not in 1 to 2^63 - 1: a witness must state when.
        """
        if time < 1:
            raise BadCheckpoint("a cosignature of a checkpoint states its time")
        key = self.key
        blob = sign_cosignature(key.type, key.name, key.seed, text, time)
        return Signature(key.name, key.verifier.key_id, blob)


def timestamp(cosignature: Signature) -> int:
    """The POSIX seconds at which a verified cosignature was made; 0 says that it states no time.

    BadSignature if the signature is too short to be a cosignature or its time is later than 2^63 - 1.
    """
    time = time_of(cosignature.blob)
    if time is None:
        raise BadSignature(f"the signature of {cosignature.name!r} has no timestamp")
    return time


def stated(blob: bytes) -> int | None:
    """The POSIX seconds that a signature of an unknown key states; None if its length is not that of a cosignature.

    Nothing is verified.
    """
    return time_of(blob) if len(blob) in COSIGNATURE_LENGTHS else None
