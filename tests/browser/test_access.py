"""No page shuts anybody out: every kind of page on a phone and a large screen, in the light and in the dark."""

import re
from typing import Final, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize

from api.pages.rendering import STATIC
from tests.browser.conftest import Served, Watched, watched
from tests.browser.kinds import DESK, DESKTOP, OPEN, PHONE

pytestmark = pytest.mark.browser

VIOLATIONS: Final = """async () => (await axe.run({resultTypes: ['violations']})).violations.map(
  found => [found.id, found.nodes.map(node => node.html)])"""
"""What axe finds, and on which elements."""

ROUNDS: Final[tuple[tuple[ViewportSize, Literal["light", "dark"]], ...]] = ((PHONE, "dark"), (DESKTOP, "light"))
"""Each screen and each scheme once: what a colour is does not hang on the screen, nor a place on the scheme."""


@pytest.mark.parametrize("name", OPEN)
def test_no_page_shuts_anybody_out(browser: Browser, served: Served, name: str) -> None:
    with watched(browser, served) as watch:
        watch.page.goto(served.at(OPEN[name]))
        if name == "missing":
            watch.complaints.clear()  # the browser's note that the status is 404
        sound_on_every_screen(watch)


@pytest.mark.parametrize("name", DESK)
def test_nor_does_any_page_of_the_desk(browser: Browser, served: Served, name: str) -> None:
    with watched(browser, served, extra_http_headers=served.token("ap")) as watch:
        watch.page.goto(served.at(DESK[name]))
        sound_on_every_screen(watch)


def sound_on_every_screen(watch: Watched) -> None:
    """Claims that nothing is cut off and that axe finds nothing with all its rules, on each screen, in each scheme."""
    page = watch.page
    page.evaluate(AXE_SCRIPT)
    for screen, scheme in ROUNDS:
        page.set_viewport_size(screen)
        page.emulate_media(color_scheme=scheme)
        assert width(page) <= screen["width"], "nothing is cut off"
        assert page.evaluate(VIOLATIONS) == []


def width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_large_print_and_a_narrow_column_cut_nothing_off(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport={"width": 320, "height": 600}) as watch:
        for path in OPEN.values():
            watch.page.goto(served.at(path))
            assert width(watch.page) <= 320, path
            watch.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert width(watch.page) <= 320, f"{path} in large print"
        watch.complaints.clear()


def test_the_browser_knows_every_property_and_value_of_the_sheet(browser: Browser, served: Served) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", STATIC["stemma.css"].decode(), flags=re.DOTALL)
    declared = re.findall(r"(?<=[{;])\s*([a-z-]+)\s*:\s*([^;{}]+);", sheet)
    with watched(browser, served) as watch:
        watch.page.goto(served.at("/"))
        unknown = "declared => declared.filter(([property, value]) => !CSS.supports(property, value))"
        assert watch.page.evaluate(unknown, declared) == []
    assert len(declared) > 300
    assert sheet.count("{") == sheet.count("}")


def test_signs_can_be_told_apart_in_colours_that_the_reader_forces(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP, forced_colors="active") as watch:
        watch.page.goto(served.at("/claims/@c1"))
        sign = watch.page.locator(".sign.contested >> nth=0")
        assert sign.inner_text() == "Contested"
        assert sign.locator("svg").is_visible()
        assert sign.evaluate("element => getComputedStyle(element).borderTopStyle") == "solid"


def test_nothing_moves(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        watch.page.goto(served.at("/claims/@many"))
        moving = """() => [...document.querySelectorAll('*')].map(element => getComputedStyle(element))
          .filter(style => style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0).length"""
        assert watch.page.evaluate(moving) == 0
        assert watch.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
