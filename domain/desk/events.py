"""What can happen to the desk: the people and programs that record, what they may do, and the ledger's own clock."""

from domain.events import Event, NoWords, ReasonWords, Words
from domain.values import Role


class DeskWords(Words):
    """What the desk is called."""

    name: str


class DeskOpened(Event, type="desk.opened.v1"):
    """The first event of every ledger. Its stream's id is the ledger's id; `policy_id` is the stream of its policy.

    `origin` is the ledger's name as a transparency log, `base_url` its public address. Both are fixed here.
    """

    policy_id: str
    origin: str
    base_url: str
    words: DeskWords | None


class ActorWords(Words):
    """How colleagues call the actor."""

    name: str


class ActorEnrolled(Event, type="desk.actor_enrolled.v1"):
    """Somebody, or some program, can be named as the actor of events from here on."""

    actor_id: str
    words: ActorWords | None


class RoleGranted(Event, type="desk.role_granted.v1"):
    """The actor may do what the role may do."""

    actor_id: str
    role: Role
    words: NoWords | None


class RoleRevoked(Event, type="desk.role_revoked.v1"):
    """The actor may no longer do what the role may do."""

    actor_id: str
    role: Role
    words: ReasonWords | None


class TokenWords(Words):
    """What the token is for."""

    label: str | None = None


class TokenIssued(Event, type="desk.token_issued.v1"):
    """A secret was given to the actor. Only its SHA-256 is kept: 256 random bits need no slow hash.

    `expires_at` is RFC 3339 in UTC; a token without one lasts until it is revoked.
    """

    actor_id: str
    token_id: str
    secret_sha256: str
    expires_at: str | None = None
    words: TokenWords | None


class TokenRevoked(Event, type="desk.token_revoked.v1"):
    """The token opens nothing any more."""

    actor_id: str
    token_id: str
    words: ReasonWords | None


class ClockOverridden(Event, type="desk.clock_overridden.v1"):
    """An operator lets the ledger go on although its newest stamp lies ahead of the system clock.

    `last` is that stamp, `system` what the clock said, and stamps up to `ceiling` may be given meanwhile.
    """

    last: str
    system: str
    ceiling: str
    words: ReasonWords | None
