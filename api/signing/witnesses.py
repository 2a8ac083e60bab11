"""Has other newsrooms' witnesses cosign each checkpoint, and listens to what they hold against the log.

One thread for each witness of the policy. A witness may be slow, down, or lie: the others go on without it. One that
shows a checkpoint of the log's own key which this ledger does not continue ends the signing: then the ledger was
restored from a backup, or is used twice. That checkpoint is kept in the book, so that a restart forgets nothing.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final

from api.signing.book import Book, Signed
from api.signing.courier import Alarming, Courier, Failed
from api.signing.line import Line, Unreachable
from api.signing.memory import Known, Memory
from api.signing.rounds import USUAL, Pace, Rounds
from api.signing.tree import Tree
from domain.errors import InvalidInput, NotCaughtUp, StemmaError, Unavailable
from domain.tlog.checkpoint import open_checkpoint
from domain.tlog.cosignature import timestamp
from domain.tlog.errors import BadPolicy, TlogError
from domain.tlog.note import Signature
from domain.tlog.policy import NONE, Policy, WitnessEntry

NO_POLICY: Final = Policy((), (), (), NONE)
"""Nobody is asked, and everything is shown."""

_MOST: Final = 64
"""Witnesses that are asked, at most: a note has room for 100 signatures."""

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WitnessState:
    """How it stands with a witness.

    `size` is what it cosigned last, 0 for nothing; `at` the POSIX seconds of that cosignature; `failure` why it has not
    cosigned since; `alarm` what it says that must not be; `alarms` how often it said such a thing since the start.
    """

    name: str
    size: int = 0
    at: int | None = None
    failure: str | None = None
    alarm: str | None = None
    alarms: int = 0


class Witnesses:
    """The witnesses of a policy. Nothing is asked before `start`, and nothing after `stop`.

    Raises `InvalidInput` if the policy has an address that is none.
    """

    def __init__(
        self,
        policy: Policy,
        book: Book,
        tree: Tree,
        pace: Pace = USUAL,
    ) -> None:
        self._policy = policy
        self._book = book
        self._tree = tree
        self._pace = pace
        self._lines = self._opened()
        self._states = {each.name: WitnessState(each.name) for each in policy.witnesses}
        self._memory = Memory(book.path.parent / "witnesses.json")
        self._rounds = Rounds(policy, book, lambda: tree.keys, monotonic, pace)
        self._change = Condition()
        self._stopping = False
        self._unheard = set(self._lines)
        self._heard = Event()
        self._threads: list[Thread] = []

    @property
    def policy(self) -> Policy:
        """Whose cosignatures are asked for and believed."""
        return self._policy

    @property
    def states(self) -> tuple[WitnessState, ...]:
        """How it stands with each witness, in the order of the policy."""
        return tuple(self._states.values())

    @property
    def shown(self) -> int:
        """The size of the checkpoint that everybody is shown; 0 if there is none."""
        return self._rounds.shown

    def start(self, last: Signed | None) -> None:
        """Asks from now on, first for the checkpoint that was signed last."""
        self._lines = self._opened()
        with self._change:
            self._stopping = False
            if last is not None:
                self._rounds.announce(last)
        for witness in self._policy.witnesses:
            if witness.url is not None:
                known = self._memory.of(witness.key)
                self._states[witness.name] = replace(self._states[witness.name], size=known.size, at=known.at)
                thread = Thread(target=self._work, args=(witness,), name=f"witness {witness.name}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def stop(self) -> None:
        """Ends every request and every thread."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        self._heard.set()
        for line in self._lines.values():
            line.cut()
        for thread in self._threads:
            thread.join(self._pace.timeout)
        self._threads.clear()
        self._memory.write()

    def announce(self, signed: Signed) -> None:
        """Has this checkpoint cosigned, and shown as soon as the policy allows. Raises `StoreUnavailable`."""
        with self._change:
            self._rounds.announce(signed)
            self._change.notify_all()

    def objection(self) -> str | None:
        """Why the ledger must not be signed, None if there is no reason.

        The first time it waits until every witness was asked once, if it answers in time. Raises `NotCaughtUp` while
        the views are too far behind to tell, and `Unavailable` if it was stopped before anybody was asked.
        """
        if self._threads:
            self._heard.wait(self._pace.consult)
            if self._stopping:
                raise Unavailable("The witnesses have not been asked.")
            self._heard.set()
        held = self._book.held_against()
        if held is None:
            return None
        try:
            checkpoint = open_checkpoint(held, self._tree.keys, self._tree.origin).checkpoint
        except TlogError:
            return None  # of a key that binds no more: the break was recorded
        if self._tree.root(checkpoint.size) == checkpoint.root:
            return None
        return (
            f"a witness holds a checkpoint over {checkpoint.size} events that the log's own key signed, and this "
            "ledger does not continue it"
        )

    def _opened(self) -> dict[str, Line]:
        addresses = ((each.name, each.url) for each in self._policy.witnesses)
        return {name: Line(url, self._pace.timeout) for name, url in addresses if url is not None}

    # The thread of a witness.

    def _work(self, witness: WitnessEntry) -> None:
        courier = Courier(witness, self._tree, self._lines[witness.name], lambda: self._rounds.newest)
        courier.known = self._memory.of(witness.key).size
        pause = self._pace.pause
        while (signed := self._wait_for_work(witness.name)) is not None:
            try:
                if self._attempt(witness, courier, signed):
                    pause = self._pace.pause
                    continue
            except NotCaughtUp:  # nobody was asked: that it was heard must not be said of it
                self._rest(witness.name, self._pace.pause)
                continue
            self._rest(witness.name, pause)
            pause = min(2 * pause, self._pace.longest)
        self._lines[witness.name].close()

    def _wait_for_work(self, name: str) -> Signed | None:
        """The checkpoint that this witness is to cosign next; None when it is time to stop."""
        with self._change:
            while not self._stopping:
                signed = self._rounds.due(name)
                if signed is not None:
                    return signed
                self._change.wait(self._pace.grace / 2)
                if self._rounds.turn():
                    self._change.notify_all()
        return None

    def _attempt(self, witness: WitnessEntry, courier: Courier, signed: Signed) -> bool:
        """Whether the witness has cosigned. Raises `NotCaughtUp` where the views are too far behind to ask it."""
        try:
            cosignature = courier.bring(signed)
            with self._change:
                self._rounds.cosigned(witness.name, signed, cosignature)
                self._change.notify_all()
        except NotCaughtUp:
            raise
        except Alarming as alarming:
            self._raise_alarm(witness.name, alarming)
        except (Failed, Unreachable, StemmaError, TlogError) as failed:
            self._note_failure(witness.name, str(failed))
        else:
            self._note_success(witness, signed, cosignature)
            self._hear(witness.name)
            return True
        with self._change:
            self._rounds.failed(witness.name)
            self._change.notify_all()
        self._hear(witness.name)
        return False

    def _rest(self, name: str, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._stopping, seconds)
            self._rounds.rested(name)

    def _hear(self, name: str) -> None:
        self._unheard.discard(name)
        if not self._unheard:
            self._heard.set()

    # What is told of it.

    def _note_success(self, witness: WitnessEntry, signed: Signed, cosignature: Signature) -> None:
        state = self._states[witness.name]
        if state.failure or state.alarm:
            _LOG.warning("The witness %s cosigns again.", witness.name)
        size, at = signed.checkpoint.size, timestamp(cosignature)
        self._states[witness.name] = replace(state, size=size, at=at, failure=None, alarm=None)
        self._memory.keep(witness.key, Known(size, at))

    def _note_failure(self, name: str, reason: str) -> None:
        state = self._states[name]
        if state.failure != reason and not self._stopping:
            _LOG.warning("The witness %s has not cosigned: %s.", name, reason)
        self._states[name] = replace(state, failure=reason)

    def _raise_alarm(self, name: str, alarming: Alarming) -> None:
        state = self._states[name]
        _LOG.error("ALARM: the witness %s: %s.", name, alarming)
        if alarming.proof is not None:
            self._hold(alarming.proof)
        told = str(alarming)
        self._states[name] = replace(state, failure=told, alarm=told, alarms=state.alarms + 1)

    def _hold(self, proof: bytes) -> None:
        try:
            self._book.hold_against(proof)
        except StemmaError as error:
            _LOG.error("What the witness holds cannot be kept: %s", error)


def read_policy(path: Path) -> Policy:
    """The policy in this file. Raises `InvalidInput` if it cannot be read or used, or if its quorum cannot be met."""
    try:
        policy = Policy.parse(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"The policy {path} cannot be read ({error.strerror}).") from error
    except BadPolicy as error:
        raise InvalidInput(f"The policy {path} cannot be used: {error}.") from error
    asked = {each.name for each in policy.witnesses if each.url is not None}
    if len(asked) > _MOST:
        raise InvalidInput(f"The policy {path} has addresses of more than {_MOST} witnesses.")
    if not policy.met_by(asked):
        raise InvalidInput(f"The quorum of the policy {path} needs witnesses of which it gives no address.")
    return policy
