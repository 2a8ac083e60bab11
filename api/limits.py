"""How many requests a client may send: token buckets in the memory of this process.

Three quotas. `public` counts the requests of one address (of IPv6, of one /64 network); `desk` those of one person or
program of the desk, whichever token or session they come with; `refused` counts the tokens of one address that opened
nothing, and stops further attempts from there while those whose tokens are known go on.

The machine itself (a loopback address) is not limited: it is the operator, or a proxy whose own clients are not told
apart. What is remembered of clients is bounded; the one not heard of for longest is forgotten, which is as good as a
full bucket. Processes of one data folder count each for itself.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from time import monotonic
from typing import Final, NamedTuple

from api.exchange import Noted, Pairs

WINDOW: Final = 60
"""Seconds in which an empty bucket fills up."""

CLIENTS: Final = 50_000
"""Clients that one quota remembers at most."""

_EXEMPT: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_SIGN_IN: Final = ("POST", "/signin")


class Level(NamedTuple):
    """How a client stands with a quota: whether the request passes, how many more would, seconds until it is whole."""

    passes: bool
    left: int
    whole_in: int


class Quota:
    """At most `number` requests at once, refilled evenly within `WINDOW` seconds; 0 lets everything pass.

    It keeps one number of each client: the moment at which its bucket is full again.
    """

    def __init__(self, name: str, number: int, clock: Callable[[], float], room: int = CLIENTS) -> None:
        self.name = name
        self.policy: Final = f'"{name}";q={number};w={WINDOW}'.encode()
        self._number = number
        self._each = WINDOW / number if number else 0.0
        self._clock = clock
        self._room = room
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def __bool__(self) -> bool:
        return self._number > 0

    def take(self, client: str) -> Level:
        """Counts one request, unless the bucket is empty."""
        now = self._clock()
        missing = max(self._full_at.get(client, now) - now, 0.0)
        left = self._left(missing)
        if left < 1:
            return Level(passes=False, left=0, whole_in=ceil(missing))
        self._full_at[client] = now + missing + self._each
        self._full_at.move_to_end(client)
        if len(self._full_at) > self._room:
            self._full_at.popitem(last=False)
        return Level(passes=True, left=left - 1, whole_in=ceil(missing + self._each))

    def look(self, client: str) -> Level:
        """How the client stands, without counting."""
        missing = max(self._full_at.get(client, 0.0) - self._clock(), 0.0)
        left = self._left(missing)
        return Level(passes=left > 0, left=left, whole_in=ceil(missing))

    def _left(self, missing: float) -> int:
        if not self._number:
            return 1
        # A whole number of requests must not be lost to the last binary digit of a time.
        return int((WINDOW - missing) / self._each + 1e-6)


class Admission(NamedTuple):
    """Whether a request passes. `headers` tell the client how it stands; `exceeded` is the name of an empty quota.

    `client` and `credential` are what the request was counted by; None where there is no limit, or none was sent.
    """

    headers: Pairs
    exceeded: str | None = None
    client: str | None = None
    credential: bytes | None = None


_FREE: Final = Admission([])


class Limits:
    """The quotas of one application. Not for several threads at once: the event loop's thread asks it."""

    def __init__(self, public: int, desk: int, refused: int, clock: Callable[[], float] = monotonic) -> None:
        self._public = Quota("public", public, clock)
        self._desk = Quota("desk", desk, clock)
        self._refused = Quota("refused", refused, clock)
        self._actors: OrderedDict[bytes, str] = OrderedDict()

    def admit(self, method: str, path: str, host: str | None, sent: Pairs) -> Admission:
        """Counts a request from this address (None: a local socket) with these headers, before anything reads it."""
        client = None if host is None else client_of(host)
        if client is None or path in _EXEMPT or path.startswith("/static/"):
            return _FREE
        credential = _credential(sent)
        actor = None if credential is None else self._actors.get(credential)
        if actor is not None:
            return _counted(self._desk, self._desk.take(actor), client, credential)
        if credential is not None or (method, path) == _SIGN_IN:
            level = self._refused.look(client)
            if not level.passes:
                return _counted(self._refused, level, client, credential)
        return _counted(self._public, self._public.take(client), client, credential)

    def settle(self, admission: Admission, noted: Noted) -> None:
        """Takes in what was found out about a request that was admitted."""
        if admission.client is None:
            return
        if noted.refused:
            self._refused.take(admission.client)
        if admission.credential is None:
            return
        if noted.actor is None:
            self._actors.pop(admission.credential, None)
            return
        self._actors[admission.credential] = noted.actor
        self._actors.move_to_end(admission.credential)
        if len(self._actors) > CLIENTS:
            self._actors.popitem(last=False)


@lru_cache(maxsize=4_096)
def client_of(host: str) -> str | None:
    """Which client an address belongs to: IPv4 as it is, IPv6 by its /64 network; None for this machine."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]  # a proxy's own word for a client that it does not name
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return None
    return str(IPv6Network((address, 64), strict=False) if isinstance(address, IPv6Address) else address)


def _credential(sent: Pairs) -> bytes | None:
    """A hash of what the client shows of itself: the Authorization header, or else the cookies with a session."""
    shown = b""
    for name, value in sent:
        if name == b"authorization":
            return sha256(value).digest()
        if name == b"cookie" and b"stemma=" in value:
            shown += value
    return sha256(shown).digest() if shown else None


def _counted(quota: Quota, level: Level, client: str, credential: bytes | None) -> Admission:
    if not quota:
        return Admission([], None, client, credential)
    standing = f'"{quota.name}";r={level.left};t={level.whole_in}'.encode()
    headers = [(b"ratelimit-policy", quota.policy), (b"ratelimit", standing)]
    if level.passes:
        return Admission(headers, None, client, credential)
    headers.append((b"retry-after", str(level.whole_in).encode()))
    return Admission(headers, quota.name, client, credential)
