"""Settings: where the data lies and where to serve. Options come before `STEMMA_…` variables, and they before a file.

The file is TOML: the one that `STEMMA_CONFIG` names, or else `stemma.toml` in the data folder, if it is there.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from domain.errors import InvalidInput

NAMES: Final = ("data", "host", "port", "store")
"""Every setting; the variable is `STEMMA_` and the name in capitals."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. `store` is `sqlite`: the ledger is the file `ledger.db` in the data folder."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    store: str = "sqlite"

    @property
    def ledger(self) -> Path:
        """The file that must never be lost."""
        return self.data / "ledger.db"

    @property
    def views(self) -> Path:
        """The file that can be rebuilt from the ledger."""
        return self.data / "views.db"

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
        port=_port(chosen.get("port", _USUAL.port)),
        store=str(chosen.get("store", _USUAL.store)),
    )
    if settings.store != "sqlite":
        raise InvalidInput("The setting 'store' is 'sqlite': the ledger is a file in the data folder.")
    return settings


def _port(value: Any) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise InvalidInput("The setting 'port' is a whole number from 0 to 65535.")
    return int(text)
