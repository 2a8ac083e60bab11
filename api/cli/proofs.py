"""Proofs: made for somebody, and checked by whoever has one."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import open_house
from api.cli.console import WRONG, Data, Json, answer, settings
from api.files import put_in_place
from api.proofs import claim_bundle
from domain.errors import InvalidInput, StoreUnavailable
from domain.proof.checking import NotProven, Proven, check, read
from domain.tlog.errors import TlogError
from domain.tlog.keys import VerifierKey
from domain.tlog.policy import Policy

File = Annotated[Path, typer.Argument(show_default=False)]


def prove(
    claim: Annotated[str, typer.Argument(help="The claim's id.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; stdout otherwise.", show_default=False)
    ] = None,
    everything: Annotated[
        bool, typer.Option("--desk", help="Tell what stays with the desk too, not only what the public may see.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make the offline proof of a claim: its history, that nothing of it is left out, and who signed that."""
    with open_house(settings(data=data), signing=True) as house:
        bundle = claim_bundle(house, claim, "desk" if everything else "public")
    content = bundle.model_dump_json(exclude_none=True, indent=1) + "\n"
    if output is None:
        print(content, end="")
        return
    try:
        put_in_place(output, content.encode(), 0o644)
    except OSError as error:
        raise StoreUnavailable(f"The proof {output} cannot be written ({error}).") from error
    said = {"file": str(output), "claim": bundle.claim, "events": len(bundle.events)}
    answer(said, f"The proof of {bundle.claim} is in {output}: {len(bundle.events)} events.", as_json=as_json)


def check_proof(
    file: File,
    vkey: Annotated[
        str | None, typer.Option(help="The log's key, from somewhere else than the file.", show_default=False)
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A C2SP tlog-policy: logs, witnesses and a quorum.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a claim's proof, offline and without the ledger. Exits with 1 if it does not prove what it says."""
    trusted = _trusted(vkey, policy)
    try:
        proven = check(read(_read(file)), trusted)
    except NotProven as refusal:
        answer({"ok": False, "detail": str(refusal)}, f"NOT PROVEN: {refusal}", as_json=as_json)
        raise typer.Exit(WRONG) from refusal
    said = {"ok": True, "key_known": trusted is not None, **asdict(proven)}
    answer(said, _told(proven, known=trusted is not None), as_json=as_json)


def _trusted(vkey: str | None, policy: Path | None) -> Policy | None:
    if vkey is not None and policy is not None:
        raise InvalidInput("Give a key, or a policy that names it, not both.")
    try:
        if policy is not None:
            return Policy.parse(_read(policy))
        return None if vkey is None else Policy.of_logs([VerifierKey.parse(vkey)])
    except TlogError as error:
        raise InvalidInput(f"What is to be trusted cannot be read: {error}.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {path} cannot be read ({error.strerror}).") from error


def _told(proven: Proven, *, known: bool) -> str:
    shown = proven.events - proven.withheld - proven.erased
    lines = [
        f"Proven: the claim {proven.claim} has {proven.events} events, from {proven.first_at} to {proven.last_at}.",
        f"  {shown} are told, {proven.withheld} withheld in whole or in part, {proven.erased} erased.",
        f"  None is left out among the first {proven.complete_upto} events of the log {proven.origin}.",
        f"  The checkpoint over {proven.size} events, root {proven.root}, is signed by {', '.join(proven.vkeys)}.",
        *(f"  Cosigned by {name} at {_time(seconds)}." for name, seconds in proven.witnesses),
        *(f"  Snapshot of a cited source: sha-256 {digest}." for digest in proven.snapshots),
    ]
    if not known:
        lines.append("The key is the one in the file. Compare it with the one that you know, or give it with --vkey.")
    return "\n".join(lines)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
