"""The pages that are made from the models: the event catalogue and the command table."""

import types
from collections.abc import Iterable
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.catalogue import EVENTS
from domain.commands import ACTS, Act
from domain.events import Event
from domain.values import Role

ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVENTS_PREFACE: Final = """\
Made from the models by `python -m tests.docs`; a test compares it. Fields with `?` may be absent. *Words* are kept
apart from the head and can be erased; see [the storage format](storage.md)."""
COMMANDS_PREFACE: Final = """\
Made from the table in `domain/commands.py` by `python -m tests.docs`; a test compares it. Every command is a route
below `/api/v1` and a `do` in a [journal](journal.md). Unless it creates a record, it needs `If-Match`."""
ROLES_NOTE: Final = """\
Reading is not in the table: whoever has a token, of whatever role, reads everything; without one, what is open to the
public. `decided_at` is for the role `importer` alone. The operator, at the machine's own command line, may do what an
`admin` may."""
STREAMS: Final = ("claim", "source", "party", "article", "policy", "desk")


def events_page() -> str:
    """The event catalogue."""
    parts = [
        "# The event catalogue",
        EVENTS_PREFACE,
    ]
    for stream in STREAMS:
        parts.append(f"## {stream}")
        parts.extend(_event(event) for name, event in EVENTS.items() if name.startswith(f"{stream}."))
    return "\n\n".join(parts) + "\n"


def _event(event: type[Event]) -> str:
    rows = [_row(name, field, "") for name, field in event.model_fields.items() if name != "words"]
    rows += [_row(name, field, "words") for name, field in event.WORDS.model_fields.items()]
    table = "\n".join(["| field | | |", "|---|---|---|", *rows]) if rows else "No fields, no words."
    return f"### `{event.TYPE}`\n\n{_prose(event)}\n\n{table}"


def _row(name: str, field: FieldInfo, where: str) -> str:
    optional = "" if field.is_required() else "?"
    return f"| `{field.alias or name}{optional}` | {where} | {_type(field.annotation)} |"


def _type(annotation: Any) -> str:
    """A type in words of the trade, as far as there are any."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " · ".join(str(a).lower() if isinstance(a, bool) else str(a) for a in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(a) for a in arguments if a is not type(None))
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if hasattr(annotation, "__metadata__"):
        return _type(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = (f"`{f.alias or n}{'' if f.is_required() else '?'}`" for n, f in annotation.model_fields.items())
        return "{" + ", ".join(fields) + "}"
    return {"str": "text", "int": "number", "bool": "yes or no"}.get(getattr(annotation, "__name__", ""), "text")


def _prose(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def commands_page() -> str:
    """The commands, and who may give them."""
    parts = [
        "# Commands, and who may give them",
        COMMANDS_PREFACE,
        "## Who may",
        _role_table(ACTS.values()),
        ROLES_NOTE,
        "## Bodies",
        *(_command(act) for act in ACTS.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _role_table(acts: Iterable[Act]) -> str:
    lines = ["| command | " + " | ".join(ROLES) + " |", "|---" * (len(ROLES) + 1) + "|"]
    for act in acts:
        cells = ("yes" if role in act.roles else "–" for role in ROLES)
        lines.append(f"| `{act.name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _command(act: Act) -> str:
    rows = [_row(name, field, "") for name, field in act.body.model_fields.items()]
    table = "\n".join(["| field | | |", "|---|---|---|", *rows]) if rows else "The body is `{}`."
    return f"### `{act.name}`\n\n`POST {act.path}` · {_prose(act.body)}\n\n{table}"
