"""Views are the same however the events came to them: live or anew, in small batches or large ones."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.claim.events import ClaimCited
from projections.engine import Engine, ProjectionFailed
from projections.register import ALL
from projections.views import Views
from tests.projections.watching import Stumbling, Watched
from tests.support.chance import Chance
from tests.support.desk import Desk
from tests.support.ledgers import random_desk, step
from tests.support.story import dispute, place, publish_article


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as connection:
        found = {
            table.name: connection.execute(table.rows).fetchall() for projection in ALL for table in projection.TABLES
        }
    connection.close()
    return found


def built(desk: Desk, folder: Path, batch: int) -> dict[str, list[tuple[object, ...]]]:
    path = folder / f"views-{batch}.db"
    views = Views(path, passing=True)
    Engine(desk.store, desk.newsroom.streams, views, ALL, batch).catch_up()
    views.close()
    return rows(path)


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), commands=st.integers(0, 120))
def test_batches_of_any_size_make_the_same_rows(seed: int, commands: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        whole = built(desk, Path(folder), 1_000_000)

        for batch in (1, 2, 7, 100):
            assert built(desk, Path(folder), batch) == whole


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), halts=st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_a_live_view_is_what_a_rebuild_makes(seed: int, halts: list[int]) -> None:
    with TemporaryDirectory() as folder, Desk(seed=seed) as desk:
        watched, chance = Watched(desk, Path(folder) / "views.db", batch=5), Chance(desk, seed)
        for commands in halts:
            for _ in range(commands):
                step(chance)
            watched.runner.catch_up()
        live = watched.digests()

        assert watched.runner.check() == []
        watched.runner.rebuild()
        assert watched.digests() == live
        assert watched.runner.check() == []
        watched.close()


def test_an_empty_ledger_is_rebuilt_and_checked(tmp_path: Path) -> None:
    with Desk() as desk:
        empty = type(desk.store)()
        views = Views(tmp_path / "views.db")
        engine = Engine(empty, type(desk.newsroom.streams)(empty), views, ALL, 10)

        assert engine.catch_up() == 0
        assert set(views.positions().values()) == {0}
        assert len({views.digest(projection) for projection in ALL}) == 1
        views.close()


def test_one_projection_is_rebuilt_by_its_name(watched: Watched) -> None:
    watched.runner.catch_up()
    before = watched.digests()
    with watched.views.writing() as writer:
        writer.execute("DELETE FROM parties")

    watched.runner.rebuild("parties")

    assert watched.digests() == before
    assert watched.runner.check() == []
    assert list(watched.views.path.parent.glob("*rebuild*")) == []


def test_after_a_rebuild_the_runner_knows_where_it_stands(watched: Watched) -> None:
    watched.runner.rebuild()

    assert {(status.position, status.lag) for status in watched.runner.status()} == {(watched.desk.length, 0)}


def test_a_projection_that_nobody_knows_is_not_rebuilt(watched: Watched) -> None:
    with pytest.raises(ValueError, match="no projection called weather"):
        watched.runner.rebuild("weather")


@pytest.mark.parametrize(
    ("spoil", "projection", "table", "detail"),
    [
        (
            "UPDATE claims SET statement = 'Something else' WHERE created > 0",
            "claims",
            "claims",
            "differs in statement",
        ),
        ("DELETE FROM parties", "parties", "parties", "missing"),
        (
            "INSERT INTO openness VALUES ('src_x', 'source', 1, 1, '', x'00')",
            "openness",
            "openness",
            "should not be there",
        ),
        ("UPDATE citations SET stance = 'mentions'", "claims", "citations", "differs in stance"),
        ("UPDATE projection SET version = 0 WHERE name = 'articles'", "articles", "", "of version 0"),
        ("DELETE FROM projection WHERE name = 'articles'", "articles", "", "not been made"),
        ("UPDATE projection SET position = position + 9 WHERE name = 'sources'", "sources", "", "ahead of the ledger"),
    ],
)
def test_a_check_names_the_first_row_that_differs_and_changes_nothing(
    watched: Watched, spoil: str, projection: str, table: str, detail: str
) -> None:
    watched.runner.catch_up()
    with watched.views.writing() as writer:
        writer.execute(spoil)
    spoilt = rows(watched.views.path)

    (difference,) = watched.runner.check()

    assert (difference.projection, difference.table) == (projection, table)
    assert detail in difference.detail
    assert rows(watched.views.path) == spoilt


def test_digests_do_not_depend_on_words_but_on_everything_else(watched: Watched, tmp_path: Path) -> None:
    before = watched.digests()
    with Desk(seed=0) as other:
        again = Watched(other, tmp_path / "other.db")
        assert again.digests() != before
        again.close()

    watched.desk.given(dispute())

    after = watched.digests()
    assert {name for name in after if after[name] != before[name]} == {
        "claims",
        "contested",
        "evidence",
        "search",
        "tiles",
    }


def test_a_reader_keeps_its_reading_while_others_are_swapped_in(watched: Watched) -> None:
    watched.runner.catch_up()
    with watched.views.reading() as reading:
        count = "SELECT count(*) FROM claims"
        before = reading.connection.execute(count).fetchone()
        watched.desk.given(place(), publish_article())
        watched.runner.rebuild()
        at = reading.connection.execute("SELECT max(position) FROM projection").fetchone()

        assert reading.connection.execute(count).fetchone() == before
        assert at == (reading.position,)

    assert watched.views.positions()["claims"] == watched.desk.length


def test_a_rebuild_that_fails_leaves_the_live_tables(watched: Watched) -> None:
    watched.runner.catch_up()
    before = rows(watched.views.path)
    spoilt = Watched(watched.desk, watched.views.path, [Stumbling("claims", ClaimCited)])

    with pytest.raises(ProjectionFailed, match=r"claims failed on claim\.cited\.v1 .* it stumbled"):
        spoilt.runner.rebuild()

    spoilt.close()

    assert rows(watched.views.path) == before
