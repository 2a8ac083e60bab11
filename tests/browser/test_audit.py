"""A reader takes the proof of a claim and has it checked: by keyboard, without a script, on a phone and in the dark."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.api.pages.world import Readers, published
from tests.api.web.office import opened
from tests.browser.conftest import Served, Watched, serving, watched
from tests.browser.kinds import PHONE
from tests.browser.test_access import sound_on_every_screen
from tests.support.proofs import TAMPERED, Bundle
from tests.support.signing import SignedOffice

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served story whose log is signed."""
    with opened(tmp_path_factory.mktemp("audit")) as office:
        published(office.desk)
        SignedOffice(office).sign()
        with serving(office.app) as address:
            yield Served(Readers(office), address)


def saved(page: Page, served: Served, folder: Path) -> Path:
    """The proof of the claim `c1`, saved from its page as a reader does."""
    page.goto(served.at("/claims/@c1"))
    with page.expect_download() as waiting:
        page.focus("section[aria-labelledby=proof] a[download]")
        page.keyboard.press("Enter")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def paste(page: Page, served: Served, text: str) -> None:
    """Pastes a proof into the form and sends it, with the keyboard alone."""
    page.goto(served.at("/audit"))
    page.focus("#bundle")
    page.keyboard.insert_text(text)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_way_from_a_claim_to_what_its_proof_is_worth(browser: Browser, own: Served, tmp_path: Path) -> None:
    with watched(browser, own, java_script_enabled=False, viewport=PHONE) as watch:
        page = watch.page
        path = saved(page, own, tmp_path)
        assert path.name == f"{own.readers.office.desk.id('c1')}.proof.json"

        page.goto(own.at("/claims/@c1"))
        page.focus("section[aria-labelledby=proof] a[href='/audit#check']")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{own.address}/audit#check")
        page.set_input_files("#file", path)
        page.focus("form.check-proof button")
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert page.inner_text("#result") == "Proven"
        assert "A member died in the raid" in page.inner_text(".outcome")


def test_a_proof_is_pasted_by_keyboard_and_the_page_shuts_nobody_out(
    browser: Browser, own: Served, tmp_path: Path
) -> None:
    with watched(browser, own) as watch:
        proof = saved(watch.page, own, tmp_path).read_text(encoding="utf-8")
        paste(watch.page, own, proof)
        assert watch.page.inner_text("#result") == "Proven"
        sound_on_every_screen(watch)


@pytest.mark.parametrize(("tamper", "words"), TAMPERED, ids=lambda it: getattr(it, "__name__", ""))
def test_a_proof_that_was_tampered_with_is_told_to_be_none(
    browser: Browser, own: Served, tmp_path: Path, tamper: Callable[[Bundle], None], words: str
) -> None:
    with watched(browser, own) as watch:
        bundle = json.loads(saved(watch.page, own, tmp_path).read_bytes())
        tamper(bundle)
        paste(watch.page, own, json.dumps(bundle))
        assert watch.page.inner_text("#result") == "Not proven"
        assert words in watch.page.inner_text(".outcome")
        sound_on_every_screen(watch)


def test_what_is_no_proof_is_told_and_the_form_is_there_again(browser: Browser, own: Served) -> None:
    with watched(browser, own) as watch:
        paste(watch.page, own, "<not a proof>")
        assert "cannot be read" in watch.page.inner_text("[role=alert]")
        _without_the_note_of_the_status(watch)
        sound_on_every_screen(watch)


def _without_the_note_of_the_status(watch: Watched) -> None:
    watch.complaints.clear()  # the browser's note that the status is 422
