"""Signing in with a real browser, by keyboard and without a script, to a server that may be restarted meanwhile."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page
from starlette.types import Receive, Scope, Send

from tests.api.pages.world import Readers, published
from tests.api.web.office import opened
from tests.browser.conftest import Served, serving, watched
from tests.support import bodies
from tests.support.desk import Do

pytestmark = pytest.mark.browser

DRAFT = "/claims/@c4"


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served story of the test's own, in which something may be recorded."""
    with opened(tmp_path_factory.mktemp("signin")) as office:
        published(office.desk)
        office.runner.catch_up()
        with serving(office.app) as address:
            yield Served(Readers(office), address)


def sign_in(page: Page, served: Served, secret: str) -> None:
    """Signs in with the keyboard alone."""
    page.goto(served.at("/signin?next=/contested"))
    page.focus("#token")
    page.keyboard.type(secret)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def status(page: Page, served: Served, path: str) -> int:
    answer = page.goto(served.at(path))
    assert answer is not None
    return answer.status


def test_whoever_signs_in_by_keyboard_sees_drafts_until_signing_out(browser: Browser, served: Served) -> None:
    with watched(browser, served, java_script_enabled=False) as watch:
        page = watch.page
        assert status(page, served, DRAFT) == 404

        sign_in(page, served, served.readers.office.secrets["ed"])
        assert page.url == f"{served.address}/contested"
        assert "Person ed" in page.inner_text("body")
        assert status(page, served, DRAFT) == 200
        assert "SECRET draft." in page.inner_text("h1")

        page.focus("form[action='/signout'] button")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.address}/")
        assert "Person ed" not in page.inner_text("body")
        assert status(page, served, DRAFT) == 404
        assert page.context.cookies() == []
        watch.complaints.clear()  # the browser's notes that the status was 404


def test_a_wrong_token_is_told_and_the_next_try_succeeds(browser: Browser, served: Served) -> None:
    with watched(browser, served) as watch:
        page = watch.page
        sign_in(page, served, "stemma_wrong")

        assert "opens nothing" in page.inner_text("[role=alert]")
        assert page.input_value("#token") == ""
        assert Axe().run(page).response["violations"] == []
        page.fill("#token", served.readers.office.secrets["ed"])
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.address}/contested")
        watch.complaints.clear()  # the browser's note that the status was 401


def test_no_script_can_read_the_cookie(browser: Browser, served: Served) -> None:
    with watched(browser, served) as watch:
        sign_in(watch.page, served, served.readers.office.secrets["ed"])

        (cookie,) = watch.page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
        assert watch.page.evaluate("document.cookie") == ""


def test_a_session_outlives_the_server_but_not_its_token(browser: Browser, own: Served) -> None:
    office = own.readers.office
    (token,) = office.desk.newsroom.desk.actors[office.desk.id("ed")].token_ids
    with watched(browser, own) as watch:
        page = watch.page
        sign_in(page, own, office.secrets["ed"])

        office.house.sessions.close()
        assert status(page, own, DRAFT) == 200

        office.desk.do(Do("actors.tokens.revocation", bodies.because(), ("@ed", token), by="ad"))
        assert status(page, own, DRAFT) == 404
        assert page.context.cookies() == []
        watch.complaints.clear()  # the browser's note that the status is 404


@pytest.mark.parametrize("next", ["//evil.example/x", "/\\evil.example/x", "/%09/evil.example", "https://evil.example"])
def test_signing_in_leads_to_no_other_site(browser: Browser, served: Served, next: str) -> None:
    with watched(browser, served) as watch:
        watch.page.goto(f"{served.address}/signin?next={next}")
        watch.page.fill("#token", served.readers.office.secrets["ed"])
        watch.page.keyboard.press("Enter")
        watch.page.wait_for_url(f"{served.address}/")


def test_a_form_of_another_site_signs_nobody_in_or_out(browser: Browser, served: Served) -> None:
    secret = served.readers.office.secrets["ed"]
    with serving(_Elsewhere(served.address, secret)) as elsewhere, watched(browser, served) as watch:
        page = watch.page
        page.goto(f"{elsewhere.replace('127.0.0.1', 'localhost')}/in")
        page.click("button")
        page.wait_for_url(f"{served.address}/signin")
        assert "another site" in page.inner_text("[role=alert]")
        assert page.context.cookies() == []

        sign_in(page, served, secret)
        page.goto(f"{elsewhere.replace('127.0.0.1', 'localhost')}/out")
        page.click("button")
        page.wait_for_url(f"{served.address}/signout")
        assert status(page, served, DRAFT) == 200
        watch.astray.clear()
        watch.complaints.clear()


class _Elsewhere:
    """Another site, with forms that lead here."""

    def __init__(self, address: str, secret: str) -> None:
        self._forms = {
            "/in": f"<form method=post action='{address}/signin'><input name=token value='{secret}'><button>Go",
            "/out": f"<form method=post action='{address}/signout'><button>Go",
        }

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        content = f"<!doctype html><title>Elsewhere</title>{self._forms.get(scope['path'], '')}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": content})
