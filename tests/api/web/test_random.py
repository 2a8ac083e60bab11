"""Random ledgers: whatever was recorded can be shown, at any moment, and nothing that is withheld slips out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.bootstrap import House, furnish
from api.history import history
from api.moments import Moment
from api.readers import SHOWN
from api.representations import AUDIENCES, shapes
from api.settings import Settings
from domain.audience import open_positions
from domain.errors import NotFound
from domain.events import Recorded
from projections.runner import Runner
from projections.views import Views
from tests.api.web.shaped import fits
from tests.support.desk import Desk
from tests.support.ledgers import random_desk

KINDS = {"pty": "party", "src": "source", "clm": "claim", "art": "article"}
STANDING = ("title", "url", "as_named", "topics", "exact_words", "name", "description", "same_as")
"""Fields that may still rest on an event which is withheld for another text that was given up."""


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, str):
        yield value
        return
    elif not isinstance(value, list | tuple):
        return
    for part in value:
        yield from leaves(part)


def house_of(desk: Desk, folder: Path) -> House:
    views = Views(folder / "views.db", passing=True)
    runner = Runner(desk.store, desk.newsroom.streams, views)
    runner.catch_up()
    return furnish(Settings(), desk.newsroom, views, runner)


def secrets_of(house: House, streams: dict[str, list[Recorded]]) -> set[str]:
    """Texts that only withheld events hold, and that the record did not show when it was opened."""
    told: set[str] = set()
    withheld: set[str] = set()
    for stream, events in streams.items():
        opened_at = house.index.opened_at(stream)
        open = frozenset() if opened_at is None else open_positions(events, opened_at)
        for recorded in events:
            said = set(leaves(recorded.event.words.model_dump() if recorded.event.words else {}))
            (told if recorded.position in open else withheld).update(said)
        if opened_at is not None:
            shown = house.reader.show(KINDS[stream[:3]], stream, "desk", Moment(position=opened_at))
            told.update(leaves([shown.get(field) for field in STANDING]))
    return withheld - told


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), length=st.integers(1, 60))
def test_all_is_shown_to_the_desk_and_nothing_withheld_to_the_public(
    tmp_path_factory: Any, seed: int, length: int
) -> None:
    with random_desk(seed, length) as desk:
        house = house_of(desk, tmp_path_factory.mktemp("views"))
        streams: dict[str, list[Recorded]] = {}
        for recorded in desk.newsroom.streams.events():
            if recorded.stream[:3] in KINDS:
                streams.setdefault(recorded.stream, []).append(recorded)
        secrets = secrets_of(house, streams)
        moments = [Moment(), *(Moment(position=desk.store.boundary(p)) for p in range(1, desk.length + 1, 5))]

        for stream, events in streams.items():
            for audience in AUDIENCES:
                for moment in moments:
                    try:
                        shown = house.reader.show(KINDS[stream[:3]], stream, audience, moment)
                        past = history(house.reader, KINDS[stream[:3]], stream, audience, moment).items
                    except NotFound:
                        before = moment.position is not None and moment.position < events[0].position
                        assert audience == "public" or before
                        continue
                    assert shown["id"] == stream
                    fits(SHOWN[KINDS[stream[:3]]], shown)
                    fits(list[shapes.HistoryItem], past)
                    assert shown["version"] == len([item for item in past if item["stream"] == stream])
                    if audience == "public":
                        assert secrets.isdisjoint(leaves(shown))
                        assert secrets.isdisjoint(leaves(past))
        house.views.close()
