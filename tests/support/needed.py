"""What a test needs from the machine. A user's machine may lack it; CI's may not, or nobody would notice."""

import os
from typing import Final, NoReturn

import pytest

CI: Final = os.environ.get("CI") == "true"


def lacking(reason: str) -> NoReturn:
    """Skips the test for this reason; in CI it fails."""
    if CI:
        pytest.fail(f"{reason}, and CI must not pass without it", pytrace=False)
    pytest.skip(reason)
