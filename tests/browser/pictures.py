"""Pictures of every kind of page, to be looked at: `python -m tests.browser.pictures [FOLDER]`.

The real server serves the example story to a real browser, on a phone and a large screen, in the light and in the
dark, and on paper.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Browser, PdfMargins, sync_playwright

from tests.browser.kinds import SCHEMES, SCREENS
from tests.conftest import chromium, sandbox
from tests.support.serving import Server, stemma

FOLDER: Final = Path(__file__).parent.parent.parent / "screenshots"
ON_PAPER: Final = ("claim", "article")
"""What people print."""

MARGINS: Final[PdfMargins] = {"top": "18mm", "right": "18mm", "bottom": "18mm", "left": "18mm"}

RAID: Final = "one member of the MEK was killed"
"""Words of the claim that the story turns on."""


class Demonstration(Server):
    """`stemma demo`: the example story, served."""

    command = ("demo",)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open_pages(self) -> dict[str, str]:
        """Every kind of page that the public may open, by name."""
        records = self._records()
        return {
            "front": "/",
            "contested": "/contested",
            "corrections": "/corrections",
            "search": "/search?q=raid",
            "signin": "/signin",
            "audit": "/audit",
            **records,
            **{f"{name}-history": f"{address}/history" for name, address in records.items()},
            "claim-past": f"{records['claim']}/at/{self._position}",
            "missing": "/claims/none",
        }

    def desk_pages(self) -> dict[str, str]:
        """What the desk sees otherwise, or alone."""
        return {"desk-front": "/", "desk-worklist": "/worklist", "desk-claim": self._records()["claim"]}

    def _records(self) -> dict[str, str]:
        claim = self._said(f"/claims/{self._said(f'/claims?q={quote(RAID)}')['items'][0]['id']}")
        self._position = claim["citations"][-1]["position"]
        return {
            "article": f"/articles/{self._said('/articles')['items'][0]['id']}",
            "claim": f"/claims/{claim['id']}",
            "source": f"/sources/{claim['citations'][0]['source_id']}",
            "party": f"/parties/{claim['claimant_id']}",
        }

    def _said(self, path: str) -> Any:
        with urlopen(f"{self.address}/api/v1{path}") as answer:
            return json.load(answer)


def take(browser: Browser, address: str, pages: Mapping[str, str], folder: Path, **options: Any) -> Iterator[Path]:
    """Pictures of these pages on every screen in every scheme, each as long as its page. Gives where they lie."""
    for (screen, size), scheme in product(SCREENS.items(), SCHEMES):
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        page = context.new_page()
        for name, path in pages.items():
            page.goto(address + path)
            file = folder / f"{name}-{screen}-{scheme}.png"
            page.screenshot(path=file, full_page=True)
            yield file
        context.close()


def print_out(browser: Browser, address: str, pages: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """These pages as they come out of a printer."""
    page = browser.new_page()
    for name, path in pages.items():
        page.goto(address + path)
        file = folder / f"{name}-paper.pdf"
        page.pdf(path=file, format="A4", margin=MARGINS)
        yield file


def main(folder: Path) -> None:
    """Takes all pictures anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data, sync_playwright() as playwright:
        served = Demonstration(Path(data))
        served.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=sandbox())
        try:
            token = stemma("token", "create", "--role", "approver", "--name", "Approver", data=Path(data))["token"]
            pages = served.open_pages()
            taken = [
                *take(browser, served.address, pages, folder),
                *take(
                    browser,
                    served.address,
                    served.desk_pages(),
                    folder,
                    extra_http_headers={"Authorization": f"Bearer {token}"},
                ),
                *print_out(browser, served.address, {name: pages[name] for name in ON_PAPER}, folder),
            ]
        finally:
            browser.close()
            served.stop()
    print(f"{len(taken)} pictures in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
