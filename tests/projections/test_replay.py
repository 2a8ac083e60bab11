"""What is replayed by the time of decision is a beginning of each stream."""

from dataclasses import replace

from projections.replay import replay
from tests.support import bodies
from tests.support.desk import Desk, Do

FIRST, SECOND, THIRD = (f"{year}-06-21T07:00:00.000000Z" for year in (2013, 2014, 2015))


def test_nothing_is_replayed_of_a_stream_after_what_was_decided_later(desk: Desk) -> None:
    for statement in ("Second.", "Third."):
        desk.given(Do("claims.rewording", bodies.rewording(statement), ("@c2",)))
    asserted, second, third = desk.history("c2")
    events = [
        replace(asserted, decided_at=FIRST),
        replace(second, decided_at=THIRD),
        replace(third, decided_at=SECOND),
    ]

    versions = [replay(events, decided)[asserted.stream].version for decided in (FIRST, SECOND, THIRD)]

    assert versions == [1, 1, 3]
