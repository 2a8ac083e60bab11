"""The register of corrections: newest first, page by page, for each audience."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections import openness
from projections.corrections import CorrectionRow, corrections
from projections.projection import FIRST, Audience, Page
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.ledgers import corrected, random_desk
from tests.support.story import correct, place, publish_article, withdraw

ANOTHER = (
    Do("articles.create", bodies.article(title="Another"), name="a2"),
    Do("articles.publication", {}, ("@a2",)),
    Do("articles.corrections", bodies.correction("update"), ("@a2",), name="k3"),
)


def _page(watched: Watched, audience: Audience, after: int, limit: int, **wanted: str) -> Page[CorrectionRow]:
    return watched.read(lambda reading: corrections(reading, audience, after, limit, **wanted))


def register(watched: Watched, audience: Audience = "desk", **wanted: str) -> tuple[CorrectionRow, ...]:
    return _page(watched, audience, FIRST, 50, **wanted).items


def pages(watched: Watched, audience: Audience, limit: int, **wanted: str) -> Iterator[CorrectionRow]:
    after: int | None = FIRST
    while after is not None:
        page = _page(watched, audience, after, limit, **wanted)
        assert len(page.items) <= limit
        yield from page.items
        after = page.next


def test_a_row_says_what_was_told_where_of_which_claims_and_when(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), correct("correction", "c1", note="It was one."))
    (event,) = watched.desk.history("a1")[-1:]

    (row,) = register(watched)

    assert (row.id, row.article_id, row.article_title) == (watched.desk.id("k1"), watched.desk.id("a1"), "The raid")
    assert (row.kind, row.note) == ("correction", "It was one.")
    assert (row.position, row.recorded_at, row.issued_at) == (event.position, event.recorded_at, event.recorded_at)
    assert [(claim.id, claim.statement) for claim in row.claims] == [
        (watched.desk.id("c1"), "A member died in the raid of 20 June 2023.")
    ]


def test_claims_stand_in_the_order_in_which_they_were_named(watched: Watched) -> None:
    watched.desk.given(place(), place("150 computers", claim="c2", name="m2"), publish_article())
    watched.desk.given(correct("correction", "c1", "c2"), correct("correction", "c2", "c1"))

    named = [[claim.id for claim in row.claims] for row in register(watched)]

    first, second = watched.desk.id("c1"), watched.desk.id("c2")
    assert named == [[second, first], [first, second]]


def test_an_imported_correction_was_issued_when_it_was_decided(watched: Watched) -> None:
    decided_at = "2013-06-21T07:00:00.000000Z"
    watched.desk.given(
        Do("articles.create", bodies.article(), (), "im", "old", decided_at),
        Do("articles.publication", {}, ("@old",), "im", None, decided_at),
        Do("articles.corrections", bodies.correction(), ("@old",), "im", None, decided_at),
    )

    (row,) = register(watched)

    assert row.issued_at == decided_at
    assert row.recorded_at > decided_at


def test_a_claim_is_worded_as_it_is_now(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), correct("correction", "c1"))
    assert register(watched)[0].claims[0].statement != "Reworded."

    watched.desk.given(Do("claims.rewording", bodies.rewording("Reworded."), ("@c1",)))

    assert register(watched)[0].claims[0].statement == "Reworded."


def test_the_newest_come_first_and_filters_leave_out_the_others(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), correct("correction", "c1"), correct("typo", name="k2"), *ANOTHER)
    named = {watched.desk.id(name): name for name in ("k1", "k2", "k3")}

    def found(**wanted: str) -> list[str]:
        return [named[row.id] for row in register(watched, "desk", **wanted)]

    assert found() == ["k3", "k2", "k1"]
    assert found(kind="typo") == ["k2"]
    assert found(kind="retraction") == []
    assert found(article=watched.desk.id("a1")) == ["k2", "k1"]
    assert found(article=watched.desk.id("a1"), kind="correction") == ["k1"]
    assert found(claim=watched.desk.id("c1")) == ["k1"]
    assert found(claim=watched.desk.id("c2")) == []


def test_a_claim_recorded_in_error_keeps_its_words_at_the_desk(watched: Watched) -> None:
    watched.desk.given(place(), publish_article(), correct("correction", "c1"), withdraw())

    (public,), (desk,) = register(watched, "public"), register(watched)

    assert [(claim.id, claim.statement) for claim in public.claims] == [(watched.desk.id("c1"), None)]
    assert desk.claims[0].statement is not None


def _expected(streams: Any, wanted: dict[str, str]) -> list[str]:
    """The ids of the corrections that the articles themselves have, the newest first."""
    articles = {recorded.stream for recorded in streams.events() if recorded.stream.startswith("art")}
    issued = [(c.issued.position, c, id) for id in articles for c in streams.load(id).state.corrections]
    return [
        c.id
        for _, c, article in sorted(issued, key=lambda entry: -entry[0])
        if wanted.get("kind", c.kind) == c.kind
        and wanted.get("article", article) == article
        and ("claim" not in wanted or wanted["claim"] in c.claim_ids)
    ]


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150), limit=st.integers(1, 9))
def test_the_pages_hold_every_correction_once_and_all_of_them_are_open(seed: int, commands: int, limit: int) -> None:
    with TemporaryDirectory() as folder, random_desk(seed, commands) as desk:
        corrected(desk)
        watched = Watched(desk, Path(folder) / "views.db", batch=13)
        try:
            streams, rows = desk.newsroom.streams, list(pages(watched, "public", limit))
            filters = [{}, {"kind": "correction"}, *({"article": row.article_id} for row in rows[:1])]
            filters += [{"claim": claim.id} for row in rows[:3] for claim in row.claims[:1]]
            open = watched.read(lambda reading: openness.opened(reading, (c.id for row in rows for c in row.claims)))

            for wanted in filters:
                assert [row.id for row in pages(watched, "desk", limit, **wanted)] == _expected(streams, wanted)
            assert [row.id for row in rows] == _expected(streams, {})
            for row in rows:
                claim_ids = streams.load(row.article_id).state.correction(row.id).claim_ids
                assert tuple(claim.id for claim in row.claims) == claim_ids
                assert all(open[id] < row.position for id in claim_ids)
        finally:
            watched.close()


@pytest.mark.parametrize("audience", ["public", "desk"])
def test_a_ledger_without_corrections_has_an_empty_register(watched: Watched, audience: Audience) -> None:
    watched.desk.given(place(), publish_article())

    assert register(watched, audience) == ()
