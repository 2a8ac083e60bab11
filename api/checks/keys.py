"""Which keys of the log could sign when, by what the ledger says of them."""

from collections.abc import Sequence

from api.signing.keyring import Keyring
from domain.desk.state import LogKey
from domain.errors import StemmaError
from domain.ledger.audit import Finding
from domain.tlog.errors import BadKey
from domain.tlog.keys import VerifierKey

Name = tuple[str, bytes]
"""A key's name and its ID, by which a signature names it."""


class LogKeys:
    """The keys that a ledger names, in order. Raises `BadKey` if one of them is none."""

    def __init__(self, keys: Sequence[LogKey]) -> None:
        self.named = tuple(keys)
        self.keys = tuple(VerifierKey.parse(key.vkey) for key in keys)
        self._allowed: dict[int, dict[Name, VerifierKey]] = {}
        self._places = {(key.name, key.key_id): place for place, key in enumerate(self.keys)}

    def allowed(self, size: int) -> dict[Name, VerifierKey]:
        """The keys that may sign a checkpoint of this size.

        These are the log's key at that size, those that it replaced as planned, and the one that is named next: it
        signs once before the ledger names it.
        """
        place = sum(1 for key in self.named if key.since.position <= size)
        if place not in self._allowed:
            self._allowed[place] = {(key.name, key.key_id): key for key in self._at(place)}
        return self._allowed[place]

    def broken(self, name: Name) -> bool:
        """Whether the log began anew with this key, because the ledger did not continue what was signed before."""
        place = self._places.get(name)
        return place is not None and self.named[place].cause == "broken"

    def _at(self, place: int) -> list[VerifierKey]:
        found = [self.keys[place]] if place < len(self.keys) else []
        for here in range(place - 1, -1, -1):
            found.append(self.keys[here])
            if self.named[here].cause != "planned":
                break
        return found


def log_keys(keys: Sequence[LogKey]) -> "LogKeys | str":
    """The keys, or what is wrong with one of them."""
    try:
        return LogKeys(keys)
    except BadKey as error:
        return str(error)


def check_key(ring: Keyring, keys: LogKeys) -> Finding | None:
    """Whether the private key beside the ledger, if it is there, is the log's, and nobody else's to read."""
    if not ring.exists() or not keys.named:
        return None
    try:
        here = {key.verifier.render() for key in ring.read()}
    except StemmaError as error:
        return Finding(keys.named[-1].since.position, None, f"{ring.path.name}: {error}")
    newest = keys.named[-1]
    if newest.vkey in here:
        return None
    detail = f"{ring.path.name} does not hold the log's key."
    return Finding(newest.since.position, None, detail, newest.vkey, ", ".join(sorted(here)))
