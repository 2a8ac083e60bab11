"""What a proof bundle that somebody brings is worth, as this ledger can tell. Nothing of it is kept.

A bundle of this ledger's log is checked with the ledger's own keys, whichever it names itself; one of another log with
the key in it, so that whoever brought it has to compare that key with what they know.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from api.bootstrap import House
from api.logbook import given_up, own_keys
from domain.proof.bundle import Bundle, State
from domain.proof.checking import NotProven, Proven, check, read
from domain.tlog.policy import Policy
from domain.tlog.proving import root_of
from projections.log.tiles import Tiles, nodes

_LONGEST: Final = 500
"""Characters of what is said about a bundle that proves nothing, at most: it may repeat parts of it."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What came of it: `proven`, or else why not.

    `ours` says that the bundle is of this ledger's log. `states` counts its events by how much is told of each.
    `continued` tells of a checkpoint of this log whether the ledger still has the events that it covers, None where the
    views have not taken in so many. `given_up`: it was signed only with keys after which the log began anew.
    """

    claim: str
    origin: str
    ours: bool
    proven: Proven | None
    refusal: str
    states: dict[State, int]
    continued: bool | None
    given_up: bool


def assess(house: House, data: bytes) -> Assessed:
    """Checks the bundle that these bytes are. Raises `InvalidInput` if they are none, and `Unavailable`."""
    bundle = read(data)
    ours = bundle.log.origin == house.newsroom.desk.origin
    try:
        proven = check(bundle, _policy(house) if ours else None)
    except NotProven as refusal:
        return _assessed(bundle, ours=ours, refusal=str(refusal)[:_LONGEST])
    if not ours:
        return _assessed(bundle, ours=False, proven=proven)
    gone = given_up(house.newsroom.desk.keys)
    return _assessed(
        bundle,
        ours=True,
        proven=proven,
        continued=_continued(house, proven),
        given_up=gone.issuperset(proven.vkeys),
    )


def _assessed(
    bundle: Bundle,
    *,
    ours: bool,
    proven: Proven | None = None,
    refusal: str = "",
    continued: bool | None = None,
    given_up: bool = False,
) -> Assessed:
    states = Counter[State](item.state for item in bundle.events)
    return Assessed(bundle.claim, bundle.log.origin, ours, proven, refusal, dict(states), continued, given_up)


def _policy(house: House) -> Policy:
    return Policy.of_logs(own_keys(house.newsroom.desk))


def _continued(house: House, proven: Proven) -> bool | None:
    """Whether the ledger's own tree of that size has that root."""
    with house.views.reading() as reading:
        if reading.positions[Tiles.NAME] < proven.size:
            return None if house.store.head().position >= proven.size else False
        return root_of(proven.size, nodes(reading, proven.size)).hex() == proven.root
