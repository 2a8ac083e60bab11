"""Every setting is in the operator's guide."""

from pathlib import Path

import pytest

from api.settings import NAMES

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.mark.parametrize("name", NAMES)
def test_setting_is_documented(name: str) -> None:
    rows = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |")]
    assert len(rows) == 1
    assert f"`STEMMA_{name.upper()}`" in rows[0]
