"""What is told of the ledger as a transparency log."""

from typing import Literal

from typing_extensions import TypedDict

from api.representations.shapes.audit import ReceiptDigest
from api.representations.shapes.parts import Position, Time
from domain.values import KeyCause


class Cosignature(TypedDict):
    """A signature beside the log's own, and the time that it states; `verified` with the key of a known witness."""

    name: str
    at: Time | None
    verified: bool


class ShownCheckpoint(TypedDict):
    """The checkpoint that everybody is shown: `root` in hex, `note` as it is, `signed_by` verifier keys of the log."""

    origin: str
    size: int
    root: str
    note: str
    signed_at: Time | None
    signed_by: list[str]
    cosigned: list[Cosignature]


class LogKey(TypedDict):
    """A key of the log, and why it was made; the reason in words is told to the desk only, null if it was erased.

    `last_size` and `last_root` tell the newest checkpoint of the key before. What only a key that was `given_up` has
    signed is not continued by this ledger.
    """

    vkey: str
    cause: KeyCause
    reason: str | None
    since: Time
    position: Position
    last_size: int | None
    last_root: str | None
    given_up: bool


class MapCommitment(TypedDict):
    """The newest commitment to the ledger's map, of its first `size` events; `sound` says that the ledger agrees."""

    position: Position
    recorded_at: Time
    size: int
    root: str
    sound: bool


class NewestReceipt(TypedDict):
    """What the projections came to after the ledger's first `upto` events."""

    upto: int
    position: Position
    recorded_at: Time
    projections: list[ReceiptDigest]


class Log(TypedDict):
    """The ledger as a transparency log, which lies at `/log` below the `address`.

    `why` says in words why nothing is signed any more; `position` is the ledger's end.
    """

    address: str
    origin: str
    position: int
    signing: Literal["on", "stopped", "off"]
    why: str | None
    checkpoint: ShownCheckpoint | None
    keys: list[LogKey]
    map: MapCommitment | None
    receipt: NewestReceipt | None
