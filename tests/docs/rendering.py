"""Every page of the documentation that is made from the code."""

from pathlib import Path
from typing import Final

from tests.docs.models import commands_page, events_page
from tests.docs.surfaces import command_line_page, http_page

DOCS: Final = Path(__file__).parents[2] / "docs"


def pages() -> dict[Path, str]:
    """Path → text of each of them."""
    return {
        DOCS / "events.md": events_page(),
        DOCS / "commands.md": commands_page(),
        DOCS / "http.md": http_page(),
        DOCS / "command-line.md": command_line_page(),
    }
