"""Writing over HTTP: what is answered, what is refused and how, and that a refusal leaves no trace."""

import json
from typing import Any

import pytest

from api.commands import LONGEST_BODY
from domain.canonical import MAX_DEPTH
from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, propose

JSON = "application/json"


def refused(office: Office, answer: Answer, length: int, status: int, problem: str) -> Answer:
    assert office.length == length
    assert set(answer.body) >= {"type", "title", "status", "detail", "instance"}
    assert answer.body["status"] == answer.status
    return answer.then(status, problem)


def test_a_new_record_has_a_place_a_tag_and_a_position(office: Office) -> None:
    answer = office.post("/parties", bodies.party(), by="ed").then(201)

    party = answer.body
    assert answer.headers["location"] == f"/api/v1/parties/{party['id']}"
    assert answer.headers["etag"].startswith('"v1.')
    assert answer.headers["vary"] == "Authorization, Cookie, Accept"
    assert answer.position == office.length == party["position"]
    assert (party["version"], party["name"], party["created"]) == (1, "The group", [])
    assert office.get(f"/parties/{party['id']}", by="ed").body["name"] == "The group"


def test_a_change_answers_the_new_state_and_the_ids_that_it_made(story: Office) -> None:
    claim = story.desk.id("c1")
    body = bodies.dispute(bodies.position(story.desk.id("police")))

    answer = story.post(f"/claims/{claim}/disputes", body, by="ed", version=3).then(200)

    (opened,) = answer.body["disputes"]
    assert answer.body["created"] == [opened["id"], opened["positions"][0]["id"]]
    assert answer.body["contested"] is True
    assert "location" not in answer.headers
    assert answer.headers["etag"].startswith('"v5.')


def test_a_claim_comes_with_its_citations_and_places_in_one_call(story: Office) -> None:
    placed = {"article_id": story.desk.id("a1"), "selector": {"exact": "150 computers"}}
    body = bodies.claim(citations=[bodies.citation(story.desk.id("s1"))], place=[placed])

    claim = story.post("/claims", body, by="ed").then(201).body

    assert claim["created"] == [claim["citations"][0]["id"], claim["articles"][0]["placement_ids"][0]]
    assert claim["articles"][0]["id"] == placed["article_id"]


def test_a_claim_whose_place_is_not_found_is_not_recorded_at_all(story: Office) -> None:
    length = story.length
    placed = {"article_id": story.desk.id("a1"), "selector": {"exact": "never written"}}

    answer = story.post("/claims", bodies.claim(place=[placed]), by="ed")

    assert refused(story, answer, length, 422, "invalid-input").pointers == ["/place/0/selector"]


@pytest.mark.parametrize(
    ("content", "pointers"),
    [
        (b"{", []),
        (b"[]", [""]),
        (b'"text"', [""]),
        (b'{"kind": "state", "name": NaN}', []),
        (b'{"kind": "state", "name": "A", "name": "B"}', [""]),
        (b'{"kind": "state", "name": "\\ud800"}', ["/name"]),
        (b"\xff\xfe", []),
        (b'{"name":' + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1) + b"}", []),
        (b'{"kind": "planet", "name": "Mars"}', ["/kind"]),
        (b'{"kind": "state", "name": "A", "secret": 1, "a/b~c": 2}', ["/secret", "/a~1b~0c"]),
        (b'{"kind": "state"}', ["/name"]),
        (b"{}", ["/kind", "/name"]),
        (b"", ["/kind", "/name"]),
        (b'{"kind": "state", "name": "A", "same_as": ["https://example.org", "nowhere"]}', ["/same_as/1"]),
        (b'{"kind": "state", "name": "A", "private": "yes"}', ["/private"]),
        (b'{"kind": "state", "name": "A", "decided_at": null}', ["/decided_at"]),
    ],
)
def test_a_body_that_does_not_fit_is_refused_field_by_field(
    office: Office, content: bytes, pointers: list[str]
) -> None:
    length = office.length

    answer = office.post("/parties", content, by="ed")

    assert refused(office, answer, length, 422, "invalid-input").pointers == pointers


