"""The pages that are made from the code are the ones in the repository."""

import json
from pathlib import Path

import pytest

from api.examples import EXAMPLES
from tests.docs.rendering import pages

REAL = ("MEK", "Mojahedin", "Albania", "Tirana", "Iran", "Vistinomer", "Nexhat")
"""Parties of the example story that exist. What bodies of commands only make up is not said of them."""


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run `python -m tests.docs` and commit the page"


def test_the_examples_of_bodies_invent_nothing_about_anybody_real() -> None:
    said = json.dumps(EXAMPLES, ensure_ascii=False)

    assert not [name for name in REAL if name in said]
