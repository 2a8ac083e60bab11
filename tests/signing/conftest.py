"""A desk with a story, whose log is signed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.web.office import opened
from tests.support.signing import SignedOffice
from tests.support.story import told


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[SignedOffice]:
    with opened(tmp_path) as office:
        told(office.desk)
        signed = SignedOffice(office)
        signed.sign()
        yield signed
