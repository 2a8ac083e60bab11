"""Commands on a witness of other newsrooms' logs. It has a folder of its own, and no ledger."""

import os
import secrets
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import uvicorn

from api.cli.console import Json, answer, group
from api.cli.listening import Host, configured, end_quietly, listen, stop_on_signals
from api.logs import configure
from api.witness.app import create_witness
from api.witness.folder import Folder
from api.witness.witness import Witness
from domain.errors import InvalidInput
from domain.tlog.errors import BadKey
from domain.tlog.keys import VerifierKey
from domain.tlog.schemes import SignatureType
from projections.leader import LeaderLock

app = group("A witness: cosigns the logs of other newsrooms as long as they only grow.")

WitnessData = Annotated[
    Path | None,
    typer.Option(
        "--data", help="The witness's folder (default: STEMMA_WITNESS_DATA, or ./witness).", show_default=False
    ),
]
Port = Annotated[int, typer.Option(help="The port to listen at (default: 8100; 0: any).", show_default=False)]
Vkey = Annotated[str, typer.Argument(help="The log's verifier key, as it shows at /log/vkey.", show_default=False)]


class Algorithm(StrEnum):
    """The algorithms of cosigners' keys."""

    ED25519 = "ed25519"
    ML_DSA_44 = "ml-dsa-44"


_TYPES: Final = {Algorithm.ED25519: SignatureType.COSIGNATURE, Algorithm.ML_DSA_44: SignatureType.SUBTREE}


def _folder(data: Path | None) -> Folder:
    return Folder(data or Path(os.environ.get("STEMMA_WITNESS_DATA") or "witness"))


@app.command()
def init(
    name: Annotated[str, typer.Option(help="The witness's name, as example.org/witness.", show_default=False)],
    key: Annotated[list[Algorithm] | None, typer.Option(help="The kind of its key (default: one of each).")] = None,
    data: WitnessData = None,
    as_json: Json = False,
) -> None:
    """Make a witness: its folder and its keys. They are never replaced."""
    folder = _folder(data)
    folder.create(name, [_TYPES[each] for each in dict.fromkeys(key or Algorithm)], secrets.token_bytes)
    _tell_keys(folder, as_json=as_json)


@app.command()
def vkey(data: WitnessData = None, as_json: Json = False) -> None:
    """Tell the witness's verifier keys, for the policies of others."""
    _tell_keys(_folder(data), as_json=as_json)


def _tell_keys(folder: Folder, *, as_json: bool) -> None:
    keys = [cosigner.verifier.render() for cosigner in folder.cosigners()]
    answer({"vkeys": keys, "data": str(folder.path)}, "\n".join(keys), as_json=as_json)


@app.command()
def add_log(key: Vkey, data: WitnessData = None, as_json: Json = False) -> None:
    """Cosign the log with this key from now on; a server that runs takes it up at once. A log may have several keys."""
    folder = _folder(data)
    folder.cosigners()
    log = _parsed(key)
    folder.add_log(log)
    answer({"origin": log.name}, f"The log {log.name} is cosigned here.", as_json=as_json)


@app.command()
def remove_log(key: Vkey, data: WitnessData = None, as_json: Json = False) -> None:
    """Believe this key of a log no more. What was seen of the log is remembered, should it come back."""
    log = _parsed(key)
    _folder(data).remove_log(log)
    answer({"origin": log.name}, f"That key of {log.name} is believed no more.", as_json=as_json)


@app.command()
def logs(data: WitnessData = None, as_json: Json = False) -> None:
    """List the logs that are cosigned, up to which size, and how much evidence against them is kept."""
    folder = _folder(data)
    folder.cosigners()
    told = [_told(folder, key) for key in folder.logs()]
    lines = [f"{log['vkey']} up to {log['size']}, {log['evidence']} pieces of evidence" for log in told]
    answer({"logs": told}, "\n".join(lines) or "No log is cosigned here.", as_json=as_json)


def _told(folder: Folder, key: VerifierKey) -> dict[str, Any]:
    seen = folder.seen(key.name)
    size, root = (seen.checkpoint.size, seen.checkpoint.root.hex()) if seen else (0, None)
    evidence = len(folder.evidence(key.name))
    return {"origin": key.name, "vkey": key.render(), "size": size, "root": root, "evidence": evidence}


def _parsed(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text.strip())
    except BadKey as error:
        raise InvalidInput(f"That is no verifier key: {error}.") from error


@app.command()
def serve(host: Host = None, port: Port = 8100, data: WitnessData = None, as_json: Json = False) -> None:
    """Cosign over HTTP (C2SP tlog-witness) until Ctrl-C or SIGTERM."""
    end_quietly()
    folder, address = _folder(data), host or "127.0.0.1"
    witness = Witness(folder)
    with LeaderLock(folder.path), listen(address, port) as listening:
        folder.tidy()
        url = f"http://{address}:{listening.getsockname()[1]}"
        answer({"url": url}, f"Witnessing at {url}", as_json=as_json)
        configure()
        server = uvicorn.Server(configured(create_witness(witness, lambda: int(time.time()))))
        stop_on_signals(server)
        server.run(sockets=[listening])
