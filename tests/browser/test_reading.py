"""The pages read in a real browser as people read them: by keyboard, without a script, on paper, in Persian."""

import pytest
from playwright.sync_api import Browser, Page

from tests.api.pages.states import TRICK
from tests.browser.conftest import CONTROLS, Served, watched
from tests.browser.kinds import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def tab_to(page: Page, href: str) -> None:
    """Presses Tab until the link with this address has the focus, as somebody without a mouse would."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            return
    raise AssertionError(f"{href} cannot be reached with the Tab key")


def heading(page: Page) -> str:
    return " ".join(page.inner_text("h1").split())


def test_the_way_from_the_front_page_to_a_history_needs_no_mouse(browser: Browser, served: Served) -> None:
    article, claim = (served.at(path).removeprefix(served.address) for path in ("/articles/@a1", "/claims/@c1"))
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/"))
        for href, title in (
            (article, "The raid"),
            (claim, "The group says: A member died in the raid of 20 June 2023."),
            (f"{claim}/history", "History"),
        ):
            tab_to(page, href)
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", "the focus can be seen"
            page.keyboard.press("Enter")
            page.wait_for_url(f"{served.address}{href}")
            assert heading(page) == title


def test_the_first_tab_leads_past_the_navigation_and_the_next_ones_through_it(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        page = watch.page
        page.goto(served.at("/claims/@c1"))
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Skip to the content"
        assert (box := skip.bounding_box()) is not None
        assert box["y"] >= 0
        tops = []
        for _ in range(7):
            page.keyboard.press("Tab")
            place = page.locator(":focus").bounding_box()
            assert place is not None
            tops.append((place["y"] // 30, place["x"]))
        assert tops == sorted(tops), "the focus goes as one reads: down, and along each line"


def test_the_skip_link_puts_the_focus_on_the_content(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        watch.page.goto(served.at("/claims/@c1"))
        watch.page.keyboard.press("Tab")
        watch.page.keyboard.press("Enter")
        assert watch.page.evaluate("document.activeElement.id") == "content"


def test_a_search_begins_on_any_page(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        watch.page.goto(served.at("/claims/@c1"))
        watch.page.get_by_label("Search claims, articles, sources and parties").fill("camp")
        watch.page.keyboard.press("Enter")
        watch.page.wait_for_url(f"{served.address}/search?q=camp")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_top_of_a_claim_answers_a_reader_s_first_questions_without_scrolling(
    browser: Browser, served: Served, viewport: dict[str, int]
) -> None:
    with watched(browser, served, viewport=viewport) as watch:
        watch.page.goto(served.at("/claims/@c1"))
        for question in watch.page.locator(".glance > div").all():
            assert (box := question.bounding_box()) is not None
            assert box["y"] + box["height"] <= viewport["height"], question.inner_text()
        asked = watch.page.locator(".glance dt").all_inner_texts()
        assert asked == [
            "Who says it",
            "Who denies it",
            "Since when",
            "On what evidence",
            "The desk concludes",
            "Last change",
        ]


def test_a_mark_leads_to_its_note_and_back(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        page = watch.page
        page.goto(served.at("/articles/@a1"))
        page.click("sup.note a >> nth=0")
        assert page.url.endswith("#claim-1")
        page.click("#claim-1 >> text=Back to the text")
        assert "#ref-" in page.url


def test_a_mark_is_described_by_the_signs_of_its_claim(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        watch.page.goto(served.at("/articles/@a1"))
        described = watch.page.locator("a.mark >> nth=0").get_attribute("aria-describedby")
        assert watch.page.inner_text(f"#{described}").split() == ["Allegation", "Contested", "Verdict:", "Unproven"]


def test_a_mark_says_in_words_that_its_claim_is_contested(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=PHONE) as watch:
        watch.page.goto(served.at("/articles/@a1"))
        labels = watch.page.locator("sup.note >> nth=0").locator(".label")
        assert labels.all_inner_texts() == ["Contested", "Unproven"]


def test_claims_of_a_text_that_is_not_printed_stand_where_the_text_would(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        watch.page.goto(served.at("/articles/@a2"))
        claims, notice = (watch.page.locator(what).bounding_box() for what in (".notes", "p.notice"))
        assert claims is not None
        assert notice is not None
        assert claims["x"] == notice["x"]


def test_everything_can_be_read_without_a_script(browser: Browser, served: Served) -> None:
    with watched(browser, served, java_script_enabled=False) as watch:
        watch.page.goto(served.at("/"))
        watch.page.click("text=The raid >> nth=0")
        watch.page.click("a.mark >> nth=0")
        watch.page.click("text=The whole history")
        watch.page.click("text=the claim as it was then >> nth=0")
        assert "This is a past state" in watch.page.inner_text(".memento")


def test_many_citations_are_folded_away_and_open_by_keyboard(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/claims/@many"))
        last = page.locator(".stance.supports .citations > li").last
        assert not last.is_visible()
        page.locator(".stance.supports summary").focus()
        page.keyboard.press("Enter")
        assert last.is_visible()


def test_an_article_in_persian_runs_from_right_to_left_and_its_notes_do_not(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/articles/@rtl"))
        directions = "selector => getComputedStyle(document.querySelector(selector)).direction"
        assert [page.evaluate(directions, at) for at in (".prose", ".notes", "sup.note")] == ["rtl", "ltr", "ltr"]
        page.goto(served.at("/claims/@fa"))
        assert page.evaluate(directions, "h1 .statement") == "rtl"
        assert page.evaluate(directions, ".quote blockquote") == "rtl"


def test_an_override_in_a_name_turns_nothing_round_and_the_name_can_be_copied(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/parties/@trick"))
        shown = "code => getComputedStyle(document.querySelector(`[data-code='${code}']`), '::before').content"
        assert page.evaluate(shown, "U+202E") == '"U+202E"'
        assert page.evaluate("document.querySelector('h1').textContent") == TRICK
        first, last = page.evaluate(
            """() => {
              const text = document.querySelector('[data-code="U+202E"]').nextSibling;
              return [0, text.length - 1].map(at => {
                const range = document.createRange();
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                return range.getBoundingClientRect().left;
              });
            }"""
        )
        assert first < last, "what follows an override is still read from left to right"


def test_control_characters_come_through_the_browser_as_they_were_typed(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        watch.page.goto(served.at("/claims/@odd"))
        assert watch.page.evaluate("document.querySelector('h1 .statement').textContent") == CONTROLS
        assert "U+0001" in watch.page.evaluate(
            "[...document.querySelectorAll('h1 .unseen')].map(element => element.dataset.code)"
        )


def test_on_paper_there_is_nothing_to_click_and_nothing_is_left_out(browser: Browser, served: Served) -> None:
    with watched(browser, served, viewport=DESKTOP) as watch:
        page = watch.page
        page.goto(served.at("/claims/@c1"))
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        assert not page.locator("header form").is_visible()
        assert page.locator("h1").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.goto(served.at("/claims/@many"))
        assert page.locator(".stance.supports .citations > li").last.is_visible(), "what is folded away is printed"
