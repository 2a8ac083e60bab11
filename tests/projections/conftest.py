"""A desk, and the views of its ledger in a folder of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.watching import Watched
from tests.support.desk import Desk
from tests.support.story import told


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk that has the small story in its ledger."""
    with Desk() as desk:
        yield told(desk)


@pytest.fixture
def watched(desk: Desk, tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(desk, tmp_path / "views.db")
    yield watched
    watched.close()
