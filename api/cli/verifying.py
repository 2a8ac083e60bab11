"""Commands for auditors: is everything as it must be, and what did the views come to."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import open_house
from api.checks.folder import Folder
from api.checks.held import fetch
from api.cli.console import WRONG, Data, Json, answer, settings
from api.progress import bars
from api.settings import Settings
from api.signing.book import Book
from api.verification import Beside, Verified, verify
from domain.errors import DamagedLedger, InvalidInput
from domain.ledger.audit import Finding
from domain.ledger.sqlite import SQLiteStore
from domain.tlog.errors import BadPolicy
from domain.tlog.policy import Policy
from domain.vault import Vault
from projections.views import Views

Against = Annotated[
    str | None,
    typer.Option(help="A signed checkpoint held elsewhere: a file, or an address (http…).", show_default=False),
]
Vkey = Annotated[str | None, typer.Option(help="The verifier key that must have signed --against.", show_default=False)]
Witnesses = Annotated[
    Path | None,
    typer.Option(help="The policy of the log's witnesses, instead of the setting log_policy.", show_default=False),
]


def verify_(
    against: Against = None,
    vkey: Vkey = None,
    policy: Witnesses = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Check every stored byte, event, checkpoint, map root and receipt, the snapshots, and the views.

    A server may be at work meanwhile. Without --vkey, the checkpoint from elsewhere must be signed with a key that the
    ledger names.
    """
    here = settings(data=data)
    if not here.ledger.exists():
        raise InvalidInput(f"There is no ledger in {here.data}: make one with stemma init.")
    if vkey is not None and against is None:
        raise InvalidInput("--vkey says who signed the checkpoint of --against; give both.")
    beside = Beside(
        vault=Vault(here.snapshots),
        log=Folder(Book(here.log, here.checkpoint_copy), here.signing_key, _policy(policy or here.log_policy)),
        against=None if against is None else fetch(against, vkey),
    )
    found = _verified(here, beside, quiet=as_json)
    answer({"ok": found.ok, **asdict(found)}, _report(found), as_json=as_json)
    if not found.ok:
        raise typer.Exit(WRONG)


def _policy(path: Path | None) -> Policy | None:
    if path is None:
        return None
    try:
        return Policy.parse(path.read_bytes())
    except (OSError, BadPolicy) as error:
        raise InvalidInput(f"The policy {path} cannot be read: {error}.") from error


def _verified(here: Settings, beside: Beside, *, quiet: bool) -> Verified:
    with ExitStack() as stack:
        try:
            store = SQLiteStore(here.ledger, read_only=True)
        except DamagedLedger as damage:
            return Verified(0, "", Finding(damage.position or 0, damage.stream, damage.detail), 1)
        stack.callback(store.close)
        views = Views(here.views) if here.views.exists() else None
        if views is not None:
            stack.callback(views.close)
        phase = stack.enter_context(bars(quiet=quiet))
        return verify(store, Beside(views, beside.vault, beside.log, beside.against), phase)


def _report(found: Verified) -> str:
    if found.first is not None:
        return _wrong(found.first, found.findings)
    if found.differences:
        return "WRONG in the views (stemma rebuild makes them anew):\n" + "\n".join(found.differences)
    if found.snapshots_wrong:
        return "WRONG in the snapshots:\n" + "\n".join(found.snapshots_wrong)
    return "\n".join((f"All is well: {found.size} events, root {found.root}{_kept(found)}.", *_remarks(found)))


def _wrong(first: Finding, findings: int) -> str:
    stream = f", stream {first.stream}" if first.stream else ""
    more = f" Findings in all: {findings}." if findings > 1 else ""
    lines = [f"WRONG at position {first.position}{stream}: {first.detail}{more}"]
    lines.extend(f"  {name}: {text}" for name, text in (("expected", first.expected), ("found", first.found)) if text)
    return "\n".join(lines)


def _kept(found: Verified) -> str:
    counted = [
        (found.checkpoints, "checkpoints"),
        (found.maps, "commitments to the map"),
        (found.receipts, "receipts"),
        (found.snapshots, "files of snapshots"),
    ]
    return "".join(f", {number} {what}" for number, what in counted if number)


def _remarks(found: Verified) -> list[str]:
    remarks = []
    if found.against is not None:
        remarks.append(f"It continues the checkpoint of {found.against}.")
    if found.unsigned:
        remarks.append("The log's files are not here: no checkpoint was looked at.")
    if found.cosigned:
        remarks.append(f"Cosigned by {', '.join(found.cosigned)}.")
    if found.abandoned:
        remarks.append(f"{found.abandoned} checkpoints are from before a recorded break, and do not fit.")
    if found.receipts_incomparable:
        remarks.append(f"{found.receipts_incomparable} receipts are of other versions, and not comparable.")
    return remarks + [f"Cannot be verified, and proves nothing: {place}." for place in found.strange]


def receipt(data: Data = None, as_json: Json = False) -> None:
    """Record what each view comes to now, so that an auditor can make it again and compare."""
    with open_house(settings(data=data)) as house:
        made = house.receipts.make()
    digests = {each.projection: {"version": each.version, "digest": each.digest} for each in made.projections}
    text = "\n".join(f"{each.digest}  {each.projection} {each.version}" for each in made.projections)
    answer({"upto": made.upto, "projections": digests}, f"Position {made.upto}:\n{text}", as_json=as_json)
