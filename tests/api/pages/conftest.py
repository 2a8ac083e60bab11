"""Offices with pages to read."""

from collections.abc import Iterator

import pytest

from tests.api.pages.world import Readers, published
from tests.api.web.office import opened


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """The story that readers can open. Shared: nothing may be recorded in it."""
    with opened(tmp_path_factory.mktemp("pages")) as office:
        published(office.desk)
        yield Readers(office)


@pytest.fixture
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    """An empty office of one's own."""
    with opened(tmp_path_factory.mktemp("pages")) as office:
        yield Readers(office)
