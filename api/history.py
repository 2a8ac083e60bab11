"""The history of a record: every event, oldest first, with who, when, what, before and after, and why.

A claim's history holds the events of the sources that it cites too, and of those that they go back to, since it rests
on them. To the public an event that stays with the desk is shown as withheld: it is counted, and nothing is told of it
but its place.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, Final

from api.behind import sources_behind
from api.moments import NOW, Moment
from api.pasts import Past, without_the_desks
from api.reading import Reader
from api.representations import Audience, claim_body, record_body
from api.representations.claims import Weighed
from api.representations.parts import actor_of
from domain.audience import protects
from domain.claim import Claim
from domain.claim.grounds import standing
from domain.errors import DamagedLedger
from domain.events import Recorded
from domain.source import Source
from domain.streams import FOLDS
from domain.surroundings import Surroundings

Body = dict[str, Any]
Changes = list[dict[str, Any]]

_ANOTHERS: Final = frozenset({"text", "prefix", "suffix"})
"""Texts of somebody else's article that are for the desk; of it the public sees the words that carry a claim."""
_NOT_CHANGES: Final = frozenset({"version", "position", "changed"})
"""Fields that every event changes: the event itself says what they say."""


@dataclass(frozen=True, slots=True)
class Told:
    """Some of the events of a record, oldest first, of which `withheld` are withheld in all.

    `version` is the record's own after the last of all events, `position` that of the last event, of the record or of
    what it rests on. `next` is the cursor for what follows, None at the end.
    """

    items: list[Body]
    withheld: int
    version: int
    position: int
    next: int | None


@dataclass(slots=True)
class _Thread:
    """One record as its events go by: its state, how the sources that it may rest on stood then, how it was shown."""

    past: Past | None
    protected: bool = False
    state: Any = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    shown: Body | None = None
    shown_at: str = ""


def history(
    reader: Reader,
    kind: str,
    id: str,
    audience: Audience,
    moment: Moment = NOW,
    after: int = 0,
    limit: int | None = None,
) -> Told:
    """Up to `limit` events of the record that follow the position `after`, none of them later than the moment.

    An event is told alike on whichever page it stands. Raises `NotFound` for a record that this audience may not see.
    """
    record = reader.state(kind, id, audience, moment)
    sources = sources_behind(reader, record, audience, moment) if isinstance(record, Claim) else ()
    threads = {stream: _thread(reader, stream, audience) for stream in (id, *sources)}
    events = [event for stream, thread in threads.items() for event in _events(reader, stream, thread, moment)]
    events.sort(key=_position)
    telling = _Telling(reader, threads, audience)
    begin = bisect_right(events, after, key=_position)
    end = len(events) if limit is None else min(begin + limit, len(events))
    for recorded in events[:begin]:
        telling.take_in(recorded)
    return Told(
        items=[telling.entry(recorded) for recorded in events[begin:end]],
        withheld=sum(map(telling.withholds, events)),
        version=max(recorded.version for recorded in events if recorded.stream == id),
        position=events[-1].position,
        next=events[end - 1].position if end < len(events) else None,
    )


def _position(recorded: Recorded) -> int:
    return recorded.position


def _thread(reader: Reader, stream: str, audience: Audience) -> _Thread:
    """A record to be told. One that protects somebody, a confidential source or a private party, tells nothing."""
    if audience == "desk":
        return _Thread(None)
    return _Thread(reader.past(stream), protects(reader.folded(stream, NOW)))


def _events(reader: Reader, stream: str, thread: _Thread, moment: Moment) -> Iterator[Recorded]:
    events = reader.streams.history(stream) if thread.past is None else thread.past.events
    if moment.decided is not None:
        return takewhile(lambda event: event.effective_at <= str(moment.decided), events)
    return (event for event in events if moment.position is None or event.position <= moment.position)


