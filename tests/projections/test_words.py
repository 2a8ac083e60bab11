"""What views make of words that are erased, withheld or released: they leave them out at once, and like a rebuild."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.articles import articles
from projections.changes import changes, since_position
from projections.claim_lists import ClaimFilter, claims
from projections.contested import contested
from projections.corrections import corrections
from projections.parties import parties
from projections.projection import Audience
from projections.register import ALL
from projections.results import Wanted, results
from projections.sources import sources
from projections.terms import terms
from projections.views import Reading
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Desk, Do
from tests.support.story import told
from tests.support.wording import erase, random_story, release, withhold

AUDIENCES: tuple[Audience, ...] = ("public", "desk")
NAME = "Zoltánfi"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """The story with one name in it everywhere, open to the public, in views that know it."""
    with Desk() as desk:
        told(desk).given(
            Do("parties.create", bodies.party(name=NAME), name="p"),
            Do("sources.create", bodies.source(title=NAME, url=f"https://example.org/{NAME}"), name="s"),
            Do("claims.create", bodies.claim(statement=f"{NAME} fled.", topics=[NAME]), name="c"),
            Do("claims.citations", bodies.citation("@s"), ("@c",), name="x"),
            Do("claims.disputes", bodies.dispute(bodies.position("@p"), question=f"Where is {NAME}?"), ("@c",)),
            Do("articles.create", bodies.article(title=NAME), name="a"),
            Do("articles.claims", bodies.place("@c", "One person died"), ("@a",)),
            Do("articles.publication", {}, ("@a",)),
            Do("articles.corrections", bodies.correction("correction", "@c", note=f"It was not {NAME}."), ("@a",)),
        )
        seen = Watched(desk, tmp_path / "views.db")
        seen.runner.catch_up()
        yield seen
        seen.close()


def everything(reading: Reading, audience: Audience) -> str:
    found = results(reading, audience, Wanted(terms(NAME)))
    return repr(
        (
            *(shown(reading, audience, limit=200) for shown in (parties, sources, articles, contested, corrections)),
            claims(reading, audience, limit=200),
            claims(reading, audience, ClaimFilter(topic=NAME)),
            claims(reading, audience, ClaimFilter(q=terms(NAME))),
            changes(reading, audience, since_position(0), 200),
            found,
        )
    )


def told_to(watched: Watched, audience: Audience) -> str:
    return watched.read(partial(everything, audience=audience))


def places(desk: Desk) -> list[str]:
    """The positions of all events in which the name stands."""
    rows = desk.store.rows(0, 10_000)
    return [str(row.position) for row in rows if row.words is not None and NAME in row.words.decode()]


def test_an_erased_name_is_in_no_list_and_found_nowhere(watched: Watched) -> None:
    for audience in AUDIENCES:
        assert NAME in told_to(watched, audience)

    for at in places(watched.desk):
        erase(watched.desk, at)

    for audience in AUDIENCES:
        assert NAME not in told_to(watched, audience)


def test_what_stands_in_its_place_is_listed_and_found(watched: Watched) -> None:
    erase(watched.desk, "#c", statement="Somebody fled abroad.")

    listed = watched.read(lambda reading: claims(reading, "public", ClaimFilter(q=terms("somebody abroad"))))
    assert [row.statement for row in listed.items] == ["Somebody fled abroad."]


def test_what_is_withheld_is_for_the_desk_alone_until_it_is_released(watched: Watched) -> None:
    at_first = {of: told_to(watched, of) for of in AUDIENCES}
    hidden = places(watched.desk)

    for at in hidden:
        withhold(watched.desk, at)
    assert NAME not in told_to(watched, "public")
    assert told_to(watched, "desk").count(NAME) >= at_first["desk"].count(NAME) - 3

    for at in hidden:
        release(watched.desk, at)
    assert told_to(watched, "public").count(NAME) == at_first["public"].count(NAME)


@pytest.mark.parametrize("act", [erase, withhold])
def test_whoever_keeps_a_copy_is_told_that_the_record_changed(watched: Watched, act: Any) -> None:
    since = since_position(watched.desk.length)

    act(watched.desk, "#c")

    for audience in AUDIENCES:
        (row,) = watched.read(partial(changes, audience=audience, after=since)).items
        assert (row.id, row.position) == (watched.desk.id("c"), watched.desk.length)


def test_the_public_is_not_told_of_what_happened_to_an_event_that_it_may_not_read(watched: Watched) -> None:
    watched.desk.given(Do("claims.replies", bodies.reply(party_id="@p"), ("@c",), name="r"))
    since = since_position(watched.desk.length)

    erase(watched.desk, str(watched.desk.length))

    assert not watched.read(lambda reading: changes(reading, "public", since)).items
    assert len(watched.read(lambda reading: changes(reading, "desk", since)).items) == 1


def rows(path: Path, *, besides: tuple[str, ...] = ()) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as connection:
        found = {
            table.name: connection.execute(table.rows).fetchall()
            for projection in ALL
            if projection.NAME not in besides
            for table in projection.TABLES
        }
    connection.close()
    return found


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), halts=st.lists(st.integers(1, 30), min_size=1, max_size=4))
def test_views_that_followed_are_those_that_are_made_anew(seed: int, halts: list[int]) -> None:
    with TemporaryDirectory() as folder, Desk(seed=seed) as desk:
        path = Path(folder) / "views.db"
        watched, chance = Watched(desk, path, batch=7), Chance(desk, seed)
        for commands in halts:
            random_story(chance, commands)
            watched.runner.catch_up()
        live = rows(path), watched.digests()

        watched.runner.rebuild()

        assert (rows(path), watched.digests()) == live
        assert watched.runner.check() == []
        watched.close()
