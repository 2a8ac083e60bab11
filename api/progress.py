"""Progress of long work, drawn on stderr if that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_PAUSE = 0.05  # seconds between two updates; single steps are far shorter

Tell = Callable[[int, int], None]
"""Told (done, total)."""


@contextmanager
def bar(title: str, *, quiet: bool) -> Iterator[Tell]:
    """What long work tells (done, total) to. Nothing is drawn if `quiet`, or if stderr is no terminal."""
    with bars(quiet=quiet) as begin:
        yield begin(title)


@contextmanager
def bars(*, quiet: bool) -> Iterator[Callable[[str], Tell]]:
    """What each part of long work, by its title, is begun with; gives what it tells (done, total) to."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield lambda title: _telling(progress, title)


def _telling(progress: Progress, title: str) -> Tell:
    task = progress.add_task(title, total=None)
    due = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal due
        if done >= total or monotonic() >= due:
            due = monotonic() + _PAUSE
            progress.update(task, completed=done, total=total)

    return tell