def test_a_field_is_blamed_by_the_name_that_outsiders_use(story: Office) -> None:
    said = {"party_id": story.desk.id("mek"), "relation": "part_of", "from": "sometime", "as_alleged": True}

    answer = story.post(f"/parties/{story.desk.id('outlet')}/affiliations", said, by="ed", version=1)

    assert answer.then(422).pointers == ["/from", "/basis_claim_id", "/reason"]


def test_a_problem_does_not_repeat_what_was_sent(office: Office) -> None:
    secret = "swordfish-4711"

    answer = office.post("/parties", {"kind": secret, "name": "A", "private": secret, "same_as": secret}, by="ed")

    assert secret not in answer.then(422).content.decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": JSON}, 201),
        ({"content_type": "Application/JSON; charset=utf-8"}, 201),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"content_type": ""}, 415),
    ],
)
def test_a_body_is_json_by_its_content_type(office: Office, headers: dict[str, str], status: int) -> None:
    assert office.post("/parties", bodies.party(), by="ed", **headers).status == status


def test_a_command_that_says_nothing_needs_no_body(story: Office) -> None:
    answer = story.post(f"/claims/{story.desk.id('c1')}/publication", by="ed", version=3)

    assert answer.then(200).body["published"]["position"] == story.length


def test_a_body_that_is_too_large_is_refused_before_it_is_read(office: Office) -> None:
    length = office.length
    content = json.dumps({"kind": "state", "name": "A" * LONGEST_BODY}).encode()

    announced = office.post("/parties", content, by="ed")
    hidden = office.post("/parties", content, by="ed", content_length="2")

    refused(office, announced, length, 413, "too-large")
    refused(office, hidden, length, 413, "too-large")


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (None, "no token"),
        ("Bearer stemma_unknown", "an unknown one"),
        ("Bearer", "none at all"),
        ("Basic c3RlbW1hOmVk", "another scheme"),
        ("Bearer stemma_ed\u00e9", "other letters"),
    ],
)
def test_without_a_valid_token_nothing_is_recorded(office: Office, token: str | None, kind: str) -> None:
    length = office.length
    headers = {} if token is None else {"authorization": token}

    answer = office.post("/parties", bodies.party(), **headers)

    assert refused(office, answer, length, 401, "unauthenticated").headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_token_opens_nothing_from_the_next_request_on(office: Office) -> None:
    token_id = office.issue("ed", "stemma_second")
    headers = {"authorization": "Bearer stemma_second"}
    office.post("/parties", bodies.party(), **headers).then(201)

    office.do(Do("actors.tokens.revocation", bodies.because("Lost."), ("@ed", token_id), "ad")).then(200)

    office.post("/parties", bodies.party(), **headers).then(401, "unauthenticated")
    office.post("/parties", bodies.party(), by="ed").then(201)


def test_an_expired_token_opens_nothing(office: Office) -> None:
    office.issue("ed", "stemma_brief", expires_at="2026-11-23T10:30:00Z")
    headers = {"authorization": "Bearer stemma_brief"}
    office.post("/parties", bodies.party(), **headers).then(201)

    office.house.doorkeeper._now = lambda: "2026-11-23T10:30:00.000000Z"

    office.post("/parties", bodies.party(), **headers).then(401, "unauthenticated")


def test_a_secret_is_told_once_and_never_stored(office: Office) -> None:
    actor = office.desk.id("ed")
    version = office.version("actor", actor)

    first = office.post(f"/actors/{actor}/tokens", {"label": "laptop"}, by="ad", version=version, key="t1").then(200)
    again = office.post(f"/actors/{actor}/tokens", {"label": "laptop"}, by="ad", version=version, key="t1").then(200)

    secret = first.body["token"]
    assert secret.startswith("stemma_")
    assert len(secret) == len("stemma_") + 43
    assert first.body["created"] == [first.body["token_id"]]
    assert again.body == {name: value for name, value in first.body.items() if name != "token"}
    assert again.headers["idempotency-replayed"] == "true"
    stored = b"".join(row.head + (row.words or b"") for row in office.desk.store.rows(0, 10_000))
    assert secret.encode() not in stored
    office.post("/parties", bodies.party(), authorization=f"Bearer {secret}").then(201)


