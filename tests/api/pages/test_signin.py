"""The forms for signing in and out: where they lead, whose they are, and what they refuse."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.signin import local
from tests.api.pages.markup import Element, parsed
from tests.api.pages.world import Readers
from tests.api.web.office import Answer, Request

FORM = "application/x-www-form-urlencoded"
ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/ /evil.example",
    "/a\r\nSet-Cookie: x=y",
    "/é",
    "",
    "/" + "a" * 3000,
    "/signin",
    "/signin?next=/",
    "/signout",
)


def send(readers: Readers, form: str, path: str = "/signin", **headers: str) -> Answer:
    sent = {"content-type": FORM, "host": "desk.example", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return readers.office.ask(Request("POST", path, form.encode(), sent))[0]


def enter(readers: Readers, next: str = "/", **headers: str) -> Answer:
    return send(readers, f"token={readers.office.secrets['ed']}&next={quote(next, safe='')}", **headers)


def shown(answer: Answer, status: int) -> Element:
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in answer.headers
    return parsed(answer.content.decode())


def test_the_form_asks_for_a_token_and_nothing_remembers_it(readers: Readers) -> None:
    page = readers.page("/signin")

    form = page.one("form", class_="signin")
    assert (form.attributes["action"], form.attributes["method"]) == ("/signin", "post")
    field = form.one("input", name="token")
    assert (field.attributes["type"], field.attributes["autocomplete"]) == ("password", "off")
    assert form.one("label").attributes["for"] == field.attributes["id"]
    assert "value" not in field.attributes
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert not page.all(role="alert")


def test_the_browser_may_send_forms_to_this_site_alone(readers: Readers) -> None:
    assert "form-action 'self';" in readers.ask("/signin").headers["content-security-policy"]


def test_a_wrong_token_shows_the_form_again_and_says_so_in_plain_words(readers: Readers) -> None:
    answer = send(readers, "token=stemma_wrong&next=/contested")

    page = shown(answer, 401)
    assert page.one(role="alert").words.startswith("This token opens nothing")
    field = page.one("input", name="token").attributes
    assert field["aria-invalid"] == "true"
    assert page.one(role="alert").attributes["id"] in field["aria-describedby"].split()
    assert page.one("input", name="next").attributes["value"] == "/contested"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["www-authenticate"] == 'Bearer realm="stemma"'
    assert "stemma_wrong" not in answer.content.decode()


def test_who_is_signed_in_is_named_on_every_page_for_the_desk_only(readers: Readers) -> None:
    cookie = enter(readers).headers["set-cookie"].partition(";")[0]

    signed_in = parsed(readers.ask("/contested", cookie=cookie).content.decode())

    assert "Person ed" in signed_in.words
    assert signed_in.one("form", action="/signout").attributes["method"] == "post"
    assert "Person ed" not in readers.page("/contested").words
    assert "signed in already" in parsed(readers.ask("/signin", cookie=cookie).content.decode()).words


@pytest.mark.parametrize("path", ["/", "/contested", "/claims/clm_x/history", "/search?q=a%20b&x=//y"])
def test_it_leads_on_to_where_the_reader_was(readers: Readers, path: str) -> None:
    form = parsed(readers.office.ask(Request("GET", f"/signin?next={quote(path, safe='')}"))[0].content.decode())

    assert form.one("input", name="next").attributes["value"] == path
    answer = enter(readers, path)
    assert (answer.status, answer.headers["location"]) == (303, path)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_it_never_leads_to_another_site(readers: Readers, path: str) -> None:
    assert local(path) == "/"
    answer = enter(readers, path)
    assert (answer.status, answer.headers["location"]) == (303, "/")


@given(st.text(max_size=30) | st.text(alphabet="/\\.:@ \t\nab%?#", max_size=12))
def test_a_local_path_names_no_host_however_a_browser_reads_it(path: str) -> None:
    led = local(path)

    assert led.startswith("/")
    assert not led.replace("\\", "/").startswith("//")
    assert led.isascii()
    assert led.isprintable()
    assert " " not in led


# Whose form it is.


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "http://desk.example"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "https://desk.example.evil.example"},
        {"origin": "https://desk.example:444"},
    ],
)
def test_a_form_of_another_site_is_refused_whatever_it_holds(readers: Readers, headers: dict[str, str]) -> None:
    page = shown(enter(readers, **headers), 403)

    assert "another site" in page.one(role="alert").words


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": "http://desk.example"},
        {"origin": "https://desk.example"},
        {"origin": "https://example.org"},
    ],
)
def test_a_form_of_this_site_is_taken(readers: Readers, headers: dict[str, str]) -> None:
    assert readers.office.desk.newsroom.desk.base_url == "https://example.org"
    assert enter(readers, **headers).status == 303


def test_another_site_can_sign_nobody_out(readers: Readers) -> None:
    cookie = enter(readers).headers["set-cookie"].partition(";")[0]

    shown(send(readers, "", "/signout", cookie=cookie, sec_fetch_site="cross-site"), 403)

    assert "Person ed" in readers.ask("/contested", cookie=cookie).content.decode()


# Forms that are none.


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("token=" + "a" * 5000, 413),
        ("&".join(f"f{n}=1" for n in range(20)), 413),
        ("token=\xff", 413),
        ("", 413),
        ("token=", 401),
        ("next=/contested", 401),
        ("token=a&token=b", 401),
    ],
)
def test_what_is_no_form_for_a_token_is_refused(readers: Readers, form: str, status: int) -> None:
    shown(send(readers, form), status)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_other_media_types_are_refused(readers: Readers, media_type: str) -> None:
    shown(send(readers, "token=x", content_type=media_type), 415)


@pytest.mark.parametrize("path", ["/signin", "/signout"])
def test_other_methods_are_refused(readers: Readers, path: str) -> None:
    answer = readers.office.ask(Request("PUT", path))[0]

    assert answer.status == 405
    assert answer.headers["allow"] == ("GET, HEAD, POST" if path == "/signin" else "POST")


def test_a_sign_out_without_a_session_is_harmless(readers: Readers) -> None:
    assert send(readers, "", "/signout").status == 303


def test_where_sessions_cannot_be_kept_a_page_says_that_it_goes_on_later(readers: Readers) -> None:
    readers.office.house.settings.sessions.mkdir()

    answer = enter(readers)

    assert answer.status == 503
    assert "Nothing is lost" in answer.content.decode()
    assert readers.ask("/contested").status == 200
