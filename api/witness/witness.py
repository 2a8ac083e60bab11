"""The witness itself, without HTTP: what it answers to a request, and in which order it remembers and signs.

C2SP tlog-witness v1.0.0 (revision 95978ca, 2026-07-06), `add-checkpoint` and the retrieval of checkpoints.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from api.witness.folder import Folder, Seen
from domain.errors import DamagedLedger, Unavailable
from domain.tlog.cosignature import timestamp
from domain.tlog.errors import BadRequest
from domain.tlog.keys import VerifierKey
from domain.tlog.note import Note, open_note, render_signatures
from domain.tlog.witnessing import SIZE_TYPE, Accepted, AddCheckpoint, Refusal, decide, size_body

TEXT_TYPE: Final = "text/plain; charset=utf-8"
CLOCK_TOLERANCE: Final = 300
"""Seconds by which the clock may be behind the last cosignature of a log; the time is then that one's again."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, body, and the body's type."""

    status: int
    body: bytes
    type: str = TEXT_TYPE


class Witness:
    """Cosigns with every key of its folder. One process at a time may do so; within it, any thread may ask.

    Raises what `Folder.cosigners` does.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._cosigners = folder.cosigners()
        self._turns: dict[str, Lock] = {}

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The verifier keys of the witness."""
        return tuple(cosigner.verifier for cosigner in self._cosigners)

    def add_checkpoint(self, body: bytes, at: int) -> Answer:
        """The answer to a request at this time in POSIX seconds.

        With status 200 the checkpoint is on disk as the last of its log, and the body has a cosignature of each key. No
        two of them are ever of trees that are not consistent, whatever crashes when. Requests of one log are answered
        one after another. 503, and nothing is cosigned, if the memory cannot be read or written or the clock is wrong.
        """
        try:
            request = AddCheckpoint.parse(body)
        except BadRequest as wrong:
            return _said(400, str(wrong))
        origin = request.checkpoint.origin
        try:
            known = self._folder.keys_of(origin)
            if not known:
                return _said(404, "the log is not known here")
            with self._turns.setdefault(origin, Lock()):
                return self._decided(request, known, at)
        except (Unavailable, DamagedLedger) as error:
            _LOG.error("Nothing is cosigned for %s now: %s", origin, error)
            return _said(503, "the witness cannot cosign now")

    def checkpoint(self, hash: str) -> bytes | None:
        """The note that was cosigned last for the origin with this hash (64 digits of hex); None if none was."""
        return self._folder.shown(hash)

    def _decided(self, request: AddCheckpoint, known: tuple[VerifierKey, ...], at: int) -> Answer:
        last = self._folder.seen(request.checkpoint.origin)
        decision = decide(request, known, last.checkpoint if last else None)
        if isinstance(decision, Refusal):
            return self._refused(request, decision)
        time = max(at, self._last_time(last))
        if time > at + CLOCK_TOLERANCE:
            raise Unavailable(f"the last cosignature was given at {time}, and the clock says {at}")
        return self._cosigned(decision, known, time)

    def _cosigned(self, accepted: Accepted, known: tuple[VerifierKey, ...], time: int) -> Answer:
        verified = {(each.name, each.key_id): each for each in open_note(accepted.note, known).verified}
        cosignatures = [cosigner.cosign(accepted.note.text, time) for cosigner in self._cosigners]
        note = Note(accepted.note.text, tuple(verified.values())).with_signatures(cosignatures)
        self._folder.see(accepted.checkpoint.origin, note)
        _LOG.info("Cosigned %s at size %d.", accepted.checkpoint.origin, accepted.checkpoint.size)
        return Answer(200, render_signatures(cosignatures))

    def _refused(self, request: AddCheckpoint, refusal: Refusal) -> Answer:
        if refusal.status == 422:
            self._keep_evidence(request, refusal.reason)
        if refusal.size is not None:
            return Answer(refusal.status, size_body(refusal.size), SIZE_TYPE)
        return _said(refusal.status, refusal.reason)

    def _keep_evidence(self, request: AddCheckpoint, reason: str) -> None:
        origin, kept = request.checkpoint.origin, None
        with suppress(Unavailable):  # that it does not fit is answered in any case
            kept = self._folder.keep_evidence(origin, request)
        _LOG.error("%s signed a tree that does not fit what was seen (%s). Evidence: %s", origin, reason, kept)

    def _last_time(self, last: Seen | None) -> int:
        return max(_times(last.note, self.keys), default=1) if last else 1


def _times(note: Note, keys: Iterable[VerifierKey]) -> Iterable[int]:
    own = {(key.name, key.key_id) for key in keys}
    return (timestamp(each) for each in note.signatures if (each.name, each.key_id) in own)


def _said(status: int, reason: str) -> Answer:
    return Answer(status, f"{reason}\n".encode())
