"""What the ledger tells of itself as a transparency log: its newest checkpoint, keys, witnesses, map and receipt.

The page `/audit` and `GET /api/v1/log` tell the same. None of it is believed because it is told here: the note is
verified with the key, the key compared with one that was got elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from api.bootstrap import House
from domain.desk.state import Desk, LogKey
from domain.errors import DamagedLedger, StemmaError
from domain.tlog.cosignature import stated
from domain.tlog.errors import TlogError
from domain.tlog.keys import VerifierKey
from domain.tlog.note import Note, Signature, parse_note
from domain.tlog.treehead import Checkpoint
from domain.values import KeyCause
from projections.log import map as ledger_map
from projections.log.map import Committed

Signing = Literal["on", "stopped", "off"]
"""Whether checkpoints are signed: `off` where the log has no key, `stopped` where nothing may be signed any more."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A signature beside those of the log's own keys. `at` is the time that it states (RFC 3339), None if none.

    Of a witness that this server has no key of, neither name nor time is `verified`.
    """

    name: str
    at: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The checkpoint that everybody is shown: its root in hex, the note as it is, and the verifier keys that signed it.

    `signed_at` is a stamp of the server's clock, None where that is not known any more.
    """

    origin: str
    size: int
    root: str
    note: str
    signed_at: str | None
    signed_by: tuple[str, ...]
    cosigned: tuple[Cosigned, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the log, in the text form of C2SP signed-note, and why it was made.

    `since` and `position` tell the event that names it. `last_size` and `last_root` tell the newest checkpoint of the
    key before. `given_up` says that a later key began anew: what only this one signed is not continued by this ledger.
    """

    vkey: str
    cause: KeyCause
    reason: str | None
    since: str
    position: int
    last_size: int | None
    last_root: str | None
    given_up: bool


@dataclass(frozen=True, slots=True)
class Projected:
    """What one projection came to, as made by this version of its code; the digest in hex."""

    projection: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Receipted:
    """The newest receipt: what the projections came to after the ledger's first `upto` events."""

    upto: int
    position: int
    recorded_at: str
    projections: tuple[Projected, ...]


@dataclass(frozen=True, slots=True)
class LogFacts:
    """All of it. `address` is the public address of the site, below which the log lies at `/log`.

    `why` says in public words why signing has stopped; `position` is the ledger's end.
    """

    address: str
    origin: str
    position: int
    signing: Signing
    why: str | None
    checkpoint: Shown | None
    keys: tuple[Key, ...]
    map: Committed | None
    receipt: Receipted | None


class Logbook:
    """Reads it from the house. Cosignatures are verified with the keys of the witnesses that it asks."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def signing(self) -> Signing:
        """Whether checkpoints are signed."""
        return signing(self._house)

    def facts(self, *, desk: bool) -> LogFacts:
        """All of it as it is now; the reasons for keys, which are words of the desk, are told to the desk alone.

        Raises `DamagedLedger` if the shown checkpoint is none, and `Unavailable`.
        """
        house, state = self._house, self._house.newsroom.desk
        with house.views.reading() as reading:
            committed = ledger_map.committed(reading)
        return LogFacts(
            address=state.base_url.rstrip("/"),
            origin=state.origin,
            position=house.store.head().position,
            signing=signing(house),
            why=self._why(),
            checkpoint=self._shown(state),
            keys=tuple(_keys(state, reasons=desk)),
            map=committed,
            receipt=_receipt(state),
        )

    def _shown(self, desk: Desk) -> Shown | None:
        note = self._house.book.now()
        if note is None:
            return None
        parsed, checkpoint = read_checkpoint(note)
        keys = {(key.name, key.key_id): key for key in own_keys(desk)}
        own = [keys[s.name, s.key_id] for s in parsed.signatures if (s.name, s.key_id) in keys]
        others = [s for s in parsed.signatures if (s.name, s.key_id) not in keys]
        signed = {(s.name, s.key_id): s.blob for s in parsed.signatures}
        return Shown(
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            note=note.decode(),
            signed_at=self._signed_at(parsed.text),
            signed_by=tuple(k.render() for k in own if k.verifies(parsed.text, signed[k.name, k.key_id])),
            cosigned=tuple(self._cosigned(s, parsed.text) for s in others),
        )

    def _signed_at(self, text: str) -> str | None:
        try:
            return self._house.book.signed_at(text)
        except StemmaError:
            return None

    def _cosigned(self, signature: Signature, text: str) -> Cosigned:
        keys = (witness.key for witness in self._house.witnesses.policy.witnesses)
        known = [key for key in keys if (key.name, key.key_id) == (signature.name, signature.key_id)]
        verified = any(key.verifies(text, signature.blob) for key in known)
        return Cosigned(signature.name, _stated(signature.blob), verified)

    def _why(self) -> str | None:
        house = self._house
        if signing(house) != "stopped":
            return None
        try:
            last, held = house.book.last(), house.book.held_against()
        except StemmaError:
            return "What was signed before cannot be read. An operator has to look into it."
        if held is not None:
            return (
                "A witness holds a checkpoint that the log's own key signed and that the ledger does not continue. An "
                "operator has to look into it."
            )
        head = house.store.head().position
        if last is not None and head < last.checkpoint.size:
            return (
                f"The ledger ends at position {head}, and a checkpoint over {last.checkpoint.size} events was signed "
                "before: events are missing. An operator has to look into it."
            )
        return (
            "The ledger and what was signed before do not fit together, or the key that signs is not here. An operator "
            "has to look into it."
        )


def signing(house: House) -> Signing:
    """Whether this house signs. Where another process does, it is not known here that it stopped."""
    if house.newsroom.desk.key is None:
        return "off"
    return "on" if house.signer.state.stopped is None else "stopped"


def own_keys(desk: Desk) -> list[VerifierKey]:
    """Every key that the log ever had."""
    return [VerifierKey.parse(key.vkey) for key in desk.keys]


def read_checkpoint(note: bytes) -> tuple[Note, Checkpoint]:
    """The checkpoint that everybody is shown. Raises `DamagedLedger` if it is none."""
    try:
        parsed = parse_note(note)
        return parsed, Checkpoint.parse(parsed.text)
    except TlogError as error:
        raise DamagedLedger(f"The checkpoint that is shown is none ({error})") from error


def given_up(keys: Sequence[LogKey]) -> frozenset[str]:
    """The verifier keys after which the log began anew, because it did not continue what they had signed."""
    breaks = [number for number, key in enumerate(keys) if key.cause == "broken"]
    return frozenset(key.vkey for key in keys[: breaks[-1]]) if breaks else frozenset()


def _keys(desk: Desk, *, reasons: bool) -> Iterator[Key]:
    gone = given_up(desk.keys)
    for key in reversed(desk.keys):
        yield Key(
            vkey=key.vkey,
            cause=key.cause,
            reason=key.words.reason if reasons else None,
            since=key.since.at,
            position=key.since.position,
            last_size=key.last_size,
            last_root=key.last_root,
            given_up=key.vkey in gone,
        )


def _receipt(desk: Desk) -> Receipted | None:
    made = desk.receipt
    if made is None:
        return None
    digests = (Projected(name, version, digest) for name, (version, digest) in sorted(made.projections.items()))
    return Receipted(made.upto, made.made.position, made.made.at, tuple(digests))


def _stated(blob: bytes) -> str | None:
    """The time that a cosignature states, if it is one and a calendar has the time."""
    seconds = stated(blob)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return None
