"""Settings: where the data lies and where to serve. Options come before `STEMMA_…` variables, and they before a file.

The file is TOML: the one that `STEMMA_CONFIG` names, or else `stemma.toml` in the data folder, if it is there.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from domain.errors import InvalidInput
from domain.streams import CAPACITY

NAMES: Final = (
    "data",
    "host",
    "port",
    "store",
    "rate_public",
    "rate_desk",
    "rate_refused",
    "trusted_proxies",
    "records_in_memory",
    "snapshot_bytes",
    "checkpoint_copy",
    "log_policy",
)
"""Every setting; the variable is `STEMMA_` and the name in capitals."""

HIGHEST_RATE: Final = 1_000_000_000
MOST_RECORDS: Final = 100_000_000
LARGEST_SNAPSHOT: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. `store` is `sqlite`: the ledger is the file `ledger.db` in the data folder.

    The rates are requests a minute, 0 for no limit: of one address of the public, of one person or program of the desk,
    and attempts of one address with tokens that open nothing. `trusted_proxies` are the addresses and networks whose
    word for their clients' addresses (X-Forwarded-For) is believed. `records_in_memory` is how many records are
    remembered as they stand; any other is read from the ledger again. `snapshot_bytes` is how long a snapshot may be.
    `checkpoint_copy` is a file, best on another machine's disk, that also holds the last signed checkpoint.
    `log_policy` is a file that names the witnesses which are asked to cosign, and their quorum (C2SP tlog-policy).
    """

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    store: str = "sqlite"
    rate_public: int = 1_200
    rate_desk: int = 60_000
    rate_refused: int = 30
    trusted_proxies: tuple[str, ...] = ()
    records_in_memory: int = CAPACITY
    snapshot_bytes: int = 20_000_000
    checkpoint_copy: Path | None = None
    log_policy: Path | None = None

    @property
    def ledger(self) -> Path:
        """The file that must never be lost."""
        return self.data / "ledger.db"

    @property
    def views(self) -> Path:
        """The file that can be rebuilt from the ledger."""
        return self.data / "views.db"

    @property
    def sessions(self) -> Path:
        """The file that says who is signed in with a browser; without it, people sign in again."""
        return self.data / "sessions.db"

    @property
    def snapshots(self) -> Path:
        """The folder with the bytes of snapshots, which no rebuild brings back."""
        return self.data / "snapshots"

    @property
    def log(self) -> Path:
        """The folder of the log's key and checkpoints, which a backup leaves out: only one ledger may sign with it."""
        return self.data / "log"

    @property
    def signing_key(self) -> Path:
        """The file of the log's private keys."""
        return self.log / "signing.key"

    @property
    def fingerprint_key(self) -> Path:
        """The key of the fingerprints by which a repeated request is recognised: 32 bytes."""
        return self.data / "fingerprint.key"


_USUAL: Final = Settings()


def load(options: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings from options (None means not given), environment and file.

    Raises `InvalidInput` for a file that cannot be read, a name that is no setting, and a value that does not fit.
    """
    given = {name: value for name, value in options.items() if value is not None}
    variables = {name: value for name in NAMES if (value := environment.get(f"STEMMA_{name.upper()}"))}
    data = given.get("data") or variables.get("data") or _USUAL.data
    file = _read(environment.get("STEMMA_CONFIG"), Path(data) / "stemma.toml")
    chosen: dict[str, Any] = {**file, **variables, **given}
    unknown = sorted(set(chosen) - set(NAMES))
    if unknown:
        raise InvalidInput(f"There is no setting named {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    return _settings(chosen)


def _read(named: str | None, usual: Path) -> dict[str, Any]:
    path = Path(named) if named else usual
    if not named and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InvalidInput(f"The settings file {path} cannot be read: {problem}.") from problem


def _settings(chosen: Mapping[str, Any]) -> Settings:
    settings = Settings(
        data=Path(chosen.get("data", _USUAL.data)),
        host=str(chosen.get("host", _USUAL.host)),
        port=_number(chosen, "port", 65_535),
        store=str(chosen.get("store", _USUAL.store)),
        rate_public=_number(chosen, "rate_public", HIGHEST_RATE),
        rate_desk=_number(chosen, "rate_desk", HIGHEST_RATE),
        rate_refused=_number(chosen, "rate_refused", HIGHEST_RATE),
        trusted_proxies=_networks(chosen.get("trusted_proxies", ())),
        records_in_memory=_number(chosen, "records_in_memory", MOST_RECORDS),
        snapshot_bytes=_number(chosen, "snapshot_bytes", LARGEST_SNAPSHOT),
        checkpoint_copy=_path(chosen, "checkpoint_copy"),
        log_policy=_path(chosen, "log_policy"),
    )
    if settings.store != "sqlite":
        raise InvalidInput("The setting 'store' is 'sqlite': the ledger is a file in the data folder.")
    return settings


def _number(chosen: Mapping[str, Any], name: str, most: int) -> int:
    text = str(chosen.get(name, getattr(_USUAL, name)))
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) > most:
        raise InvalidInput(f"The setting '{name}' is a whole number from 0 to {most}.")
    return int(text)


def _path(chosen: Mapping[str, Any], name: str) -> Path | None:
    return Path(str(chosen[name])) if chosen.get(name) else None


def _networks(value: Any) -> tuple[str, ...]:
    """Addresses and networks, of a list or of a text with commas between them."""
    parts = value.split(",") if isinstance(value, str) else value
    try:
        return tuple(str(ip_network(str(part).strip())) for part in parts if str(part).strip())
    except (TypeError, ValueError):
        raise InvalidInput(
            "The setting 'trusted_proxies' lists addresses and networks, as 127.0.0.1, 10.0.0.0/8."
        ) from None
