"""The evidence in the views is what the folded records say, however the events were cut into batches."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.evidence import Evidence
from projections.views import Reading
from tests.projections.folded import Expected, past_of
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    adopt,
    approve,
    cite,
    dispute,
    new_policy,
    place,
    propose,
    publish_article,
    reaffirm,
    reinstate,
    retract,
    uncite,
    withdraw,
)
from tests.support.webs import random_web

ROWS = (
    "SELECT claim_id, verdict_id, verdict_rating, supports, refutes, interested, reported, origins, conflicts, "
    "reasons, since FROM grounds ORDER BY claim"
)
LEGS = "SELECT DISTINCT claim_id, citation_id, origin FROM legs JOIN grounds USING (claim) WHERE counts"


def rows(reading: Reading) -> list[Expected]:
    found = (Expected(*row) for row in reading.connection.execute(ROWS))
    return [row._replace(conflicts=bool(row.conflicts)) for row in found]


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), commands=st.integers(10, 160), batch=st.integers(1, 60))
def test_the_rows_say_what_the_folded_records_say(seed: int, commands: int, batch: int) -> None:
    with TemporaryDirectory() as folder, random_web(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", [Evidence()], batch=batch)
        past = past_of(desk)

        assert watched.read(rows) == past.expected()
        assert set(watched.read(lambda reading: reading.connection.execute(LEGS).fetchall())) == past.legs()
        assert watched.runner.check() == []
        digests = watched.digests()
        watched.runner.rebuild("evidence")
        assert watched.digests() == digests
        watched.close()


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 160))
def test_retract_then_reinstate_restores_everything(seed: int, commands: int) -> None:
    """Only a verdict that had been judged while the source was down has waited anew since its return."""
    with TemporaryDirectory() as folder, random_web(seed, commands) as desk:
        watched = Watched(desk, Path(folder) / "views.db", [Evidence()])
        standing = [state.id for state in past_of(desk).states.values() if getattr(state, "standing", None) == "good"]

        for source in standing[:4]:
            before, legs = watched.read(restored), watched.read(all_legs)
            for change in ("retracted", "good"):
                notice = {"declared_by": "publisher", "notice_url": "https://example.org/notice", **bodies.because()}
                desk.given(Do("sources.standing", {"standing": change, **notice}, (source,)))
                watched.runner.catch_up()
            assert (watched.read(restored), watched.read(all_legs)) == (before, legs)
            entries = desk.newsroom.streams.load(source).state.standings
            assert [entry.standing for entry in entries[-2:]] == ["retracted", "good"]
        watched.close()


def restored(reading: Reading) -> list[Expected]:
    return [row._replace(since=None) for row in rows(reading)]


def all_legs(reading: Reading) -> list[tuple[object, ...]]:
    return reading.connection.execute("SELECT * FROM legs ORDER BY claim, citation_id, role, root").fetchall()


def row_of(watched: Watched, name: str = "c1") -> Expected:
    return next(row for row in watched.read(rows) if row.id == watched.desk.id(name))


def origin(source: str, other: str, **said: Any) -> Do:
    body = {"derives_from": f"@{other}", "relation": "quotes", **bodies.because(), **said}
    return Do("sources.origins", body, (f"@{source}",), name=f"o_{source}")


def settings_of(**said: Any) -> Do:
    return new_policy(settings={"reply_required": False, **said})


def test_the_policy_says_whether_one_house_counts_once(watched: Watched) -> None:
    watched.desk.given(Do("sources.create", bodies.source(publisher_id="@outlet"), name="s3"), cite("s3", name="x3"))
    assert row_of(watched).supports == 1

    watched.desk.given(settings_of(merge_publisher_family=False))
    assert row_of(watched).supports == 1

    watched.desk.given(adopt())
    assert row_of(watched).supports == 2

    watched.desk.given(settings_of(merge_publisher_family=True), adopt(3))
    assert row_of(watched).supports == 1
    assert watched.runner.check() == []


def test_a_policy_that_counts_houses_otherwise_marks_verdicts_for_review(watched: Watched) -> None:
    watched.desk.given(
        Do("sources.create", bodies.source(publisher_id="@outlet"), name="s3"),
        cite("s3", name="x3"),
        propose("true", "x1", "x3"),
        approve(),
        settings_of(merge_publisher_family=False),
        adopt(),
    )

    row = row_of(watched)

    assert (row.origins, row.reasons, row.since) == (2, "origins_changed", watched.desk.length)


def test_what_is_only_alleged_never_merges_origins(watched: Watched) -> None:
    watched.desk.given(Do("sources.create", bodies.source(), name="s3"), cite("s3", name="x3"))
    alleged = {"as_alleged": True, "basis_claim_id": "@c2"}

    watched.desk.given(origin("s3", "s1", **alleged))
    assert row_of(watched).supports == 2

    watched.desk.given(origin("s3", "s1"))
    assert row_of(watched).supports == 1

    watched.desk.given(Do("sources.origins.withdrawal", bodies.withdraw(), ("@s3", "@o_s3")))
    assert row_of(watched).supports == 2


def test_own_article_is_refused_as_support(watched: Watched) -> None:
    """Where it holds the claim: from its publication on, by its record or by its address, and while it does."""
    page = "https://example.org/raid"
    watched.desk.given(
        Do("sources.create", bodies.source(url=f"{page}/"), name="s3"),
        Do("sources.create", bodies.source(), name="s4"),
        origin("s4", "s3"),
        cite("s4", name="x4"),
        uncite("x1"),
        place(),
        Do("articles.create", bodies.article(source_id="@s3"), name="a2"),
        Do("articles.claims", bodies.place("@c1"), ("@a2",), name="m2"),
    )
    assert row_of(watched).supports == 1

    watched.desk.given(publish_article(url=page))
    assert row_of(watched).supports == 0

    watched.desk.given(Do("articles.placements.removal", bodies.because(), ("@a1", "@m1")))
    assert row_of(watched).supports == 1


def test_a_dispute_gives_its_parties_an_interest(watched: Watched) -> None:
    before = row_of(watched)

    watched.desk.given(dispute())

    assert (before.refutes, before.interested) == (1, 0)
    assert (row_of(watched).refutes, row_of(watched).interested) == (0, 1)


def test_a_verdict_waits_since_a_source_fell_and_no_longer_once_it_is_back(watched: Watched) -> None:
    watched.desk.given(propose("true", "x1"), approve())
    assert row_of(watched).reasons is None

    watched.desk.given(retract())
    fell = watched.desk.length
    watched.desk.given(Do("claims.rewording", bodies.rewording(), ("@c1",)))

    assert (row_of(watched).reasons, row_of(watched).since) == ("reworded,source_changed", fell)
    good = {"standing": "good", "declared_by": "publisher", "notice_url": "https://example.org/notice"}
    watched.desk.given(Do("sources.standing", {**good, **bodies.because()}, ("@s1",)))
    assert (row_of(watched).reasons, row_of(watched).since) == ("reworded", fell)

    watched.desk.given(reaffirm(), approve())
    assert (row_of(watched).reasons, row_of(watched).since) == (None, None)


def test_what_moves_while_a_reaffirmation_waits_marks_the_verdict_too(watched: Watched) -> None:
    """Whoever proposed it saw two origins; whoever agrees is told that there is one."""
    watched.desk.given(
        Do("sources.create", bodies.source(), name="s3"),
        cite("s3", name="x3"),
        propose("true", "x1", "x3"),
        approve(),
        reaffirm(),
        origin("s3", "s1"),
        approve(),
    )

    assert (row_of(watched).origins, row_of(watched).reasons) == (1, "origins_changed")
    assert watched.desk.state("c1").verdict.numbers.origins == 1

    watched.desk.given(reaffirm(), approve())
    assert row_of(watched).reasons is None


def test_a_claim_that_depends_on_a_fallen_one_needs_review(watched: Watched) -> None:
    watched.desk.given(
        propose("true", "x1"),
        approve(),
        Do("claims.links", {"claim_id": "@c1", "relation": "depends_on"}, ("@c2",)),
        Do("claims.verdicts", bodies.verdict(), ("@c2",), name="v2"),
        Do("claims.verdicts.approval", {}, ("@c2", "@v2"), "ap"),
    )
    assert row_of(watched, "c2").reasons is None

    watched.desk.given(withdraw())
    assert row_of(watched, "c2").reasons == "dependency_changed"

    watched.desk.given(reinstate())
    assert row_of(watched, "c2").reasons is None


def test_who_was_ever_named_is_found_by_id_and_by_address(watched: Watched) -> None:
    watched.desk.given(
        publish_article(url="https://Example.org/raid/"),
        Do(
            "parties.affiliations",
            {
                "party_id": "@mek",
                "relation": "funded_by",
                "basis_claim_id": "@c2",
                "as_alleged": True,
                **bodies.because(),
            },
            ("@outlet",),
        ),
    )

    def named(name: str) -> tuple[str, ...]:
        return watched.read(
            lambda reading: tuple(
                id for (id,) in reading.connection.execute("SELECT id FROM names WHERE name = ? ORDER BY id", (name,))
            )
        )

    assert named("https://example.org/raid") == (watched.desk.id("a1"),)
    assert named(watched.desk.id("mek")) == (watched.desk.id("outlet"),)
    assert named("https://example.org/other") == ()
