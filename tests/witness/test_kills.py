"""A witness that is killed at any moment never cosigns two histories."""

import random
import threading
import time
from http.client import HTTPException
from pathlib import Path

import pytest

from domain.tlog.note import parse_note, parse_signatures
from domain.tlog.witnessing import parse_size_body
from tests.support.witnesses import GrowingLog, WitnessServer, ask, new_witness

KILLS = 40
SIZE = 20_000
SHARED = 50


class Rival:
    """One of several logs with one key that begin alike and go on differently. Each asks on as long as it may."""

    def __init__(self, number: int, port: int) -> None:
        self.log = GrowingLog(SIZE, story=f"{number}: ", alike=SHARED)
        self.cosigned: dict[int, bytes] = {}
        self._port = port
        self._chance = random.Random(number)

    def work(self, stop: threading.Event) -> None:
        at = 0
        while not stop.is_set() and at < SIZE:
            size = min(at + self._chance.choice([0, 1, 1, 2, 7]) + (at == 0), SIZE)
            try:
                response, body = ask(self._port, self.log.request(at, size))
            except (OSError, HTTPException):
                time.sleep(0.01)
                continue
            if response.status == 200:
                self.check(size, body)
                at = size
            elif response.status == 409:
                at = min(parse_size_body(body), SIZE)
            else:
                assert response.status == 422, body  # another one is ahead, with another history
                time.sleep(0.02)

    def check(self, size: int, body: bytes) -> None:
        note = parse_note(self.log.log.checkpoint(self.log.key, size=size))
        assert parse_signatures(body)
        self.cosigned[size] = note.text.encode()


@pytest.mark.soak
def test_killed_at_any_moment_it_cosigns_one_history(tmp_path: Path) -> None:
    # Given three logs with one key that ask for one cosignature after another, two of them with other ends
    port = WitnessServer(tmp_path / "w").port
    rivals = [Rival(number, port) for number in range(3)]
    folder = new_witness(tmp_path / "w", rivals[0].log)
    server, chance, stop = WitnessServer(tmp_path / "w"), random.Random(20230620), threading.Event()
    server.port = port
    failures: list[BaseException] = []

    def work(rival: Rival) -> None:
        try:
            rival.work(stop)
        except BaseException as failure:
            failures.append(failure)
            raise

    server.start()
    threads = [threading.Thread(target=work, args=(rival,), daemon=True) for rival in rivals]
    for thread in threads:
        thread.start()

    # When the witness is killed again and again
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.0, 0.4))
        server.kill()
        server.start()
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join(60)
    server.stop()

    # Then all that it ever cosigned is one history, and it remembers the last of it
    assert failures == []
    sizes = [{size for size in rival.cosigned if size > SHARED} for rival in rivals]
    assert sum(map(bool, sizes)) == 1
    assert len(max(sizes, key=len)) > KILLS
    seen = folder.seen(rivals[0].log.key.name)
    assert seen is not None
    assert seen.checkpoint.size >= max(max(rival.cosigned, default=0) for rival in rivals)
