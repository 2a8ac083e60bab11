"""The pages that are made from what is outward: the routes, and the command line."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol, cast

from typer.main import get_command

from api.app import create_app
from api.bootstrap import DEFAULT_POLICY, initialise, open_house
from api.cli.ledger import app
from api.settings import Settings
from domain.newsroom import Charter

HTTP_PREFACE: Final = """\
Made from the application's own description (`/api/v1/openapi.json`) by `python -m tests.docs`; a test compares it.
Reading routes only; every writing route is a [command](commands.md)."""
HTTP_GENERAL: Final = """\
## What all of them share

* JSON in UTF-8. Times are RFC 3339 in UTC; dates in the world are EDTF strings (`2023-06-20`, `1997?`, `1980/1988`).
* `Authorization: Bearer <token>`. Without one, only what is open to the public is there.
* Answers that show a record carry `id`, `version`, `position` and an `ETag` of the form `"v<version>.<hash>"`.
* A change needs `If-Match` with the record's ETag (`"v7"` will do): without it `428`, with a stale one `412`.
* `Idempotency-Key: "…"` on any write makes it safe to send again, for ever.
* `?position=` or `?as_of=` show a record at a past moment; `axis=decided` reads imported history by when it was
  decided.
* Lists: `?after=` and `?limit=` (1 to 200), a `Link` header and `next` in the body. `?min_position=` waits until the
  views have got there, up to two seconds.
* Errors are problems (RFC 9457), with `errors: [{pointer, detail}]` where a field is to blame."""
COMMAND_LINE_PREFACE: Final = """\
Made from the commands' own help by `python -m tests.docs`; a test compares it. After `make run` or `make test` the
command is `.venv/bin/stemma`. Exit codes: 0 ok, 1 a check found something wrong, 2 bad usage or bad input, 3 the store
cannot be used now. [Settings](operations.md#settings) come from options, then `STEMMA_…` variables, then a file."""


def http_page() -> str:
    """The reading routes and their parameters."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data")
        initialise(settings, Charter("Documentation", "example.org/ledger", "https://example.org", DEFAULT_POLICY))
        with open_house(settings, projecting=False) as house:
            described = create_app(house).openapi()
    parts = ["# Reading over HTTP", HTTP_PREFACE, HTTP_GENERAL, "## Routes"]
    for path, operations in described["paths"].items():
        if "get" in operations:
            parts.append(_route(path, operations["get"]))
    return "\n\n".join(parts) + "\n"


def _route(path: str, operation: dict[str, Any]) -> str:
    parameters = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    rows = [f"| `{p['name']}` | {' '.join(p.get('description', '').split())} |" for p in parameters]
    table = "\n".join(["", "", "| parameter | |", "|---|---|", *rows]) if rows else ""
    return f"### `GET {path}`\n\n{' '.join(operation.get('summary', '').split())}{table}"


def command_line_page() -> str:
    """Every command of the command line, with its options."""
    parts = ["# The command line", COMMAND_LINE_PREFACE]
    parts.extend(_commands(cast("Group", get_command(app)), "stemma"))
    return "\n\n".join(parts) + "\n"


def _commands(group: "Group", words: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(cast("Group", command), f"{words} {name}")
        else:
            yield _line(command, f"{words} {name}")


def _line(command: Any, words: str) -> str:
    arguments = [p.metavar or p.name.strip("_").upper() for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.help]
    rows = [f"| `{', '.join(p.opts)}` | {' '.join(p.help.split())} |" for p in options]
    title = " ".join([words, *arguments])
    said = " ".join((command.help or "").split())
    return "\n".join([f"## `{title}`", "", said, "", "| option | |", "|---|---|", *rows])


class Group(Protocol):
    """A command that has commands."""

    commands: dict[str, Any]
