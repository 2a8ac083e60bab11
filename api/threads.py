"""Threads for answers that take some computing.

All threads share one interpreter. Where forty of them compute at once, each is interrupted by all the others, and the
event loop too: fewer answers get ready, and none soon. So few compute, and the others wait for their turn.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

P = ParamSpec("P")
T = TypeVar("T")

ABREAST: Final = 2
"""How many answers are computed at once."""

_TURNS: Final = CapacityLimiter(ABREAST)


async def compute(make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function gives, computed in a thread as soon as there is a turn. It must not wait for anything."""
    return await to_thread.run_sync(lambda: make(*args, **kwargs), limiter=_TURNS)
