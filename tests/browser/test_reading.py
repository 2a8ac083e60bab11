"""The pages in a real browser: by keyboard, on a phone and a large screen, light and dark, without a script."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PICTURES, Served, watched

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
PAGES = {
    "front": "/",
    "contested": "/contested",
    "article": "/articles/@a1",
    "examined": "/articles/@a2",
    "claim": "/claims/@c1",
    "claim-general": "/claims/@c3",
    "history": "/claims/@c1/history",
    "source": "/sources/@s1",
    "party": "/parties/@mek",
    "missing": "/claims/@c4",
}
STANDARDS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def tab_to(page: Page, href: str) -> None:
    """Presses Tab until the link with this address has the focus, as somebody without a mouse would."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            return
    raise AssertionError(f"{href} cannot be reached with the Tab key")


def test_the_way_from_the_front_page_to_a_history_needs_no_mouse(browser: Browser, served: Served) -> None:
    article, claim = (served.at(path).removeprefix(served.address) for path in ("/articles/@a1", "/claims/@c1"))
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/"))
        for href, heading in (
            (article, "The raid"),
            (claim, "The group says: A member died in the raid of 20 June 2023."),
            (f"{claim}/history", "History"),
        ):
            tab_to(page, href)
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", "the focus can be seen"
            page.keyboard.press("Enter")
            page.wait_for_url(f"{served.address}{href}")
            assert " ".join(page.inner_text("h1").split()) == heading


def test_the_first_tab_leads_past_the_navigation(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        watch.page.goto(served.at("/claims/@c1"))
        watch.page.keyboard.press("Tab")
        skip = watch.page.locator(":focus")
        assert skip.inner_text() == "Skip to the content"
        assert (box := skip.bounding_box()) is not None
        assert box["y"] >= 0
        watch.page.keyboard.press("Enter")
        assert watch.page.evaluate("document.activeElement.id") == "content"


def test_a_mark_leads_to_its_note_and_back(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        page = watch.page
        page.goto(served.at("/articles/@a1"))
        page.click("sup.note a >> nth=0")
        assert page.url.endswith("#claim-1")
        page.click("#claim-1 >> text=Back to the text")
        assert "#ref-" in page.url


def test_everything_can_be_read_without_a_script(browser: Browser, served: Served) -> None:
    with watched(browser, served, java_script_enabled=False) as watch:
        watch.page.goto(served.at("/"))
        watch.page.click("text=The raid >> nth=0")
        watch.page.click("a.mark >> nth=0")
        watch.page.click("text=The whole history")
        watch.page.click("text=the claim as it was then >> nth=0")
        assert "This is a past state" in watch.page.inner_text(".memento")


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_shuts_anybody_out(
    browser: Browser, served: Served, name: str, viewport: dict[str, int], scheme: str
) -> None:
    with watched(browser, served, viewport=viewport, color_scheme=scheme) as watch:
        page = watch.page
        page.goto(served.at(PAGES[name]))
        if name == "missing":
            watch.complaints.clear()  # the browser's note that the status is 404
        page.screenshot(path=PICTURES / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)

        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], "nothing is cut off"


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_large_print_and_a_narrow_column_cut_nothing_off(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport={"width": 320, "height": 600}) as watch:
        for path in PAGES.values():
            watch.page.goto(served.at(path))
            watch.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert watch.page.evaluate("document.documentElement.scrollWidth") <= 320, path
        watch.complaints.clear()


def test_on_paper_there_is_no_navigation(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        watch.page.goto(served.at("/claims/@c1"))
        watch.page.emulate_media(media="print")
        assert not watch.page.locator("nav").is_visible()
        assert watch.page.locator("h1").is_visible()
