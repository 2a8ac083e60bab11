"""Quotas: who counts as one client, what an empty bucket answers, and whom it does not touch."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.exchange import Noted
from api.limits import WINDOW, Limits, Quota, client_of
from tests.api.web.office import Answer, Office
from tests.support import bodies

STRANGER = "203.0.113.9"
BAD = "Bearer stemma_unknown"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limited(office: Office, *, public: int = 0, desk: int = 0, refused: int = 0) -> Office:
    """The office behind these limits."""
    settings = replace(office.house.settings, rate_public=public, rate_desk=desk, rate_refused=refused)
    office.app = create_app(replace(office.house, settings=settings))
    return office


def ask(
    office: Office, path: str, *, method: str = "GET", client: str = STRANGER, body: Any = None, **given: Any
) -> Answer:
    request = office.request(method, path, body, **given)
    request.client = client
    return office.ask(request)[0]


# One quota.


@given(st.integers(1, 50), st.lists(st.tuples(st.floats(0, 20), st.integers(1, 20)), max_size=20))
def test_a_quota_never_lets_more_pass_than_it_says(number: int, bursts: list[tuple[float, int]]) -> None:
    clock = Clock()
    quota = Quota("public", number, clock)
    passed = 0
    for pause, tries in bursts:
        clock.now += pause
        passed += sum(quota.take("a").passes for _ in range(tries))

    assert passed <= number + (clock.now - 1000) * number / WINDOW + 1e-3


@given(st.integers(1, 50), st.floats(0, 2 * WINDOW))
def test_an_empty_quota_refills_evenly(number: int, pause: float) -> None:
    clock = Clock()
    quota = Quota("public", number, clock)
    while quota.take("a").passes:
        pass

    clock.now += pause
    passed = sum(quota.take("a").passes for _ in range(number + 1))

    assert passed in (min(number, int(pause * number / WINDOW)), min(number, int(pause * number / WINDOW + 1e-3)))


def test_whoever_waits_as_long_as_told_has_the_whole_quota_again() -> None:
    clock = Clock()
    quota = Quota("public", 7, clock)
    levels = [quota.take("a") for _ in range(8)]

    clock.now += levels[-1].whole_in

    assert [level.left for level in levels] == [6, 5, 4, 3, 2, 1, 0, 0]
    assert [level.passes for level in levels] == [True] * 7 + [False]
    assert quota.look("a") == (True, 7, 0)


def test_a_quota_remembers_no_more_clients_than_it_has_room_for() -> None:
    quota = Quota("public", 2, Clock(), room=3)
    for client in "abcd":
        quota.take(client)

    assert len(quota) == 3
    assert quota.look("a").left == 2, "the one not heard of for longest is forgotten"
    assert quota.look("b").left == 1


# Who is one client.


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(host: str, client: str | None) -> None:
    assert client_of(host) == client


@pytest.mark.parametrize("client", ["127.0.0.1", "::1"])
def test_the_machine_itself_is_not_limited(office: Office, client: str) -> None:
    limited(office, public=1)

    answers = [ask(office, "/claims", client=client) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert "ratelimit" not in answers[0].headers


# What clients are told.


def test_an_answer_tells_how_many_more_there_will_be(office: Office) -> None:
    limited(office, public=60)

    answer = ask(office, "/claims").then(200)

    assert answer.headers["ratelimit-policy"] == '"public";q=60;w=60'
    assert answer.headers["ratelimit"] == '"public";r=59;t=1'


def test_whoever_has_used_up_the_quota_is_refused_until_it_refills(office: Office) -> None:
    limited(office, public=2)

    answers = [ask(office, "/claims") for _ in range(3)]
    other = ask(office, "/claims", client="203.0.113.10")

    assert [answer.status for answer in (*answers, other)] == [200, 200, 429, 200]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.body == {
        "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many requests have come from here. Retry-After says when to go on.",
        "instance": "/api/v1/claims",
        "violated-policies": ["public"],
    }
    assert refused.headers["ratelimit"] == f'"public";r=0;t={refused.headers["retry-after"]}'
    assert refused.headers["retry-after"] in ("59", "60")
    assert refused.headers["cache-control"] == "no-store"
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_a_reader_is_told_on_a_page(office: Office) -> None:
    limited(office, public=1)

    _, refused = (ask(office, "~/", accept="text/html") for _ in range(2))

    assert refused.then(429).headers["content-type"] == "text/html; charset=utf-8"
    assert b"Too many requests" in refused.content
    assert "retry-after" in refused.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/static/stemma.css"])
def test_health_and_static_files_are_exempt(office: Office, path: str) -> None:
    limited(office, public=1)
    ask(office, "/claims").then(200)
    ask(office, "/claims").then(429)

    answers = [ask(office, f"~{path}").status for _ in range(3)]

    assert 429 not in answers


def test_what_is_not_there_counts_too(office: Office) -> None:
    limited(office, public=1)

    assert [ask(office, "/nowhere").status for _ in range(2)] == [404, 429]


# The desk.


def test_the_desk_has_a_quota_of_its_own_for_each_person(office: Office) -> None:
    limited(office, public=3, desk=2)

    first = [ask(office, "/claims", by="ed").status for _ in range(4)]
    second = ask(office, "/claims", by="ed2")

    assert first == [200, 200, 200, 429], "the first one is counted by its address: nobody knew the token yet"
    assert second.status == 200


def test_another_token_of_the_same_person_is_counted_as_the_same(office: Office) -> None:
    limited(office, desk=2)
    office.secrets["again"] = "stemma_again"
    office.issue("ed", "stemma_again")
    for by in ("ed", "again"):
        ask(office, "/claims", by=by)

    answers = [ask(office, "/claims", by=by).status for by in ("ed", "again", "ed")]

    assert answers == [200, 200, 429]


def test_a_full_house_at_the_door_does_not_keep_known_tokens_out(office: Office) -> None:
    limited(office, public=2, desk=100)
    ask(office, "/claims", by="ed")
    ask(office, "/claims")
    ask(office, "/claims").then(429)

    assert ask(office, "/claims", by="ed").status == 200
    assert ask(office, "/parties", method="POST", body=bodies.party(), by="ed").status == 201


# Tokens that open nothing.


def test_tokens_that_open_nothing_are_soon_refused_unread(office: Office) -> None:
    limited(office, refused=2)
    ask(office, "/claims", by="ed").then(200)

    answers = [ask(office, "/claims", authorization=f"{BAD}{n}") for n in range(3)]

    assert [answer.status for answer in answers] == [401, 401, 429]
    assert answers[-1].body["violated-policies"] == ["refused"]
    assert ask(office, "/claims", by="ed").status == 200, "a token that is known goes on"
    assert ask(office, "/claims").status == 200, "so does the public"
    assert ask(office, "/claims", client="203.0.113.10", authorization=BAD).status == 401


def test_wrong_tokens_in_the_form_are_counted_with_them(office: Office) -> None:
    limited(office, refused=2)
    form = {"content_type": "application/x-www-form-urlencoded"}

    answers = [ask(office, "~/signin", method="POST", body=b"token=x", **form) for _ in range(3)]

    assert [answer.status for answer in answers] == [401, 401, 429]


def test_a_revoked_token_loses_its_quota() -> None:
    limits = Limits(public=0, desk=10, refused=1)
    sent = [(b"authorization", b"Bearer stemma_x")]
    limits.settle(limits.admit("GET", "/", STRANGER, sent), Noted(actor="act_1"))
    limits.settle(limits.admit("GET", "/", STRANGER, sent), Noted(refused=True))

    assert limits.admit("GET", "/", STRANGER, sent).exceeded == "refused"


def test_zero_is_no_limit(office: Office) -> None:
    limited(office)

    answers = [ask(office, "/claims", authorization=BAD) for _ in range(50)]

    assert {answer.status for answer in answers} == {401}
    assert "ratelimit" not in answers[0].headers
