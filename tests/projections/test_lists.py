"""What the lists say of claims, sources, parties and articles, for each audience."""

from dataclasses import replace
from typing import Any

import pytest

from projections import articles, claim_lists, parties, sources
from projections.claim_lists import ClaimFilter
from projections.projection import Audience
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    approve,
    cite,
    dispute,
    give_up,
    place,
    propose,
    publish_article,
    retract,
    revise,
    uncite,
    withdraw,
)

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))
REWORD = Do(
    "claims.rewording",
    {"statement": "One died.", "language": "en", "same_meaning": True, **bodies.because()},
    ("@c1",),
)


def found(watched: Watched, audience: Audience, **wanted: Any) -> list[str]:
    names = {id: name for name, id in watched.desk.names.items()}
    wanted = {k: watched.desk.names.get(v[1:], v) if isinstance(v, str) else v for k, v in wanted.items()}
    page = watched.read(lambda reading: claim_lists.claims(reading, audience, ClaimFilter(**wanted)))
    return [names[row.id] for row in page.items]


def row(watched: Watched, audience: Audience = "desk") -> claim_lists.ClaimRow | None:
    listed = watched.read(lambda reading: claim_lists.claims(reading, audience).items)
    return next((row for row in listed if row.id == watched.desk.id("c1")), None)


def test_every_filter_finds_what_fits_and_nothing_else(watched: Watched) -> None:
    describe = {"topics": ["raid"], "about": [{"party_id": "@police", "role": "actor"}], **bodies.because()}
    watched.desk.given(
        Do("claims.description", describe, ("@c1",)),
        place(),
        dispute(bodies.position("@outlet")),
        propose("true", "x1"),
        approve(),
        REWORD,
        withdraw(),
    )
    fitting: list[dict[str, Any]] = [
        {"article": "@a1"},
        {"source": "@s1"},
        {"party": "@mek"},
        {"party": "@outlet"},
        {"about": "@police"},
        {"rating": "true"},
        {"contested": True},
        {"evidence_conflicts": True},
        {"withdrawn": True},
        {"needs_review": True},
        {"topic": "raid"},
    ]
    for wanted in fitting:
        assert found(watched, "desk", **wanted) == ["c1"], wanted
    assert found(watched, "desk", **{k: v for wanted in fitting for k, v in wanted.items()}) == ["c1"]
    for flag in ("contested", "evidence_conflicts", "withdrawn", "needs_review"):
        assert found(watched, "desk", **{flag: False}) == ["c2"]
    for missing in ({"rating": "false"}, {"topic": "other"}, {"about": "@mek"}, {"article": "@c2"}):
        assert found(watched, "desk", **missing) == []


def test_pages_follow_one_another_by_cursor(watched: Watched) -> None:
    first = watched.read(lambda reading: claim_lists.claims(reading, "desk", limit=1))
    assert first.next is not None
    second = watched.read(lambda reading: claim_lists.claims(reading, "desk", after=first.next or 0, limit=1))

    assert [r.id for r in (*first.items, *second.items)] == [watched.desk.id("c1"), watched.desk.id("c2")]
    assert second.next is None


def test_a_source_that_falls_and_returns_moves_the_claims_that_cite_it(watched: Watched) -> None:
    conflicts = []
    for move in (
        None,
        retract("s1"),
        Do(
            "sources.standing",
            {
                "standing": "good",
                "declared_by": "publisher",
                "notice_url": "https://example.org/notice",
                **bodies.because(),
            },
            ("@s1",),
        ),
        uncite("x2"),
    ):
        watched.desk.given(*([move] if move else []))
        listed = row(watched)
        assert listed is not None
        conflicts.append(listed.evidence_conflicts)

    assert conflicts == [True, False, True, False]
    assert watched.runner.check() == []


def test_before_publication_the_public_sees_no_trace(watched: Watched) -> None:
    watched.desk.given(place(), dispute(), propose("true", "x1"), approve())
    id = watched.desk.id

    def public(reading: Any) -> list[Any]:
        return [
            claim_lists.claims(reading, "public").items,
            articles.articles(reading, "public").items,
            articles.placements_of(reading, "public", id("c1")),
            sources.sources(reading, "public").items,
            sources.cited_in(reading, "public", id("s1")),
            parties.parties(reading, "public").items,
            parties.occurrences(reading, "public", id("mek")),
        ]

    assert not any(watched.read(public))


def test_the_public_finds_no_open_claim_by_a_draft_that_places_it(watched: Watched) -> None:
    watched.desk.given(place(), PUBLISH_CLAIM)

    assert found(watched, "desk", article="@a1") == ["c1"]
    assert found(watched, "public", article="@a1") == []
    assert watched.read(lambda r: articles.placements_of(r, "public", watched.desk.id("c1"))) == ()


def test_the_public_finds_nothing_by_what_was_withdrawn_before(watched: Watched) -> None:
    watched.desk.given(
        cite("s2", name="x3"),
        uncite("x1"),
        dispute(bodies.position("@outlet")),
        give_up(),
        PUBLISH_CLAIM,
        uncite("x3"),
    )

    assert found(watched, "desk", source="@s1") == found(watched, "desk", party="@outlet") == ["c1"]
    assert found(watched, "public", source="@s1") == found(watched, "public", party="@outlet") == []
    cited = watched.read(lambda r: sources.cited_in(r, "public", watched.desk.id("s2")))
    assert [(c.citation_id, c.withdrawn is None) for c in cited] == [
        (watched.desk.id("x2"), True),
        (watched.desk.id("x3"), False),
    ]
    assert watched.read(lambda r: sources.cited_in(r, "public", watched.desk.id("s1"))) == ()
    assert len(watched.read(lambda r: sources.cited_in(r, "desk", watched.desk.id("s1")))) == 1


