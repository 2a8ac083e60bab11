"""What every command shares: its settings, how it answers, and which exit code an error means."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.problems import problem
from api.settings import Settings, load
from domain.errors import DamagedLedger, Refused, StemmaError

OK: Final = 0
WRONG: Final = 1
BAD_INPUT: Final = 2
UNAVAILABLE: Final = 3

Data = Annotated[
    Path | None, typer.Option("--data", help="The data folder (default: STEMMA_DATA, or ./data).", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON on stdout.")]


def group(help: str) -> typer.Typer:
    """A command that has commands."""
    return typer.Typer(
        help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )


def settings(**options: Any) -> Settings:
    """The settings for this command: its options, then the environment, then the file. Raises `InvalidInput`."""
    return load(options, os.environ)


def answer(result: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """Prints what a command came to: as JSON, or in words."""
    print(json.dumps(result, ensure_ascii=False) if as_json else text, flush=True)


def exit_code(error: StemmaError) -> int:
    """What an error means to a script."""
    if isinstance(error, Refused):
        return BAD_INPUT
    return WRONG if isinstance(error, DamagedLedger) else UNAVAILABLE


def run(app: typer.Typer, words: Sequence[str]) -> None:
    """Runs the command that these words say, and raises SystemExit with its code.

    An expected error is a sentence on stderr; with `--json` it is a problem on stdout.
    """
    try:
        app(words)
    except StemmaError as error:
        _complain(error, as_json="--json" in words)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        # Whoever read our answer has left. Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)


def _complain(error: StemmaError, *, as_json: bool) -> None:
    if as_json:
        # The operator is told what is hidden from the public.
        print(json.dumps({**problem(error), "detail": str(error)}, ensure_ascii=False))
        return
    print(f"stemma: {error}", file=sys.stderr)
    for fault in error.faults if isinstance(error, Refused) else ():
        print(f"  {fault.pointer}: {fault.detail}", file=sys.stderr)
