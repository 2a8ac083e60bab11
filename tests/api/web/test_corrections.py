"""Corrections over HTTP: the command, the register, and the feeds, read by a parser that knows nothing of us."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
import pytest

from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import correct, place, publish_article

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/corrections.atom", "/corrections.json")
BASE = "https://example.org"


@pytest.fixture
def corrected(story: Office) -> Office:
    """The article is published and was corrected three times: `k1`, which names a claim, `k2` and `k3`."""
    story.desk.given(place(), publish_article())
    story.desk.given(correct("correction", "c1", note="It was one, not two."))
    story.desk.given(correct("clarification", name="k2"), correct("typo", name="k3"))
    return story


def ids(items: Any) -> list[str]:
    return [item["id"] for item in items]


def feed(office: Office, path: str) -> Answer:
    return office.get(f"~{path}").then(200)


def test_a_correction_is_answered_with_the_article_that_has_it(story: Office) -> None:
    story.desk.given(place(), publish_article())

    answer = story.do(correct("correction", "c1", note="It was one.")).then(200)

    (correction,) = answer.body["corrections"]
    assert answer.body["created"] == [correction["id"]]
    assert (correction["kind"], correction["note"]) == ("correction", "It was one.")
    assert correction["claim_ids"] == [story.desk.id("c1")]
    assert correction["issued"]["position"] == answer.position
    assert correction["issued"]["by"] == story.desk.id("ed")


def test_the_public_reads_it_with_the_article_and_in_its_history_but_not_who_issued_it(corrected: Office) -> None:
    at = f"/articles/{corrected.desk.id('a1')}"

    shown = corrected.get(at).then(200).body["corrections"]
    *_, entry, _, _ = corrected.get(f"{at}/history").then(200).body["items"]

    assert ids(shown) == [corrected.desk.id(name) for name in ("k1", "k2", "k3")]
    assert all("by" not in correction["issued"] for correction in shown)
    assert (entry["type"], entry["withheld"]) == ("article.correction_issued.v1", False)
    assert entry["words"] == {"note": "It was one, not two."}
    assert entry["data"]["claim_ids"] == [corrected.desk.id("c1")]


@pytest.mark.parametrize("person", ["au", "ad"])
def test_whoever_may_not_record_issues_no_correction(corrected: Office, person: str) -> None:
    length = corrected.length

    corrected.do(correct(), by=person).then(403, "forbidden")

    assert corrected.length == length


def test_a_correction_that_is_refused_names_the_field_and_records_nothing(corrected: Office) -> None:
    length = corrected.length

    refused = corrected.do(correct("correction", "c1", "c2")).then(422, "invalid-input")

    assert refused.pointers == ["/claim_ids/1"]
    assert corrected.length == length


@pytest.mark.parametrize("by", [None, "ed"])
def test_the_register_is_the_same_for_everybody(corrected: Office, by: str | None) -> None:
    body = corrected.get("/corrections", by=by).then(200).body

    assert ids(body["items"]) == [corrected.desk.id(name) for name in ("k3", "k2", "k1")]
    assert body["next"] is None
    assert body["items"][2]["claims"] == [
        {"id": corrected.desk.id("c1"), "statement": "A member died in the raid of 20 June 2023."}
    ]
    positions = [item["position"] for item in body["items"]]
    assert positions == sorted(positions, reverse=True)


def test_pages_of_the_register_go_down_without_gap_or_double(corrected: Office) -> None:
    found, path = [], "/corrections?limit=2"

    while path:
        page = corrected.get(path).then(200)
        found += ids(page.body["items"])
        path = page.headers.get("link", "").partition(">")[0].removeprefix("</api/v1")

    assert found == [corrected.desk.id(name) for name in ("k3", "k2", "k1")]


def test_a_correction_that_is_issued_meanwhile_does_not_move_what_follows(corrected: Office) -> None:
    first = corrected.get("/corrections?limit=1").body

    corrected.desk.given(correct("update", name="k4"))

    rest = corrected.get(f"/corrections?after={first['next']}").body["items"]
    assert ids(rest) == [corrected.desk.id("k2"), corrected.desk.id("k1")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=typo", ["k3"]),
        ("kind=update", []),
        ("article=@a1&limit=1", ["k3"]),
        ("article=art_0&kind=typo", []),
        ("article=@a1&kind=correction", ["k1"]),
    ],
)
def test_the_register_is_read_by_kind_and_by_article(corrected: Office, query: str, found: list[str]) -> None:
    items = corrected.get(f"/corrections?{query.replace('@a1', corrected.desk.id('a1'))}").then(200).body["items"]

    assert ids(items) == [corrected.desk.id(name) for name in found]


def test_a_query_that_cannot_be_meant_is_refused(corrected: Office) -> None:
    for query in ("kind=erratum", "claim=clm_0", "after=x", "limit=0", "kind=typo&kind=typo"):
        corrected.get(f"/corrections?{query}").then(422, "invalid-input")


def test_the_atom_feed_is_sound_and_says_what_was_told(corrected: Office) -> None:
    answer = feed(corrected, "/corrections.atom")
    root = ET.fromstring(answer.content)
    said = feedparser.parse(answer.content)

    assert answer.headers["content-type"] == "application/atom+xml"
    assert root.tag == f"{ATOM}feed"
    assert all(root.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert not said.bozo
    assert (said.feed.title, said.feed.author) == ("Corrections · The desk", "The desk")
    assert links(said.feed) == {"self": f"{BASE}/corrections.atom", "alternate": f"{BASE}/corrections"}
    assert [entry.title for entry in said.entries] == [
        "Typo: The raid",
        "Clarification: The raid",
        "Correction: The raid",
    ]
    entry, claim = said.entries[2], f"{BASE}/claims/{corrected.desk.id('c1')}"
    assert entry.content[0].value == "It was one, not two."
    assert entry.id == entry.link == f"{BASE}/articles/{corrected.desk.id('a1')}#{corrected.desk.id('k1')}"
    assert links(entry)["related"] == claim
    assert [tag.term for tag in entry.tags] == ["correction"]
    assert said.feed.updated == said.entries[0].updated == corrected.desk.history("a1")[-1].recorded_at


def links(said: Any) -> dict[str, str]:
    return {link.rel: link.href for link in said.links}


def test_the_json_feed_has_what_it_must_have_and_says_the_same(corrected: Office) -> None:
    answer = feed(corrected, "/corrections.json")
    said, atom = answer.body, feedparser.parse(feed(corrected, "/corrections.atom").content)

    assert answer.headers["content-type"] == "application/feed+json"
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["home_page_url"] == f"{BASE}/corrections"
    assert said["feed_url"] == f"{BASE}/corrections.json"
    assert "next_url" not in said
    for item, entry in zip(said["items"], atom.entries, strict=True):
        assert (item["id"], item["title"], item["content_text"]) == (entry.id, entry.title, entry.content[0].value)
        assert (item["date_published"], item["date_modified"]) == (entry.published, entry.updated)
        assert item["tags"] == [tag.term for tag in entry.tags]


def test_what_readers_were_told_of_is_named_in_the_feed(corrected: Office) -> None:
    item = feed(corrected, "/corrections.json").body["items"][2]

    assert item["_stemma"] == {
        "id": corrected.desk.id("k1"),
        "article_id": corrected.desk.id("a1"),
        "claims": [
            {
                "id": corrected.desk.id("c1"),
                "url": f"{BASE}/claims/{corrected.desk.id('c1')}",
                "statement": "A member died in the raid of 20 June 2023.",
            }
        ],
        "position": corrected.desk.history("a1")[-3].position,
    }


def pages(office: Office, path: str) -> Iterator[list[str]]:
    """The names of the entries, page by page, as far as the feed itself leads."""
    following: str | None = path
    while following is not None:
        answer = feed(office, following)
        if path.startswith("/corrections.json"):
            yield ids(answer.body["items"])
            address = answer.body.get("next_url")
        else:
            said = feedparser.parse(answer.content)
            yield [entry.id for entry in said.entries]
            address = links(said.feed).get("next")
            assert links(said.feed)["self"] == f"{BASE}{following}"
        following = None if address is None else address.removeprefix(BASE)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_leads_through_all_its_pages(corrected: Office, path: str) -> None:
    for limit, lengths in ((1, [1, 1, 1]), (2, [2, 1]), (3, [3])):
        found = list(pages(corrected, f"{path}?limit={limit}"))

        assert [name for page in found for name in page] == next(pages(corrected, path))
        assert [len(page) for page in found] == lengths


def test_a_feed_of_nothing_is_a_feed(story: Office) -> None:
    story.desk.given(place(), publish_article())

    atom, said = feedparser.parse(feed(story, "/corrections.atom").content), feed(story, "/corrections.json").body

    assert not atom.bozo
    assert atom.entries == said["items"] == []
    assert atom.feed.title == said["title"] == "Corrections · The desk"
    assert atom.feed.updated == story.desk.newsroom.desk.opened.at


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_everybody_s_whoever_asks(corrected: Office, path: str) -> None:
    corrected.desk.given(Do("claims.withdrawal", bodies.withdraw(), ("@c1",)))

    answers = [corrected.get(f"~{path}", by=by).then(200) for by in (None, "ed", "au")]

    assert len({answer.content for answer in answers}) == 1
    assert b"A member died" not in answers[0].content
    assert all(corrected.desk.id(person).encode() not in answers[0].content for person in ("ed", "ap"))


@pytest.mark.parametrize("by", [None, "ed"])
@pytest.mark.parametrize("path", FEEDS)
def test_whoever_has_the_feed_is_told_that_it_is_the_same(corrected: Office, path: str, by: str | None) -> None:
    tag = corrected.get(f"~{path}", by=by).then(200).headers["etag"]

    same = corrected.get(f"~{path}", by=by, if_none_match=f'"other", {tag}').then(304)
    assert same.content == b""
    assert same.headers["etag"] == tag

    corrected.desk.given(correct("update", name="k4"))
    changed = corrected.get(f"~{path}", by=by, if_none_match=tag).then(200)
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize("path", FEEDS)
def test_the_correction_of_a_withdrawn_article_stays_under_its_name(corrected: Office, path: str) -> None:
    before = next(pages(corrected, path))

    corrected.desk.given(
        Do("articles.withdrawal", {"cause": "legal", **bodies.because()}, ("@a1",)), correct("retraction", name="k4")
    )

    newest, *others = next(pages(corrected, path))
    assert newest.endswith(corrected.desk.id("k4"))
    assert others == before


ODD = (
    "a\tb\nc",
    "<b>&amp;</b> ]]> &#0;",
    "left \u202e and right",
    "\U0001d11e and \U0010ffff",
    "\ud7ff \ue000 \ufffd \x85",
    "a\rb\r\nc",
)
NOT_IN_XML = [chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r"] + ["\ufffe", "\uffff"]


def test_any_text_is_a_sound_feed_and_what_xml_cannot_hold_is_marked(corrected: Office) -> None:
    for text in (*ODD, *NOT_IN_XML):
        corrected.desk.given(correct("update", name="odd", note=f"It read {text}."))

    entries = ET.fromstring(feed(corrected, "/corrections.atom").content).findall(f"{ATOM}entry")
    items = json.loads(feed(corrected, "/corrections.json").content)["items"]

    told = [entry.findtext(f"{ATOM}content") for entry in reversed(entries[:-3])]
    seen = [text.replace("\r\n", "\n").replace("\r", "\n") for text in ODD] + ["\ufffd"] * len(NOT_IN_XML)
    assert told == [f"It read {text}." for text in seen]
    assert [item["content_text"] for item in reversed(items[:-3])] == [f"It read {t}." for t in (*ODD, *NOT_IN_XML)]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_refuses_what_it_does_not_understand(corrected: Office, path: str) -> None:
    for query in ("after=x", "limit=201", "kind=typo", "after=1&after=2"):
        corrected.get(f"~{path}?{query}").then(422, "invalid-input")
