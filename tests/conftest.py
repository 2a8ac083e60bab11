"""What holds for every test: property-test profiles, time for soak tests, and where the browser is."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.needed import CI, lacking

SOAK_SECONDS = 1200
SOAK = Path(__file__).parent / "soak"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

# The program is started some hundred times; to compile it each time would take longer than what is tested.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# At the desk every run tries other examples. CI tries the same ones for the same code: what is red there was broken.
settings.register_profile("desk", deadline=None, database=None)
settings.register_profile("ci", deadline=None, database=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if CI else "desk")


def chromium() -> Path | None:
    """The system's Chromium, or None."""
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((Path(path) for path in found if path), None)


def sandbox() -> list[str]:
    """The switch without which Chromium does not start as root; it refuses its sandbox there."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("soak") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SOAK_SECONDS))
    # The longest begin first: nobody could take them over from a worker that came upon one at the end.
    items.sort(key=lambda item: SOAK not in item.path.parents)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or chromium() is not None:
        return
    lacking(f"no Chromium found (looked for {', '.join(CHROMIUM_NAMES)})")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts the browser: the system's one."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": sandbox()}
