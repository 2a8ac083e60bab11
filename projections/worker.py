"""A thread of one's own, for work that goes on for as long as its owner wants."""

from collections.abc import Callable
from threading import Event, Thread


class Worker:
    """Does `work` in a thread called `name`, from `start` until `stop`.

    The work looks at `stopping` now and then, and returns soon after that is set. A process may end without it.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.stopping = Event()
        self._name = name
        self._work = work
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begins, unless it has begun."""
        if self._thread is None:
            self.stopping.clear()
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Has the work end, and waits until it has. Stopping twice is harmless."""
        self.stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
