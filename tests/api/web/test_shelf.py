"""Answers to the public that are kept: given again while nothing changed, never later, never to anybody else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse

from api.shelf import Shelf
from tests.api.web.office import Answer, Office, Request
from tests.support import bodies
from tests.support.desk import Do
from tests.support.serving import PATIENCE

PUBLISH = Do("claims.publication", {}, ("@c1",))
REWORD = Do("claims.rewording", bodies.rewording("One person died, they say."), ("@c1",))


def shelf_of(office: Office) -> Shelf:
    """The shelf that stands in the office's application."""
    office.app.middleware_stack = office.app.middleware_stack or office.app.build_middleware_stack()
    layer: Any = office.app.middleware_stack
    while not isinstance(layer, Shelf):
        layer = layer.__dict__.get("app") or layer.__dict__.get("_app")
    return layer


def claim(office: Office, **given: Any) -> Answer:
    return office.get(f"/claims/{office.desk.id('c1')}", **given)


def page(office: Office, **given: Any) -> Answer:
    return office.get(f"~/claims/{office.desk.id('c1')}", **given)


def told(answer: Answer) -> tuple[int, bytes, dict[str, str]]:
    return answer.status, answer.content, {k: v for k, v in answer.headers.items() if k != "x-request-id"}


@pytest.mark.parametrize("read", [claim, page])
def test_while_nothing_changes_the_same_answer_is_given_without_being_made_again(story: Office, read: Any) -> None:
    story.desk.given(PUBLISH)
    first = read(story).then(200)
    shelf = shelf_of(story)
    hits, misses = shelf._uses.hits, shelf._uses.misses

    again = read(story)

    assert told(again) == told(first)
    assert (shelf._uses.hits, shelf._uses.misses) == (hits + 1, misses)


@pytest.mark.parametrize("read", [claim, page])
def test_after_any_event_the_answer_is_made_anew(story: Office, read: Any) -> None:
    story.desk.given(PUBLISH)
    before = read(story).then(200)

    story.desk.given(REWORD)

    assert b"One person died, they say." not in before.content
    assert b"One person died, they say." in read(story).then(200).content


def test_a_record_is_up_to_date_before_the_views_are(story: Office) -> None:
    story.desk.given(PUBLISH)
    story.get(f"/claims/{story.desk.id('c1')}")
    story.desk.given(REWORD)

    (answer,) = story.ask(story.request("GET", f"/claims/{story.desk.id('c1')}"))

    assert answer.body["statement"] == "One person died, they say."


def test_when_only_the_views_move_lists_are_made_anew(story: Office) -> None:
    story.get("/claims")
    story.desk.given(PUBLISH)
    (behind,) = story.ask(story.request("GET", "/claims"))
    assert behind.body["items"] == []

    assert [item["id"] for item in story.get("/claims").body["items"]] == [story.desk.id("c1")]


@pytest.mark.parametrize("read", [claim, page])
def test_what_the_desk_sees_is_neither_kept_nor_given_to_the_public(story: Office, read: Any) -> None:
    shelf = shelf_of(story)
    assert read(story, by="ed").status == 200

    assert read(story).status == 404
    assert (shelf._uses.hits, len(shelf._kept)) == (0, 0)

    story.desk.given(PUBLISH)
    public = read(story).then(200)
    assert told(read(story, by="ed")) != told(public)


def test_a_cookie_is_asked_about_every_time(story: Office) -> None:
    story.desk.given(PUBLISH)
    shelf = shelf_of(story)
    claim(story)

    claim(story, cookie="theme=dark")

    assert (shelf._uses.hits, shelf._uses.misses) == (0, 1)


@pytest.mark.parametrize("read", [claim, page])
def test_whoever_has_it_is_told_that_it_is_the_same(story: Office, read: Any) -> None:
    story.desk.given(PUBLISH)
    tag = read(story).headers["etag"]

    for _ in range(2):
        same = read(story, if_none_match=f'"other", {tag}')
        assert (same.status, same.content, same.headers["etag"]) == (304, b"", tag)
        assert same.headers["vary"] == "Authorization, Cookie, Accept"
        assert "content-type" not in same.headers
        assert read(story, if_none_match='"other"').status == 200

    story.desk.given(REWORD)
    assert read(story, if_none_match=tag).status == 200


def test_refusals_are_not_kept(story: Office) -> None:
    story.get("/claims?limit=0").then(422)
    story.get("/claims/clm_none").then(404)

    assert not shelf_of(story)._kept


