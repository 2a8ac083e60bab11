"""Which time an event is recorded at: the system clock's, but never at or before the time already given."""

from datetime import datetime, timedelta

from domain.errors import ClockBehind
from domain.ledger.rows import moment, stamp

TOLERANCE = timedelta(seconds=5)
"""How far the newest stamp may lie ahead of the system clock before writing stops."""

NO_CEILING = "9999-12-31T23:59:59.999999Z"
"""A ceiling that no stamp exceeds."""

_TICK = timedelta(microseconds=1)


def next_stamp(last: str | None, now: datetime, ceiling: str | None) -> str:
    """The stamp for the next command: `now`, or a microsecond after `last` if that is later.

    Raises ClockBehind if `last` lies more than five seconds ahead of `now`, unless the stamp given is no later than
    `ceiling`, up to which an operator has allowed it. ValueError if `now` has no time zone.
    """
    latest = moment(last) if last is not None else None
    if latest is None or now > latest:
        return stamp(now)
    following = stamp(latest + _TICK)
    if latest - now > TOLERANCE and (ceiling is None or following > ceiling):
        raise ClockBehind(stamp(latest), stamp(now))
    return following
