"""Starting and ending processes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start one of the programs in `children`; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def starting(*arguments: object, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        command = [*before, sys.executable, "-m", "tests.faults.children", *map(str, arguments)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield starting
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()
