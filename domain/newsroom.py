"""The application service: opens a ledger, runs commands on it, and answers a repeated command as it did before.

An order is decided on the newest state and handed to the appender; if somebody else was first, it is decided again.
An explicit version (If-Match) then fails as stale, which is what it is for.
"""

import hmac
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final, TypeVar

from domain.bodies import Body, GiveReason
from domain.canonical import canonical
from domain.commands import ACTS
from domain.commitments.events import MapCommitted
from domain.desk.events import ClockOverridden, DeskOpened, DeskWords
from domain.desk.state import Desk
from domain.errors import KeyReused, KeyTaken, RuleBroken, Unavailable, VersionConflict
from domain.events import Event, NoWords, ReasonWords, Recorded
from domain.facts import Asked
from domain.ledger.appender import Appended, Appender, Entry, Remember
from domain.ledger.clock import TOLERANCE
from domain.ledger.codec import seal
from domain.ledger.rows import Remembered, moment, stamp
from domain.ledger.store import Store
from domain.names import Names, Seed
from domain.policy import decide as on_policy
from domain.policy.commands import ProposePolicy
from domain.policy.events import PolicyAdopted
from domain.policy.state import Policy
from domain.session import Draft, Order, Session
from domain.streams import CAPACITY, Loaded, Streams
from domain.values import OPERATOR, SIGNER, make_id
from domain.vault import Vault

E = TypeVar("E", bound=Event)

ATTEMPTS: Final = 50
"""How often a command is decided anew because others were first, before the caller is told to come again."""

OVERRIDE: Final = timedelta(hours=1)
"""How far beyond the newest stamp an operator's override of the clock reaches."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an order came to: the record, at the position of its last event, with the ids made inside it.

    `status` is 201 for a new record and 200 for a change. `replayed` says that it had been recorded before.
    """

    kind: str
    record: str
    created: tuple[str, ...]
    position: int
    status: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Charter:
    """What is fixed when a ledger is opened, and the policy that it begins with."""

    name: str
    origin: str
    base_url: str
    policy: ProposePolicy


