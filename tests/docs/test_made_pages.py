"""The pages that are made from the code are the ones in the repository."""

from pathlib import Path

import pytest

from tests.docs.rendering import pages


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run `python -m tests.docs` and commit the page"
