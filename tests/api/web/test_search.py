"""Search over HTTP: what is asked, what is answered, and what the public is never told."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.search import FoundItem, FoundPage, cursor, cursor_text
from domain.errors import InvalidInput
from projections.results import Cursor
from projections.search import PUBLIC
from projections.words import words
from tests.api.pages.world import published
from tests.api.web.office import Answer, Office, opened
from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Do
from tests.support.ledgers import step
from tests.support.naughty import naughty_strings
from tests.support.story import dispute

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))


def find(office: Office, typed: str, by: str | None = "ed", **asked: str) -> Answer:
    return office.get(f"/search?{urlencode({'q': typed, **asked})}", by=by)


def test_an_answer_says_what_was_looked_for_and_what_was_found(story: Office) -> None:
    story.desk.given(dispute(bodies.position("@police", statement="Nobody died.")), PUBLISH_CLAIM)

    answer = find(story, "Nobody died", None, kind="claim", min_position=str(story.length)).then(200)

    (item,) = answer.body["items"]
    assert answer.body == {
        "position": story.length,
        "terms": ["nobody", "died"],
        "total": 1,
        "more": False,
        "items": [item],
        "next": None,
    }
    assert item == {
        "kind": "claim",
        "id": story.desk.id("c1"),
        "title": "A member died in the raid of 20 June 2023.",
        "language": "en",
        "claimant_id": story.desk.id("mek"),
        "as_named": None,
        "rating": None,
        "contested": True,
        "withdrawn": False,
        "cause": None,
        "open": True,
        "found_in": "position",
        "excerpt": "Nobody died.",
        "highlights": {"title": [[9, 13]], "excerpt": [[0, 6], [7, 11]]},
    }
    assert item.keys() == FoundItem.__annotations__.keys()
    assert answer.headers["vary"] == "Authorization, Cookie, Accept"
    assert answer.body.keys() == FoundPage.__annotations__.keys()


def test_a_query_without_a_word_finds_nothing_and_says_so(story: Office) -> None:
    for typed in ("", "++", '" * "'):
        body = find(story, typed).then(200).body
        assert (body["terms"], body["items"], body["total"]) == ([], [], 0)
    assert story.get("/search", by="ed").then(200).body["terms"] == []


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_pages_are_followed_by_their_links(story: Office, limit: int) -> None:
    path: str | None = f"/search?q=raid&limit={limit}"
    pages: list[Any] = []
    while path is not None and len(pages) < 8:
        page = story.get(path, by="ed").then(200)
        pages.append(page.body)
        path = page.headers["link"].partition(">")[0].removeprefix("</api/v1") if "link" in page.headers else None
        assert (path is None) is (page.body["next"] is None)

    ids = [item["id"] for page in pages for item in page["items"]]
    assert len(ids) == len(set(ids)) == pages[0]["total"] == 5
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 401,
        "q=" + "a+" * 33,
        "q=raid&kind=actor",
        "q=raid&kind=",
        "q=raid&language=klingonisch",
        "q=raid&language=e_n",
        "q=raid&contested=yes",
        "q=raid&withdrawn=1",
        "q=raid&limit=0",
        "q=raid&limit=201",
        "q=raid&after=7",
        "q=raid&after=x.y",
        "q=raid&after=7.nan",
        "q=raid&after=7.-inf",
        "q=raid&after=7.0x1p99999",
        "q=raid&after=-7.0x1p1",
        "q=raid&sort=age",
        "q=raid&q=camp",
    ],
)
def test_what_cannot_be_meant_is_refused(story: Office, query: str) -> None:
    answer = story.get(f"/search?{query}", by="ed").then(422, "invalid-input")

    assert "klingonisch" not in answer.content.decode()


@pytest.mark.parametrize("place", [Cursor(-1.5, 7), Cursor(0.1, 1), Cursor(-1e-300, 999_999_999_999_999)])
def test_a_cursor_comes_back_to_the_last_bit(place: Cursor) -> None:
    assert cursor(cursor_text(place)) == place


@pytest.mark.parametrize("text", ["", ".", "7", "7.", ".0x1p0", "7.1.2x", "seven.0x1p0"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        cursor(text)


def test_claims_are_filtered_by_words_too(story: Office) -> None:
    items = story.get("/claims?q=lawful+raid&contested=false", by="ed").then(200).body["items"]

    assert [item["id"] for item in items] == [story.desk.id("c2")]
    assert story.get("/claims?q=%2B", by="ed").then(200).body["items"] == []


# The public.


def test_nothing_that_stays_with_the_desk_is_found_or_counted(office: Office) -> None:
    published(office.desk)

    assert find(office, "secret").body["total"] > 0
    for typed in ("secret", "SECRET draft", "secret wording", "secret person", "rationale"):
        for kind in ({}, {"kind": "claim"}, {"kind": "party"}, {"kind": "source"}, {"kind": "article"}):
            body = find(office, typed, None, **kind).then(200).body
            assert (body["total"], body["more"], body["items"], body["next"]) == (0, False, [], None)
    for typed in ("raid", "the", "group", "text"):
        assert "secret" not in find(office, typed, None).content.decode().lower()


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 150))
def test_the_public_finds_no_word_that_its_own_view_of_the_record_lacks(seed: int, commands: int) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder)) as office:
        chance = Chance(office.desk, seed)
        for _ in range(commands):
            step(chance)
        office.runner.catch_up()
        with office.house.views.reading() as reading:
            rows = reading.connection.execute(
                f"SELECT record_kind, id, {PUBLIC.name}.title, {PUBLIC.name}.passages "
                f"FROM {PUBLIC.name} JOIN search ON created = {PUBLIC.name}.rowid"
            ).fetchall()
        for kind, id, *texts in rows:
            body = office.house.reader.show(kind, id, "public")
            assert set(" ".join(texts).split()) <= set(words(strings(body)))


def strings(body: Any) -> str:
    """Every text in a JSON value."""
    match body:
        case dict():
            return " ".join(map(strings, body.values()))
        case list() | tuple():
            return " ".join(map(strings, body))
        case _:
            return str(body)


# Whatever somebody types.


def test_naughty_strings_are_answered_as_data(story: Office) -> None:
    story.runner.catch_up()
    asked = [story.request("GET", f"/search?q={quote(text, safe='')}", by="ed") for text in naughty_strings()]

    answers = story.ask(*asked)

    assert {answer.status for answer in answers} <= {200, 422}
    assert all(answer.body["items"] == [] for answer in answers if answer.status == 200 and not answer.body["terms"])
    assert sum(answer.status == 200 for answer in answers) > 400


def test_the_description_names_every_parameter_and_the_answer(office: Office) -> None:
    described = office.get("/openapi.json").then(200).body
    operation = described["paths"]["/api/v1/search"]["get"]

    parameters = {said["name"]: said for said in operation["parameters"] if said["in"] == "query"}
    assert set(parameters) == {"q", "kind", "language", "contested", "withdrawn", "after", "limit", "min_position"}
    assert parameters["kind"]["schema"]["enum"] == ["claim", "article", "source", "party"]
    assert parameters["q"]["schema"]["maxLength"] == 400
    (shown,) = (said for name, said in described["components"]["schemas"].items() if name == "FoundItem")
    assert shown["properties"].keys() == FoundItem.__annotations__.keys()
