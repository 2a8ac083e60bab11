"""Schemas that are worked out when somebody asks for the description, and not when a server starts.

What a hundred types look like takes longer to work out than everything else that an application is made of, and whoever
restarts a server waits for it.
"""

from collections.abc import Callable
from typing import Any, Final

Said = dict[str, Any]

_PLACE: Final = "#/promised/"
_PROMISED: Final[dict[str, Callable[[], Said]]] = {}


def promised(name: str, make: Callable[[], Said]) -> Said:
    """Stands for the schema that `make` gives, until `kept` puts that in its place. One name means one schema."""
    _PROMISED[name] = make
    return {"$ref": f"{_PLACE}{name}"}


def kept(said: Any) -> Any:
    """The same with every promised schema in its place."""
    if isinstance(said, list):
        return [kept(part) for part in said]
    if not isinstance(said, dict):
        return said
    if str(said.get("$ref")).startswith(_PLACE):
        return _PROMISED[said["$ref"].removeprefix(_PLACE)]()
    return {name: kept(part) for name, part in said.items()}
