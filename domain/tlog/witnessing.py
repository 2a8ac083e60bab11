"""The witness protocol without HTTP: C2SP tlog-witness v1.0.0 (revision 95978ca, 2026-07-06), `add-checkpoint`.

A log sends the size that the witness saw last, a consistency proof from there, and its new checkpoint. The witness
decides by what it stored, stores the checkpoint, and only then answers with its cosignature.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from domain.tlog.checkpoint import Checkpoint
from domain.tlog.errors import BadNote, BadProof, BadRequest, BadSignature, Unverified
from domain.tlog.merkle import EMPTY_ROOT
from domain.tlog.note import MAX_NOTE, Note, Verifier, open_note, parse_note
from domain.tlog.proving import verify_consistency
from domain.tlog.text import MAX_HASHES, base64_of, check_hash, check_size, read_decimal, read_hash

SIZE_TYPE: Final = "text/x.tlog.size"
"""The content type of the body that comes with status 409."""

MAX_REQUEST: Final = MAX_NOTE + 64 * 64
"""Bytes of a request, at most: its lines before the checkpoint have fewer than 64 bytes each."""

_MAX_SIZE_BODY: Final = 20


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign: `old` is the size that the sender believes the witness saw last.

    `proof` has at most 63 hashes of 32 bytes. BadRequest otherwise, or if the note's text is no checkpoint.
    """

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __post_init__(self) -> None:
        check_size(self.old, "the old size", BadRequest)
        if len(self.proof) > MAX_HASHES:
            raise BadRequest(f"the request has more than {MAX_HASHES} hashes")
        for place, hash in enumerate(self.proof):
            check_hash(hash, f"hash {place} of the proof", BadRequest)
        try:
            Checkpoint.parse(self.note.text)
        except BadNote as wrong:
            raise BadRequest(str(wrong)) from wrong

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that is to be cosigned. Nobody has verified it."""
        return Checkpoint.parse(self.note.text)

    def render(self) -> bytes:
        """The body of the request: the bytes that were parsed."""
        lines = [f"old {self.old}", *map(base64_of, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.render()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """The request that a body is. BadRequest otherwise, which a witness answers with status 400."""
        if len(body) > MAX_REQUEST:
            raise BadRequest(f"the request has more than {MAX_REQUEST} bytes")
        head, separator, note = body.partition(b"\n\n")
        if not separator or not head.isascii():
            raise BadRequest("the request has no lines of ASCII before an empty line and a checkpoint")
        first, *lines = head.decode("ascii").split("\n")
        if not first.startswith("old "):
            raise BadRequest("the request does not begin with the old size")
        old = read_decimal(first.removeprefix("old "), "the old size", BadRequest)
        proof = [read_hash(line, f"hash {place} of the proof", BadRequest) for place, line in enumerate(lines)]
        try:
            return cls(old, tuple(proof), parse_note(note))
        except BadNote as wrong:
            raise BadRequest(str(wrong)) from wrong


@dataclass(frozen=True, slots=True)
class Accepted:
    """The checkpoint is to be stored as the latest of its origin; then its text, as received, may be cosigned.

    The look at the latest checkpoint and the storing must be one step that nobody comes between.
    """

    checkpoint: Checkpoint
    note: Note


@dataclass(frozen=True, slots=True)
class Refusal:
    """The request is answered with this HTTP status: 400, 403, 404, 409 or 422.

    With 409 `size` is what the witness saw last: `size_body(size)` is the answer's body, and `SIZE_TYPE` its type.
    """

    status: int
    reason: str
    size: int | None = None


def decide(request: AddCheckpoint, known: Collection[Verifier], last: Checkpoint | None) -> Accepted | Refusal:
    """What a witness does with a request.

    `known` are the keys that it trusts for the request's origin, none if it does not know the log; `last` is the latest
    checkpoint of this origin that it stored, None if there is none. The checks come in the order of the specification:
    a log that is not known or whose signature is missing or wrong learns nothing else.
    """
    if not known:
        return Refusal(404, "the log is not known here")
    try:
        open_note(request.note, known)
    except (BadSignature, Unverified) as wrong:
        return Refusal(403, str(wrong))
    checkpoint = request.checkpoint
    seen = last.size if last else 0
    if request.old > checkpoint.size:
        return Refusal(400, "the old size is larger than the checkpoint's")
    if request.old != seen:
        return Refusal(409, f"the latest checkpoint seen here has size {seen}", seen)
    wrong_tree = _inconsistent(request, last)
    return Refusal(422, wrong_tree) if wrong_tree else Accepted(checkpoint, request.note)


def size_body(size: int) -> bytes:
    """The body that tells a log which size the witness saw last."""
    return f"{size}\n".encode()


def parse_size_body(body: bytes) -> int:
    """The size in such a body. BadRequest for any other spelling."""
    text = body[:_MAX_SIZE_BODY].decode("ascii", "replace")
    if len(body) > _MAX_SIZE_BODY or not text.endswith("\n"):
        raise BadRequest("the answer of the witness is not a size and a newline")
    return read_decimal(text[:-1], "the witness's size", BadRequest)


def origin_hash(origin: str) -> str:
    """The hex SHA-256 under which a witness shows a log's latest checkpoint: `<prefix>/<hash>/checkpoint`."""
    return sha256(origin.encode()).hexdigest()


def _inconsistent(request: AddCheckpoint, last: Checkpoint | None) -> str | None:
    """Why the new tree is none, or not a continuation of the last; None if all is well."""
    checkpoint = request.checkpoint
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return "an empty tree has another root"
    if last is None or last.size == 0:
        return "there is a proof from the empty tree" if request.proof else None
    try:
        verify_consistency(last.size, last.root, checkpoint.size, checkpoint.root, request.proof)
    except BadProof as wrong:
        return str(wrong)
    return None
