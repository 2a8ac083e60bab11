"""How the views are moved: in trouble, over restarts, at once after a commit, and as long as somebody waits."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from domain.catalogue import EVENTS, UPCASTERS
from domain.claim.events import ClaimCited, DisputeOpened
from domain.errors import NotCaughtUp, Unavailable, UnreadableEvent
from domain.ledger.codec import Codec
from domain.ledger.memory import MemoryStore
from domain.streams import Streams
from projections.batch import Batch
from projections.projection import Projection
from projections.register import ALL
from projections.runner import Runner
from projections.views import Views
from tests.projections.watching import Stumbling, Watched
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import dispute, place, propose, publish_article

PARTY = Do("parties.create", bodies.party())


class Ruining(Stumbling):
    """A projection during which the pages of the file that it writes are overwritten, once."""

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        if self.ill:
            self.ill = False
            views.execute("PRAGMA writable_schema = ON")
            views.execute("UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'claims'")
            views.execute("PRAGMA writable_schema = RESET")
        self._usual.apply(batch, views)


def with_stumbling(stumbling: Stumbling) -> list[Projection]:
    return [stumbling if projection.NAME == stumbling.NAME else projection for projection in ALL]


def first(desk: Desk, type: str) -> int:
    return next(e.position for e in desk.newsroom.streams.events() if type == e.event.TYPE)


@pytest.fixture
def started(watched: Watched) -> Iterator[Watched]:
    watched.runner.start()
    yield watched
    watched.runner.stop()


# In trouble.


@pytest.mark.parametrize("batch", [1, 4, 1_000])
def test_a_failing_projection_names_its_event_and_the_others_go_on(desk: Desk, tmp_path: Path, batch: int) -> None:
    stumbling = Stumbling("sources", ClaimCited)
    watched = Watched(desk, tmp_path / "views.db", with_stumbling(stumbling), batch)
    cited = first(desk, "claim.cited.v1")

    watched.runner.catch_up()

    positions = {status.name: (status.position, status.lag) for status in watched.runner.status()}
    assert watched.errors() == {"sources": f"claim.cited.v1 at position {cited}: RuntimeError: it stumbled"}
    assert positions.pop("sources") == (cited - 1, desk.length - cited + 1)
    assert set(positions.values()) == {(desk.length, 0)}
    watched.close()


def test_the_event_to_blame_is_found_inside_a_command(desk: Desk, tmp_path: Path) -> None:
    desk.given(dispute(bodies.position("@police"), bodies.position("@outlet")))
    watched = Watched(desk, tmp_path / "views.db", with_stumbling(Stumbling("claims", DisputeOpened)))

    watched.runner.catch_up()

    (failed,) = [status for status in watched.runner.status() if status.error is not None]
    assert failed.error is not None
    assert failed.error.position == first(desk, "claim.dispute_opened.v1")
    assert failed.position == failed.error.position - 1
    assert failed.position == desk.store.boundary(failed.position)
    watched.close()


def test_a_projection_that_recovers_arrives_at_the_same_rows(desk: Desk, tmp_path: Path) -> None:
    stumbling = Stumbling("claims", ClaimCited)
    watched = Watched(desk, tmp_path / "views.db", with_stumbling(stumbling), batch=3)
    watched.runner.catch_up()
    watched.runner.start()

    stumbling.ill = False
    desk.given(PARTY)

    assert watched.runner.wait(desk.length, timeout=20) == desk.length
    assert watched.errors() == {}
    assert watched.runner.check() == []
    watched.close()


def test_an_event_that_cannot_be_read_stops_all_and_is_named(desk: Desk, tmp_path: Path) -> None:
    store, at = MemoryStore(), first(desk, "claim.asserted.v1")
    rows = [
        row if row.position != at else row._replace(head=row.head.replace(b"claim.asserted.v1", b"claim.asserted.v9"))
        for row in desk.store.rows(0, 1_000)
    ]
    with store.writing() as writing:
        writing.insert(rows)
    views = Views(tmp_path / "views.db")
    runner = Runner(store, Streams(store, Codec(EVENTS, UPCASTERS)), views, batch=4)

    with pytest.raises(UnreadableEvent, match=f"claim.asserted.v9.*at position {at}"):
        runner.catch_up()

    for status in runner.status():
        assert status.position < at
        assert status.error is not None
        assert (status.error.position, status.error.type) == (at, "claim.asserted.v9")
    views.close()


def test_views_that_another_program_locks_are_written_when_it_lets_go(desk: Desk, tmp_path: Path) -> None:
    watched = Watched(desk, tmp_path / "views.db", lock_timeout=0.01)
    locking = sqlite3.connect(tmp_path / "views.db", isolation_level=None)
    locking.execute("BEGIN IMMEDIATE")
    watched.runner.catch_up()
    assert {error.rpartition(": ")[2] for error in watched.errors().values()} == {"database is locked"}
    assert set(watched.views.positions().values()) == {0}

    watched.runner.start()
    locking.execute("ROLLBACK")
    locking.close()

    assert watched.runner.wait(desk.length, timeout=30) == desk.length
    assert watched.errors() == {}
    watched.close()


def test_a_file_that_is_ruined_while_it_is_used_is_set_aside(desk: Desk, tmp_path: Path) -> None:
    watched = Watched(desk, tmp_path / "views.db")
    ruining = Ruining("claims", ClaimCited)
    other = Watched(desk, tmp_path / "views.db", with_stumbling(ruining))

    other.runner.catch_up()

    assert other.runner.catch_up() == desk.length
    assert other.runner.check() == []
    assert len(list(tmp_path.glob("*damaged*"))) == 1
    other.close()
    watched.close()


# Over restarts.


def test_a_runner_goes_on_where_the_one_before_ended(desk: Desk, tmp_path: Path) -> None:
    before = Watched(desk, tmp_path / "views.db")
    before.runner.catch_up()
    before.close()
    desk.given(place(), publish_article(), dispute(), propose("true", "x1"))

    after = Watched(desk, tmp_path / "views.db", batch=2)

    assert min(after.views.positions().values()) > 0
    assert after.runner.catch_up() == desk.length
    assert after.runner.check() == []
    after.close()


def test_deleted_views_come_back_identical(desk: Desk, tmp_path: Path) -> None:
    before = Watched(desk, tmp_path / "views.db")
    digests = before.digests()
    before.close()
    (tmp_path / "views.db").unlink()

    after = Watched(desk, tmp_path / "views.db")

    assert after.digests() == digests
    after.close()


def test_views_ahead_of_a_restored_ledger_are_made_anew(desk: Desk, tmp_path: Path) -> None:
    backup = MemoryStore()
    with backup.writing() as writing:
        writing.insert(desk.store.rows(0, 1_000))
    desk.given(place(), publish_article())
    ahead = Watched(desk, tmp_path / "views.db")
    ahead.runner.catch_up()
    ahead.close()

    views = Views(tmp_path / "views.db")
    runner = Runner(backup, Streams(backup), views)

    assert runner.catch_up() == backup.head().position
    assert runner.check() == []
    views.close()


def test_views_of_a_ledger_that_went_another_way_are_made_anew(tmp_path: Path) -> None:
    digests = []
    for last in (Do("parties.create", bodies.party(name="One")), Do("parties.create", bodies.party(kind="state"))):
        with Desk(seed=3) as desk:
            desk.given(last)
            watched = Watched(desk, tmp_path / "views.db")
            digests.append(watched.digests()["parties"])
            assert watched.runner.check() == []
            watched.close()

    assert digests[0] != digests[1]


def test_views_of_another_ledger_are_made_anew(desk: Desk, tmp_path: Path) -> None:
    with Desk(seed=9) as other:
        watched = Watched(other, tmp_path / "views.db")
        watched.runner.catch_up()
        watched.close()

    mine = Watched(desk, tmp_path / "views.db")

    assert set(mine.views.positions().values()) == {0}
    mine.runner.catch_up()
    assert mine.runner.check() == []
    mine.close()


class Newer(Stumbling):
    """The same projection in a newer version."""

    def __init__(self) -> None:
        super().__init__("parties", ClaimCited)
        self.ill = False
        self.VERSION += 1
        self.TABLES = (replace(self.TABLES[0], indexes=(("parties_by_name", "(name)"),)),)


def test_a_newer_version_of_one_projection_is_made_anew_and_the_others_stay(desk: Desk, tmp_path: Path) -> None:
    before = Watched(desk, tmp_path / "views.db")
    before.runner.catch_up()
    before.close()

    after = Watched(desk, tmp_path / "views.db", [Newer() if p.NAME == "parties" else p for p in ALL])

    positions = after.views.positions()
    assert positions.pop("parties") == 0
    assert set(positions.values()) == {desk.length}
    assert after.runner.catch_up() == desk.length
    after.close()


@pytest.mark.parametrize("where", [0, 100, 4096 * 3 + 50])
def test_a_file_that_cannot_be_read_is_set_aside(
    desk: Desk, tmp_path: Path, where: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "views.db"
    before = Watched(desk, path)
    digests = before.digests()
    before.close()
    content = bytearray(path.read_bytes())
    content[where:] = b"\xa5" * (len(content) - where)
    path.write_bytes(content)

    with caplog.at_level(logging.WARNING):
        after = Watched(desk, path)

    assert after.digests() == digests
    assert [p.name for p in tmp_path.glob("*damaged*")] == ["views.db.damaged-1"]
    assert "set aside" in caplog.text
    after.close()


def test_views_begun_on_an_empty_ledger_are_kept_when_it_was_opened(tmp_path: Path) -> None:
    store, views = MemoryStore(), Views(tmp_path / "views.db")
    runner = Runner(store, Streams(store), views)
    with Desk(store) as desk:
        assert runner.catch_up() == desk.length
        views.close()

        again = Watched(desk, tmp_path / "views.db")

        assert set(again.views.positions().values()) == {desk.length}
        again.close()


# Waking and waiting.


def test_a_commit_wakes_the_runner(started: Watched) -> None:
    for _ in range(20):
        started.desk.given(PARTY)
        assert started.runner.wait(started.desk.length, timeout=20) == started.desk.length


def test_who_waits_for_a_position_is_woken_when_it_is_reached(started: Watched) -> None:
    reached: list[int] = []
    goal = started.desk.length + 1
    waiting = Thread(target=lambda: reached.append(started.runner.wait(goal, timeout=20)))
    waiting.start()

    started.desk.given(PARTY)
    waiting.join(30)

    assert reached == [goal]


def test_who_waits_in_vain_is_told_what_was_reached(watched: Watched) -> None:
    watched.runner.catch_up()
    reached = watched.desk.length

    with pytest.raises(NotCaughtUp) as told:
        watched.runner.wait(reached + 1, timeout=0.01)

    assert (told.value.wanted, told.value.reached) == (reached + 1, reached)


def test_one_can_wait_for_some_projections_alone(desk: Desk, tmp_path: Path) -> None:
    watched = Watched(desk, tmp_path / "views.db", with_stumbling(Stumbling("sources", ClaimCited)))
    watched.runner.catch_up()

    assert watched.runner.wait(desk.length, 0.01, ["claims", "parties"]) == desk.length
    with pytest.raises(NotCaughtUp):
        watched.runner.wait(desk.length, 0.01)
    watched.close()


def test_a_runner_stops_and_starts_again(started: Watched) -> None:
    started.runner.stop()
    started.desk.given(PARTY)
    started.runner.start()

    assert started.runner.wait(started.desk.length, timeout=20) == started.desk.length
    started.runner.stop()
    started.runner.stop()


def test_progress_is_told_up_to_the_head(desk: Desk, tmp_path: Path) -> None:
    watched, told = Watched(desk, tmp_path / "views.db", batch=5), list[tuple[int, int]]()

    watched.runner.catch_up(lambda reached, goal: told.append((reached, goal)))

    assert told[-1] == (desk.length, desk.length)
    assert told == sorted(told)
    watched.close()


def test_a_batch_never_cuts_a_command(desk: Desk, tmp_path: Path) -> None:
    cited = [bodies.citation("@s1", locator=f"p. {page}") for page in range(30)]
    desk.given(Do("claims.create", bodies.claim(citations=cited)))
    watched, seen = Watched(desk, tmp_path / "views.db", batch=2), set[int]()

    watched.runner.catch_up(lambda reached, _: seen.add(reached))

    assert all(desk.store.boundary(position) == position for position in seen)
    assert max(seen) == desk.length
    watched.close()


@pytest.mark.parametrize("seed", range(30))
def test_bytes_that_are_no_text_do_not_stop_it(desk: Desk, tmp_path: Path, seed: int) -> None:
    path, dice = tmp_path / "views.db", Random(seed)
    Watched(desk, path).close()
    content = bytearray(path.read_bytes())
    for _ in range(40):
        content[dice.randrange(100, 8_192)] = dice.randrange(128, 256)
    path.write_bytes(content)

    with suppress(Unavailable):
        Watched(desk, path).close()
