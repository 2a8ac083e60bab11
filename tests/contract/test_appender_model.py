"""Random submissions, several to a transaction, against a model made of two dicts."""

from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import KeyTaken, VersionConflict
from domain.ledger.appender import Appended, Appender, Entry
from domain.ledger.rows import Remembered
from domain.ledger.store import Store
from tests.contract.building import Clock, entry, gathered, sealed
from tests.contract.conftest import STORES

EVENTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3)
COMMAND = st.tuples(EVENTS, st.none() | st.sampled_from(["k1", "k2", "k3", "k4"]))
SUBMISSION = st.tuples(st.lists(COMMAND, min_size=1, max_size=3), st.sampled_from([0, 0, 0, 0, -1, 1]))
WAVES = st.lists(st.lists(SUBMISSION, min_size=1, max_size=6), max_size=5)


class Model:
    """What must be stored, and what each submission must be told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int]] = []
        self.keys: dict[str, int] = {}

    def version(self, stream: str) -> int:
        return sum(1 for known, _ in self.events if known == stream)

    def submission(self, commands: list[tuple[list[str], str | None]], error: int) -> list[Entry]:
        """Entries with the versions that are right, or all wrong by `error`; a key is used once in a submission."""
        versions = {stream: self.version(stream) + error for stream in "abc"}
        entries, used = [], set()
        for streams, key in commands:
            events = []
            for stream in streams:
                versions[stream] += 1
                events.append(sealed(stream, versions[stream]))
            entries.append(entry(*events, key=None if key in used else key))
            used.add(key)
        return entries

    def expect(self, entries: list[Entry]) -> type[Exception] | list[tuple[int, int]]:
        """Take the entries over and say where they must be, or why they must be refused."""
        if any(made.remember is not None and made.remember.key in self.keys for made in entries):
            return KeyTaken
        seen: set[str] = set()
        for event in (event for made in entries for event in made.events):
            if event.stream not in seen and event.version != self.version(event.stream) + 1:
                return VersionConflict
            seen.add(event.stream)
        places = []
        for made in entries:
            first = len(self.events) + 1
            self.events += [(event.stream, event.version) for event in made.events]
            places.append((first, len(self.events)))
            if made.remember is not None:
                self.keys[made.remember.key] = len(self.events)
        return places


@pytest.mark.parametrize("name", STORES)
@given(waves=WAVES)
def test_the_ledger_agrees_with_the_model(
    name: str, waves: list[list[tuple[list[tuple[list[str], str | None]], int]]]
) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        store = STORES[name](Path(folder))
        appender = Appender(store, Clock())
        for wave in waves:
            with gathered(store):
                submitted = []
                for commands, error in wave:
                    entries = model.submission(commands, error)
                    submitted.append((model.expect(entries), appender.submit(entries)))
            for expected, future in submitted:
                assert outcome(future) == expected
        appender.close()
        compare(store, model)
        store.close()


def outcome(future: Future[tuple[Appended, ...]]) -> type[BaseException] | list[tuple[int, int]]:
    refusal = future.exception(30)
    return type(refusal) if refusal else [(appended.first, appended.last) for appended in future.result()]


def compare(store: Store, model: Model) -> None:
    rows = store.rows(0, 1000)
    assert [(row.stream, row.version) for row in rows] == model.events
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    for key in ("k1", "k2", "k3", "k4"):
        kept = store.remembered("ann", key)
        assert (kept.position if isinstance(kept, Remembered) else None) == model.keys.get(key)
