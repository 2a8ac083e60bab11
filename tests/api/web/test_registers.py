"""What changed, what waits and the front page over HTTP; histories page by page."""

from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, dispute, place, propose, publish_article, retract, settle

ITEM: Final = {"kind", "id", "position", "recorded_at", "changed_at", "title", "opened", "withdrawn"}
REWORD: Final = Do("claims.rewording", bodies.rewording("Somebody died in the raid."), ("@c1",))


def walked(office: Office, path: str, by: str | None = None) -> list[Any]:
    """Every item of a list, page by page."""
    found: list[Any] = []
    while True:
        page = office.get(path, by=by).then(200)
        found += page.body["items"]
        if page.body["next"] is None:
            assert "link" not in page.headers
            return found
        path = page.headers["link"].partition("; ")[0].strip("<>").removeprefix("/api/v1")


def ids(office: Office, *names: str) -> list[str]:
    return [office.desk.id(name) for name in names]


# What changed.


def test_each_record_that_changed_is_there_once_in_the_order_of_the_last_changes(story: Office) -> None:
    before = story.length
    story.desk.given(REWORD, dispute(), Do("claims.publication", {}, ("@c2",)))

    items = story.get(f"/changes?since={before}", by="ed").then(200).body["items"]

    assert [item["id"] for item in items] == ids(story, "c1", "c2")
    assert [item["position"] for item in items] == [story.length - 1, story.length]
    assert [(item["kind"], item["title"]) for item in items] == [
        ("claim", "Somebody died in the raid."),
        ("claim", "The raid was lawful."),
    ]
    assert all(item.keys() == ITEM for item in items)


