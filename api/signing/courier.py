"""Brings checkpoints to one witness, and brings home its cosignature, or what it holds against the log.

C2SP tlog-witness v1.0.0 (revision 95978ca, 2026-07-06), the client's side.
"""

from collections.abc import Callable
from typing import Final, Never

from api.signing.book import Signed
from api.signing.line import Line, Reply
from api.signing.tree import Tree
from domain.tlog.checkpoint import SignedCheckpoint, open_checkpoint
from domain.tlog.cosignature import timestamp
from domain.tlog.errors import TlogError
from domain.tlog.note import Signature, parse_note, parse_signatures
from domain.tlog.policy import WitnessEntry
from domain.tlog.witnessing import AddCheckpoint, origin_hash, parse_size_body

_ATTEMPTS: Final = 3
"""Requests for one checkpoint at a time: the size that was known, the one that the witness names, and once more."""


class Failed(Exception):
    """There is no cosignature now; there may be one later. The message says why."""


class Alarming(Exception):
    """The witness says something that must not be.

    `proof` is a note that the log's own key signed and that this ledger does not continue, if the witness has shown it.
    """

    def __init__(self, reason: str, proof: bytes | None = None) -> None:
        super().__init__(reason)
        self.proof = proof


class Courier:
    """The way to one witness. `known` is the size that the witness is believed to have seen last, 0 at first.

    `newest` gives the size of the checkpoint that was signed last.
    """

    def __init__(self, witness: WitnessEntry, tree: Tree, line: Line, newest: Callable[[], int]) -> None:
        self.known = 0
        self._witness = witness
        self._tree = tree
        self._line = line
        self._newest = newest

    def bring(self, signed: Signed) -> Signature:
        """The witness's cosignature of this checkpoint, verified. Raises `Failed`, `Alarming`, and what `Tree` does."""
        size = signed.checkpoint.size
        old = self.known if self.known <= size else 0
        for _ in range(_ATTEMPTS):
            proof = self._tree.proof(old, signed.checkpoint)
            reply = self._line.post("add-checkpoint", AddCheckpoint(old, proof, parse_note(signed.note)).render())
            if reply.status == 200:
                cosignature = self._cosignature(signed, reply)
                self.known = size
                return cosignature
            if reply.status != 409:
                self._refused(reply)
            old = self._stated(reply, old, size)
        raise Failed("it names another size each time")

    def _cosignature(self, signed: Signed, reply: Reply) -> Signature:
        key, text = self._witness.key, parse_note(signed.note).text
        try:
            given = parse_signatures(reply.body)
            own = [each for each in given if (each.name, each.key_id) == (key.name, key.key_id)]
            if not own:
                raise Failed("it gives no cosignature of the key that the policy names")
            if all(key.verifies(text, each.blob) and timestamp(each) for each in own):
                return own[-1]
        except TlogError as error:
            raise Failed(f"its answer cannot be read: {error}") from error
        raise Alarming("it gives a cosignature that is wrong")

    def _stated(self, reply: Reply, old: int, size: int) -> int:
        """The size that the witness has seen last, from which it can be asked."""
        try:
            stated = parse_size_body(reply.body)
        except TlogError as error:
            raise Failed(f"its answer cannot be read: {error}") from error
        if stated > self._newest():
            self._hold_against(f"it has seen {stated} events, and {self._newest()} were signed at most")
        if stated > size:
            self.known = stated
            raise Failed("it has seen a newer checkpoint")
        if stated == old:
            raise Failed("it names the size that it was asked from")
        return stated

    def _refused(self, reply: Reply) -> Never:
        if reply.status == 422:
            self._hold_against("it has seen another history")
        said = reply.body[:200].decode("utf-8", "replace").strip()
        raise Failed(f"it answers {reply.status}: {said!r}")

    def _hold_against(self, reason: str) -> Never:
        """Raises `Alarming`, with the checkpoint that proves it if there is one."""
        shown = self._shown()
        if shown is None:
            raise Alarming(f"{reason}, and it shows nothing that proves it")
        size, root = shown.checkpoint.size, shown.checkpoint.root
        if self._tree.root(size) != root:
            held = f"the log's own key has signed {size} events that this ledger does not have"
            raise Alarming(f"{reason}: {held}", shown.note.render())
        self.known = size
        raise Alarming(f"{reason}, and this ledger continues what it shows")

    def _shown(self) -> SignedCheckpoint | None:
        """The checkpoint that the witness shows, if one of the log's own keys signed it. Raises `Unreachable`."""
        reply = self._line.get(f"{origin_hash(self._tree.origin)}/checkpoint")
        try:
            return open_checkpoint(reply.body, self._tree.keys, self._tree.origin) if reply.status == 200 else None
        except TlogError:
            return None
