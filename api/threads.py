"""Threads for answers that take some computing, and for waiting.

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
_SEATS: Final = CapacityLimiter(40)
_BENCHES: Final = CapacityLimiter(2)


async def compute(make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function gives, computed in a thread as soon as there is a turn. It must not wait for anything."""
    return await to_thread.run_sync(lambda: make(*args, **kwargs), limiter=_TURNS)


async def wait_apart(wait: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function gives, which mostly waits. However many wait so, the threads of all others stay free."""
    return await to_thread.run_sync(lambda: wait(*args, **kwargs), limiter=_SEATS)


async def extract_apart(extract: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function gives, which has a process of its own work for it; two such processes work at once."""
    return await to_thread.run_sync(lambda: extract(*args, **kwargs), limiter=_BENCHES)
