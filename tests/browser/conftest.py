"""A served story, and a browser to read it with.

The browser lives for one module: while Playwright runs, its event loop runs in this thread, and tests elsewhere that
want a loop of their own could not have one.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.pages.states import full
from tests.api.pages.world import Readers, publication
from tests.api.web.office import opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.signing import SignedOffice

CONTROLS = "a\x01b\nd\x85e\ufefff\ufffe\x0cg"
"""What the claim `odd` says, in characters that no keyboard has."""


@dataclass(frozen=True, slots=True)
class Served:
    """The story at an address of this machine."""

    readers: Readers
    address: str

    def at(self, path: str) -> str:
        """The whole address of a page; `@name` stands for an id."""
        named = (self.readers.office.desk.id(part[1:]) if part[:1] == "@" else part for part in path.split("/"))
        return self.address + "/".join(named)

    def token(self, by: str) -> dict[str, str]:
        """The header with which somebody of the desk asks."""
        return {"Authorization": f"Bearer {self.readers.office.secrets[by]}"}


@contextmanager
def serving(app: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with opened(tmp_path_factory.mktemp("browser")) as office:
        full(office.desk).given(
            Do("claims.create", bodies.claim(statement=CONTROLS), name="odd"),
            publication("odd"),
        )
        SignedOffice(office).sign()
        with serving(office.app) as address:
            yield Served(Readers(office), address)


@pytest.fixture(scope="module")
def browser(browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_type_launch_args)
        yield browser
        browser.close()


@dataclass(slots=True)
class Watched:
    """A page of which everything is noted that goes wrong, and every request that leaves the server's address."""

    page: Page
    address: str
    astray: list[str]
    complaints: list[str]


@contextmanager
def watched(browser: Browser, served: Served, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own. Fails at the end if a request left the server or the browser complained."""
    context = browser.new_context(**options)
    watch = Watched(context.new_page(), served.address, [], [])
    watch.page.on("request", lambda request: note_stray(watch, request.url))
    watch.page.on("console", lambda message: watch.complaints.append(message.text))
    watch.page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    try:
        yield watch
    finally:
        context.close()
    assert (watch.astray, watch.complaints) == ([], [])


def note_stray(watch: Watched, url: str) -> None:
    if not url.startswith(watch.address):
        watch.astray.append(url)
