"""Whatever a command says reaches an event, the folded state and the history: every field of every command.

The fields are found by walking the models, so that a new one fails here until `tests/support/complete.py` fills it in.
Each is recorded twice, on two desks that are the same to the last byte but for this one field. Stamps are left out of
every comparison: they hold hashes of the words, and would differ for any word.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from domain.commands import ACTS
from domain.errors import Refused
from domain.events import Recorded, Stamp
from domain.streams import fold_of
from domain.values import make_id
from tests.support.bodies import Said
from tests.support.complete import COMPLETE, PAIRS, TIED, WITHOUT_TRACE
from tests.support.desk import Desk, Do
from tests.support.story import told

Leaf = tuple[str, Any]


def arms(annotation: Any) -> Iterator[Any]:
    """The types that a field may hold: optional, annotated and repeated ones taken apart."""
    inner = get_args(annotation)
    if get_origin(annotation) is Literal or not inner:
        yield annotation
        return
    for arm in inner[:1] if hasattr(annotation, "__metadata__") else inner:
        if arm not in {NoneType, Ellipsis}:
            yield from arms(arm)


def paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every field of the model and of the models in it, by the name that it has outside."""
    for name, field in model.model_fields.items():
        path = f"{above}{field.alias or name}"
        nested = [arm for arm in arms(field.annotation) if isinstance(arm, type) and issubclass(arm, BaseModel)]
        if not nested:
            yield path
        for arm in nested:
            yield from paths(arm, f"{path}.")


def choices(model: type[BaseModel], path: str) -> tuple[Any, ...]:
    """The words that an enumerated field may hold; empty for any other field."""
    name, _, rest = path.partition(".")
    (field,) = [f for own, f in model.model_fields.items() if name in {own, f.alias}]
    if rest:
        (inner,) = [arm for arm in arms(field.annotation) if issubclass(arm, BaseModel)]
        return choices(inner, rest)
    return tuple(word for arm in arms(field.annotation) if get_origin(arm) is Literal for word in get_args(arm))


def look(said: Any, path: str) -> Any:
    """The value at this path, in the first of several where there are several."""
    for name in path.split("."):
        said = said[0] if isinstance(said, list | tuple) else said
        said = said[name]
    return said[0] if isinstance(said, list | tuple) else said


def put(said: Any, path: str, value: Any) -> Any:
    """The same with another value at this path."""
    if isinstance(said, list | tuple):
        return [put(said[0], path, value), *said[1:]]
    name, _, rest = path.partition(".")
    inside = said[name]
    if rest:
        return {**said, name: put(inside, rest, value)}
    return {**said, name: [value, *inside[1:]] if isinstance(inside, list | tuple) else value}


