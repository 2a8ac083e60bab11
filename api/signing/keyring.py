"""The file with the log's private keys. It lies beside the ledger, never in it, and is read by its owner alone."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from api.files import put_in_place
from domain.errors import DamagedLedger, StoreUnavailable
from domain.tlog.errors import BadKey
from domain.tlog.keys import SigningKey

_OTHERS: Final = 0o077
_SEED: Final = 32


class Keyring:
    """The file `path`: one key a line, as Go's `note` writes them, the one that signs first.

    A key that has just been replaced may stay below the new one; checkpoints carry the signatures of all of them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def read(self) -> tuple[SigningKey, ...]:
        """The keys, at least one.

        Raises `StoreUnavailable` if there is no such file, it cannot be read, or others than its owner may read it, and
        `DamagedLedger` if it does not hold keys.
        """
        try:
            if self.path.stat().st_mode & _OTHERS:
                raise StoreUnavailable(f"{self.path} can be read by others than its owner; take that away: chmod 600.")
            lines = self.path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreUnavailable(f"The log's key {self.path} cannot be read ({error}).") from error
        try:
            keys = tuple(map(SigningKey.parse, lines))
        except BadKey as error:
            raise DamagedLedger(f"{self.path.name} holds something else than keys ({error})") from error
        if not keys:
            raise DamagedLedger(f"{self.path.name} holds no key")
        return keys

    def write(self, keys: Iterable[SigningKey]) -> None:
        """Puts these keys in place of those that are there, flushed; a crash leaves the old file or the new one."""
        text = "".join(f"{key.render()}\n" for key in keys)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_in_place(self.path, text.encode("ascii"))


def new_key(origin: str, entropy: Callable[[int], bytes]) -> SigningKey:
    """A fresh key for the log of this origin. Raises `BadKey` if the origin is no name of a key."""
    return SigningKey(origin, entropy(_SEED))
