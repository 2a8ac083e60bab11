"""The ledger's entries as auditors read them: from the stored rows alone, all of them or those that are wanted.

Nothing here asks a view or opens an event with the catalogue, so nothing lags, and events of types that this version
does not know are readable too.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic_core import from_json

from api.answers import API
from api.problems import problem
from api.representations.shapes.event import DamagedEvent, ErasedWords, Event
from domain.concealment import Concealment
from domain.errors import UnreadableEvent
from domain.ledger.codec import type_of
from domain.ledger.rows import Row, leaf_bytes
from domain.ledger.store import Store

SCANNED: Final = 5_000
"""How many events are looked through for those that are wanted, before what was found so far is given."""

SECRETS: Final = frozenset({"secret_sha256"})
"""Fields of `data` that nobody is shown: with the hash of a token, a guess of its secret could be tried."""

_BATCH: Final = 500


def event_of(row: Row, concealment: Concealment) -> Event:
    """The event as stored, and what became of its words.

    What it is made of hashes to `head_sha256` and `words_sha256` (see `docs/storage.md`).
    The head of an event that holds one of `SECRETS` cannot be hashed anew, since that field is left out. Raises
    `UnreadableEvent` unless head, words and leaf are bytes that belong to each other and to their place.
    """
    try:
        return _event(row, concealment)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableEvent("the bytes are damaged", row.position, row.stream, type_of(row.head)) from error


def entry_of(row: Row, concealment: Concealment) -> Event | DamagedEvent:
    """The event; of one whose bytes are damaged its place, and the problem with which it is answered by itself."""
    try:
        return event_of(row, concealment)
    except UnreadableEvent as error:
        position, stream, version, recorded_at, *_ = row
        return {
            "position": position,
            "stream": stream,
            "version": version,
            "recorded_at": recorded_at,
            "problem": problem(error, f"{API}/events/{position}"),
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events somebody wants: those with this stream, this type and this actor, as far as each is given.

    Of an event whose head is damaged, nobody can tell the type and the actor: whoever wants some is given it too.
    """

    stream: str | None = None
    type: str | None = None
    actor: str | None = None

    @property
    def all(self) -> bool:
        """Whether every event is wanted."""
        return self.stream is None and self.type is None and self.actor is None

    def takes(self, row: Row) -> bool:
        """Whether this event is wanted."""
        if self.type is None and self.actor is None:
            return self.stream in (None, row.stream)
        return self.fits(row.stream, *names_in(row.head))

    def fits(self, stream: str, type: str | None, actor: str | None) -> bool:
        """Whether an event with these names is wanted; None is a name that cannot be told."""
        return (
            self.stream in (None, stream)
            and (type is None or self.type in (None, type))
            and (actor is None or self.actor in (None, actor))
        )


def names_in(head: bytes) -> tuple[str | None, str | None]:
    """The type and the actor that the head names; None for both where it is damaged."""
    try:
        said = from_json(head)
        return str(said["type"]), str(said["actor"])
    except (ValueError, KeyError, TypeError):
        return None, None


def look(store: Store, after: int, wanted: Wanted, limit: int) -> tuple[list[Row], int]:
    """Up to `limit` rows after this position that are wanted, in order, and the position up to which that is all.

    Within one stream, that stream alone is read. Otherwise `SCANNED` rows at most are looked through, so that what is
    rare does not hold a thread for long: there may be more although nothing was found.
    """
    if wanted.stream is not None:
        return _within(store, wanted.stream, after, wanted, limit)
    found: list[Row] = []
    reached, last = after, after + SCANNED
    batch = min(limit, _BATCH) if wanted.all else _BATCH
    while reached < last and (rows := store.rows(reached, min(batch, last - reached))):
        for row in rows:
            reached = row.position
            if wanted.takes(row):
                found.append(row)
            if len(found) == limit:
                return found, reached
    return found, reached


def _within(store: Store, stream: str, after: int, wanted: Wanted, limit: int) -> tuple[list[Row], int]:
    head = store.head().position
    found = [row for row in store.stream(stream) if after < row.position <= head and wanted.takes(row)]
    if len(found) > limit:
        return found[:limit], found[limit - 1].position
    return found, max(head, after)


def _event(row: Row, concealment: Concealment) -> Event:
    head = from_json(row.head, allow_inf_nan=False)
    if (head["stream"], head["version"]) != (row.stream, row.version):
        raise ValueError("the head names another place")
    if row.leaf != leaf_bytes(*row[:5]):
        raise ValueError("the leaf belongs to another event")
    if not head["type"].isprintable():
        raise ValueError("the type is no name")
    if row.words is None and concealment.erased(row.position) is None:
        concealment.catch_up()
    words = _words(row.words, head["words"])
    return {
        "position": row.position,
        "stream": row.stream,
        "version": row.version,
        "recorded_at": row.recorded_at,
        "type": head["type"],
        "decided_at": head.get("decided_at"),
        "actor": head["actor"],
        "request": head["request"],
        "data": {name: value for name, value in head["data"].items() if name not in SECRETS},
        "words": words["words"],
        "salt": words["salt"],
        "head_sha256": sha256(row.head).hexdigest(),
        "words_sha256": head["words"],
        "leaf": row.leaf.decode("ascii"),
        "erased": erased_of(row.position, concealment),
    }


def erased_of(position: int, concealment: Concealment) -> ErasedWords | None:
    """That and why the words of this event are gone, and what stands in their place; None where they are not."""
    erased = concealment.erased(position)
    if erased is None:
        return None
    redacted = concealment.redacted(position)
    return {"position": erased.position, "at": erased.at, "reason": erased.reason, "redacted_words": redacted}


def _words(stored: bytes | None, commitment: str) -> dict[str, Any]:
    if stored is None:
        return {"words": None, "salt": None}
    if sha256(stored).hexdigest() != commitment:
        raise ValueError("the words are not those that the head commits to")
    words: dict[str, Any] = from_json(stored)
    return words