def others(value: Any, words: tuple[Any, ...], known: list[str]) -> list[Any]:
    """Values that the field could have instead; the rules may forbid some."""
    match value:
        case _ if words:
            found = [*words]
        case bool() | int():
            found = [not value] if isinstance(value, bool) else [value + 1]
        case str() if value.startswith("@"):
            found = known
        case str() if value[:4].isdigit() and len(value) >= 4:
            found = [f"201{value[3:]}", f"209{value[3:]}", f"200{value[3:]}"]
        case str() if value[:1].isdigit():
            found = [str(Decimal(value) + (Decimal("0.01") if "." in value else 1))]
        case _:
            found = ["sq", "true", "rather_true", f"{value}/other"]
    return [other for other in found if other != value]


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Every plain value inside, with where it is. Stamps are left out."""
    if isinstance(value, Stamp):
        return
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, list | tuple | frozenset):
        for index, inner in enumerate(sorted(value) if isinstance(value, frozenset) else value):
            yield from leaves(inner, f"{path}/{index}")
    else:
        yield path, value


class Traces:
    """What one command left: in its events, in the states after it, and in the histories as before → after."""

    def __init__(self, desk: Desk, events: list[Recorded]) -> None:
        self.events: list[Leaf] = []
        self.states: list[Leaf] = []
        self.history: list[Leaf] = []
        for event in events:
            self.events += [("stream", event.stream), *leaves(event.event, event.event.TYPE)]
        for stream in dict.fromkeys(event.stream for event in events):
            history = changes(desk.newsroom.streams.history(stream), events[0].position)
            self.states += leaves(desk.newsroom.streams.load(stream).state, stream)
            self.history += [("stream", stream), *history]


def changes(history: list[Recorded], since: int) -> Iterator[Leaf]:
    """What the events from this position on changed in the state, step by step."""
    state: Any = None
    for recorded in history:
        fold = fold_of(recorded.stream)
        assert fold is not None
        before, state = dict(leaves(state)), fold.step(state, recorded)
        if recorded.position >= since:
            yield from (leaf for leaf in leaves(state) if leaf[0] not in before or before[leaf[0]] != leaf[1])


def record(command: Do, before: tuple[Do, ...]) -> tuple[Traces, Any]:
    """What the command leaves on a fresh desk with the story, and its body as it was understood."""
    with Desk() as desk:
        told(desk).given(*before)
        start = desk.length
        order = desk.order(command)
        desk.do(command)
        return Traces(desk, list(desk.newsroom.streams.events(start))), order.body.model_dump(by_alias=True)


def two_bodies(name: str, path: str) -> tuple[Said, Said]:
    """A complete body of the command, and one that differs in this field alone."""
    before, command = COMPLETE[name]
    complete = dict(command.body or {})
    if (name, path) in PAIRS:
        one, other = PAIRS[name, path]
        return {**complete, **one}, {**complete, **other}
    for value in others(look(complete, path), choices(ACTS[name].body, path), _names(before)):
        changed = put(complete, path, value)
        if _is_allowed(replace(command, body=changed), before):
            return complete, changed
    raise AssertionError(f"no other value of {path} is allowed")


def _names(before: tuple[Do, ...]) -> list[str]:
    """A name for each id that there is by then."""
    with Desk() as desk:
        names = told(desk).given(*before).names
    return [f"@{name}" for name in {id: name for name, id in reversed(names.items())}.values()]


def _is_allowed(command: Do, before: tuple[Do, ...]) -> bool:
    try:
        record(command, before)
    except (Refused, ValidationError):
        return False
    return True


def holds(found: list[Leaf], value: Any, path: str) -> bool:
    """Whether the value is there. A selector's context is kept as part of what stands around the place."""
    if path == "digest":
        value = value.removeprefix("sha-256:")
    if isinstance(value, Mapping):
        return all(holds(found, inner, f"{path}.{name}") for name, inner in value.items() if isinstance(inner, str))
    if "selector." in path and isinstance(value, str):
        return any(isinstance(leaf, str) and value in leaf for _, leaf in found)
    return any(type(leaf) is type(value) and leaf == value for _, leaf in found)


FIELDS = [(name, path) for name, act in ACTS.items() for path in paths(act.body)]


@pytest.mark.parametrize(("name", "path"), [field for field in FIELDS if field not in {*WITHOUT_TRACE, *TIED}])
def test_a_field_reaches_an_event_the_state_and_the_history(name: str, path: str) -> None:
    before, command = COMPLETE[name]
    one, other = two_bodies(name, path)

    first, first_body = record(replace(command, body=one), before)
    second, second_body = record(replace(command, body=other), before)

    for where in ("events", "states", "history"):
        assert getattr(first, where) != getattr(second, where), f"it makes no difference to the {where}"
        held = [
            holds(getattr(traces, where), look(body, path), path)
            for traces, body in ((first, first_body), (second, second_body))
        ]
        # What was so before does not change: of two values one may be missing from the history, not both.
        assert any(held) if where == "history" else all(held), f"it is not in the {where}"


@pytest.mark.parametrize(("name", "path"), WITHOUT_TRACE)
def test_a_field_without_trace_can_hold_one_value_only(name: str, path: str) -> None:
    assert len(choices(ACTS[name].body, path)) == 1


@pytest.mark.parametrize(("name", "path"), TIED)
def test_a_field_that_the_route_ties_down_reaches_the_event(name: str, path: str) -> None:
    before, command = COMPLETE[name]

    traces, body = record(command, before)

    assert holds(traces.events, body[path], path)
    assert holds(traces.states, body[path], path)


def test_every_command_is_there_complete_and_is_recorded() -> None:
    assert set(COMPLETE) == set(ACTS)
    for before, command in COMPLETE.values():
        assert _is_allowed(command, before), command.command


def test_every_exception_names_a_field() -> None:
    assert set(WITHOUT_TRACE) | set(PAIRS) | set(TIED) <= set(FIELDS)


def test_what_a_state_shows_never_holds_a_stamp() -> None:
    stamp = Stamp(1, "at", make_id("act", bytes(16)), "00")

    assert list(leaves({"a": stamp, "b": (1, frozenset({"x"}))})) == [("/b/0", 1), ("/b/1/0", "x")]
