"""Bytes ↔ events. The bytes are written once, hashed as written, and never written again.

The *head* is RFC 8785 JSON: `{"actor", "data", "decided_at"?, "request", "stream", "type", "version", "words"}`, where
`words` is the SHA-256 of the stored words in hex. The *words* are RFC 8785 JSON too: `{"salt", "words"}` with 128
random bits of salt in hex, so that nobody can guess erased words from their hash. Every event has words, if only the
salt: without that 256-bit value in it, a head whose ids are known could be guessed from the public leaf.

`docs/storage.md` specifies the bytes; `tests/domain/test_codec.py` holds golden ones.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from domain.canonical import canonical
from domain.errors import UnreadableEvent
from domain.events import Event, Recorded, Upcaster
from domain.ledger.appender import Sealed
from domain.ledger.rows import ERASURE, Row


def seal(
    event: Event,
    *,
    stream: str,
    version: int,
    actor: str,
    request: str,
    salt: bytes,
    decided_at: str | None = None,
) -> Sealed:
    """The event as bytes, for version `version` of its stream. `salt` is 16 random bytes, used once.

    Absent fields are left out of both parts. Raises `ValueError` if the event has no words: erased words cannot be
    written.
    """
    if event.words is None:
        raise ValueError("an event is written with its words")
    words = canonical({"salt": salt.hex(), "words": event.words.model_dump(mode="json", exclude_none=True)})
    head: dict[str, Any] = {
        "actor": actor,
        "data": event.model_dump(mode="json", exclude_none=True, exclude={"words"}),
        "request": request,
        "stream": stream,
        "type": event.TYPE,
        "version": version,
        "words": sha256(words).hexdigest(),
    }
    if decided_at is not None:
        head["decided_at"] = decided_at
    erases = tuple(head["data"]["positions"]) if event.TYPE == ERASURE else ()
    return Sealed(stream, version, canonical(head), words, erases)


class Codec:
    """Reads stored rows with a catalogue of event types and of older forms."""

    def __init__(self, events: Mapping[str, type[Event]], upcasters: Mapping[str, Upcaster]) -> None:
        self._events = events
        self._upcasters = upcasters

    def open(self, row: Row) -> Recorded:
        """The event of this row. Raises `UnreadableEvent`, which names position and type, and never skips anything.

        Hashes are not checked here; verification does that over the whole ledger.
        """
        try:
            head = from_json(row.head, allow_inf_nan=False)
            words = None if row.words is None else dict(from_json(row.words, allow_inf_nan=False)["words"])
            event = self._event(head["type"], head["data"], words)
            return Recorded(
                position=row.position,
                stream=row.stream,
                version=row.version,
                recorded_at=row.recorded_at,
                decided_at=head.get("decided_at"),
                actor=head["actor"],
                request=head["request"],
                commitment=head["words"],
                event=event,
            )
        except (ValueError, KeyError, TypeError) as problem:
            raise UnreadableEvent(_short(problem), row.position, row.stream, type_of(row.head)) from problem

    def _event(self, type: str, data: dict[str, Any], words: dict[str, Any] | None) -> Event:
        while (upcast := self._upcasters.get(type)) is not None:
            type, data, words = upcast(data, words)
        model = self._events.get(type)
        if model is None:
            raise ValueError("this version of Stemma does not know the event type")
        return model.model_validate({**data, "words": words})


def type_of(head: bytes) -> str:
    """The stored event type, for messages about a head that may be damaged."""
    try:
        return str(from_json(head)["type"])
    except (ValueError, KeyError, TypeError):
        return "an event whose head is damaged"


def _short(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        first = problem.errors(include_url=False, include_input=False)[0]
        return f"{'/'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(problem, KeyError):
        return f"{problem} is missing"
    return str(problem)
