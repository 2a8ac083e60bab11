"""Killed at any moment, while it signs or commits to the map, the log goes on and never forks."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.bootstrap import open_house
from projections.log import map as ledger_map
from projections.rebuilding import check
from projections.register import ALL
from tests.signing.houses import begun, checkpoints, demand_one_history, grown

ROOT = Path(__file__).parents[2]


def crashed(tmp_path: Path, times: int) -> None:
    # Given a ledger that is signed
    settings = begun(tmp_path / "data")
    first = grown(settings)

    # When whoever records and signs is killed again and again
    done = subprocess.run(
        [sys.executable, "-m", "tests.signing.crashing", str(settings.data), str(times), "20230620"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    left = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(left) == times

    # Then nothing that was signed is gone, and what was signed is one history
    assert all(size <= position for position, size in left)
    assert left == sorted(left)
    demand_one_history(settings)
    sizes = [signed.checkpoint.size for signed in checkpoints(settings)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] > first

    # And it goes on as if nothing had been
    assert grown(settings) > left[-1][1]
    demand_one_history(settings)
    with open_house(settings, projecting=False) as house:
        with house.views.reading() as reading:
            committed = ledger_map.committed(reading)
        assert committed is not None
        assert committed.sound
        assert check(house.store, house.newsroom.streams, house.views, ALL) == []


def test_killed_some_times_the_log_goes_on(tmp_path: Path) -> None:
    crashed(tmp_path, 4)


@pytest.mark.soak
def test_killed_a_hundred_times_the_log_goes_on_and_never_forks(tmp_path: Path) -> None:
    crashed(tmp_path, 100)
