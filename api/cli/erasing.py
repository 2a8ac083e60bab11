"""The command that erases words."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import open_house
from api.cli.console import Data, Json, answer, settings
from api.erasing import Erasing, approve, propose, redacted_words
from domain.errors import InvalidInput


def erase(
    position: Annotated[int, typer.Argument(help="The ledger position of the event.", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="Why; everybody may read it.", show_default=False)] = None,
    redacted: Annotated[
        Path | None, typer.Option(help="A JSON file with the words to read in their place.", show_default=False)
    ] = None,
    approve_: Annotated[
        str | None, typer.Option("--approve", help="The id of what an admin proposed.", show_default=False)
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Propose to erase the words of an event for good, or approve that as the second person."""
    if (reason is None) == (approve_ is None) or (redacted is not None and reason is None):
        raise InvalidInput("Give --reason, and perhaps --redacted, to propose; or --approve with a proposal's id.")
    words = None if redacted is None else redacted_words(_read(redacted))
    with open_house(settings(data=data), scouring=False) as house:
        if approve_ is not None:
            done = approve(house, position, approve_)
        else:
            done = propose(house, position, reason or "", words)
    answer(asdict(done), _told(done), as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {file} cannot be read ({error.strerror}).") from error


def _told(done: Erasing) -> str:
    if not done.erased:
        return f"Proposed as {done.proposal_id}. Nothing is erased before an enrolled admin approves it."
    said = f"The words of the event at position {done.position} are erased."
    if done.gone is None:
        return f"{said} The server that runs here removes what else holds them."
    if done.gone:
        return f"{said} No file of the data folder holds them any more."
    return f"{said} Something was in the way of removing every trace; the next server does it."
