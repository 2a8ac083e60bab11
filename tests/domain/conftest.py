"""A desk with nothing on it but its people, and one to which the story was told."""

from collections.abc import Iterator

import pytest

from tests.support.desk import Desk
from tests.support.story import told


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as opened:
        yield opened


@pytest.fixture
def story(desk: Desk) -> Desk:
    return told(desk)


@pytest.fixture(scope="module")
def shared_story() -> Iterator[Desk]:
    """For tests that only add records of their own."""
    with Desk() as opened:
        yield told(opened)
