"""What somebody who is signed in sees and may do, and what ends it."""

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from api.app import create_app
from api.auth import Doorkeeper
from api.bootstrap import DEFAULT_POLICY, initialise, open_house
from api.settings import Settings
from api.tokens import enrol, issue
from domain.ledger.rows import stamp
from domain.newsroom import Charter
from tests.api.web.office import Answer, Office
from tests.api.web.visitor import FORM, Clock, Visitor, rows, sees_drafts
from tests.support import bodies
from tests.support.desk import START, Do
from tests.support.serving import Server


@pytest.fixture
def visitor(story: Office) -> Visitor:
    return Visitor(story, {})


def test_whoever_signs_in_sees_drafts_as_pages_and_as_data(visitor: Visitor) -> None:
    assert not sees_drafts(visitor)

    entered = visitor.sign_in().then(303)

    assert entered.headers["location"] == "/contested"
    assert entered.headers["cache-control"] == "no-store"
    assert sees_drafts(visitor)
    assert visitor.get("~/").headers["cache-control"] == "private, no-store"


def test_whoever_signs_out_sees_none_and_the_cookie_opens_nothing_any_more(visitor: Visitor) -> None:
    visitor.sign_in()
    kept = dict(visitor.cookies)

    left = visitor.sign_out().then(303)

    assert left.headers["location"] == "/"
    assert visitor.cookies == {}
    assert not sees_drafts(Visitor(visitor.office, kept))


@pytest.mark.parametrize(
    ("base_url", "cookie"),
    [
        ("https://example.org", "__Host-stemma={}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"),
        ("http://127.0.0.1:8000", "stemma={}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"),
    ],
)
def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts(story: Office, base_url: str, cookie: str) -> None:
    at_home = story.desk.newsroom.load_desk()
    moved = replace(at_home, state=replace(at_home.state, base_url=base_url))
    door = Doorkeeper(lambda: moved, lambda: stamp(START), story.house.sessions)
    story.app = create_app(replace(story.house, doorkeeper=door))
    visitor = Visitor(story, {})

    said = visitor.sign_in().headers["set-cookie"]

    (secret,) = visitor.cookies.values()
    assert said == cookie.format(secret)
    assert len(secret) == 43
    assert sees_drafts(visitor)


def test_a_session_only_reads(visitor: Visitor) -> None:
    visitor.sign_in()
    before = visitor.office.length

    answer = visitor.office.post("/parties", bodies.party(), **visitor._shown())

    answer.then(401, "unauthenticated")
    assert visitor.office.length == before
    assert sees_drafts(visitor), "trying costs nothing"


def test_a_token_comes_before_a_session(visitor: Visitor) -> None:
    visitor.sign_in()

    visitor.get("~/contested", authorization="Bearer stemma_unknown").then(401)
    visitor.get("/contested", authorization="Bearer stemma_unknown").then(401, "unauthenticated")
    visitor.get("/events", authorization=f"Bearer {visitor.office.secrets['au']}").then(200)


@pytest.mark.parametrize(
    "cookie", ["stemma=", "stemma=x", "__Host-stemma=x", "__Host-stemma=", "stemma", "other=x", '"']
)
def test_a_cookie_that_opens_nothing_is_the_public_s(story: Office, cookie: str) -> None:
    answer = story.get("~/contested", cookie=cookie).then(200)

    assert b"desk\xe2\x80\x99s view" not in answer.content
    story.get(f"/claims/{story.desk.id('c1')}", cookie=cookie).then(404)


