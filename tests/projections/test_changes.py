"""The register of changes: each record once, at its last change, page by page, for each audience."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.values import kind_of
from projections import articles
from projections.articles import Articles
from projections.changes import RECORD_KINDS, ChangeRow, RecordKind, changed_last, changes, since_position
from projections.claims import Claims
from projections.openness import Openness
from projections.parties import Parties
from projections.projection import Audience
from projections.sources import Sources
from projections.views import Reading
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk, step
from tests.support.story import place, propose, publish_article, revise, withdraw

AUDIENCES: tuple[Audience, ...] = ("public", "desk")
VIEWS = (Openness(), Parties(), Sources(), Claims(), Articles())
HIDE_SOURCE = Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",))
HIDE_PARTY = Do("parties.description", {"private": True, **bodies.because()}, ("@mek",))


def walked(
    reading: Reading, audience: Audience, since: int = 0, limit: int = 50, kind: RecordKind | None = None
) -> list[ChangeRow]:
    """Everything after a position, page by page."""
    found: list[ChangeRow] = []
    after = since_position(since)
    while True:
        page = changes(reading, audience, after, limit, kind)
        found += page.items
        if page.next is None:
            return found
        assert len(page.items) == limit
        after = page.next


def expected(desk: Desk, reading: Reading, audience: Audience) -> list[tuple[int, str]]:
    """Position of the last change and id of every record that this audience may see, in order."""
    if audience == "public":
        found = reading.connection.execute("SELECT told, id FROM openness").fetchall()
        return sorted((int(position), str(id)) for position, id in found)
    events = [event for event in desk.newsroom.streams.events() if kind_of(event.stream) in RECORD_KINDS]
    return sorted((position, id) for id, position in {event.stream: event.position for event in events}.items())


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), commands=st.integers(0, 150), limit=st.integers(1, 30))
def test_every_record_stands_once_at_the_place_of_its_last_change(seed: int, commands: int, limit: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", VIEWS, batch=13)
        watched.runner.catch_up()
        with watched.views.reading() as reading:
            for audience in AUDIENCES:
                wanted = expected(desk, reading, audience)
                since = seed % (desk.length + 1)
                rows = walked(reading, audience, since, limit)
                assert [(row.position, row.id) for row in rows] == [(p, id) for p, id in wanted if p > since]
                assert all(row.kind == kind_of(row.id) for row in rows)
                for kind in RECORD_KINDS:
                    of_kind = [id for _, id in wanted if kind_of(id) == kind]
                    assert [row.id for row in walked(reading, audience, 0, limit, kind)] == of_kind
                    last = changed_last(reading, audience, kind, limit)
                    assert [row.id for row in last] == of_kind[::-1][:limit]
        watched.close()


class Follower:
    """A program that keeps a copy: it reads page by page, and remembers the position of the last page."""

    def __init__(self, audience: Audience, limit: int) -> None:
        self.audience = audience
        self.limit = limit
        self.after = since_position(0)
        self.copy: dict[str, tuple[int, str | None, bool]] = {}

    def read_page(self, reading: Reading) -> bool:
        """Takes a page in; tells whether it was the last one."""
        page = changes(reading, self.audience, self.after, self.limit)
        self.copy.update({row.id: (row.position, row.title, row.withdrawn) for row in page.items})
        self.after = page.next or since_position(reading.position)
        return page.next is None


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    commands=st.lists(st.integers(0, 12), min_size=1, max_size=12),
    limit=st.integers(1, 9),
)
def test_whoever_follows_has_a_true_copy_whatever_is_recorded_meanwhile(
    seed: int, commands: list[int], limit: int
) -> None:
    with TemporaryDirectory() as folder, Desk(seed=seed) as desk:
        watched, chance = Watched(desk, Path(folder) / "views.db", VIEWS, batch=11), Chance(desk, seed)
        followers = [Follower(audience, limit) for audience in AUDIENCES]
        for count in commands:
            for _ in range(count):
                step(chance)
            for follower in followers:
                watched.read(follower.read_page)
        for follower in followers:
            while not watched.read(follower.read_page):
                pass
            now = watched.read(lambda reading, audience=follower.audience: walked(reading, audience))  # type: ignore[misc]
            assert follower.copy == {row.id: (row.position, row.title, row.withdrawn) for row in now}
        watched.close()


def names(watched: Watched, audience: Audience, since: int = 0) -> list[str]:
    called = {id: name for name, id in watched.desk.names.items()}
    return [called[row.id] for row in watched.read(lambda reading: walked(reading, audience, since))]


def test_one_event_may_change_many_records_and_a_page_may_end_among_them(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())

    found = watched.read(lambda reading: walked(reading, "public", limit=2))

    assert {row.position for row in found} == {row.opened_at for row in found} == {watched.desk.length}
    assert {row.id for row in found} == {
        watched.desk.id(n) for n in ("a1", "c1", "s1", "s2", "mek", "police", "outlet")
    }


def test_work_on_drafts_moves_nothing_for_the_public(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())
    since = watched.desk.length

    watched.desk.given(propose(), Do("claims.rewording", bodies.rewording("Another."), ("@c2",)))

    assert names(watched, "public", since) == []
    assert names(watched, "desk", since) == ["c1", "c2"]


def test_what_protects_somebody_is_listed_without_its_name(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), HIDE_SOURCE, HIDE_PARTY, withdraw())
    titles = {
        audience: {row.id: row.title for row in watched.read(lambda r, a=audience: walked(r, a))}  # type: ignore[misc]
        for audience in AUDIENCES
    }

    for name in ("s1", "mek", "c1"):
        assert titles["public"][watched.desk.id(name)] is None
        assert titles["desk"][watched.desk.id(name)] is not None
    assert titles["public"][watched.desk.id("a1")] == "The raid"


def test_what_was_withdrawn_says_so(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), withdraw(), Do("articles.withdrawal", bodies.because(), ("@a1",)))

    found = watched.read(lambda reading: walked(reading, "public"))

    assert {row.id for row in found if row.withdrawn} == {watched.desk.id("c1"), watched.desk.id("a1")}


def test_a_register_that_has_not_caught_up_goes_no_further_than_all_of_it_has(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())
    watched.runner.catch_up()
    with watched.views.writing() as writer:
        writer.execute("UPDATE projection SET position = ? WHERE name = 'sources'", (watched.desk.length - 1,))

    with watched.views.reading() as reading:
        assert walked(reading, "public") == []
        assert {row.position for row in walked(reading, "desk")} <= set(range(watched.desk.length))


def test_the_newest_article_is_the_one_that_was_published_last_and_for_the_desk_the_last_draft(
    watched: Watched,
) -> None:
    watched.desk.given(
        Do("articles.create", bodies.article(), name="a2"),
        Do("articles.create", bodies.article(), name="a3"),
        Do("articles.publication", {}, ("@a2",)),
        publish_article(),
        revise("Another text."),
    )
    called = {id: name for name, id in watched.desk.names.items()}

    newest = {
        audience: [called[row.id] for row in watched.read(lambda r, a=audience: articles.newest_articles(r, a, 2))]  # type: ignore[misc]
        for audience in AUDIENCES
    }

    assert newest == {"public": ["a1", "a2"], "desk": ["a3", "a2"]}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_changed_last_is_read_from_an_index(watched: Watched, audience: Audience) -> None:
    read: list[str] = []
    watched.runner.catch_up()
    with watched.views.reading() as reading:
        reading.connection.set_trace_callback(read.append)
        changed_last(reading, audience, "claim", 10)
        changes(reading, audience, since_position(0))
        articles.newest_articles(reading, audience, 10)
        reading.connection.set_trace_callback(None)
        for statement in read:
            plan = [detail for *_, detail in reading.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            whole = {detail for detail in plan if detail.startswith("SCAN") and "USING INDEX" not in detail}
            # An article's key is its age: the last of them are read from the end of the table.
            assert {detail for detail in whole if "(subquery" not in detail} <= {"SCAN articles"}
