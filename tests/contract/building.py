"""Rows and submissions for tests: small, distinct, and as the ledger wants them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from domain.ledger.appender import Entry, Remember, Sealed
from domain.ledger.rows import Head, Remembered, Row, leaf_bytes, moment, stamp
from domain.ledger.store import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(seconds: float) -> str:
    """The stamp so many seconds after noon."""
    return stamp(NOON + timedelta(seconds=seconds))


def row(position: int, stream: str, version: int, recorded_at: str = at(0), words: bytes | None = b"words") -> Row:
    head = f'{{"stream":"{stream}","version":{version}}}'.encode()
    return Row(
        position, stream, version, recorded_at, head, words, leaf_bytes(position, stream, version, recorded_at, head)
    )


def remembered(
    position: int, key: str = "k", actor: str = "ann", created: tuple[str, ...] = ("c1", "c2")
) -> Remembered:
    return Remembered(actor, key, b"\x00fingerprint", 201, "claim-1", position, created)


def record(store: Store, *commands: Sequence[str], remember: Sequence[Remembered] = ()) -> list[Row]:
    """Write commands, each given as the streams of its events, a second apart; returns their rows."""
    rows: list[Row] = []
    with store.writing() as writing:
        position, recorded_at = writing.head
        versions = writing.versions({stream for command in commands for stream in command})
        for command in commands:
            recorded_at = following(Head(position, recorded_at))
            for stream in command:
                position += 1
                versions[stream] += 1
                rows.append(row(position, stream, versions[stream], recorded_at))
        writing.insert(rows, remember)
    return rows


def following(head: Head) -> str:
    """A stamp one second after the newest."""
    return at(0) if head.recorded_at is None else stamp(moment(head.recorded_at) + timedelta(seconds=1))


def sealed(stream: str, version: int, text: str = "") -> Sealed:
    return Sealed(stream, version, f'{{"stream":"{stream}","text":"{text}","version":{version}}}'.encode(), b"words")


def entry(*events: Sealed, key: str | None = None, actor: str = "ann") -> Entry:
    return Entry(
        events, None if key is None else Remember(actor, key, b"fingerprint", 201, events[0].stream, ("made",))
    )


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def gathered(store: Store) -> Iterator[None]:
    """Hold the writer's lock, so that all that is submitted meanwhile comes into one transaction."""
    with store.writing():
        yield