class _Telling:
    """Goes through events in order, and tells those that are asked for with what they changed."""

    def __init__(self, reader: Reader, threads: Mapping[str, _Thread], audience: Audience) -> None:
        self._reader = reader
        self._threads = threads
        self._audience = audience
        self._sources: dict[str, Source] = {}

    def withholds(self, recorded: Recorded) -> bool:
        """Whether the event stays with the desk."""
        return self._audience == "public" and not _is_open(self._threads[recorded.stream], recorded)

    def entry(self, recorded: Recorded) -> Body:
        """The event as this audience sees it."""
        thread = self._threads[recorded.stream]
        # Both sides are looked at as of the event: what the clock does meanwhile is no change that it makes.
        at = recorded.recorded_at
        self._look_around(thread)
        before = {} if self.withholds(recorded) else self._shown(thread, at)
        taken = self.take_in(recorded)
        if taken is None:
            return {**_place(recorded), "withheld": True, **_since(thread, recorded)}
        after = self._shown(thread, at)
        return {**_place(taken), **self._told(thread, taken), "changes": diff(before, after)}

    def take_in(self, recorded: Recorded) -> Recorded | None:
        """Lets the event go by without telling it; gives it as this audience sees it, None if it is withheld."""
        thread = self._threads[recorded.stream]
        if self.withholds(recorded):
            self._pass_by(thread, recorded)
            return None
        if self._audience == "public":
            recorded = self._reader.shielded(recorded)
        if thread.past is not None and recorded.position not in thread.past.open:
            self._fold_released(thread, recorded)
        else:
            self._fold(thread, recorded)
        return recorded

    def _fold_released(self, thread: _Thread, recorded: Recorded) -> None:
        """An event that was released is told; what it builds on may stay with the desk, and then it changes nothing."""
        try:
            self._fold(thread, recorded)
        except DamagedLedger:
            self._pass_by(thread, recorded)

    def _fold(self, thread: _Thread, recorded: Recorded) -> None:
        thread.state = FOLDS[recorded.stream[:3]].step(thread.state, recorded)
        if recorded.stream.startswith("src"):
            self._sources = {**self._sources, recorded.stream: thread.state}
        thread.sources, thread.shown = self._sources, None

    def _look_around(self, thread: _Thread) -> None:
        """Lets the record be shown among the sources as they stand now: their own events tell what changed there."""
        if thread.sources is not self._sources:
            thread.sources, thread.shown = self._sources, None

    def _pass_by(self, thread: _Thread, recorded: Recorded) -> None:
        """An event that is withheld is left out of the state too; only a first one has to begin the record."""
        if thread.past is not None and recorded.position in thread.past.withheld & thread.past.open:
            self._fold(thread, self._reader.shielded(recorded))  # admins withheld its words, which are not there
        elif thread.state is None:
            self._fold(thread, recorded.without_words())
        else:
            thread.state = replace(thread.state, version=recorded.version)

    def _shown(self, thread: _Thread, at: str) -> Body:
        """The record as it was shown after its last event, with its sources as they stood then, at this time."""
        if thread.state is None:
            return {}
        if thread.shown is None or (thread.shown_at != at and _ticks(thread.state)):
            thread.shown, thread.shown_at = self._body(thread, at), at
        return thread.shown

    def _body(self, thread: _Thread, at: str) -> Body:
        state = thread.state if thread.past is None else without_the_desks(thread.state, thread.past.open)
        if isinstance(state, Claim):
            return {**claim_body(state, _weighed(state, thread.sources), self._audience, at)}
        return {**record_body(state, self._audience)}

    def _told(self, thread: _Thread, recorded: Recorded) -> Body:
        event, desk = recorded.event, self._audience == "desk"
        words = None if event.words is None else event.words.model_dump(mode="json", exclude_none=True)
        if words is not None and thread.past is not None and getattr(thread.state, "role", "") == "examined":
            words = {name: text for name, text in words.items() if name not in _ANOTHERS}
        return {
            "type": event.TYPE,
            "decided_at": recorded.decided_at,
            "actor": actor_of(recorded.actor, self._reader.actor_name(recorded.actor)) if desk else None,
            "request": recorded.request if desk else None,
            "data": event.model_dump(mode="json", exclude_none=True, exclude={"words"}),
            "words": words,
            "reason": None if words is None else words.get("reason"),
            "withheld": False,
            **self._told_besides(recorded),
        }

    def _told_besides(self, recorded: Recorded) -> Body:
        """That words are gone, and to the desk, that they are withheld from the public, or were released."""
        said: Body = {}
        if (erased := recorded.erased) is not None:
            said["erased"] = {"position": erased.position, "at": erased.at, "reason": erased.reason}
        if self._audience == "desk":
            kept = self._reader.streams.concealment.kept(recorded.stream).get(recorded.position)
            if kept is not None:
                act = "withholding" if kept.withheld else "release"
                said["kept"] = {"act": act, "position": kept.position, "at": kept.at, "reason": kept.reason}
        return said


def _weighed(claim: Claim, sources: Mapping[str, Source]) -> Weighed:
    """The evidence as far as the history tells of it: who publishes the sources is not in it."""
    world = Surroundings(sources.get, lambda _: ())
    standings = {id: source.standing for id, source in sources.items()}
    given_up = frozenset(s.id for source in sources.values() for s in source.snapshots if s.withdrawn is not None)
    return Weighed(standings, standing(claim, world), given_up=given_up)


def _ticks(state: Any) -> bool:
    """Whether the clock alone may change how the record is shown."""
    return isinstance(state, Claim) and bool(state.replies or state.searches)


def _is_open(thread: _Thread, recorded: Recorded) -> bool:
    return thread.past is not None and not thread.protected and recorded.position in thread.past.readable


def _since(thread: _Thread, recorded: Recorded) -> Body:
    """Since when admins withhold the event, if it is they who do."""
    if thread.past is None or thread.protected or recorded.position not in thread.past.withheld & thread.past.open:
        return {}
    return {"withheld_since": thread.past.kept[recorded.position].at}


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
