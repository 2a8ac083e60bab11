"""Which checkpoint the witnesses are asked for, and which one everybody is shown.

Checkpoints come up to twice a second, and each needs its quorum to itself. So witnesses are asked for one at a
time, the same for all: a round, which ends when all have answered, or soon after the quorum is met. Checkpoints that
came meanwhile are passed over for the newest. Without a quorum the newest is shown at once, and asked for at once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from api.signing.book import Book, Signed
from domain.errors import DamagedLedger
from domain.tlog.errors import TlogError
from domain.tlog.keys import VerifierKey
from domain.tlog.note import MAX_SIGNATURES, Note, Signature, parse_note
from domain.tlog.policy import NONE, Policy
from domain.tlog.treehead import Checkpoint


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds.

    `timeout` is for one request; `pause` comes after a failure, doubled each time up to `longest`. A round waits
    `grace` for more than its quorum and `round` for its quorum. The first signature waits `consult` for witnesses to be
    asked.
    """

    timeout: float = 10.0
    pause: float = 1.0
    longest: float = 60.0
    grace: float = 1.0
    round: float = 30.0
    consult: float = 15.0


USUAL: Final = Pace()


@dataclass(slots=True)
class _Round:
    signed: Signed
    note: Note
    began: float
    answered: set[str] = field(default_factory=set)
    cosigned: set[str] = field(default_factory=set)
    met: bool = False


class Rounds:
    """The rounds of one log. One thread at a time may call.

    `keys` gives the log's keys, `clock` seconds that only grow. Showing raises `StoreUnavailable`.
    """

    def __init__(
        self,
        policy: Policy,
        book: Book,
        keys: Callable[[], Collection[VerifierKey]],
        clock: Callable[[], float],
        pace: Pace = USUAL,
    ) -> None:
        self._policy = policy
        self._book = book
        self._keys = keys
        self._clock = clock
        self._pace = pace
        self._asked = {each.name for each in policy.witnesses if each.url is not None}
        self._resting: set[str] = set()
        self._newest: Signed | None = None
        self._round: _Round | None = None
        self._shown = _size(book.now())

    @property
    def newest(self) -> int:
        """The size of the newest checkpoint; 0 if there is none."""
        return self._newest.checkpoint.size if self._newest else 0

    @property
    def shown(self) -> int:
        """The size of the checkpoint that everybody is shown; 0 if there is none."""
        return self._shown

    def announce(self, signed: Signed) -> None:
        """Takes a new checkpoint in: it is larger than those before, or the last one once more."""
        self._newest = signed
        self.turn()

    def due(self, name: str) -> Signed | None:
        """The checkpoint that this witness is to cosign now, None if it has, or has just failed to."""
        if self._round is None or name in self._round.cosigned or name in self._resting:
            return None
        return self._round.signed

    def cosigned(self, name: str, signed: Signed, cosignature: Signature) -> None:
        """Adds a cosignature that was verified. That of a checkpoint that is passed over is forgotten."""
        self._resting.discard(name)
        current = self._round
        if current is None or current.signed.checkpoint != signed.checkpoint:
            return
        current.answered.add(name)
        current.cosigned.add(name)
        if len(current.note.signatures) < MAX_SIGNATURES:
            current.note = current.note.with_signatures([cosignature])
        self._show(current)
        self.turn()

    def failed(self, name: str) -> None:
        """Lets this witness rest. No round waits for it until it is `rested`."""
        self._resting.add(name)
        if self._round is not None:
            self._round.answered.add(name)
        self.turn()

    def rested(self, name: str) -> None:
        """Asks this witness again."""
        self._resting.discard(name)

    def turn(self) -> bool:
        """Begins the next round if this one is over; whether it did."""
        newest, current = self._newest, self._round
        if newest is None or (current is not None and not self._is_over(current, newest)):
            return False
        self._round = _Round(newest, self._note_of(newest), self._clock(), set(self._resting))
        self._show(self._round)
        return True

    def _note_of(self, signed: Signed) -> Note:
        """The note, with the cosignatures that it has got before if it is the one that is shown."""
        note, shown = parse_note(signed.note), self._book.now()
        try:
            known = note if shown is None else parse_note(shown)
            if known.text == note.text:
                self._policy.satisfied(known, self._keys())
                return known.with_signatures(note.signatures)
        except TlogError:
            pass  # what is shown is spoilt, and the new one takes its place
        return note

    def _is_over(self, current: _Round, newest: Signed) -> bool:
        if newest.checkpoint == current.signed.checkpoint:
            return False
        if self._policy.quorum == NONE or current.answered >= self._asked:
            return True
        return self._clock() - current.began >= (self._pace.grace if current.met else self._pace.round)

    def _show(self, current: _Round) -> None:
        """Shows the round's checkpoint if the policy allows, with all cosignatures there are."""
        try:
            current.met = self._policy.satisfied(current.note, self._keys()).met
        except TlogError as error:
            raise DamagedLedger(f"the checkpoint cannot be judged by the policy ({error})") from error
        if current.met and current.signed.checkpoint.size >= self._shown:
            self._book.show(current.note.render())
            self._shown = current.signed.checkpoint.size


def _size(note: bytes | None) -> int:
    try:
        return 0 if note is None else Checkpoint.parse(parse_note(note).text).size
    except TlogError:
        return 0  # whatever it is, the next one takes its place
