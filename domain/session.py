"""One unit of work: commands are decided on the newest state, in order, and stored all together or not at all."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from domain.bodies import Body
from domain.claim import Claim
from domain.commands import ACTS, Act
from domain.errors import Fault, Forbidden, InvalidInput, NotFound, StaleVersion, Unavailable, VersionNeeded
from domain.events import Event, Recorded
from domain.facts import Asked, Decided, PolicyFacts, SnapshotFacts
from domain.ledger.appender import Entry, Remember, Sealed
from domain.ledger.codec import seal
from domain.names import Names
from domain.policy import Policy
from domain.rules import Rule
from domain.source import Source
from domain.streams import FOLDS, NOTHING, Loaded, Streams, advance
from domain.surroundings import Surroundings, names
from domain.values import OPERATOR, Role, Standing, make_id
from domain.vault import Vault

PREFIX: Final = {"party": "pty", "source": "src", "claim": "clm", "article": "art"}
"""Kind of record → prefix of the id that a new one gets."""

_ON_THE_DESK: Final = ("actor", "event", "policy")
"""Kinds of which no id of the route names a stream."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command that somebody gives. `at` holds the ids of its route, in order.

    `version` is the version of the record that the change was made for; `newest` says that any will do, as in a
    journal. `decided_at` is RFC 3339 in UTC with six digits. `key` and `fingerprint` make it safe to give again.
    """

    name: str
    body: Body
    actor: str
    at: tuple[str, ...] = ()
    version: int | None = None
    newest: bool = False
    decided_at: str | None = None
    key: str | None = None
    fingerprint: bytes = b""
    secret_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A decided command that is not stored yet: its record, the ids made inside it, its bytes and its events.

    The events lack what the ledger will give them: their positions and their time.
    """

    kind: str
    record: str
    created: tuple[str, ...]
    status: int
    entry: Entry
    events: tuple[Recorded, ...]


class _Mine(NamedTuple):
    """A record in a session: as it was last folded, and the events since then, folded when somebody asks."""

    loaded: Loaded
    ahead: tuple[Recorded, ...] = ()


@dataclass(slots=True)
class _Work:
    """What one command has come to so far, over all the streams it touches."""

    request: str
    order: Order
    sealed: list[Sealed] = field(default_factory=list)
    events: list[Recorded] = field(default_factory=list)
    created: list[str] = field(default_factory=list)


def _check_ids(act: Act, order: Order) -> None:
    if len(order.at) != len(act.ids):
        wanted = ", ".join(act.ids) or "no ids"
        raise InvalidInput(f"{act.name} takes {wanted} before its body; {len(order.at)} were given.")


