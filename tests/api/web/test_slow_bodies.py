"""A body may take its time to arrive; what its sender may do is asked when it is there."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do


def send_slowly(office: Office, meanwhile: Callable[[], object]) -> int:
    """The status that a creation by `ed` is answered with, when something happens before its body is complete."""
    request = office.request("POST", "/claims", bodies.claim(), by="ed")
    content, statuses = json.dumps(bodies.claim()).encode(), []
    chunks = iter([(content[:20], True), (content[20:], False)])

    async def receive() -> dict[str, Any]:
        chunk, more = next(chunks)
        if not more:
            meanwhile()
        return {"type": "http.request", "body": chunk, "more_body": more}

    async def take(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    answered: Awaitable[None] = office.app(request.scope, receive, take)

    async def wait() -> None:
        await answered

    asyncio.run(wait())
    (status,) = statuses
    return int(status)


def test_it_is_recorded_when_it_is_there(story: Office) -> None:
    assert send_slowly(story, lambda: None) == 201


@pytest.mark.parametrize(("command", "status"), [("actors.roles.revocation", 403), ("actors.tokens.revocation", 401)])
def test_who_has_lost_the_right_meanwhile_records_nothing(story: Office, command: str, status: int) -> None:
    actor = story.desk.newsroom.desk.actors[story.desk.id("ed")]
    lost = "editor" if command == "actors.roles.revocation" else actor.token_ids[0]
    before = story.length

    answer = send_slowly(story, lambda: story.desk.do(Do(command, bodies.because(), ("@ed", lost), by="ad")))

    assert answer == status
    assert story.length == before + 1
