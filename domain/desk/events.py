"""What can happen to the desk: the people and programs that record, what they may do, and what the ledger itself needs.

That is its clock, the keys of its log, and receipts of what its views came to.
"""

from pydantic import BaseModel, ConfigDict

from domain.events import Event, NoWords, ReasonWords, Words
from domain.values import KeyCause, Role


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


class KeyRotated(Event, type="desk.key_rotated.v1"):
    """From here on the log's checkpoints are signed with this key: a verifier key in the text form of C2SP signed-note.

    `previous_vkey` is the key before it, absent for the first. `last_size` and `last_root` (hex) tell the newest
    checkpoint that it is known to have signed. Where the cause is `broken`, this ledger does not continue that one.
    """

    vkey: str
    cause: KeyCause
    previous_vkey: str | None = None
    last_size: int | None = None
    last_root: str | None = None
    words: ReasonWords | None


class ProjectionDigest(BaseModel):
    """What one projection came to: `digest` (hex) over all that it says, as made by this version of its code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    projection: str
    version: int
    digest: str


class ReceiptMade(Event, type="desk.receipt_made.v1"):
    """What the projections said when each had taken in the ledger's first `upto` events, and no more."""

    upto: int
    projections: tuple[ProjectionDigest, ...]
    words: NoWords | None
