"""The desk as it stands: who may do what, with which tokens, and how far the clock was overridden."""

from dataclasses import dataclass, field, replace

from domain.desk import events as happened
from domain.desk.proposals import WordActs
from domain.events import Recorded, Stamp
from domain.folding import Fold, reason_of
from domain.values import KeyCause, Role


@dataclass(frozen=True, slots=True)
class ActorText:
    """How colleagues call the actor, and why a role was revoked last."""

    name: str | None = None
    revocation_reason: str | None = None


@dataclass(frozen=True, slots=True)
class TokenText:
    """What the token is for, and why it was revoked."""

    label: str | None = None
    revocation_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A secret that an actor was given; the ledger knows only its SHA-256, in hex."""

    id: str
    actor_id: str
    secret_sha256: str
    expires_at: str | None
    issued: Stamp
    words: TokenText
    revoked: Stamp | None = None

    def opens_at(self, moment: str) -> bool:
        """Whether the token is good at this moment (RFC 3339 in UTC, six digits)."""
        return self.revoked is None and (self.expires_at is None or moment < self.expires_at)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or some program, that records. `version` is the desk's version that changed the actor last."""

    id: str
    enrolled: Stamp
    version: int
    words: ActorText
    roles: frozenset[Role] = frozenset()
    token_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskText:
    """What the desk is called."""

    name: str | None = None


@dataclass(frozen=True, slots=True)
class LogKeyText:
    """Why the log got the key."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key with which the log's checkpoints are signed, or were: a verifier key as text.

    `last_size` and `last_root` (hex) tell the newest checkpoint that the key before it is known to have signed.
    """

    vkey: str
    cause: KeyCause
    since: Stamp
    words: LogKeyText
    last_size: int | None = None
    last_root: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the projections came to at a position: name → version of its code, and digest in hex."""

    upto: int
    made: Stamp
    projections: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """The people and programs that record, what they may do, and the ledger's clock."""

    id: str
    policy_id: str
    origin: str
    base_url: str
    opened: Stamp
    changed: Stamp
    version: int
    words: DeskText
    actors: dict[str, Actor] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    clock_ceiling: str | None = None
    keys: tuple[LogKey, ...] = ()
    receipt: Receipt | None = None
    word_acts: WordActs = field(default_factory=WordActs)

    @property
    def key(self) -> LogKey | None:
        """The log's key of now; None while it has none."""
        return self.keys[-1] if self.keys else None

    def token_by_secret(self, secret_sha256: str) -> Token | None:
        """The token with this hash, revoked and expired ones included."""
        return next((t for t in self.tokens.values() if t.secret_sha256 == secret_sha256), None)


fold: Fold[Desk] = Fold("desk")


@fold.first(happened.DeskOpened)
def _opened(recorded: Recorded, event: happened.DeskOpened) -> Desk:
    return Desk(
        id=recorded.stream,
        policy_id=event.policy_id,
        origin=event.origin,
        base_url=event.base_url,
        opened=Stamp.of(recorded),
        changed=Stamp.of(recorded),
        version=recorded.version,
        words=DeskText(event.words.name if event.words else None),
    )


@fold.then(happened.ActorEnrolled)
def _enrolled(desk: Desk, recorded: Recorded, event: happened.ActorEnrolled) -> Desk:
    words = ActorText(event.words.name if event.words else None)
    actor = Actor(event.actor_id, Stamp.of(recorded), recorded.version, words)
    return replace(desk, actors={**desk.actors, actor.id: actor})


@fold.then(happened.RoleGranted)
def _granted(desk: Desk, recorded: Recorded, event: happened.RoleGranted) -> Desk:
    actor = desk.actors[event.actor_id]
    return _with_actor(desk, replace(actor, roles=actor.roles | {event.role}, version=recorded.version))


@fold.then(happened.RoleRevoked)
def _revoked(desk: Desk, recorded: Recorded, event: happened.RoleRevoked) -> Desk:
    actor = desk.actors[event.actor_id]
    words = replace(actor.words, revocation_reason=reason_of(event))
    left = replace(actor, roles=actor.roles - {event.role}, version=recorded.version, words=words)
    return _with_actor(desk, left)


@fold.then(happened.TokenIssued)
def _token_issued(desk: Desk, recorded: Recorded, event: happened.TokenIssued) -> Desk:
    token = Token(
        id=event.token_id,
        actor_id=event.actor_id,
        secret_sha256=event.secret_sha256,
        expires_at=event.expires_at,
        issued=Stamp.of(recorded),
        words=TokenText(event.words.label if event.words else None),
    )
    actor = desk.actors[event.actor_id]
    held = replace(actor, token_ids=(*actor.token_ids, token.id), version=recorded.version)
    return _with_actor(replace(desk, tokens={**desk.tokens, token.id: token}), held)


@fold.then(happened.TokenRevoked)
def _token_revoked(desk: Desk, recorded: Recorded, event: happened.TokenRevoked) -> Desk:
    token = desk.tokens[event.token_id]
    words = replace(token.words, revocation_reason=reason_of(event))
    token = replace(token, revoked=Stamp.of(recorded), words=words)
    actor = replace(desk.actors[event.actor_id], version=recorded.version)
    return _with_actor(replace(desk, tokens={**desk.tokens, token.id: token}), actor)


@fold.then(happened.ClockOverridden)
def _clock_overridden(desk: Desk, _: Recorded, event: happened.ClockOverridden) -> Desk:
    return replace(desk, clock_ceiling=event.ceiling)


@fold.then(happened.KeyRotated)
def _key_rotated(desk: Desk, recorded: Recorded, event: happened.KeyRotated) -> Desk:
    words = LogKeyText(reason_of(event))
    key = LogKey(event.vkey, event.cause, Stamp.of(recorded), words, event.last_size, event.last_root)
    return replace(desk, keys=(*desk.keys, key))


@fold.then(happened.ReceiptMade)
def _receipt_made(desk: Desk, recorded: Recorded, event: happened.ReceiptMade) -> Desk:
    said = {digest.projection: (digest.version, digest.digest) for digest in event.projections}
    return replace(desk, receipt=Receipt(event.upto, Stamp.of(recorded), said))


def _with_actor(desk: Desk, actor: Actor) -> Desk:
    return replace(desk, actors={**desk.actors, actor.id: actor})
