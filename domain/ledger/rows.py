"""What the ledger stores, as plain tuples. Every store writes and returns exactly these bytes."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple

ERASURE: Final = "desk.words_erased.v1"
"""The event that allows words to be gone: its `data.positions` names where."""


class Row(NamedTuple):
    """One event as stored.

    `position` counts 1, 2, 3 … over the whole ledger, `version` 1, 2, 3 … within `stream`. `recorded_at` is a stamp
    (see `stamp`), the same for all events of one command and later than that of every command before. `head` and
    `words` are the bytes as they were written; `words` is None once they have been erased. `leaf` is the entry of the
    transparency log, at index `position - 1`.
    """

    position: int
    stream: str
    version: int
    recorded_at: str
    head: bytes
    words: bytes | None
    leaf: bytes


class Remembered(NamedTuple):
    """A write that succeeded under an idempotency key: enough to render its answer again, and no more.

    `fingerprint` tells whether a later request under the key is the same one. `status` is the HTTP-like code of the
    success, `record` the record that was written, `position` that of the command's last event, `created` the ids it
    made, in order.
    """

    actor: str
    key: str
    fingerprint: bytes
    status: int
    record: str
    position: int
    created: tuple[str, ...]


class Erasure(NamedTuple):
    """That the words of the event at `position` are gone, because the event at `event` erased them."""

    position: int
    event: int


class Head(NamedTuple):
    """The newest position and its stamp; 0 and None for an empty ledger."""

    position: int
    recorded_at: str | None


def leaf_bytes(position: int, stream: str, version: int, recorded_at: str, head: bytes) -> bytes:
    """The log entry of an event: RFC 8785 JSON that commits to the head and names neither stream, actor nor type.

    The keys stand in RFC 8785 order and no value can need an escape: hex digits, a stamp, and integers below 2^53.
    """
    return (
        f'{{"event_sha256":"{sha256(head).hexdigest()}","recorded_at":"{recorded_at}","seq":{position - 1},'
        f'"stream_key":"{sha256(stream.encode()).hexdigest()}","v":1,"version":{version}}}'
    ).encode("ascii")


def stamp(moment: datetime) -> str:
    """The moment as RFC 3339 in UTC with exactly six fractional digits and `Z`: 27 characters that sort as text.

    Raises ValueError for a moment without a time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be stamped")
    return moment.astimezone(UTC).isoformat("T", "microseconds")[:26] + "Z"


def moment(stamp: str) -> datetime:
    """The moment of a stamp, in UTC. Raises ValueError for any other notation of a time."""
    parsed = datetime.fromisoformat(stamp)
    if len(stamp) != 27 or stamp[10] != "T" or stamp[19] != "." or stamp[26] != "Z":
        raise ValueError(f"{stamp!r} is not a stamp: six fractional digits and Z are needed")
    return parsed
