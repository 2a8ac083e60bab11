"""What those who answer a request tell those who stand around it."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

Pairs = list[tuple[bytes, bytes]]
"""Headers as ASGI has them, names in small letters."""


@dataclass(slots=True)
class Noted:
    """What was found out while a request was answered.

    `actor` is who of the desk sent it; `refused` says that it came with a token that opens nothing. `headers` go out
    with the answer, whatever it is.
    """

    actor: str | None = None
    refused: bool = False
    headers: Pairs = field(default_factory=list)


def noted(scope: MutableMapping[str, Any]) -> Noted:
    """What is noted of this request; the same for all who hold its scope."""
    found: Noted = scope.setdefault("stemma.noted", Noted())
    return found
