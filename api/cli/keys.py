"""The key with which the log is signed: the first, another, and which it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from api.bootstrap import desktop, open_house
from api.cli.console import Data, Json, answer, group, settings
from api.progress import bar
from api.signing import keys
from api.tokens import fitted
from domain.bodies import GiveReason
from domain.desk.state import LogKey
from domain.errors import InvalidInput
from domain.values import KeyCause
from projections.leader import LeaderLock

app = group("The key with which the log's checkpoints are signed. Stop the server before you change it.")


@contextmanager
def _alone(data: Data) -> Iterator[keys.Desktop]:
    """The ledger, while no other process signs. Raises `Unavailable` if one leads."""
    here = settings(data=data)
    with LeaderLock(here.data), open_house(here, projecting=False) as house:
        yield desktop(here, house.newsroom)


@app.command()
def create(data: Data = None, as_json: Json = False) -> None:
    """Give a log without a key its first one, as init does for a new ledger."""
    with _alone(data) as at:
        vkey = keys.create(at)
    answer({"vkey": vkey}, f"The log's key is {vkey}.", as_json=as_json)


@app.command()
def show(data: Data = None, as_json: Json = False) -> None:
    """Tell every key that the log ever had, the one of now last, and which of them are here."""
    here = settings(data=data)
    with open_house(here, projecting=False) as house:
        at = desktop(here, house.newsroom)
        present = [key.verifier.render() for key in at.keyring.read()] if at.keyring.exists() else []
        told = [{**_told(key), "here": key.vkey in present} for key in house.newsroom.desk.keys]
    lines = [f"{k['vkey']} since {k['since']} ({k['cause']}){'' if k['here'] else ', not here'}" for k in told]
    answer({"keys": told}, "\n".join(lines) or "The log has no key.", as_json=as_json)


def _told(key: LogKey) -> dict[str, Any]:
    said = {"vkey": key.vkey, "cause": key.cause, "reason": key.words.reason}
    return {**said, "since": key.since.at, "position": key.since.position}


@app.command()
def rotate(
    reason: Annotated[str, typer.Option(help="Why the log gets another key; it is recorded.", show_default=False)],
    lost: Annotated[bool, typer.Option("--lost", help="The key is lost, or somebody else has it.")] = False,
    broken: Annotated[
        bool, typer.Option("--broken", help="This ledger does not continue what was signed: events are gone for good.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Give the log another key. As planned, the old one signs beside it until it is retired."""
    if lost and broken:
        raise InvalidInput("A key is changed because it is lost or because the ledger is broken; give one of them.")
    cause: KeyCause = "broken" if broken else "lost" if lost else "planned"
    body = fitted(GiveReason, {"reason": reason})
    with _alone(data) as at, bar("Reckoning", quiet=as_json) as progress:
        vkey = keys.rotate(at, cause, body.reason, progress)
    answer({"vkey": vkey, "cause": cause}, f"The log's key is {vkey} from now on.", as_json=as_json)


@app.command()
def retire(data: Data = None, as_json: Json = False) -> None:
    """Forget the private keys that were replaced; from now on only the log's own key signs."""
    with _alone(data) as at:
        gone = keys.retire(at)
    answer({"retired": list(gone)}, "\n".join(gone) or "There was nothing to retire.", as_json=as_json)
