"""Whatever is changed in a data folder is named by verification, or it is shown that no reader can tell it.

Harmless are, and nothing else is: bytes of the ledger's file that leave the same rows, in tables and indexes; what is
remembered under idempotency keys, which is no part of the record; the time in a line of the book, which no signature
covers and nothing reads; a line missing from the middle of the book, since the later ones prove the same; two lines
over the same size that changed places, which say the same of it; half a line at its end.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from api.verification import Verified
from domain.errors import StemmaError
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from projections.engine import Engine
from projections.rebuilding import compare
from projections.register import ALL
from projections.views import Views
from tests.tamper.damage import KINDS, Kind, notes_of, size_of
from tests.tamper.scene import Scene, content


@pytest.fixture(scope="module")
def rebuilt(sound: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    with (
        closing(SQLiteStore(sound.settings.ledger, read_only=True)) as store,
        closing(Views(tmp_path_factory.mktemp("rebuilt") / "views.db", passing=True)) as views,
    ):
        Engine(store, Streams(store), views, ALL, 1_000).catch_up()
        yield views


class Trial:
    """Damages copies of a scene, and says of each what came of it: named, harmless or missed."""

    def __init__(self, sound: Scene, rebuilt: Views, folder: Path) -> None:
        self._sound = sound
        self._rebuilt = rebuilt
        self._folder = folder
        self._content = content(sound.settings.ledger)
        self._notes = notes_of(sound.book)

    def run(self, kind: Kind, seed: int) -> tuple[str, str]:
        scene = self._sound.copied(self._folder / "copy")
        how = f"{kind.damage.__name__} {seed}: {kind.damage(scene, Random(seed))}"
        if self._unchanged(scene, kind) or self._harmless(scene, kind):
            return "harmless", how
        return ("named" if self._named(scene, kind) else "MISSED"), how

    def _unchanged(self, scene: Scene, kind: Kind) -> bool:
        """Whether chance brought about nothing at all, as when a row changes places with its like."""
        if kind.part == "views":
            return False
        files = [(scene.book, self._sound.book), (scene.shown, self._sound.shown), (scene.copy, self._sound.copy)]
        files.append((scene.settings.signing_key, self._sound.settings.signing_key))
        return kind.part != "ledger" and all(one.read_bytes() == other.read_bytes() for one, other in files)

    def _harmless(self, scene: Scene, kind: Kind) -> bool:
        if kind.part == "ledger":
            return self._same_record(scene)
        return kind.part == "book" and self._same_checkpoints(scene)

    def _same_record(self, scene: Scene) -> bool:
        found: Any = content(scene.settings.ledger)
        if found is None:
            return False
        return all(found[table] == self._content[table] for table in found if table != "idempotency")

    def _same_checkpoints(self, scene: Scene) -> bool:
        notes = notes_of(scene.book)
        if not notes or self._notes is None or notes[-1] != self._notes[-1] or len(set(notes)) < len(notes):
            return False
        return set(notes) <= set(self._notes) and notes == sorted(notes, key=size_of)

    def _named(self, scene: Scene, kind: Kind) -> bool:
        if kind.part == "views":
            return self._views_named(scene)
        found = scene.verified()
        return isinstance(found, StemmaError) or not found.ok or bool(found.strange)

    def _views_named(self, scene: Scene) -> bool:
        try:
            with (
                closing(Views(scene.settings.views)) as views,
                views.reading() as live,
                self._rebuilt.reading() as right,
            ):
                return any(True for _ in compare(live, right, ALL))
        except StemmaError:
            return True


def check_mutations(trial: Trial, thousandths: int, seed: int) -> Counter[tuple[str, str]]:
    came: Counter[tuple[str, str]] = Counter()
    missed = []
    for kind in KINDS:
        for number in range(max(1, kind.share * thousandths // 1_000)):
            outcome, how = trial.run(kind, seed + number)
            came[kind.damage.__name__, outcome] += 1
            if outcome == "MISSED":
                missed.append(how)
    assert missed == []
    return came


@pytest.fixture
def trial(sound: Scene, rebuilt: Views, tmp_path: Path) -> Trial:
    return Trial(sound, rebuilt, tmp_path)


def test_what_nobody_touched_is_well(sound: Scene) -> None:
    found = sound.verified(views=True)

    assert isinstance(found, Verified)
    assert (found.ok, found.strange, found.unsigned) == (True, (), False)
    assert found.checkpoints >= 10
    assert found.maps >= 6
    assert found.receipts == 1
    assert found.shown == found.size


def test_of_a_hundred_mutations_none_is_missed(trial: Trial) -> None:
    check_mutations(trial, 100, 0)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [10_000, 20_000, 30_000, 40_000])
def test_of_two_thousand_mutations_none_is_missed(trial: Trial, seed: int) -> None:
    came = check_mutations(trial, 510, seed)

    assert came.total() >= 500
