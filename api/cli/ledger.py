"""Commands on the ledger as a whole: make it, check it, copy it, look back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.auditors import Replays
from api.auth import Caller
from api.backup import back_up, restore
from api.bootstrap import DEFAULT_POLICY, House, initialise, open_house
from api.cli import erasing, keys, proofs, serving, tokens, transfer, verifying, witness
from api.cli.console import WRONG, Data, Json, answer, group, settings
from api.moments import Moment
from api.progress import bar
from api.tokens import fitted
from api.verification import sentences
from domain.bodies import GiveReason
from domain.errors import InvalidInput
from domain.newsroom import Charter
from domain.values import OPERATOR
from projections.leader import LeaderLock
from projections.rebuilding import check
from projections.register import ALL
from projections.runner import Runner

app = group("A ledger of claims: who said what, on what evidence, who denies it, and what changed since.")
clock = group("The ledger's clock.")

File = Annotated[Path, typer.Argument(show_default=False)]


@app.command()
def init(
    name: Annotated[str, typer.Option(help="What the desk is called.", show_default=False)],
    origin: Annotated[str, typer.Option(help="The ledger's name as a log, as example.org/ledger.", show_default=False)],
    base_url: Annotated[str, typer.Option(help="The public address, as https://example.org.", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make an empty ledger in the data folder. Name, origin and address are fixed for ever."""
    if not origin.strip() or any(c.isspace() or c == "+" for c in origin):
        raise InvalidInput("The origin is not empty and holds no white space and no plus sign.")
    if not base_url.startswith(("http://", "https://")) or not name.strip():
        raise InvalidInput("The desk has a name, and its address begins with http:// or https://.")
    here = settings(data=data)
    id = initialise(here, Charter(name, origin, base_url.rstrip("/"), DEFAULT_POLICY))
    answer({"ledger": id, "data": str(here.data)}, f"The ledger {id} is in {here.data}.", as_json=as_json)


app.command()(serving.serve)
app.command()(serving.demo)
app.add_typer(tokens.app, name="token")
app.add_typer(keys.app, name="key")
app.add_typer(witness.app, name="witness")
app.command("import")(transfer.import_)
app.command()(transfer.export)
app.command()(proofs.prove)
app.command("check-proof")(proofs.check_proof)
app.command()(erasing.erase)


app.command("verify")(verifying.verify_)
app.command("receipt")(verifying.receipt)


@app.command()
def rebuild(
    check_only: Annotated[bool, typer.Option("--check", help="Compare with a rebuild, and change nothing.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make the views anew from the ledger, or compare them with a rebuild. Views are made by one process at a time."""
    here = settings(data=data)
    with open_house(here, projecting=False) as house, bar("Rebuilding", quiet=as_json) as progress:
        if check_only:
            differences = list(sentences(check(house.store, house.newsroom.streams, house.views, ALL, progress)))
        else:
            differences = []
            with LeaderLock(here.data):
                Runner(house.store, house.newsroom.streams, house.views).rebuild(None, progress)
        digests = {projection.NAME: house.views.digest(projection) for projection in ALL}
    text = "\n".join(differences) or "The views are what the ledger makes of them."
    answer({"ok": not differences, "differences": differences, "digests": digests}, text, as_json=as_json)
    if differences:
        raise typer.Exit(WRONG)


@app.command()
def replay(
    to: Annotated[int, typer.Option("--to", min=0, help="The ledger position to replay to.", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Fold the ledger up to a position, and print what there was then, in numbers."""
    with open_house(settings(data=data)) as house:
        if to > house.store.head().position:
            raise InvalidInput(f"The ledger ends at position {house.store.head().position}.")
        shown = _replayed(house, to)
    claims = shown["claims"]
    text = f"Position {shown['position']}: {claims['total']} claims, {claims['contested']} contested, "
    text += (
        f"{claims['withdrawn']} withdrawn; {shown['sources']['total']} sources, {shown['articles']['total']} articles."
    )
    answer(shown, text, as_json=as_json)


def _replayed(house: House, to: int) -> dict[str, Any]:
    if house.runner is not None:
        house.runner.catch_up()
    return Replays(house).show(Caller(OPERATOR), Moment(position=house.store.boundary(to)))


@app.command()
def backup(file: File, data: Data = None, as_json: Json = False) -> None:
    """Copy the ledger to FILE, its key to FILE.key, its snapshots to FILE.snapshots. Nothing is ever overwritten."""
    with open_house(settings(data=data), projecting=False) as house, bar("Copying", quiet=as_json) as progress:
        damaged = back_up(house, file, lambda left, pages: progress(pages - left, pages))
    text = f"The ledger is copied to {file}."
    if damaged:
        text += f" Of its snapshots these files are damaged, and missing in the copy: {', '.join(damaged)}."
    answer({"file": str(file), "snapshots_damaged": list(damaged)}, text, as_json=as_json)


@app.command("restore")
def restore_(file: File, data: Data = None, as_json: Json = False) -> None:
    """Put a backup into an empty data folder, once it has been verified."""
    restored = restore(settings(data=data), file)
    found, damaged = restored.audited, restored.damaged
    text = f"The ledger is back: {found.size} events, root {found.root.hex()}."
    if damaged:
        text += f" Of its snapshots these files are damaged in the backup, and missing now: {', '.join(damaged)}."
    answer({"size": found.size, "root": found.root.hex(), "snapshots_damaged": list(damaged)}, text, as_json=as_json)


@clock.command()
def override(
    reason: Annotated[str, typer.Option(help="Why the clock is right although it is behind.", show_default=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let the ledger go on although its newest event lies ahead of the system clock. The decision is recorded."""
    body = fitted(GiveReason, {"reason": reason})
    with open_house(settings(data=data), projecting=False) as house:
        ceiling = house.newsroom.override_clock(body)
    answer({"ceiling": ceiling}, f"Events may be recorded up to {ceiling}.", as_json=as_json)


app.add_typer(clock, name="clock")