def test_a_query_is_part_of_the_question(story: Office) -> None:
    story.desk.given(PUBLISH)

    assert len(story.get("/claims?limit=1").body["items"]) == 1
    assert story.get("/claims?withdrawn=true").body["items"] == []
    assert len(story.get("/claims?limit=1").body["items"]) == 1


class Kitchen:
    """An application that makes answers of a given size and counts them."""

    def __init__(self, size: int, *, parts: bool = False) -> None:
        self.made = 0
        self._size = size
        self._parts = parts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        self.made += 1
        headers = {"ETag": f'"{self._size}"'}
        body = b"x" * self._size
        if self._parts:
            await StreamingResponse(self._slices(body), headers=headers)(scope, receive, send)
        else:
            await Response(body, headers=headers)(scope, receive, send)

    async def _slices(self, body: bytes) -> Any:
        for start in range(0, len(body), 10):
            yield body[start : start + 10]


async def ask(shelf: Shelf, path: str) -> bytes:
    messages: list[Any] = []

    async def take(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    await shelf(Request("GET", path).scope, receive, take)
    return b"".join(message.get("body", b"") for message in messages[1:])


def paths(count: int) -> Iterator[str]:
    return (f"/{number}" for number in range(count))


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kitchen = Kitchen(1_000)
    shelf = Shelf(kitchen, lambda: 1, room=10_000)

    async def walk() -> None:
        for path in (*paths(20), "/19", "/0"):
            await ask(shelf, path)

    asyncio.run(walk())

    assert (shelf._uses.hits, kitchen.made) == (1, 21)
    assert sum(kept.size for kept in shelf._kept.values()) == shelf._size <= 10_000


def test_many_who_ask_at_once_get_one_answer() -> None:
    kitchen = Kitchen(1_000)
    shelf = Shelf(kitchen, lambda: 1)

    async def crowd() -> list[bytes]:
        return await asyncio.gather(*(ask(shelf, "/same") for _ in range(50)))

    assert asyncio.run(crowd()) == [b"x" * 1_000] * 50
    assert kitchen.made == 1


def test_whoever_waits_asks_when_the_one_before_has_given_up() -> None:
    kitchen = Kitchen(1_000)
    shelf = Shelf(kitchen, lambda: 1)

    async def crowd() -> list[Any]:
        asking = [asyncio.create_task(ask(shelf, "/same")) for _ in range(5)]
        await asyncio.sleep(0)
        asking[0].cancel()
        return await asyncio.gather(*asking, return_exceptions=True)

    first, *others = asyncio.run(crowd())

    assert isinstance(first, asyncio.CancelledError)
    assert others == [b"x" * 1_000] * 4
    assert not shelf._making


@pytest.mark.parametrize("kitchen", [Kitchen(1_000, parts=True), Kitchen(600 * 1024)], ids=["parts", "large"])
def test_nobody_waits_for_a_client_that_does_not_take_its_answer(kitchen: Kitchen) -> None:
    shelf = Shelf(kitchen, lambda: 1)

    async def never(*_: Any) -> Any:
        await asyncio.Event().wait()

    async def crowd() -> bytes:
        stalled = asyncio.create_task(shelf(Request("GET", "/same").scope, never, never))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(ask(shelf, "/same"))
        done, _ = await asyncio.wait([waiting], timeout=PATIENCE)
        stalled.cancel()
        return done.pop().result() if done else b""

    assert asyncio.run(crowd())


def test_a_long_question_takes_room_too() -> None:
    shelf = Shelf(Kitchen(10), lambda: 1, room=100_000)

    async def walk() -> None:
        for number in range(20):
            await ask(shelf, f"/?{number}=" + "x" * 20_000)

    asyncio.run(walk())

    assert len(shelf._kept) == 4


def test_what_is_no_wish_for_a_page_gets_none(office: Office) -> None:
    office.get("~/problems/not-found", accept="text/html").then(200)

    for _ in range(2):
        answer = office.get("~/problems/not-found", accept="text/html-sandboxed").then(200)
        assert answer.headers["content-type"] == "application/json"


def test_an_answer_that_comes_in_parts_or_is_too_large_is_passed_on() -> None:
    for kitchen in (Kitchen(1_000, parts=True), Kitchen(600 * 1024)):
        shelf = Shelf(kitchen, lambda: 1)

        async def twice(shelf: Shelf = shelf) -> list[bytes]:
            return [await ask(shelf, "/"), await ask(shelf, "/")]

        first, second = asyncio.run(twice())
        assert first == second
        assert set(first) == {ord("x")}
        assert (kitchen.made, len(shelf._kept)) == (2, 0)