def test_opened_is_what_became_open_since_then(story: Office) -> None:
    story.desk.given(Do("claims.publication", {}, ("@c1",)))
    before = story.length
    story.desk.given(dispute(), Do("claims.publication", {}, ("@c2",)))

    items = story.get(f"/changes?since={before}&kind=claim").body["items"]

    assert [(item["id"], item["opened"]) for item in items] == [
        (story.desk.id("c1"), False),
        (story.desk.id("c2"), True),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_the_pages_of_changes_follow_one_another(story: Office, limit: int) -> None:
    story.desk.given(place(), publish_article())

    items = walked(story, f"/changes?limit={limit}")

    opened = ids(story, "a1", "c1", "s1", "s2", "mek", "police", "outlet")
    assert sorted(item["id"] for item in items) == sorted(opened)
    assert {item["position"] for item in items} == {story.length}
    assert [item["id"] for item in walked(story, f"/changes?limit={limit}&kind=source")] == sorted(
        ids(story, "s1", "s2")
    )


def test_since_may_be_a_time(story: Office) -> None:
    story.desk.given(REWORD)
    at = story.get(f"/claims/{story.desk.id('c1')}", by="ed").body["changed"]["recorded_at"]
    story.desk.given(Do("claims.publication", {}, ("@c2",)))

    for time in (at, at.replace("Z", "+00:00"), quote(at.replace("Z", "+00:00"))):
        items = story.get(f"/changes?since={time}", by="ed").then(200).body["items"]
        assert [item["id"] for item in items] == ids(story, "c2")


def test_imported_history_stands_by_its_position_and_tells_when_it_was_decided(office: Office) -> None:
    office.desk.given(
        Do("claims.create", bodies.claim(), by="im", name="c1", decided_at="2013-06-21T07:00:00.000000Z"),
        Do("claims.publication", {}, ("@c1",), by="imap", decided_at="2013-06-22T07:00:00.000000Z"),
    )

    (item,) = office.get("/changes?kind=claim").then(200).body["items"]

    assert item["changed_at"] == "2013-06-22T07:00:00.000000Z"
    assert item["recorded_at"].startswith("2026-11-23T10:")


def test_the_public_hears_of_no_draft_and_no_proposal(story: Office) -> None:
    story.desk.given(place(), publish_article())
    before = story.get("/changes").body
    story.desk.given(
        propose("true", "x1"),
        Do("claims.create", bodies.claim(statement="SECRET draft."), name="c9"),
        Do("claims.links", {"claim_id": "@c9", "relation": "restates"}, ("@c1",)),
    )

    after = story.get("/changes").body

    assert after["items"] == before["items"]
    assert story.get(f"/changes?since={before['position']}").body["items"] == []
    assert len(story.get(f"/changes?since={before['position']}", by="au").body["items"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=-1",
        "since=1000000",
        "since=2026-11-23",
        "kind=verdict",
        "kind=",
        "after=7",
        "after=x.clm",
        "limit=0",
        "order=desc",
        "since=1&since=2",
    ],
)
def test_changes_refuse_what_cannot_be_meant(story: Office, query: str) -> None:
    for by in (None, "ed"):
        story.get(f"/changes?{query}", by=by).then(422, "invalid-input")


# What waits.


def test_the_worklist_says_what_waits_and_whether_it_is_mine(story: Office) -> None:
    story.desk.given(propose("true", "x1", by="ed2"), dispute(), settle("denied"))

    mine, others = (story.get("/worklist", by=by).then(200).body for by in ("ed", "ap"))

    assert (mine["total"], mine["next"], mine["position"]) == (2, None, story.length)
    verdict, settlement = mine["items"]
    assert (verdict["kind"], verdict["record_kind"], verdict["rating"]) == ("verdict", "claim", "true")
    assert (verdict["record_id"], verdict["part_id"]) == tuple(ids(story, "c1", "v1"))
    assert verdict["proposed_by"] == {"id": story.desk.id("ed2"), "name": "Person ed2"}
    assert (settlement["kind"], settlement["part_id"], settlement["outcome"]) == (
        "settlement",
        story.desk.id("d1"),
        "denied",
    )
    assert [item["mine"] for item in mine["items"]] == [False, True]
    assert [item["mine"] for item in others["items"]] == [False, False]


def test_a_proposed_policy_waits_in_its_turn_until_a_later_one_is_adopted(story: Office) -> None:
    story.desk.given(
        propose("true", "x1"),
        Do("policies.create", bodies.policy(), by="ap"),
        Do("policies.create", bodies.policy(), by="ap2"),
        dispute(),
        settle(),
    )

    items = story.get("/worklist", by="ap").body["items"]

    assert [item["kind"] for item in items] == ["verdict", "policy", "policy", "settlement"]
    assert [(item["part_id"], item["title"], item["mine"]) for item in items[1:3]] == [
        ("2", "Policy 2", True),
        ("3", "Policy 3", False),
    ]
    story.desk.given(Do("policies.approval", {}, ("3",), "ap"))
    assert [item["kind"] for item in story.get("/worklist", by="ap").body["items"]] == ["verdict", "settlement"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_pages_of_the_worklist_follow_one_another(story: Office, limit: int) -> None:
    story.desk.given(
        propose("true", "x1"),
        approve(),
        REWORD,
        Do("policies.create", bodies.policy(), by="ap"),
        dispute(),
        settle(),
        Do("claims.verdicts.reaffirmation", bodies.because(), ("@c1", "@v1")),
    )

    items = walked(story, f"/worklist?limit={limit}", by="au")

    assert [item["kind"] for item in items] == ["review", "policy", "settlement", "reaffirmation"]
    assert items[0]["reasons"] == ["reworded", "dispute_changed"]
    assert [item["since"] for item in items] == sorted(item["since"] for item in items)
    for kind in ("policy", "review"):
        only = story.get(f"/worklist?kind={kind}", by="au").body
        assert (only["total"], [item["kind"] for item in only["items"]]) == (1, [kind])


def test_the_worklist_is_for_the_desk(story: Office) -> None:
    story.get("/worklist").then(401, "unauthenticated")
    for person in story.secrets:
        story.get("/worklist", by=person).then(200)


@pytest.mark.parametrize("query", ["kind=claim", "after=7", "after=x.vdt", "limit=201", "q=x"])
def test_the_worklist_refuses_what_cannot_be_meant(story: Office, query: str) -> None:
    story.get(f"/worklist?{query}", by="ed").then(422, "invalid-input")


# The front page.


def test_the_front_page_s_twin_shows_what_the_page_shows(story: Office) -> None:
    story.desk.given(place(), dispute(), publish_article(), REWORD)

    body = story.get("/front").then(200).body

    assert [item["id"] for item in body["articles"]] == ids(story, "a1")
    assert [item["id"] for item in body["contested"]] == ids(story, "c1")
    assert body["contested_total"] == 1
    assert [(item["id"], item["position"]) for item in body["changed"]] == [(story.desk.id("c1"), story.length)]
    assert [item["id"] for item in story.get("/front", by="ed").body["changed"]] == ids(story, "c1", "c2")


def test_an_empty_front_page_is_empty(office: Office) -> None:
    body = office.get("/front").then(200).body

    assert {name: body[name] for name in ("articles", "contested", "contested_total", "changed")} == {
        "articles": [],
        "contested": [],
        "contested_total": 0,
        "changed": [],
    }
    office.get("/front?limit=3").then(422, "invalid-input")


# Histories, page by page.


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("by", [None, "au"])
def test_the_pages_of_a_history_are_the_history(story: Office, limit: int, by: str | None) -> None:
    story.desk.given(
        propose("true", "x1"),
        retract("s2"),
        REWORD,
        place(),
        publish_article(),
        Do("sources.description", {"title": "A better title", **bodies.because()}, ("@s1",)),
        dispute(),
        approve(),
    )
    for plural, name in (("claims", "c1"), ("articles", "a1"), ("sources", "s1"), ("parties", "mek")):
        path = f"/{plural}/{story.desk.id(name)}/history"
        whole = story.get(f"{path}?limit=200", by=by).then(200).body

        first = story.get(f"{path}?limit={limit}", by=by).body

        assert walked(story, f"{path}?limit={limit}", by) == whole["items"]
        assert {field: first[field] for field in ("id", "version", "position", "withheld")} == {
            field: whole[field] for field in ("id", "version", "position", "withheld")
        }


def test_a_page_of_a_past_history_ends_at_that_moment(story: Office) -> None:
    past = story.length
    story.desk.given(REWORD, dispute())
    path = f"/claims/{story.desk.id('c1')}/history?position={past}"

    items = walked(story, f"{path}&limit=2", by="au")

    assert items == story.get(path, by="au").body["items"]
    assert items[-1]["position"] <= past


@pytest.mark.parametrize("query", ["after=x", "limit=0", "limit=201"])
def test_a_history_refuses_what_cannot_be_meant(story: Office, query: str) -> None:
    story.get(f"/claims/{story.desk.id('c1')}/history?{query}", by="ed").then(422, "invalid-input")
