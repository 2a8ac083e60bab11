"""Addresses where nothing is, methods that an address does not answer to, and headers that are sent twice."""

from dataclasses import dataclass

import pytest

from tests.api.web.office import API, Answer, Office, Request
from tests.support import bodies

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["~/nowhere", "~/claims", "~/apis", "~/claims/a/b/c"])
def test_a_browser_gets_a_page_where_no_page_is(office: Office, path: str) -> None:
    shown = office.get(path, accept=BROWSER).then(404)

    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert b"There is no such page" in shown.content
    assert shown.headers["vary"] == "Authorization, Cookie, Accept"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/nowhere", BROWSER),
        ("~/api", BROWSER),
        ("~/api/v2/claims", BROWSER),
        ("~/nowhere", "*/*"),
        ("~/nowhere", "application/json"),
        ("~/nowhere", ""),
    ],
)
def test_programs_get_a_problem_where_nothing_is(office: Office, path: str, accept: str) -> None:
    shown = office.get(path, accept=accept).then(404)

    assert shown.headers["content-type"] == "application/problem+json"
    assert shown.body["instance"] == (path[1:] if path.startswith("~") else API + path)
    assert shown.headers["vary"] == "Authorization, Cookie, Accept"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/parties", "GET, HEAD, POST"),
        ("/contested", "GET, HEAD"),
        ("/claims/clm_x/rewording", "POST"),
        ("/openapi.json", "GET, HEAD"),
        ("~/contested", "GET, HEAD"),
    ],
)
def test_an_address_names_all_the_methods_that_it_answers_to(office: Office, path: str, allowed: str) -> None:
    refused = office.ask(office.request("DELETE", path, accept=BROWSER))[0].then(405)

    assert refused.headers["allow"] == allowed
    assert refused.headers["content-type"] == "application/problem+json"


@dataclass(slots=True)
class Repeated(Request):
    """A request with one header more, of a name that may be there already."""

    more: tuple[str, str] = ("", "")

    @property
    def scope(self) -> dict[str, object]:
        said = Request.scope.fget(self)  # type: ignore[attr-defined]
        name, value = self.more
        return {**said, "headers": [*said["headers"], (name.encode(), value.encode())]}


def describe(story: Office, name: str, first: str, second: str) -> Answer:
    """A description of the MEK at version 1, sent with the header twice."""
    said = {"authorization": f"Bearer {story.secrets['ed']}", "if-match": '"v1"', "content-type": "application/json"}
    path = f"{API}/parties/{story.desk.id('mek')}/description"
    body = {"name": "Another name", **bodies.because()}
    return story.ask(Repeated("POST", path, body, {**said, name: first}, (name, second)))[0]


@pytest.mark.parametrize(("first", "second"), [('"v9"', '"v1"'), ('"v1"', '"v9"')])
def test_conditions_on_several_lines_are_one_list(story: Office, first: str, second: str) -> None:
    describe(story, "if-match", first, second).then(200)


def test_a_request_has_one_idempotency_key(story: Office) -> None:
    length = story.length

    describe(story, "idempotency-key", '"a"', '"b"').then(422, "invalid-input")
    describe(story, "idempotency-key", "a", "b").then(422, "invalid-input")

    assert story.length == length


def test_a_request_has_one_token(story: Office) -> None:
    tokens = [f"Bearer {story.secrets[person]}" for person in ("ed", "ap")]

    describe(story, "authorization", *tokens).then(401, "unauthenticated")


@pytest.mark.parametrize("path", ["/policies/current", "/actors/{}", "/claims/{}", "/replay"])
def test_everything_that_takes_a_position_to_wait_for_waits_for_it(story: Office, path: str) -> None:
    id = story.desk.id("c1" if "claims" in path else "ed")

    story.get(f"{path.format(id)}?min_position={story.length}", by="ad").then(200)
    story.get(f"{path.format(id)}?min_position=-1", by="ad").then(422, "invalid-input")
