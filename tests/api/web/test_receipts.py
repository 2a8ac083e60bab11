"""Receipts: what the views came to, recorded once a day and on request, and listed for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from api.receipts import EVERY, Receipts
from api.verification import Beside, verify
from domain.errors import NotCaughtUp
from projections.register import ALL
from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do


@pytest.fixture
def running(story: Office) -> Iterator[Office]:
    """An office with a story, whose views follow by themselves."""
    story.runner.start()
    yield story
    story.runner.stop()


def listed(office: Office, query: str = "", **given: Any) -> Any:
    return office.get(f"/receipts{query}", **given).then(200).body


def record_something(office: Office) -> None:
    office.desk.given(Do("parties.create", bodies.party()))


def test_a_receipt_tells_what_each_view_came_to_and_is_true(running: Office) -> None:
    head = running.desk.store.head().position

    made = running.house.receipts.make()

    assert made.upto == head
    assert [(each.projection, each.version) for each in made.projections] == [(p.NAME, p.VERSION) for p in ALL]
    found = verify(running.desk.store, Beside(views=running.house.views))
    assert (found.ok, found.receipts) == (True, 1)


def test_receipts_are_listed_for_everybody_the_newest_first(running: Office) -> None:
    first = running.house.receipts.make()
    second = running.house.receipts.make()

    shown = listed(running, by=None)
    page = listed(running, "?limit=1", by=None)
    older = listed(running, f"?limit=1&after={page['next']}", by=None)

    assert [item["upto"] for item in shown["items"]] == [second.upto, first.upto]
    assert shown["items"][1]["projections"] == [each.model_dump() for each in first.projections]
    assert shown["next"] is None
    assert page["items"] + older["items"] == shown["items"]
    assert older["next"] is None


def test_a_stranger_is_told_digests_and_nothing_of_the_desk(running: Office) -> None:
    running.house.receipts.make()

    (item,) = listed(running, by=None)["items"]

    assert sorted(item) == ["position", "projections", "recorded_at", "upto"]
    assert all(sorted(each) == ["digest", "projection", "version"] for each in item["projections"])
    assert all(len(bytes.fromhex(each["digest"])) == 32 for each in item["projections"])


def test_one_is_due_a_day_after_the_last_if_anything_was_recorded_since(running: Office) -> None:
    receipts = running.house.receipts
    early = receipts.make_due()
    running.skip(EVERY + timedelta(minutes=1))
    made = receipts.make_due()
    at_once = receipts.make_due()
    running.skip(EVERY + timedelta(minutes=1))
    nothing_new = receipts.make_due()
    record_something(running)
    again = receipts.make_due()

    assert (early, at_once, nothing_new) == (None, None, None)
    assert made is not None
    assert again is not None
    assert again.upto > made.upto


def test_two_who_make_the_daily_receipt_at_once_make_one(running: Office) -> None:
    running.skip(EVERY + timedelta(minutes=1))
    house, made = running.house, list[object]()
    both = [Receipts(house.newsroom, house.views, lambda: running.now) for _ in range(4)]
    threads = [Thread(target=lambda each=each: made.append(each.make_due())) for each in both]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([each for each in made if each is not None]) == 1
    assert len(listed(running)["items"]) == 1


def test_no_receipt_is_made_of_views_that_stay_behind(story: Office) -> None:
    story.runner.catch_up()
    record_something(story)

    with pytest.raises(NotCaughtUp):
        story.house.receipts.make(patience=0.05)

    assert listed(story)["items"] == []