def test_what_was_recorded_in_error_loses_its_words_for_the_public(watched: Watched) -> None:
    watched.desk.given(
        Do("claims.description", {"topics": ["raid"], **bodies.because()}, ("@c1",)), PUBLISH_CLAIM, withdraw()
    )
    desk, public = row(watched), row(watched, "public")

    assert desk is not None
    assert desk.statement is not None
    assert public == replace(desk, statement=None)
    assert found(watched, "public", withdrawn=True) == ["c1"]
    assert found(watched, "public", topic="raid") == []
    assert found(watched, "desk", topic="raid") == ["c1"]
    assert watched.read(lambda r: sources.cited_in(r, "public", watched.desk.id("s1")))[0].statement is None


def test_review_marks_and_proposals_stay_with_the_desk(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, propose("true", "x1"))
    assert found(watched, "public", rating="true") == []

    watched.desk.given(approve(), REWORD, propose("false", "x2", name="v2", changed_because="reworded"))

    desk, public = row(watched), row(watched, "public")
    assert desk is not None
    assert desk.needs_review == ("reworded",)
    assert public is not None
    assert (public.rating, public.needs_review) == ("true", ())
    assert found(watched, "public", needs_review=True) == []
    assert found(watched, "public", needs_review=False) == ["c1"]


def test_a_private_party_and_a_confidential_source_stay_nameless_for_the_public(watched: Watched) -> None:
    watched.desk.given(
        Do("parties.description", {"private": True, **bodies.because()}, ("@mek",)),
        Do(
            "sources.description",
            {"confidential": True, "url": "https://example.org/leak", **bodies.because()},
            ("@s1",),
        ),
        PUBLISH_CLAIM,
    )
    mek, s1, outlet = (watched.desk.id(name) for name in ("mek", "s1", "outlet"))

    names = {
        audience: {row.id: row.name for row in watched.read(lambda r, a=audience: parties.parties(r, a).items)}  # type: ignore[misc]
        for audience in ("public", "desk")
    }
    (source,) = [row for row in watched.read(lambda r: sources.sources(r, "public").items) if row.id == s1]

    assert names["public"][mek] is None
    assert names["desk"][mek] == "The group"
    assert (source.title, source.url, source.publisher_id) == (None, None, None)
    assert watched.read(lambda r: parties.occurrences(r, "public", outlet)) == ()
    assert len(watched.read(lambda r: parties.occurrences(r, "desk", outlet))) == 1


def test_placements_say_where_the_claim_stands_and_what_became_of_it(watched: Watched) -> None:
    watched.desk.given(place(), publish_article())
    (placed,) = watched.read(lambda r: articles.placements_of(r, "public", watched.desk.id("c1")))
    assert (placed.claim_id, placed.start, placed.end) == (watched.desk.id("c1"), 38, 53)

    watched.desk.given(revise("Nothing of this is known."))

    (lost,) = watched.read(lambda r: articles.placements_of(r, "public", watched.desk.id("c1")))
    assert (lost.id, lost.start, lost.end, lost.fate) == (placed.id, None, None, "orphaned")
    watched.desk.given(Do("articles.placements.removal", bodies.because(), ("@a1", "@m1")))
    assert watched.read(lambda r: articles.placements_of(r, "desk", watched.desk.id("c1"))) == ()


def test_parties_are_found_in_every_part_they_play(watched: Watched) -> None:
    watched.desk.given(
        Do("parties.create", bodies.party(), name="all"),
        Do("sources.create", bodies.source(publisher_id="@all", author_ids=["@all"]), name="s3"),
        Do(
            "claims.create",
            bodies.claim(
                attribution="named",
                claimant_id="@all",
                about=[{"party_id": "@all", "role": "actor"}],
                appeared_in_id="@s3",
                citations=[bodies.citation("@s3", "reports_claim", reported_party_id="@all")],
            ),
            name="c1",
        ),
        dispute(bodies.position("@all")),
    )

    everywhere = watched.read(lambda r: parties.occurrences(r, "desk", watched.desk.id("all")))
    cited = watched.read(lambda r: sources.cited_in(r, "desk", watched.desk.id("s3")))

    assert {o.role for o in everywhere} == {"claimant", "about", "position", "reported", "publisher", "author"}
    assert {(c.role, c.stance) for c in cited} == {("cited", "reports_claim"), ("appeared_in", None)}


@pytest.mark.parametrize("audience", ["public", "desk"])
def test_a_proposal_moves_nothing_in_the_lists_of_the_public(watched: Watched, audience: Audience) -> None:
    watched.desk.given(PUBLISH_CLAIM)
    before = row(watched, audience)

    watched.desk.given(propose("true", "x1"))

    after = row(watched, audience)
    assert before is not None
    assert after is not None
    moved = (after.position, after.changed_at) != (before.position, before.changed_at)
    assert moved == (audience == "desk")
    watched.desk.given(approve())
    approved = row(watched, audience)
    assert approved is not None
    assert approved.position == watched.desk.length
