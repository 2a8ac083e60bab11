"""Checkpoints: C2SP tlog-checkpoint v1.0.0 (revision c0d0289, 2026-07-11), signed with Ed25519."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.tlog.errors import BadCheckpoint, Unverified
from domain.tlog.keys import SigningKey
from domain.tlog.merkle import EMPTY_ROOT
from domain.tlog.note import Note, Signature, Verifier, open_note, parse_note, sign_note_text
from domain.tlog.treehead import Checkpoint

__all__ = ["Checkpoint", "SignedCheckpoint", "check_empty", "open_checkpoint", "sign_checkpoint"]


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that a key of its log signed, the note it came in, and whose signatures were verified in it."""

    checkpoint: Checkpoint
    note: Note
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> bytes:
    """The checkpoint as a signed note, without extension lines; the same bytes for the same checkpoint and keys.

    That two inconsistent checkpoints are never signed is the caller's to see to. BadCheckpoint if the tree is empty and
    the root is not that of an empty tree.
    """
    check_empty(checkpoint)
    return sign_note_text(checkpoint.text(), *keys)


def open_checkpoint(
    data: bytes | Note, verifiers: Iterable[Verifier], origin: str, witnesses: Iterable[Verifier] = ()
) -> SignedCheckpoint:
    """The checkpoint of the log of this origin, of whose keys (`verifiers`) at least one signed it.

    Cosignatures of `witnesses` are verified too but are not needed. Extension lines are allowed and mean nothing here.
    BadNote and below it: as `open_note`; BadCheckpoint if the text is no checkpoint, is of another origin, or names an
    empty tree with another root than the empty one; Unverified if witnesses signed and the log did not.
    """
    note = data if isinstance(data, Note) else parse_note(data)
    log_keys = list(verifiers)
    opened = open_note(note, [*log_keys, *witnesses])
    if not {(each.name, each.key_id) for each in log_keys} & {(each.name, each.key_id) for each in opened.verified}:
        raise Unverified("no known key of the log has signed the checkpoint")
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise BadCheckpoint(f"the checkpoint is of {checkpoint.origin!r}, not of {origin!r}")
    check_empty(checkpoint)
    return SignedCheckpoint(checkpoint, note, opened.verified, opened.unverified)


def check_empty(checkpoint: Checkpoint) -> None:
    """BadCheckpoint if the tree has no leaves and the root is not SHA-256 of nothing."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise BadCheckpoint("the checkpoint of an empty tree has another root than the empty one")
