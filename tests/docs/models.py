"""The pages that are made from the models: the event catalogue and the command table."""

import types
from collections.abc import Iterable
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.catalogue import EVENTS
from domain.commands import ACTS, Act
from domain.edtf import EdtfText
from domain.events import Event
from domain.language import LanguageTag
from domain.values import DECIMAL, KEY, KINDS, MOMENT, Role, Url, id_pattern

ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVENTS_PREFACE: Final = """\
Made from the models by `python -m tests.docs`; a test compares it. Fields with `?` may be absent. *Words* are kept
apart from the head and can be erased; see [the storage format](storage.md)."""
COMMANDS_PREFACE: Final = """\
Made from the table in `domain/commands.py` by `python -m tests.docs`; a test compares it. Every command is a route
below `/api/v1` and a `do` in a [journal](journal.md). Unless it creates a record, it needs `If-Match`.

Fields with `?` may be absent. Dates are as exact as they are known: `2023-06-20`, `2023-06`, `2023?`, `1980/1988`. The
answer is the record as it then stands; `created` has the ids of what is new inside it, such as citations, positions and
verdicts, in order. Ratings are those of the policy in force: `GET /api/v1/policies/current`."""
ROLES_NOTE: Final = """\
Reading is not in the table: whoever has a token, of whatever role, reads everything; without one, what is open to the
public. `decided_at` is for the role `importer` alone. The operator, at the machine's own command line, may do what an
`admin` may."""
PATTERNS: Final = {
    **{id_pattern(prefix): f"id (`{prefix}_…`)" for prefix in KINDS},
    DECIMAL: "decimal",
    KEY: "key",
    MOMENT: "time (RFC 3339)",
}
"""Regular expression of a text → what is written there."""
CHECKS: Final = {
    get_args(EdtfText)[-1].func: "date (EDTF)",
    get_args(LanguageTag)[-1].func: "language (BCP 47)",
    get_args(Url)[-1].func: "web address",
}
"""Function that checks a text → what is written there."""
STREAMS: Final = ("claim", "source", "party", "article", "policy", "desk", "map")


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
    rows = [_row(name, field, "  |") for name, field in event.model_fields.items() if name != "words"]
    rows += [_row(name, field, " words |") for name, field in event.WORDS.model_fields.items()]
    table = "\n".join(["| field | | |", "|---|---|---|", *rows]) if rows else "No fields, no words."
    return f"### `{event.TYPE}`\n\n{_prose(event)}\n\n{table}"


def _row(name: str, field: FieldInfo, where: str) -> str:
    optional = "" if field.is_required() else "?"
    return f"| `{field.alias or name}{optional}` |{where} {_form(field.metadata) or _type(field.annotation)} |"


def _form(metadata: Iterable[Any]) -> str | None:
    """What a text that has to be written in a certain way is, or None for any text."""
    for item in metadata:
        found = PATTERNS.get(getattr(item, "pattern", None) or "") or CHECKS.get(getattr(item, "func", None))
        if found is not None:
            return found
    return None


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
        return _form(annotation.__metadata__) or _type(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "{" + ", ".join(_part(name, field) for name, field in annotation.model_fields.items()) + "}"
    return {"str": "text", "int": "number", "bool": "yes or no"}.get(getattr(annotation, "__name__", ""), "text")


def _part(name: str, field: FieldInfo) -> str:
    """A field of an object inside a body: its choices, if there are any, stand behind it."""
    shown = f"`{field.alias or name}{'' if field.is_required() else '?'}`"
    return f"{shown} ({_type(field.annotation)})" if get_origin(field.annotation) is Literal else shown


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
    table = "\n".join(["| field | |", "|---|---|", *rows]) if rows else "The body is `{}`."
    return f"### `{act.name}`\n\n`POST {act.path}` · {_prose(act.body)}\n\n{table}"