class Session:
    """Decides commands one after another; each sees what the ones before it did. Not shared between threads."""

    def __init__(
        self,
        streams: Streams,
        desk_id: str,
        entropy: Callable[[int], bytes],
        now: str,
        desk: Loaded | None = None,
        vault: Vault | None = None,
        known_names: Names | None = None,
    ) -> None:
        self._streams = streams
        self._desk_id = desk_id
        self._entropy = entropy
        self._now = now
        self._vault = vault
        self._names = known_names
        self._mine: dict[str, _Mine] = {} if desk is None else {desk_id: _Mine(desk)}
        self._looked_up: dict[str, Loaded] = {}
        self._named: dict[str, set[str]] = {}
        self._position: int | None = None
        self.drafts: list[Draft] = []

    def run(self, order: Order) -> Draft:
        """Decides one command. Raises a `Refused` error, and is as before, if the rules forbid it."""
        act = ACTS[order.name]
        self._looked_up.clear()
        _check_ids(act, order)
        roles = self._roles(order.actor)
        if not roles & act.roles and order.actor != act.also_by:
            raise Forbidden(act.name, sorted(act.roles))
        self._check_decided_at(order, roles)
        record = self._record_of(act, order)
        self._check_version(act, order, record)
        before = dict(self._mine)
        try:
            draft = self._decide(act, order, roles, record)
        except BaseException:
            self._mine = before
            raise
        self.drafts.append(draft)
        self._note_names(draft)
        return draft

    def _note_names(self, draft: Draft) -> None:
        """Who names whom by this draft. If the draft is given up, that says too much, which does no harm."""
        for recorded in draft.events:
            for name in names(recorded.event):
                self._named.setdefault(name, set()).add(recorded.stream)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commands run within are kept all or none: after an error the session is as before."""
        before, decided = dict(self._mine), len(self.drafts)
        try:
            yield
        except BaseException:
            self._mine = before
            del self.drafts[decided:]
            raise

    def _roles(self, actor: str) -> frozenset[Role]:
        if actor == OPERATOR:
            return frozenset({"admin"})
        found = self.load(self._desk_id).state.actors.get(actor)
        return found.roles if found is not None else frozenset()

    def _check_decided_at(self, order: Order, roles: frozenset[Role]) -> None:
        if order.decided_at is None:
            return
        if "importer" not in roles:
            raise Forbidden("decided_at", ["importer"])
        if order.decided_at > self._now:
            raise InvalidInput.at("/decided_at", "What is imported was decided in the past.")

    def _record_of(self, act: Act, order: Order) -> str:
        """The stream that the command begins or changes."""
        if act.kind == "policy":
            return str(self.load(self._desk_id).state.policy_id)
        if act.kind in ("actor", "event"):
            return self._desk_id
        if act.creates:
            return self._begin(PREFIX[act.kind])
        if order.at[0][:3] != PREFIX[act.kind] or not self.load(order.at[0]).version:
            raise NotFound(act.kind, order.at[0])
        return order.at[0]

    def _check_version(self, act: Act, order: Order, record: str) -> None:
        if not act.conditional or order.newest:
            return
        if order.version is None:
            raise VersionNeeded(order.at[0])
        current = self._version_of(act, order, record)
        if order.version != current:
            raise StaleVersion(order.at[0], order.version, current)

    def _version_of(self, act: Act, order: Order, record: str) -> int:
        loaded = self.load(record)
        if act.kind != "actor":
            return loaded.version
        actor = loaded.state.actors.get(order.at[0])
        if actor is None:
            raise NotFound("actor", order.at[0])
        return int(actor.version)

    def _decide(self, act: Act, order: Order, roles: frozenset[Role], record: str) -> Draft:
        asked = Asked(
            body=order.body,
            actor=order.actor,
            roles=roles,
            now=self._now,
            new_id=self._new_id,
            path=order.at if act.kind in _ON_THE_DESK else order.at[1:],
            decided_at=order.decided_at,
            secret_sha256=order.secret_sha256,
        )
        work = _Work(self._new_id("req"), order)
        self._apply(work, act, asked, record)
        shown, created = record, tuple(work.created)
        if act.kind == "event":
            shown = order.at[0]
        elif act.kind in _ON_THE_DESK:
            shown, created = (created[0], created[1:]) if act.creates else (order.at[0], created)
        remember = None
        if order.key is not None:
            remember = Remember(order.actor, order.key, order.fingerprint, act.status, shown, created)
        entry = Entry(tuple(work.sealed), remember)
        return Draft(act.kind, shown, created, act.status, entry, tuple(work.events))

    def _apply(self, work: _Work, act: Act, asked: Asked[Any], record: str) -> None:
        decided: Decided = act.decide(asked, self.load(record).state, self)
        self._write(work, record, decided.events)
        work.created.extend(decided.created)
        for also in decided.also:
            other = ACTS[also.name]
            if not self.load(also.record).version:
                raise asked.fault(f"{also.pointer}/{other.ids[0]}", f"There is no {other.kind} {also.record}.")
            body = other.body.model_validate({**also.said, also.me: record})
            self._apply(work, other, replace(asked, body=body, pointer=asked.pointer + also.pointer), also.record)

    def _write(self, work: _Work, stream: str, events: tuple[Event, ...]) -> None:
        loaded, order = self.load(stream), work.order
        if order.decided_at is not None and order.decided_at < loaded.effective_at:
            detail = f"{stream} has an event of {loaded.effective_at} already; history is imported in its order."
            raise InvalidInput(detail, (Fault("/decided_at", detail),))
        drafted = [self._draft(work, stream, loaded.version + n, event) for n, event in enumerate(events, 1)]
        work.events.extend(drafted)
        self._mine[stream] = _Mine(loaded, tuple(drafted))

    def _draft(self, work: _Work, stream: str, version: int, event: Event) -> Recorded:
        order = work.order
        sealed = seal(
            event,
            stream=stream,
            version=version,
            actor=order.actor,
            request=work.request,
            salt=self._entropy(16),
            decided_at=order.decided_at,
        )
        work.sealed.append(sealed)
        return Recorded(
            position=0,
            stream=stream,
            version=version,
            recorded_at=self._now,
            decided_at=order.decided_at,
            actor=order.actor,
            request=work.request,
            commitment=sealed.commitment,
            event=event,
        )

    def load(self, stream: str) -> Loaded:
        """The record with what this session did to it. It is the same throughout one command."""
        mine = self._mine.get(stream)
        if mine is None:
            return self._look_up(stream)
        if mine.ahead:
            mine = self._mine[stream] = _Mine(advance(FOLDS[stream[:3]], mine.loaded, iter(mine.ahead)))
        return mine.loaded

    def _look_up(self, stream: str) -> Loaded:
        found = self._looked_up.get(stream)
        if found is None:
            found = self._looked_up[stream] = self._streams.load(stream)
        return found

    def _begin(self, prefix: str) -> str:
        """The id of a new record, of which it is known that there is nothing yet."""
        id = self._new_id(prefix)
        self._mine[id] = _Mine(NOTHING)
        return id

    def _new_id(self, prefix: str) -> str:
        return make_id(prefix, self._entropy(16))

    # What the rules may know (`domain.facts.Facts`).

    @property
    def position(self) -> int:
        """The ledger's head when facts were first asked for; what this session did is known too."""
        if self._position is None:
            self._position = self._streams.store.head().position
        return self._position

    def party_exists(self, id: str) -> bool:
        return self._exists(id, "pty")

    def claim_exists(self, id: str) -> bool:
        return self._exists(id, "clm")

    def _exists(self, id: str, prefix: str) -> bool:
        return id.startswith(prefix) and (id in self._mine or self._streams.exists(id))

    def source_standing(self, id: str) -> Standing | None:
        if not id.startswith("src"):
            return None
        _ = self.position
        state = self.load(id).state
        return None if state is None else state.standing

    def unheard(self, claim_id: str) -> tuple[str, ...]:
        _ = self.position
        claim: Claim | None = self.load(claim_id).state
        return () if claim is None else claim.unheard

    def snapshot(self, source_id: str, id: str | None = None) -> SnapshotFacts | None:
        _ = self.position
        source: Source | None = self.load(source_id).state if source_id.startswith("src") else None
        if source is None:
            return None
        found = source.newest_snapshot if id is None else source.snapshot(id)
        if found is None or found.withdrawn is not None or found.erased:
            return None
        return SnapshotFacts(found.id, source.words.title, found.captured_at, found.text_sha256, found.no_text)

    def text(self, snapshot: SnapshotFacts) -> str:
        if self._vault is None or snapshot.text_sha256 is None:
            raise Unavailable(f"The text of snapshot {snapshot.id} is not at hand.")
        return self._vault.text(snapshot.text_sha256)

    def event(self, position: int) -> Recorded | None:
        return self._streams.event(position)

    def placed_openly(self, claim_id: str) -> bool:
        return self.world.placed_openly(claim_id)

    def our_article(self, source_id: str, among: Iterable[str]) -> str | None:
        return self.world.our_article(source_id, [id for id in among if id.startswith("art")])

    def policy(self) -> PolicyFacts:
        current = self._policy().current
        if current is None:
            raise ValueError("a ledger begins with a policy in force")
        return PolicyFacts(
            current.number,
            current.four_eyes,
            {r.key: r.needs_citation for r in current.scale},
            current.reply_required,
            current.merge_publisher_family,
            current.rules,
        )

    def rules_of(self, policy_number: int) -> tuple[Rule, ...]:
        return self._policy().versions[policy_number - 1].rules

    def _policy(self) -> Policy:
        _ = self.position
        policy: Policy = self.load(self.load(self._desk_id).state.policy_id).state
        return policy

    @property
    def world(self) -> Surroundings:
        _ = self.position
        if self._names is not None:
            self._names.catch_up()
        return Surroundings(lambda stream: self.load(stream).state, self._naming)

    def _naming(self, name: str) -> frozenset[str]:
        """Who names it, what this session has decided itself included."""
        known = frozenset() if self._names is None else self._names.naming(name)
        return known.union(self._named.get(name, ()))
