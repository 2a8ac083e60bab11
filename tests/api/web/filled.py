"""A complete body of every command, with ids that fit, and what its schema says of every place in it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from domain.commands import ACTS
from domain.values import make_id
from tests.support.complete import COMPLETE

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]

_PREFIXES: Final = {
    "m": "pty",
    "n": "snp",
    "p": "pty",
    "o": "pty",
    "s": "src",
    "c": "clm",
    "a": "art",
    "x": "cit",
    "d": "dsp",
    "q": "sch",
    "r": "rpl",
    "w": "prp",
}


@cache
def filled(name: str) -> dict[str, Any]:
    """A body with every field; what it names need not be there."""
    said: dict[str, Any] = _with_ids(dict(COMPLETE[name][1].body or {}))
    return said


def _with_ids(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _with_ids(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return [_with_ids(value) for value in said]
    if isinstance(said, str) and said.startswith("@"):
        return make_id(_PREFIXES[said[1]], bytes(16))
    return said


def places(name: str) -> Iterator[tuple[Path, Schema, Any]]:
    """Every place of the command's body: its path, what may stand there, and what does."""
    schema = _schema(name)
    yield from _places((), schema, filled(name), schema.get("$defs", {}))


@cache
def _schema(name: str) -> Schema:
    return ACTS[name].body.model_json_schema(by_alias=True)


def _places(path: Path, schema: Schema, said: Any, known: Mapping[str, Schema]) -> Iterator[tuple[Path, Schema, Any]]:
    schema = _plain(schema, known)
    yield path, schema, said
    arms = [_plain(arm, known) for arm in schema.get("anyOf", [schema])]
    if isinstance(said, dict):
        fields: Mapping[str, Schema] = next((arm["properties"] for arm in arms if "properties" in arm), {})
        for name, value in said.items():
            if name in fields:  # what redacted words may hold is not the body's to say
                yield from _places((*path, name), fields[name], value, known)
    elif isinstance(said, list):
        items = next(arm["items"] for arm in arms if "items" in arm)
        for index, value in enumerate(said):
            yield from _places((*path, index), items, value, known)


def _plain(schema: Schema, known: Mapping[str, Schema]) -> Schema:
    """The schema without a reference at its top, and the arms of a choice without theirs."""
    if "$ref" in schema:
        return {**known[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_plain(arm, known) for arm in schema["anyOf"]]}
    return schema


def types(schema: Schema) -> set[str]:
    """The JSON types that may stand there."""
    if "anyOf" in schema:
        return set().union(*(types(arm) for arm in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return {
            "boolean" if isinstance(value, bool) else "string" for value in schema.get("enum", [schema.get("const")])
        }
    return {schema["type"]}


def arm(schema: Schema, keyword: str) -> Any:
    """What the schema, or one of its choices, says by this keyword; None if nothing."""
    return next((part[keyword] for part in (schema, *schema.get("anyOf", ())) if keyword in part), None)


def look(said: Any, path: Path) -> Any:
    """What stands at this path."""
    for part in path:
        said = said[part]
    return said


def put(said: Any, path: Path, value: Any) -> Any:
    """The same with another value at this path."""
    if not path:
        return value
    copy: Any = dict(said) if isinstance(said, dict) else list(said)
    there = isinstance(path[0], int) or path[0] in copy
    copy[path[0]] = put(copy[path[0]], path[1:], value) if there else value
    return copy


def without(said: Any, path: Path) -> Any:
    """The same without what stands at this path."""
    if len(path) == 1:
        return {name: value for name, value in said.items() if name != path[0]}
    return put(said, path[:1], without(said[path[0]], path[1:]))