class Newsroom:
    """A ledger that is open for recording. Any thread may use it.

    `now` and `entropy` are the clock and the dice, which the domain does not have; `fingerprint_key` (32 bytes) keys
    the fingerprints of requests, so that nobody can guess a body from its fingerprint. `capacity` records are
    remembered at most. Without the `vault` of its snapshots, a ledger can be read and written, but no quote checked.
    `names_seed` spares reading the whole ledger for who names whom.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime],
        entropy: Callable[[int], bytes],
        fingerprint_key: bytes,
        capacity: int = CAPACITY,
        vault: Vault | None = None,
        names_seed: Seed | None = None,
    ) -> None:
        self.store = store
        self.streams = Streams(store, capacity=capacity)
        self.vault = vault
        self.names = Names(store, self.streams.codec, names_seed)
        self._now = now
        self._entropy = entropy
        self._fingerprint_key = fingerprint_key
        self._desk_id: str | None = None
        self._turn = Lock()
        self.appender = Appender(store, now, self._ceiling)

    def close(self) -> None:
        """Stores what was accepted and refuses more. The store stays open."""
        self.appender.close()

    @property
    def desk_id(self) -> str:
        """The id of the desk's stream, which is the ledger's id. Raises `RuleBroken` for an empty ledger."""
        if self._desk_id is None:
            first = self.store.rows(0, 1)
            if not first:
                raise RuleBroken("The ledger is empty: it has to be opened first (stemma init).")
            self._desk_id = first[0].stream
        return self._desk_id

    def load_desk(self) -> Loaded:
        """The desk as it stands, for whoever goes on to decide on it."""
        return self.streams.load(self.desk_id)

    @property
    def desk(self) -> Desk:
        """The desk as it stands."""
        desk: Desk = self.load_desk().state
        return desk

    @property
    def policy(self) -> Policy:
        """The policy as it stands."""
        policy: Policy = self.streams.load(self.desk.policy_id).state
        return policy

    def _ceiling(self) -> str | None:
        return self.desk.clock_ceiling if self.store.head().position else None

    def open(self, charter: Charter) -> str:
        """Writes the first events of an empty ledger: the desk is opened, a policy adopted. Gives the ledger's id.

        Raises `RuleBroken` if the ledger has been opened, by whomever.
        """
        desk_id, policy_id, request = self._id("dsk"), self._id("pol"), self._id("req")
        asked = Asked(charter.policy, OPERATOR, frozenset(), stamp(self._now()), self._id)
        (proposed,) = on_policy.propose(asked, None, Session(self.streams, desk_id, self._entropy, "")).events
        opened = DeskOpened(
            policy_id=policy_id,
            origin=charter.origin,
            base_url=charter.base_url,
            words=DeskWords(name=charter.name),
        )
        adopted = PolicyAdopted(number=1, own_proposal=True, words=NoWords())
        events: list[tuple[str, int, Event]] = [(desk_id, 1, opened), (policy_id, 1, proposed), (policy_id, 2, adopted)]
        sealed = tuple(
            seal(event, stream=stream, version=version, actor=OPERATOR, request=request, salt=self._entropy(16))
            for stream, version, event in events
        )
        # Two who open the same empty ledger at once share no stream; the key is what only one of them gets.
        only_once = Remember(OPERATOR, "open", bytes(32), 201, desk_id, ())
        try:
            self._demand_empty()
            self.appender.append([Entry(sealed, only_once)])
        except KeyTaken:
            self._demand_empty()
        return self.desk_id

    def override_clock(self, asked: GiveReason) -> str:
        """Lets the ledger go on although its newest stamp lies ahead of the clock; gives the stamp up to which it may.

        That is an hour beyond the newest stamp, and the operator's decision is recorded. Raises `RuleBroken` if the
        clock is not behind by more than the ledger bears anyway.
        """
        event = self.note_on_desk(lambda _: self._clock_override(asked), OPERATOR, despite_clock=True)
        return event.ceiling

    def note_on_desk(self, make: Callable[[Desk], E], actor: str, *, despite_clock: bool = False) -> E:
        """Records on the desk's stream what no command gives, made from the desk as it stands; returns when on disk.

        Raises what `make` raises, and `Unavailable`.
        """
        for _ in range(ATTEMPTS):
            desk = self.load_desk()
            event = make(desk.state)
            with suppress(VersionConflict):
                self.note(event, self.desk_id, desk.version + 1, actor, despite_clock=despite_clock)
                return event
        raise Unavailable("Others keep changing the desk; try again.")

    def note(self, event: Event, stream: str, version: int, actor: str, *, despite_clock: bool = False) -> Appended:
        """Records one event that no command gives; returns when it is on disk.

        Raises `VersionConflict` if the stream has this version already, and `Unavailable`.
        """
        sealed = seal(
            event, stream=stream, version=version, actor=actor, request=self._id("req"), salt=self._entropy(16)
        )
        (appended,) = self.appender.submit([Entry((sealed,))], despite_clock=despite_clock).result()
        return appended

    def commit_map(self, size: int, root: str, last: tuple[str, int] | None) -> Appended:
        """Records the root of the map of the ledger's first `size` events; returns when it is on disk.

        `last` is the stream and version of the commitment before; without one a stream is begun. Raises
        `VersionConflict` if there is a newer one, and `Unavailable`.
        """
        stream, version = last or (self._id("map"), 0)
        return self.note(MapCommitted(size=size, root=root, words=NoWords()), stream, version + 1, SIGNER)

    def _clock_override(self, asked: GiveReason) -> ClockOverridden:
        now, last = self._now(), self.store.head().recorded_at
        if last is None or moment(last) - now <= TOLERANCE:
            raise RuleBroken("The clock is not behind the ledger; there is nothing to override.")
        words = ReasonWords(reason=asked.reason)
        return ClockOverridden(last=last, system=stamp(now), ceiling=stamp(moment(last) + OVERRIDE), words=words)

    def _demand_empty(self) -> None:
        if self.store.head().position:
            raise RuleBroken("The ledger is open already.")

    def _id(self, prefix: str) -> str:
        return make_id(prefix, self._entropy(16))

    def fingerprint(self, name: str, at: tuple[str, ...], body: Body, decided_at: str | None) -> bytes:
        """What tells one request from another: keyed, 32 bytes, the same for the same request for ever."""
        said = {"at": list(at), "body": body.model_dump(mode="json", exclude_unset=True), "do": name}
        if decided_at is not None:
            said["decided_at"] = decided_at
        return hmac.digest(self._fingerprint_key, canonical(said), sha256)

    def session(self, desk: Loaded | None = None) -> Session:
        """A unit of work on the newest state; on this state of the desk, if the caller has just loaded it."""
        return Session(self.streams, self.desk_id, self._entropy, stamp(self._now()), desk, self.vault, self.names)

    def remembered(self, order: Order) -> Outcome | None:
        """What the order came to when it was given before with the same key. Raises `KeyReused` for another request."""
        if order.key is None:
            return None
        row = self.store.remembered(order.actor, order.key)
        return None if row is None else self.replay(order, row)

    def replay(self, order: Order, row: Remembered) -> Outcome:
        """The outcome that this idempotency row remembers. Raises `KeyReused` if it belongs to another request."""
        if not hmac.compare_digest(row.fingerprint, order.fingerprint):
            raise KeyReused(row.key)
        kind = ACTS[order.name].kind
        return Outcome(kind, row.record, row.created, row.position, row.status, replayed=True)

    def decide(self, order: Order, desk: Loaded | None = None) -> Draft | Outcome:
        """The order as a draft for `submit`, or its outcome if it was recorded before. Raises `Refused` errors."""
        return self.remembered(order) or self.session(desk).run(order)

    def submit(self, drafts: list[Draft]) -> Future[tuple[Appended, ...]]:
        """Hands drafts over to be stored all together; the future resolves when they are on disk."""
        return self.appender.submit([draft.entry for draft in drafts])

    def record(self, order: Order) -> Outcome:
        """Decides and stores one order; returns when it is on disk. Raises `Refused` and `Unavailable` errors."""
        if not self._turn.locked():
            with suppress(VersionConflict):
                return self._attempt(order)
        # Whoever lost a race waits for a turn, and newcomers queue behind: racing on, some would lose every time.
        with self._turn:
            for _ in range(ATTEMPTS):
                with suppress(VersionConflict):
                    return self._attempt(order)
        raise Unavailable("Others keep changing the same record; try again.")

    def _attempt(self, order: Order) -> Outcome:
        decided = self.decide(order)
        if isinstance(decided, Outcome):
            return decided
        try:
            (appended,) = self.submit([decided]).result()
        except KeyTaken as taken:
            return self.replay(order, taken.remembered)
        return self.finish(decided, appended)

    def finish(self, draft: Draft, appended: Appended) -> Outcome:
        """The outcome of a draft that was stored."""
        self.streams.take_in(placed(draft.events, appended))
        return Outcome(draft.kind, draft.record, draft.created, appended.last, draft.status)


def placed(events: Sequence[Recorded], appended: Appended) -> Iterator[Recorded]:
    """The events of one command with the positions and the time that the ledger gave them."""
    for position, event in enumerate(events, appended.first):
        yield replace(event, position=position, recorded_at=appended.recorded_at)
