"""Proof files for offline use: C2SP tlog-proof `@v1` (revision ab17a74, 2026-05-22).

c2sp.org/tlog-proof@v1
extra <base64>          optional
index <number>
<base64 hash>           at most 63 of them
an empty line, then the checkpoint as the log issued it
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

from domain.tlog.checkpoint import Checkpoint
from domain.tlog.errors import BadProof, Unwitnessed
from domain.tlog.merkle import leaf_hash
from domain.tlog.note import MAX_NOTE, VerifierKey, parse_note
from domain.tlog.policy import Policy
from domain.tlog.proving import verify_inclusion
from domain.tlog.text import MAX_HASHES, base64_of, check_hash, check_size, read_base64, read_decimal, read_hash

MAX_EXTRA: Final = 1 << 20
"""Bytes of extra data, at most."""

MAX_PROOF: Final = MAX_NOTE + 2 * MAX_EXTRA
"""Bytes of a proof file, at most."""

_MAGIC: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That an entry stands at `index` of a log, as a file that is verified offline.

    `hashes` is the audit path, at most 63; `checkpoint` the signed note, byte for byte; `extra` up to 1 MiB that
    nothing authenticates, or None. BadProof if a part is malformed, BadNote if the checkpoint is no note.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        check_size(self.index, "the index", BadProof)
        if len(self.hashes) > MAX_HASHES:
            raise BadProof(f"the proof has more than {MAX_HASHES} hashes")
        for place, hash in enumerate(self.hashes):
            check_hash(hash, f"hash {place} of the proof", BadProof)
        if self.extra is not None and not 1 <= len(self.extra) <= MAX_EXTRA:
            raise BadProof(f"the extra data has {len(self.extra)} bytes, not 1 to {MAX_EXTRA}")
        parse_note(self.checkpoint)

    def render(self) -> bytes:
        """The bytes of the file: those that were parsed."""
        extra = [] if self.extra is None else [f"extra {base64_of(self.extra)}"]
        lines = [_MAGIC, *extra, f"index {self.index}", *map(base64_of, self.hashes)]
        return "".join(f"{line}\n" for line in [*lines, ""]).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The proof that these bytes are; BadProof or BadNote otherwise. Verifies nothing."""
        if len(data) > MAX_PROOF:
            raise BadProof(f"the proof file has more than {MAX_PROOF} bytes")
        head, separator, checkpoint = data.partition(b"\n\n")
        if not separator or not head.isascii():
            raise BadProof("the proof file has no lines of ASCII before an empty line and a checkpoint")
        magic, *lines = head.decode("ascii").split("\n")
        if magic != _MAGIC:
            raise BadProof(f"the proof file does not begin with {_MAGIC}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = read_base64(lines.pop(0).removeprefix("extra "), "the extra data", BadProof)
        if not lines or not lines[0].startswith("index "):
            raise BadProof("the proof file has no index line where it belongs")
        index = read_decimal(lines[0].removeprefix("index "), "the index", BadProof)
        hashes = [read_hash(line, f"hash {place} of the proof", BadProof) for place, line in enumerate(lines[1:])]
        return cls(index, tuple(hashes), checkpoint, extra)


def verify(proof: TlogProof, leaf: bytes, trusted: Policy | Collection[VerifierKey]) -> Checkpoint:
    """The checkpoint that holds this leaf, given as the bytes of the entry and not as its hash.

    Trusted are the logs and witnesses of a policy; keys alone are those of logs, and no witness is needed. A log's key
    is called as the log's origin. BadNote and below it if the checkpoint may not be believed, Unwitnessed if too few
    witnesses cosigned it, BadProof if the entry is not where the proof says. The extra data stays unproven.
    """
    policy = trusted if isinstance(trusted, Policy) else Policy.of_logs(trusted)
    judged = policy.satisfied(proof.checkpoint)
    if not judged.met:
        raise Unwitnessed(judged.explanation)
    checkpoint = judged.checkpoint
    verify_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint
