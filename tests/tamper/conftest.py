"""One scene for all tests of a process; each damages a copy of its own."""

import pytest

from tests.tamper.scene import Scene, build


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return build(tmp_path_factory.mktemp("sound") / "data")
