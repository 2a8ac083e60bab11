"""What hangs on a source, and on one origin, as JSON: for its audience, on trial, page by page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.web.office import Answer, Office, opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, cite, place, propose, publish_article, retract, told


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Office]:
    """A source (`s3`) took over what `s1` said, and is cited on the claim, which is judged, and published with `a1`."""
    with opened(tmp_path) as office:
        told(office.desk).given(
            Do("sources.create", bodies.source(title="The reprint"), name="s3"),
            origin("s3"),
            cite("s3", name="x3"),
            propose("true", "x1", "x3"),
            approve(),
            place(),
            Do("claims.replies", {"party_id": "@police", "not_sought": "They never answer."}, ("@c1",)),
            publish_article(),
        )
        yield office


def origin(source: str, **said: Any) -> Do:
    body = {"derives_from": "@s1", "relation": "republishes", **bodies.because(), **said}
    return Do("sources.origins", body, (f"@{source}",), name=f"o_{source}")


def impact(office: Office, source: str = "s1", by: str | None = "ed", **asked: Any) -> Answer:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return office.get(f"/sources/{office.desk.id(source)}/impact{'?' if query else ''}{query}", by=by)


def test_all_that_hangs_on_a_source_is_shown(story: Office) -> None:
    body = impact(story, assume="retracted").then(200).body

    id = story.desk.id
    totals = {"citations": 2, "claims": 1, "verdicts": 1, "articles": 1, "unsupported": 1, "weakened": 0}
    assert body["totals"] == totals
    assert (body["source_id"], body["standing"], body["assumed"]) == (id("s1"), "good", "retracted")
    assert [(c["id"], c["role"], len(c["path"])) for c in body["citations"]] == [
        (id("x1"), "cited", 0),
        (id("x3"), "cited", 1),
    ]
    step = {"source_id": id("s3"), "relation": "republishes", "derives_from": id("s1")}
    assert body["citations"][1]["path"] == [step]
    (verdict,) = body["verdicts"]
    assert (verdict["verdict_id"], verdict["effect"], verdict["before"], verdict["remaining_origins"]) == (
        id("v1"),
        "unsupported",
        1,
        0,
    )
    assert [(a["id"], a["title"], a["published"], a["claims"]) for a in body["articles"]] == [
        (id("a1"), "The raid", True, 1)
    ]
    assert (body["position"], body["next"]) == (story.length, None)


def test_dry_run_leaves_the_ledger_as_long_as_it_was(story: Office) -> None:
    before = story.length

    impact(story, assume="retracted").then(200)

    assert story.length == before
    assert story.get(f"/sources/{story.desk.id('s1')}", by="ed").body["standing"] == "good"
    assert impact(story).body["verdicts"][0]["effect"] == "unaffected"


def test_what_was_assumed_comes_true(story: Office) -> None:
    assumed = impact(story, assume="retracted").body

    story.desk.given(retract())

    real = impact(story).body
    assert real["verdicts"] == assumed["verdicts"]
    assert (real["standing"], real["assumed"]) == ("retracted", None)
    (work,) = story.get("/worklist?kind=review", by="ed").body["items"]
    assert (work["record_id"], work["reasons"]) == (story.desk.id("c1"), ["source_changed"])


@pytest.mark.parametrize("assume", ["worse", "", "Retracted", "retracted%20"])
def test_a_standing_that_is_none_is_refused(story: Office, assume: str) -> None:
    problem = impact(story, assume=assume).then(422, "invalid-input").body

    assert "'assume' is one of good, corrected, concern, retracted, gone" in problem["detail"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "after=x", "assume=gone&assume=good", "as_of=2020", "kind=x"]
)
def test_a_query_that_it_does_not_understand_is_refused(story: Office, query: str) -> None:
    for path in (f"/sources/{story.desk.id('s1')}/impact", "/single-origin"):
        story.get(f"{path}?{query}", by="ed").then(422, "invalid-input")


def test_the_public_is_told_what_is_open(story: Office) -> None:
    story.desk.given(Do("claims.citations", bodies.citation("@s1"), ("@c2",), name="hidden"))

    told_to_all, desk = impact(story, by=None).then(200).body, impact(story).then(200).body

    assert [c["id"] for c in told_to_all["citations"]] == [story.desk.id("x1"), story.desk.id("x3")]
    assert (told_to_all["totals"]["claims"], desk["totals"]["claims"]) == (1, 2)


def test_the_public_is_not_told_what_a_confidential_source_took_over(story: Office) -> None:
    story.desk.given(
        Do("sources.create", bodies.source(title="SECRET", confidential=True), name="s4"),
        origin("s4"),
        cite("s4", name="x4"),
    )

    answer = impact(story, by=None).then(200)

    assert story.desk.id("s4").encode() not in answer.content
    assert story.desk.id("x4").encode() not in answer.content
    assert answer.body["totals"]["citations"] == 2
    assert impact(story).body["totals"]["citations"] == 3


def test_a_source_that_is_not_open_is_not_found_by_the_public(story: Office) -> None:
    story.desk.given(Do("sources.create", bodies.source(), name="s5"))

    impact(story, "s5", by=None).then(404, "not-found")
    assert impact(story, "s5").then(200).body["totals"]["citations"] == 0
    story.get("/sources/src_nothing/impact", by="ed").then(404, "not-found")


def test_the_lists_go_on_together(story: Office) -> None:
    first = impact(story, limit=1).then(200)

    assert first.headers["link"] == (f'</api/v1/sources/{story.desk.id("s1")}/impact?limit=1&after=1>; rel="next"')
    second = impact(story, limit=1, after=1).then(200)

    shown = [part["id"] for answer in (first, second) for part in answer.body["citations"]]
    assert shown == [story.desk.id("x1"), story.desk.id("x3")]
    assert (second.body["verdicts"], second.body["next"]) == ([], None)
    assert second.body["totals"] == first.body["totals"]


def test_an_answer_that_is_known_is_not_sent_again(story: Office) -> None:
    tag = impact(story).headers["etag"]

    story.get(f"/sources/{story.desk.id('s1')}/impact", by="ed", if_none_match=tag).then(304)


def test_verdicts_on_one_origin_are_a_register(story: Office) -> None:
    for by in ("ed", None):
        (item,) = story.get("/single-origin", by=by).then(200).body["items"]
        assert item == {
            "claim_id": story.desk.id("c1"),
            "verdict_id": story.desk.id("v1"),
            "rating": "true",
            "statement": "A member died in the raid of 20 June 2023.",
            "roots": [story.desk.id("s1")],
        }


def test_the_register_tells_the_public_nothing_of_a_confidential_root(story: Office) -> None:
    hide = {"confidential": True, **bodies.because()}
    story.desk.given(Do("sources.description", hide, ("@s1",)))

    (item,) = story.get("/single-origin").body["items"]

    assert item["roots"] == []
    assert story.get("/single-origin", by="ed").body["items"][0]["roots"] == [story.desk.id("s1")]


def test_the_register_has_no_claim_that_is_not_open(story: Office) -> None:
    story.desk.given(
        Do("claims.citations", bodies.citation("@s1"), ("@c2",), name="x5"),
        Do("claims.verdicts", bodies.verdict("true", "@x5"), ("@c2",), name="v5"),
        Do("claims.verdicts.approval", {}, ("@c2", "@v5"), "ap"),
    )

    assert [item["verdict_id"] for item in story.get("/single-origin").body["items"]] == [story.desk.id("v1")]
    first = story.get("/single-origin?limit=1", by="ed")
    assert first.body["items"][0]["verdict_id"] == story.desk.id("v1")
    second = story.get(f"/single-origin?limit=1&after={first.body['next']}", by="ed").body
    assert ([item["verdict_id"] for item in second["items"]], second["next"]) == ([story.desk.id("v5")], None)


def test_lists_and_numbers_agree_on_what_needs_review_and_conflicts(story: Office) -> None:
    def counted() -> tuple[list[str], list[str], dict[str, Any]]:
        review, conflicts = (
            [item["id"] for item in story.get(f"/claims?{name}=true", by="ed").body["items"]]
            for name in ("needs_review", "evidence_conflicts")
        )
        return review, conflicts, story.get("/replay", by="ed").body["claims"]

    review, conflicts, numbers = counted()
    assert (review, conflicts) == ([], [story.desk.id("c1")])
    assert (numbers["needs_review"], numbers["evidence_conflicts"]) == (0, 1)

    story.desk.given(retract())

    review, conflicts, numbers = counted()
    assert (review, conflicts) == ([story.desk.id("c1")], [])
    assert (numbers["needs_review"], numbers["evidence_conflicts"]) == (1, 0)
    (item,) = story.get("/claims?needs_review=true", by="ed").body["items"]
    assert item["needs_review"] == ["source_changed"]
    assert story.get("/claims?needs_review=true").body["items"] == []
    assert story.get("/replay").body["claims"]["needs_review"] == 0
