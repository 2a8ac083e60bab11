"""Progress of long work, drawn on stderr if that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_PAUSE = 0.05  # seconds between two updates; single steps are far shorter


@contextmanager
def bar(title: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """What long work tells (done, total) to. Nothing is drawn if `quiet`, or if stderr is no terminal."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)

        due = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal due
            if done >= total or monotonic() >= due:
                due = monotonic() + _PAUSE
                progress.update(task, completed=done, total=total)

        yield tell
