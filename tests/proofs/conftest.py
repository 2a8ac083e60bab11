"""A desk with a story, whose log is signed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.web.office import opened
from tests.support.desk import Do
from tests.support.signing import SignedOffice
from tests.support.story import cite, dispute, told, uncite


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[SignedOffice]:
    """The story is told, and the claim `c1` has been public since its second citation was withdrawn."""
    with opened(tmp_path) as office:
        told(office.desk).given(uncite("x2"), Do("claims.publication", {}, ("@c1",)), dispute(), cite("s2", name="x3"))
        signed = SignedOffice(office)
        signed.sign()
        yield signed
