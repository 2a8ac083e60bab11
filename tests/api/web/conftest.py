"""An office for each test, empty or with the story told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.web.office import Office, opened
from tests.support.story import told


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(tmp_path) as office:
        yield office


@pytest.fixture
def story(office: Office) -> Office:
    told(office.desk)
    return office
