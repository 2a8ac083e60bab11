"""The server is killed at random moments while sixteen editors record: what was acknowledged is there, once."""

import json
import random
import time
from collections import Counter
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from domain.claim.events import ClaimAsserted, ClaimReworded
from domain.ledger.sqlite import SQLiteStore
from domain.streams import Streams
from tests.support.serving import Editor, Server, stemma

EDITORS = 16
KILLS = 200


class Recording:
    """What the editors were told is recorded."""

    def __init__(self) -> None:
        self.stop = Event()
        self.asserted: dict[str, str] = {}
        self.reworded: dict[str, str] = {}
        self.failures: list[BaseException] = []
        self._lock = Lock()

    def work(self, name: str, port: int, token: str) -> None:
        """Asserts claims and rewords them, each with a key of its own, until told to stop."""
        editor, count = Editor(port, token), 0
        try:
            while not self.stop.is_set():
                count += 1
                self._one(editor, f"{name}-{count}")
        except Exception as problem:
            self.failures.append(problem)
            raise
        finally:
            editor.close()

    def _one(self, editor: Editor, name: str) -> None:
        body = {"statement": f"first {name}", "language": "en", "kind": "fact", "attribution": "own"}
        claim = editor.post("/api/v1/claims", body, f"{name}-assert", self.stop)
        if claim is None:
            return
        with self._lock:
            self.asserted[f"first {name}"] = claim["id"]
        change = {"statement": f"second {name}", "language": "en", "same_meaning": True, "reason": "clearer"}
        path = f"/api/v1/claims/{claim['id']}/rewording"
        reworded = editor.post(path, change, f"{name}-reword", self.stop, If_Match=f'"v{claim["version"]}"')
        if reworded is None:
            return
        with self._lock:
            self.reworded[f"second {name}"] = claim["id"]


@pytest.mark.soak
def test_killed_at_any_moment_it_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    # Given an open ledger and sixteen editors at work
    data = tmp_path / "data"
    stemma("init", "--name", "Soak desk", "--origin", "127.0.0.1/soak", "--base-url", "http://127.0.0.1", data=data)
    token = stemma("token", "create", "--role", "editor", "--name", "Desk editor", data=data)["token"]
    server, recording, chance = Server(data), Recording(), random.Random(20230620)
    editors = [
        Thread(target=recording.work, args=(f"editor {n}", server.port, token), daemon=True) for n in range(EDITORS)
    ]
    server.start()
    for editor in editors:
        editor.start()

    # When the server is killed again and again, and then left in peace
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.0, 0.6))
        server.kill()
        server.start()
    time.sleep(2)
    recording.stop.set()
    for editor in editors:
        editor.join(30)
    server.stop()

    # Then every acknowledged event is there once, and the ledger and its views are sound
    assert not recording.failures
    assert len(recording.reworded) > KILLS
    _demand_each_once(data, recording)
    verified = stemma("verify", data=data)
    assert verified["ok"], json.dumps(verified)


def _demand_each_once(data: Path, recording: Recording) -> None:
    store = SQLiteStore(data / "ledger.db", read_only=True)
    found: Counter[str] = Counter()
    where: dict[str, str] = {}
    for recorded in Streams(store).events():
        words = recorded.event.words
        if isinstance(recorded.event, ClaimAsserted | ClaimReworded) and words is not None:
            statement = getattr(words, "statement", "")
            found[statement] += 1
            where[statement] = recorded.stream
    store.close()
    assert not [statement for statement, times in found.items() if times > 1]
    for statement, claim in {**recording.asserted, **recording.reworded}.items():
        assert where.get(statement) == claim
