"""The same request again: the first answer comes again, and nothing is recorded twice."""

from itertools import count
from typing import Any

import pytest

from domain.errors import StoreUnavailable
from domain.newsroom import ATTEMPTS
from domain.session import Session
from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do


def test_a_request_given_again_is_answered_as_before(story: Office) -> None:
    body = bodies.claim(citations=[bodies.citation(story.desk.id("s1"))])
    first = story.post("/claims", body, by="ed", key="once").then(201)
    length = story.length

    again = story.post("/claims", body, by="ed", key='"once"').then(201)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    for header in ("etag", "location", "ledger-position"):
        assert again.headers[header] == first.headers[header]
    assert story.length == length


def test_the_answer_is_that_of_then_however_the_record_has_changed(story: Office) -> None:
    claim, source = story.desk.id("c1"), story.desk.id("s1")
    path, body = f"/claims/{claim}/citations", bodies.citation(source, "context")
    first = story.post(path, body, by="ed", version=3, key="k").then(200)
    story.do(Do("claims.rewording", bodies.rewording(), ("@c1",))).then(200)
    standing = {"standing": "concern", "declared_by": "desk", **bodies.because()}
    story.do(Do("sources.standing", standing, ("@s1",))).then(200)

    again = story.post(path, body, by="ed", version=3, key="k").then(200)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"


def test_the_key_is_looked_up_before_the_condition(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}/rewording"
    story.post(path, bodies.rewording(), by="ed", version=3, key="k").then(200)

    assert story.post(path, bodies.rewording(), by="ed", key="k").then(200).body["version"] == 4
    story.post(path, bodies.rewording("Other words."), by="ed", version=3, key="l").then(412, "stale-version")


@pytest.mark.parametrize("other", [{"name": "Another"}, {"private": False}, {"decided_at": "2023-01-01T00:00:00Z"}])
def test_the_same_key_for_another_request_is_refused(office: Office, other: dict[str, Any]) -> None:
    office.post("/parties", bodies.party(), by="im", key="k").then(201)
    length = office.length

    office.post("/parties", bodies.party(**other), by="im", key="k").then(422, "key-reused")

    assert office.length == length


def test_a_key_belongs_to_whoever_used_it(office: Office) -> None:
    ours = office.post("/parties", bodies.party(), by="ed", key="k").then(201).body["id"]
    theirs = office.post("/parties", bodies.party(), by="ap", key="k").then(201).body["id"]

    assert ours != theirs


def test_only_successes_are_remembered(story: Office) -> None:
    path, body = f"/claims/{story.desk.id('c1')}/rewording", bodies.rewording()
    story.post(path, body, by="ed", version=2, key="k").then(412)
    story.post(path, body, by="ed", key="k").then(428)

    assert "idempotency-replayed" not in story.post(path, body, by="ed", version=3, key="k").then(200).headers


def test_the_same_request_many_times_at_once_is_recorded_once(story: Office) -> None:
    length = story.length
    request = story.request("POST", "/claims", bodies.claim(), by="ed", key="k")

    answers = story.ask(*[request] * 16)

    assert {answer.then(201).content for answer in answers} == {answers[0].content}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert story.length == length + 1


def test_many_changes_for_one_version_at_once_let_one_win(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}/rewording"
    requests = [
        story.request("POST", path, bodies.rewording(f"Wording {n}."), by="ed", version=3, key=f"k{n}")
        for n in range(12)
    ]
    length = story.length

    statuses = sorted(answer.status for answer in story.ask(*requests))

    assert statuses == [200] + [412] * 11
    assert story.length == length + 1


def test_records_made_at_once_on_one_stream_are_all_recorded(office: Office) -> None:
    numbers = count()
    requests = [
        office.request("POST", "/actors", {"name": f"Person {next(numbers)}", "roles": ["editor"]}, by="ad")
        for _ in range(12)
    ]

    answers = [answer.then(201) for answer in office.ask(*requests)]

    assert len({answer.body["id"] for answer in answers}) == 12


def overtake(office: Office, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Has somebody be a little faster than the command with the key `slow`; gives how often there is still to come."""
    decide, left = Session.run, [times]

    def overtaken(session: Session, order: Any) -> Any:
        draft = decide(session, order)
        if order.key == "slow" and left[0]:
            left[0] -= 1
            office.desk.do(Do("actors.create", {"name": "Faster", "roles": ["editor"]}, by="ad"))
        return draft

    monkeypatch.setattr(Session, "run", overtaken)
    return left


def test_a_command_that_lost_a_race_is_decided_again_and_remembered_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = overtake(office, monkeypatch, 2)
    body = {"name": "Slower", "roles": ["editor"]}

    first = office.post("/actors", body, by="ad", key="slow").then(201)
    length = office.length

    assert left == [0]
    assert office.post("/actors", body, by="ad", key="slow").then(201).content == first.content
    assert office.length == length


def test_who_never_gets_a_turn_is_asked_to_come_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    left = overtake(office, monkeypatch, 2 * ATTEMPTS)
    body = {"name": "Slower", "roles": ["editor"]}

    answer = office.post("/actors", body, by="ad", key="slow").then(503, "unavailable")

    assert answer.headers["retry-after"]
    assert left == [ATTEMPTS - 1]  # one try at once, the others after a turn was given
    left[0] = 0
    office.post("/actors", body, by="ad", key="slow").then(201)


def test_an_answer_that_was_lost_is_found_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a flush that succeeds, with only its report lost, and a store that cannot be asked either
    submit = office.desk.newsroom.submit

    def lost(drafts: Any) -> Any:
        submit(drafts).result()
        raise StoreUnavailable("the answer was lost")

    monkeypatch.setattr(office.desk.newsroom, "submit", lost)
    office.post("/parties", bodies.party(), by="ed", key="k").then(503, "store-unavailable")
    monkeypatch.undo()
    length = office.length

    # When the same request is sent again
    again = office.post("/parties", bodies.party(), by="ed", key="k").then(201)

    # Then it is the one that was recorded
    assert again.headers["idempotency-replayed"] == "true"
    assert office.length == length
