"""A checkpoint that somebody else holds: whether the ledger still is the one that it was given of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import HTTPRedirectHandler, build_opener

from domain.errors import InvalidInput, StoreUnavailable
from domain.ledger.audit import Finding
from domain.tlog.errors import BadSignature, TlogError, Unverified
from domain.tlog.keys import VerifierKey
from domain.tlog.note import MAX_NOTE, Note, open_note, parse_note
from domain.tlog.treehead import Checkpoint

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Held:
    """A checkpoint from elsewhere: where it came from, and the key that must have signed it, if it was told."""

    source: str
    note: Note
    checkpoint: Checkpoint
    key: VerifierKey | None = None


class _Stay(HTTPRedirectHandler):
    """Follows no redirection: the address that was asked is the one that answers."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch(source: str, vkey: str | None = None) -> Held:
    """Reads the checkpoint in a file, or at an address that begins with http:// or https://.

    The environment's proxies are used. Raises `InvalidInput` if that is no checkpoint or `vkey` no key,
    `StoreUnavailable` if it cannot be got, or nothing is heard of it for 10 s.
    """
    data = _get(source) if source.startswith(("http://", "https://")) else _read(Path(source))
    try:
        note = parse_note(data)
        return Held(source, note, Checkpoint.parse(note.text), None if vkey is None else VerifierKey.parse(vkey))
    except TlogError as error:
        raise InvalidInput(f"{source} cannot be compared with: {error}.") from error


def compare(held: Held, keys: Collection[VerifierKey], roots: Mapping[int, bytes], size: int) -> Finding | None:
    """What of a ledger of this size does not fit the checkpoint. `keys` are those that the ledger names."""
    checkpoint = held.checkpoint
    believed = [held.key] if held.key is not None else list(keys)
    try:
        open_note(held.note, believed)
    except Unverified:
        whose = "that was given" if held.key is not None else "that this ledger names"
        return Finding(checkpoint.size, None, f"No key {whose} has signed the checkpoint of {held.source}.")
    except BadSignature as error:
        return Finding(checkpoint.size, None, f"The checkpoint of {held.source}: {error}.")
    root = roots.get(checkpoint.size)
    if root is None:
        detail = f"The checkpoint of {held.source} is over {checkpoint.size} events, and the ledger ends at {size}."
        return Finding(size + 1, None, detail, checkpoint.root.hex(), roots[size].hex() if size in roots else None)
    if root == checkpoint.root:
        return None
    detail = f"The ledger's first {checkpoint.size} events are not those that the checkpoint of {held.source} is over."
    return Finding(checkpoint.size, None, detail, checkpoint.root.hex(), root.hex())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_NOTE + 1)
    except OSError as error:
        raise InvalidInput(f"The checkpoint {path} cannot be read ({error.strerror}).") from error


def _get(address: str) -> bytes:
    try:
        with build_opener(_Stay).open(address, timeout=_SECONDS) as answer:
            found: bytes = answer.read(MAX_NOTE + 1)
            return found
    except (OSError, HTTPException, ValueError) as error:
        raise StoreUnavailable(f"The checkpoint at {address} cannot be got ({error}).") from error
