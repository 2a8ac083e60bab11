"""The history of a record: every event, oldest first, with who, when, what, before and after, and why.

A claim's history holds the events of the sources that it cites too, since it rests on them. To the public an event
that stays with the desk is shown as withheld: it is counted, and nothing is told of it but its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, Final

from api.moments import NOW, Moment
from api.reading import Past, Reader, withheld, without_the_desks
from api.representations import Audience, claim_body, record_body
from api.representations.parts import actor_of
from domain.claim import Claim
from domain.events import Recorded
from domain.streams import FOLDS
from domain.values import Standing

Body = dict[str, Any]
Changes = list[dict[str, Any]]

_NOT_CHANGES: Final = frozenset({"version", "position", "changed"})
"""Fields that every event changes: the event itself says what they say."""


@dataclass(slots=True)
class _Thread:
    """One record as its events go by: its state, and how it was shown last."""

    past: Past | None
    protected: bool = False
    state: Any = None
    shown: Body = field(default_factory=dict)


def history(reader: Reader, kind: str, id: str, audience: Audience, moment: Moment = NOW) -> list[Body]:
    """The events of the record up to the moment. Raises `NotFound` for a record that this audience may not see."""
    record = reader.state(kind, id, audience, moment)
    cited = _cited(reader.folded(id, moment)) if isinstance(record, Claim) else []
    if audience == "public":
        open_ids = {c.source_id for c in record.citations} if isinstance(record, Claim) else set()
        cited = [source for source in cited if source in open_ids]
    threads = {stream: _thread(reader, stream, audience) for stream in (id, *cited)}
    events = [event for stream in threads for event in _events(reader, stream, moment)]
    events.sort(key=lambda recorded: recorded.position)
    telling = _Telling(reader, threads, audience)
    return [telling.entry(recorded) for recorded in events]


def _thread(reader: Reader, stream: str, audience: Audience) -> _Thread:
    """A record to be told. One that protects somebody, a confidential source or a private party, tells nothing."""
    if audience == "desk":
        return _Thread(None)
    state = reader.folded(stream, NOW)
    protected = bool(getattr(state, "confidential", False) or getattr(state, "private", False))
    return _Thread(reader.past(stream), protected)


def _cited(claim: Claim) -> list[str]:
    return list(dict.fromkeys(citation.source_id for citation in claim.citations))


def _events(reader: Reader, stream: str, moment: Moment) -> list[Recorded]:
    events = reader.streams.history(stream, moment.position)
    if moment.decided is None:
        return events
    return list(takewhile(lambda event: event.effective_at <= str(moment.decided), events))


class _Telling:
    """Goes through events in order and tells each with what it changed."""

    def __init__(self, reader: Reader, threads: Mapping[str, _Thread], audience: Audience) -> None:
        self._reader = reader
        self._threads = threads
        self._audience = audience
        self._standings: dict[str, Standing] = {}

    def entry(self, recorded: Recorded) -> Body:
        """The event as this audience sees it."""
        thread = self._threads[recorded.stream]
        if self._audience == "public" and not _is_open(thread, recorded):
            self._pass_by(thread, recorded)
            return {**_place(recorded), "withheld": True}
        if self._audience == "public":
            recorded = self._reader.shielded(recorded)
        before = thread.shown
        self._fold(thread, recorded)
        return {**_place(recorded), **self._told(thread, recorded), "changes": diff(before, thread.shown)}

    def _fold(self, thread: _Thread, recorded: Recorded) -> None:
        thread.state = FOLDS[recorded.stream[:3]].step(thread.state, recorded)
        if recorded.stream.startswith("src"):
            self._standings[recorded.stream] = thread.state.standing
        thread.shown = self._shown(thread)

    def _pass_by(self, thread: _Thread, recorded: Recorded) -> None:
        """An event that is withheld is left out of the state too; only a first one has to begin the record."""
        if thread.state is None:
            self._fold(thread, withheld(recorded))
        else:
            thread.state = replace(thread.state, version=recorded.version)

    def _shown(self, thread: _Thread) -> Body:
        state, audience = thread.state, self._audience
        if thread.past is not None:
            state = without_the_desks(state, thread.past.open)
        if isinstance(state, Claim):
            return claim_body(state, self._standings, audience)
        return record_body(state, audience)

    def _told(self, thread: _Thread, recorded: Recorded) -> Body:
        event, desk = recorded.event, self._audience == "desk"
        words = None if event.words is None else event.words.model_dump(mode="json", exclude_none=True)
        if words is not None and thread.past is not None and thread.shown.get("role") == "examined":
            words.pop("text", None)
        return {
            "type": event.TYPE,
            "decided_at": recorded.decided_at,
            "actor": actor_of(recorded.actor, self._reader.actor_name(recorded.actor)) if desk else None,
            "request": recorded.request if desk else None,
            "data": event.model_dump(mode="json", exclude_none=True, exclude={"words"}),
            "words": words,
            "reason": None if words is None else words.get("reason"),
            "withheld": False,
        }


def _is_open(thread: _Thread, recorded: Recorded) -> bool:
    return thread.past is not None and not thread.protected and recorded.position in thread.past.open


def _place(recorded: Recorded) -> Body:
    return {
        "position": recorded.position,
        "stream": recorded.stream,
        "version": recorded.version,
        "recorded_at": recorded.recorded_at,
    }


def diff(before: Body, after: Body) -> Changes:
    """What differs between two representations of one record, field by field.

    A field is a path whose parts are names, or ids of what stands in a list: `citations/cit_…/withdrawn`. What was
    added is one change from null.
    """
    return [
        {"field": path, "before": old, "after": new}
        for name in dict.fromkeys((*before, *after))
        if name not in _NOT_CHANGES
        for path, old, new in _differences(name, before.get(name), after.get(name))
    ]


def _differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _differences(f"{path}/{name}", before.get(name), after.get(name))
    elif (old := _by_id(before)) is not None and (new := _by_id(after)) is not None and (old or new):
        for id in dict.fromkeys((*old, *new)):
            yield from _differences(f"{path}/{id}", old.get(id), new.get(id))
    elif before or after or before is False or after is False:
        yield path, before, after


def _by_id(value: Any) -> dict[str, Any] | None:
    """A list of things that have ids, by id; None for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    if not all(isinstance(item, dict) and "id" in item for item in value):
        return None
    return {item["id"]: item for item in value}
