"""Lists: in order, page by page, filtered, and as new as one asks for."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, cite, dispute, place, propose, withdraw

LISTS = ("parties", "sources", "claims", "articles", "contested")


def pages(office: Office, path: str) -> Iterator[Answer]:
    while True:
        page = office.get(path, by="au").then(200)
        yield page
        if page.body["next"] is None:
            assert "link" not in page.headers
            return
        address, _, relation = page.headers["link"].partition("; ")
        assert relation == 'rel="next"'
        path = address.strip("<>").removeprefix("/api/v1")
        assert f"after={page.body['next']}" in path


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_pages_follow_one_another_without_gap_or_double(story: Office, limit: int) -> None:
    made = [story.post("/parties", bodies.party(name=f"Party {n}"), by="ed").body["id"] for n in range(4)]

    found = [page.body["items"] for page in pages(story, f"/parties?limit={limit}")]

    ids = [item["id"] for page in found for item in page]
    assert ids == [*(story.desk.id(name) for name in ("mek", "police", "outlet")), *made]
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("name", LISTS)
def test_every_list_names_its_position_and_takes_the_same_parameters(story: Office, name: str) -> None:
    story.desk.given(dispute())

    page = story.get(f"/{name}?after=0&limit=200&min_position={story.length}", by="ed").then(200)

    assert page.body["position"] == story.length
    assert page.body["next"] is None
    assert all("id" in item and "created" not in item for item in page.body["items"])
    assert page.headers["vary"] == "Authorization, Cookie, Accept"
    assert page.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=all", "after=x", "after=-1", "min_position=x", "sort=name", "limit=1&limit=2"],
)
def test_a_list_refuses_parameters_that_it_does_not_understand(story: Office, query: str) -> None:
    for name in LISTS:
        story.get(f"/{name}?{query}", by="ed").then(422, "invalid-input")


@pytest.mark.parametrize("query", ["contested=yes", "withdrawn=1", "q=" + "x" * 401])
def test_a_filter_that_cannot_be_meant_is_refused(story: Office, query: str) -> None:
    story.get(f"/claims?{query}", by="ed").then(422, "invalid-input")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"c1", "c2", "c3"}),
        ("source=@s1", {"c1"}),
        ("party=@mek", {"c1", "c3"}),
        ("about=@mek", {"c3"}),
        ("article=@a1", {"c1"}),
        ("rating=true", {"c1"}),
        ("rating=false", set()),
        ("contested=true", {"c1"}),
        ("contested=false", {"c2", "c3"}),
        ("evidence_conflicts=true", {"c1"}),
        ("withdrawn=true", {"c2"}),
        ("withdrawn=false&contested=false", {"c3"}),
        ("needs_review=true", {"c1"}),
        ("topic=raids", {"c3"}),
        ("topic=nothing", set()),
    ],
)
def test_claims_are_found_by_what_they_are(story: Office, query: str, found: set[str]) -> None:
    story.desk.given(
        Do(
            "claims.create",
            bodies.claim(about=[{"party_id": "@mek", "role": "actor"}], topics=["raids"]),
            name="c3",
        ),
        place(),
        propose("true", "x1"),
        approve(),
        dispute(),
        Do("claims.withdrawal", bodies.withdraw(), ("@c2",)),
    )
    for name in ("s1", "mek", "a1"):
        query = query.replace(f"@{name}", story.desk.id(name))

    items = story.get(f"/claims?{query}", by="ed").then(200).body["items"]

    assert {item["id"] for item in items} == {story.desk.id(name) for name in found}


def test_the_register_says_who_disagrees_and_since_when(story: Office) -> None:
    story.desk.given(dispute(bodies.position("@police", stated_on="2023-06-21")))
    opened = story.get(f"/claims/{story.desk.id('c1')}", by="ed").body

    (row,) = story.get("/contested", by="ed").body["items"]

    assert row["id"] == story.desk.id("c1")
    assert (row["since"], row["since_at"]) == (opened["position"], opened["changed"]["recorded_at"])
    assert row["stated_since"] == "2023-06-21"
    (disputed,) = row["disputes"]
    assert disputed["scopes"] == ["occurrence"]
    assert disputed["sides"] == [{"party_id": story.desk.id("police"), "stance": "denies", "stated_on": "2023-06-21"}]


def test_a_source_and_a_party_say_where_they_occur(story: Office) -> None:
    story.desk.given(cite("s1", "context", name="x3"))

    source = story.get(f"/sources/{story.desk.id('s1')}", by="ed").body
    party = story.get(f"/parties/{story.desk.id('mek')}", by="ed").body

    assert [cited["citation_id"] for cited in source["cited_in"]] == [story.desk.id("x1"), story.desk.id("x3")]
    assert [(found["role"], found["record"]) for found in party["occurrences"]] == [("claimant", story.desk.id("c1"))]


def test_who_asks_for_a_position_waits_for_the_views(story: Office) -> None:
    story.desk.given(withdraw())
    late = story.request("GET", f"/claims?withdrawn=true&min_position={story.length}", by="ed")

    (answer,) = story.ask(late)
    answer.then(503, "not-caught-up")
    assert answer.headers["retry-after"]

    story.runner.catch_up()
    (answer,) = story.ask(late)
    assert len(answer.then(200).body["items"]) == 1


def test_whoever_waits_for_a_position_holds_up_nobody_else(story: Office) -> None:
    story.desk.given(withdraw())
    finished: list[str] = []

    async def ask(name: str, path: str) -> None:
        await story.send(story.request("GET", path))
        finished.append(name)

    async def crowd() -> None:
        waiting = (ask("waits", f"/parties?min_position={story.length}&limit={n}") for n in range(1, 41))
        to_come = ask("to come", f"/parties?min_position={story.length + 1}")
        await asyncio.gather(*waiting, to_come, ask("ready", "~/readyz"))

    asyncio.run(crowd())

    assert finished == ["to come", "ready", *["waits"] * 40]


def test_a_single_record_never_lags(story: Office) -> None:
    story.desk.given(withdraw())

    (answer,) = story.ask(story.request("GET", f"/claims/{story.desk.id('c1')}", by="ed"))

    assert answer.then(200).body["withdrawn"] is True


def test_views_that_cannot_be_read_hold_up_lists_but_no_command(story: Office) -> None:
    length = story.length
    story.house.views.close()

    (answer,) = story.ask(story.request("GET", "/claims", by="ed"))
    answer.then(503, "unavailable")
    changed = story.post(f"/claims/{story.desk.id('c1')}/publication", by="ed", version=3).then(200)

    assert str(story.house.views.path) not in answer.body["detail"]
    assert (changed.body["version"], changed.body["articles"]) == (4, [])
    assert story.length == length + 1
