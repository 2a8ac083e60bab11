"""The Big List of Naughty Strings, which lies beside the checkout and is no part of it."""

import json
from functools import cache
from pathlib import Path
from typing import Final

import pytest

_FILE: Final = Path(__file__).parents[2].parent / "shared" / "data" / "blns" / "blns.json"


@cache
def naughty_strings() -> tuple[str, ...]:
    """All of them. Skips the test that asks where the list is not there."""
    if not _FILE.is_file():
        pytest.skip(f"the naughty strings are not there: {_FILE.name} is looked for in ../shared/data/blns")
    return tuple(json.loads(_FILE.read_text(encoding="utf-8")))