def test_a_dead_cookie_is_taken_away(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.cookies.update(dict.fromkeys(visitor.cookies, "A" * 43))

    assert not sees_drafts(visitor)
    assert visitor.cookies == {}


def test_a_cookie_that_opens_nothing_writes_nothing(visitor: Visitor) -> None:
    visitor.sign_in()
    with closing(sqlite3.connect(visitor.office.house.settings.sessions, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")

        visitor.cookies.update(dict.fromkeys(visitor.cookies, "A" * 43))
        visitor.get("~/contested").then(200)


@pytest.mark.parametrize("at", [0, 20, 42])
def test_a_tampered_cookie_opens_nothing(visitor: Visitor, at: int) -> None:
    visitor.sign_in()
    ((name, secret),) = visitor.cookies.items()
    other = "A" if secret[at] != "A" else "Q"
    visitor.cookies[name] = secret[:at] + other + secret[at + 1 :]

    assert not sees_drafts(visitor)


@pytest.mark.parametrize("how", ["token revoked", "role revoked"])
def test_a_session_ends_with_its_token_and_with_the_last_role(visitor: Visitor, how: str) -> None:
    desk = visitor.office.desk
    visitor.sign_in("ed")
    other = Visitor(visitor.office, {})
    other.sign_in("ed2")
    (token,) = desk.newsroom.desk.actors[desk.id("ed")].token_ids

    if how == "token revoked":
        desk.do(Do("actors.tokens.revocation", bodies.because(), ("@ed", token), by="ad"))
    else:
        desk.do(Do("actors.roles.revocation", bodies.because(), ("@ed", "editor"), by="ad"))

    assert not sees_drafts(visitor)
    assert visitor.cookies == {}
    assert sees_drafts(other), "another's goes on"
    assert rows(visitor.office.house.settings.sessions) == 1


def test_a_session_ends_when_its_token_expires(story: Office) -> None:
    story.secrets["brief"] = "stemma_brief"
    story.issue("ed", "stemma_brief", expires_at="2026-11-23T10:30:00Z")
    clock = Clock()
    door = Doorkeeper(story.desk.newsroom.load_desk, lambda: stamp(clock()), story.house.sessions)
    story.app = create_app(replace(story.house, doorkeeper=door))
    visitor = Visitor(story, {})
    visitor.sign_in("brief")
    assert sees_drafts(visitor)

    clock.pass_by(1800)

    assert not sees_drafts(visitor)


def test_a_secret_brought_along_never_becomes_a_session(visitor: Visitor) -> None:
    name = "__Host-stemma"
    visitor.cookies[name] = "chosen-by-somebody-else"
    visitor.sign_in()

    assert visitor.cookies[name] != "chosen-by-somebody-else"
    assert not sees_drafts(Visitor(visitor.office, {name: "chosen-by-somebody-else"}))


def test_signing_in_again_ends_the_session_before(visitor: Visitor) -> None:
    visitor.sign_in()
    before = dict(visitor.cookies)
    visitor.sign_in("ap")

    assert visitor.cookies != before
    assert sees_drafts(visitor)
    assert not sees_drafts(Visitor(visitor.office, before))


@pytest.mark.parametrize("secret", ["", "stemma_unknown", "Bearer stemma_ed", "ed", "stemma_e", "stemma_ed%00"])
def test_what_is_no_token_begins_nothing(visitor: Visitor, secret: str) -> None:
    answer = visitor.send(f"token={secret}", "~/signin").then(401)

    assert "set-cookie" not in answer.headers
    assert not visitor.office.house.settings.sessions.exists()


def test_whoever_has_no_role_left_cannot_sign_in(visitor: Visitor) -> None:
    visitor.office.desk.do(Do("actors.roles.revocation", bodies.because(), ("@ed", "editor"), by="ad"))

    assert "set-cookie" not in visitor.sign_in("ed").then(401).headers


def test_a_session_survives_the_end_of_the_server(tmp_path: Path) -> None:
    server, settings = Server(tmp_path / "data"), Settings(data=tmp_path / "data")
    initialise(settings, Charter("Desk", "example.org/desk", "http://127.0.0.1", DEFAULT_POLICY))
    with open_house(settings, projecting=False) as house:
        token = issue(house.newsroom, enrol(house.newsroom, "Ann", ["editor"]), house.entropy).token
    server.start()
    cookie = _exchange(server.port, "POST", "/signin", f"token={token}").headers["set-cookie"].partition(";")[0]
    server.kill()
    server.start()
    try:
        page = _exchange(server.port, "GET", "/", cookie=cookie)
    finally:
        server.stop()

    assert "Ann" in page.content.decode()
    assert stat.S_IMODE((server.data / "sessions.db").stat().st_mode) == 0o600


def _exchange(port: int, method: str, path: str, form: str = "", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, form or None, {"Content-Type": FORM, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def test_the_events_of_the_ledger_hold_nothing_of_it(visitor: Visitor) -> None:
    before = visitor.office.length
    visitor.sign_in()
    visitor.sign_out()

    assert visitor.office.length == before
