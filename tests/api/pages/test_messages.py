"""What readers see instead of a page, and what a page is made of."""

from dataclasses import fields
from typing import Annotated, get_args, get_origin, get_type_hints

import pytest

from api.pages.messages import message, message_of
from api.pages.rendering import TEMPLATE_OF
from api.pages.shapes import Page
from domain.errors import DamagedLedger, StoreUnavailable
from tests.api.pages.markup import parsed
from tests.api.pages.world import Readers
from tests.api.web.office import Request


@pytest.mark.parametrize("path", ["/claims/x", "/articles/clm_1", "/sources/none", "/parties/none", "/static/none"])
def test_what_is_not_there_is_told_in_a_page(story: Readers, path: str) -> None:
    answer = story.ask(path)

    page = parsed(answer.content.decode())
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
    assert page.one("h1").words == "There is no such page"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert not page.all("link", rel="alternate")


def test_an_id_of_another_kind_is_not_found(story: Readers) -> None:
    assert (
        story.ask("/claims/@a1").status == story.ask("/articles/@c1").status == story.ask("/parties/@s1").status == 404
    )


def test_views_that_cannot_be_read_make_a_page_that_asks_to_come_again(readers: Readers) -> None:
    office = readers.office
    office.runner.stop()
    office.house.views.close()

    answer = office.ask(Request("GET", "/contested"))[0]

    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert "This cannot be shown now" in parsed(answer.content.decode()).one("h1").words


@pytest.mark.parametrize(
    "error", [StoreUnavailable("the file /secret/ledger.db is locked"), DamagedLedger("broken", 7)]
)
def test_a_message_tells_nothing_of_what_is_inside(error: Exception) -> None:
    content = bytes(message_of(error).body).decode()

    assert str(error) not in content
    assert "/secret" not in content


def test_every_status_has_a_sound_page() -> None:
    for status in (400, 401, 403, 404, 422, 429, 500, 503):
        page = parsed(bytes(message(status).body).decode())
        assert page.one("p", class_="eyebrow").words == str(status)
        assert "/" in [link.attributes["href"] for link in page.one("main").all("a")]


def test_a_page_that_breaks_down_says_so_as_a_page(readers: Readers) -> None:
    def break_down(_: object) -> None:
        raise ZeroDivisionError("secret inside")

    readers.office.house.doorkeeper.caller = break_down  # type: ignore[assignment]

    answer = readers.ask("/", accept="text/html")

    assert answer.status == 500
    assert parsed(answer.content.decode()).one("h1").words == "Something went wrong here"
    assert b"secret" not in answer.content


OURS = "Something went wrong here"
THEIRS = "This cannot be answered as it was asked"


@pytest.mark.parametrize(("status", "told"), [(400, THEIRS), (422, THEIRS), (431, THEIRS), (500, OURS), (502, OURS)])
def test_an_error_of_ours_is_not_told_as_the_reader_s(status: int, told: str) -> None:
    assert parsed(bytes(message(status).body).decode()).one("h1").words == told


def test_only_who_may_not_in_is_led_to_the_entrance() -> None:
    for status in (401, 403, 404, 503):
        main = parsed(bytes(message(status).body).decode()).one("main")
        assert ("/signin" in [link.attributes["href"] for link in main.all("a")]) == (status in (401, 403))


@pytest.mark.parametrize("page", TEMPLATE_OF, ids=lambda page: page.__name__)
def test_every_field_of_a_page_says_what_it_holds(page: type[Page]) -> None:
    hints = get_type_hints(page, include_extras=True)

    for field in fields(page):
        hint = hints[field.name]
        assert get_origin(hint) is Annotated, field.name
        assert get_args(hint)[1].endswith("."), field.name


def test_every_page_has_a_template() -> None:
    assert {page.__name__ for page in TEMPLATE_OF} == {page.__name__ for page in Page.__subclasses__()}
