"""The mark of kept answers, where the clock has a say: it turns when something falls due, and not before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from projections.due import turns
from projections.views import Views

_BEGINNING: Final = ""
_NEVER: Final = "9999-12-31T23:59:59.999999Z"

Standing = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Between which two turns the moment lay that was asked about last, while ledger and views stood so."""

    standing: Standing
    last: str
    following: str

    def holds(self, standing: Standing, at: str) -> bool:
        return self.standing == standing and self.last < at <= self.following


class Turning:
    """Adds to how far the ledger and the views have got (`standing`) the last turn before now.

    Two marks are equal only if nothing happened between them, and nothing fell due. The views are asked for turns only
    where they moved or a turn has come.
    """

    def __init__(self, standing: Callable[[], Standing], views: Views, clock: Callable[[], str]) -> None:
        self._standing = standing
        self._views = views
        self._clock = clock
        self._known = _Known((), _BEGINNING, _BEGINNING)

    def __call__(self) -> tuple[Standing, str]:
        """Raises `Unavailable` where it cannot be told."""
        standing, at = self._standing(), self._clock()
        if not self._known.holds(standing, at):
            with self._views.reading() as reading:
                last, following = turns(reading, at)
            self._known = _Known(standing, last or _BEGINNING, following or _NEVER)
        return standing, self._known.last
