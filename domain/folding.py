"""How the events of one stream become its state: one fold per aggregate, used by commands, views and the past alike.

A fold is a table from event model to a small function, which raises `LookupError` or `ValueError` for an event that
does not fit the state. `Fold.step` applies one event; anything that the table does not know, or that does not fit, is
damage, never skipped.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from domain.errors import DamagedLedger
from domain.events import Event, Partial, Recorded, Stamp


class Record(Protocol):
    """What every folded state has: its stream's id, the version it stands at, and the event that changed it last."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def changed(self) -> Stamp: ...


class Part(Protocol):
    """Something inside a record that has an id of its own."""

    @property
    def id(self) -> str: ...


S = TypeVar("S", bound=Record)
E = TypeVar("E", bound=Event)
P = TypeVar("P", bound=Part)
D = TypeVar("D")

First = Callable[[Recorded, Any], S]
Then = Callable[[S, Recorded, Any], S]


class Fold(Generic[S]):
    """The one place that knows how events of this kind of stream become state."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._first: dict[type[Event], First[S]] = {}
        self._then: dict[type[Event], Then[S]] = {}

    def first(self, event: type[E]) -> Callable[[Callable[[Recorded, E], S]], Callable[[Recorded, E], S]]:
        """Registers how this event begins a stream."""

        def register(handler: Callable[[Recorded, E], S]) -> Callable[[Recorded, E], S]:
            self._first[event] = handler
            return handler

        return register

    def then(self, event: type[E]) -> Callable[[Callable[[S, Recorded, E], S]], Callable[[S, Recorded, E], S]]:
        """Registers what this event changes. `version` and `changed` are set for it."""

        def register(handler: Callable[[S, Recorded, E], S]) -> Callable[[S, Recorded, E], S]:
            self._then[event] = handler
            return handler

        return register

    @property
    def begins_with(self) -> frozenset[type[Event]]:
        """The events that a stream of this kind can begin with."""
        return frozenset(self._first)

    @property
    def events(self) -> frozenset[type[Event]]:
        """Every event that a stream of this kind can hold."""
        return frozenset(self._first) | frozenset(self._then)

    def step(self, state: S | None, recorded: Recorded) -> S:
        """The state after one more event. Raises `DamagedLedger` if the event cannot follow."""
        if state is None:
            return self._begin(recorded)
        handler = self._then.get(type(recorded.event))
        if handler is None or recorded.version != state.version + 1:
            raise _damage(recorded, f"cannot follow version {state.version} of a {self.kind}")
        try:
            after = handler(state, recorded, recorded.event)
        except (LookupError, ValueError) as problem:
            raise _damage(recorded, f"does not fit the {self.kind} ({_said(problem)})") from problem
        return _advance(state, after, recorded)

    def all(self, events: Iterable[Recorded], state: S | None = None) -> S | None:
        """The state after all of these events, which follow `state`; None if there is nothing at all."""
        for recorded in events:
            state = self.step(state, recorded)
        return state

    def _begin(self, recorded: Recorded) -> S:
        handler = self._first.get(type(recorded.event))
        if handler is None or recorded.version != 1:
            raise _damage(recorded, f"cannot begin a {self.kind}")
        try:
            return handler(recorded, recorded.event)
        except ValueError as problem:
            raise _damage(recorded, f"does not fit a {self.kind} ({_said(problem)})") from problem


def _damage(recorded: Recorded, detail: str) -> DamagedLedger:
    what = f"{recorded.event.TYPE} as version {recorded.version} {detail}"
    return DamagedLedger(what, recorded.position, recorded.stream)


def _said(problem: Exception) -> str:
    return f"{problem} is not there" if isinstance(problem, KeyError) else str(problem)


def _advance(before: S, after: S, recorded: Recorded) -> S:
    if after is before:
        return replace(after, version=recorded.version, changed=Stamp.of(recorded))
    # A handler has just made what it returns, and nobody else holds it yet: another copy would cost as much again.
    object.__setattr__(after, "version", recorded.version)
    object.__setattr__(after, "changed", Stamp.of(recorded))
    return after


def replace(state: D, **changes: Any) -> D:
    """What `dataclasses.replace` gives, in a third of its time, for the frozen dataclasses with slots that states are.

    None of them does anything when it is made but to keep its fields, so they are copied as they stand.
    """
    values, setters = _layout(type(state))  # type: ignore[arg-type]
    copied = object.__new__(type(state))
    for put, value in zip(setters, values(state), strict=True):
        put(copied, value)
    for name, value in changes.items():
        object.__setattr__(copied, name, value)
    return copied


@cache
def _layout(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[Callable[[Any, Any], None], ...]]:
    """How to read all fields of a dataclass with slots at once, and how to set each of them."""
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        return (lambda state: (getattr(state, names[0]),)), (getattr(kind, names[0]).__set__,)
    return attrgetter(*names), tuple(getattr(kind, name).__set__ for name in names)


def changed_fields(event: Partial, names: Iterable[str]) -> dict[str, Any]:
    """The new values of those fields of the head that the event changes, for `replace`."""
    return {name: getattr(event, name) for name in names if name in event.changes}


def changed_words(event: Partial, names: Iterable[str]) -> dict[str, Any]:
    """The new texts of those fields that the event changes; those whose words were erased become empty."""
    empty = event.WORDS.model_construct()
    words = event.words or empty
    return {name: getattr(words, name, None) for name in names if name in event.changes}


def reason_of(event: Event) -> str | None:
    """The reason that the event gives, if its words are there and have one."""
    return getattr(event.words, "reason", None)


def amend(parts: tuple[P, ...], id: str, change: Callable[[P], P]) -> tuple[P, ...]:
    """The same parts with the one that has this id changed. Raises `KeyError` if there is none."""
    for index, part in enumerate(parts):
        if part.id == id:
            return (*parts[:index], change(part), *parts[index + 1 :])
    raise KeyError(id)