# Rules.


def test_a_rule_that_is_broken_is_a_conflict(story: Office) -> None:
    story.desk.given(propose())
    length = story.length

    answer = story.do(propose("false", "x1", name="v2"))

    refused(story, answer, length, 409, "rule-broken")


def test_nobody_approves_what_they_proposed(story: Office) -> None:
    story.desk.given(propose(by="ap"))
    length = story.length

    refused(story, story.do(approve(by="ap")), length, 403, "second-person-needed")
    assert story.do(approve(by="ap2")).then(200).body["verdict"]["rating"] == "unproven"


@pytest.mark.parametrize(
    "path",
    [
        "/claims/clm_00000000000000000000000000/rewording",
        "/claims/pty_00000000000000000000000000/rewording",
        "/claims/nonsense/rewording",
    ],
)
def test_a_change_of_nothing_is_not_found(story: Office, path: str) -> None:
    length = story.length

    refused(story, story.post(path, bodies.rewording(), by="ed", version=1), length, 404, "not-found")


def test_a_part_that_is_not_there_is_not_found(story: Office) -> None:
    path = f"/claims/{story.desk.id('c1')}/citations/cit_00000000000000000000000000/withdrawal"

    story.post(path, bodies.withdraw(), by="ed", version=3).then(404, "not-found")


# Times of decision.


def test_only_importers_say_when_it_was_decided(office: Office) -> None:
    length = office.length
    body = bodies.claim(decided_at="2023-06-21T09:00:00+02:00")

    refused(office, office.post("/claims", body, by="ed"), length, 403, "forbidden")
    claim = office.post("/claims", body, by="im").then(201).body

    assert claim["asserted"]["decided_at"] == "2023-06-21T07:00:00.000000Z"


@pytest.mark.parametrize("said", ["2023-06-21", "2023-06-21T09:00:00", "yesterday", 1687330800, "2023-02-30T09:00:00Z"])
def test_a_time_of_decision_is_exact_and_real(office: Office, said: Any) -> None:
    length = office.length

    answer = office.post("/claims", bodies.claim(decided_at=said), by="im")

    assert refused(office, answer, length, 422, "invalid-input").pointers == ["/decided_at"]


def test_nothing_is_decided_in_the_future_or_before_what_was_decided_last(office: Office) -> None:
    claim = office.post("/claims", bodies.claim(decided_at="2023-06-21T09:00:00Z"), by="im").then(201).body["id"]
    length = office.length

    later = office.post("/claims", bodies.claim(decided_at="2126-01-01T00:00:00Z"), by="im")
    earlier = office.post(
        f"/claims/{claim}/withdrawal", bodies.withdraw(decided_at="2023-06-21T08:59:59Z"), by="im", version=1
    )

    assert refused(office, later, length, 422, "invalid-input").pointers == ["/decided_at"]
    assert refused(office, earlier, length, 422, "invalid-input").pointers == ["/decided_at"]


# What HTTP itself refuses.


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "~/nothing/at/all", 404), ("PUT", "/claims", 405), ("DELETE", "/parties", 405)],
)
def test_an_address_that_does_not_exist_is_a_problem_too(office: Office, method: str, path: str, status: int) -> None:
    (answer,) = office.ask(office.request(method, path))

    assert answer.then(status).headers["content-type"] == "application/problem+json"
    assert answer.body["status"] == status


def test_what_nobody_expected_is_told_without_a_word_about_the_inside(office: Office) -> None:
    def break_down() -> None:
        raise ZeroDivisionError("secret inside")

    office.house.doorkeeper._desk = break_down  # type: ignore[assignment]

    answer = office.post("/parties", bodies.party(), by="ed").then(500, "internal-error")

    assert b"secret" not in answer.content
    assert b"ZeroDivision" not in answer.content


def test_every_answer_carries_the_headers_that_protect_readers(office: Office) -> None:
    for answer in (office.get("/claims"), office.get("/nothing"), office.post("/parties", {}, by="ed")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]
