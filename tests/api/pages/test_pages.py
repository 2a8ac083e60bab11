"""What each page shows of the story, and what all pages have in common."""

from html import unescape

import pytest

from tests.api.pages.world import PAGES, TEXT, Readers, publication
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import publish_article, told


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_sound_names_its_twin_and_loads_nothing_from_elsewhere(story: Readers, path: str) -> None:
    page = story.page(path)

    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.one("html").attributes["lang"] == "en"
    assert not page.all("script")
    assert not [element for element in page.all() if "style" in element.attributes]
    loaded = [element.attributes["href"] for element in page.all("link")]
    assert all(address.startswith("/") for address in loaded)
    twin = page.one("link", rel="alternate", type="application/json").attributes
    answer = story.ask(twin["href"])
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_may_load_nothing_but_our_own_sheet(story: Readers, path: str) -> None:
    answer = story.ask(path)

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "script" not in policy
    assert 'rel="alternate"' in answer.headers["link"]


@pytest.mark.parametrize("path", PAGES)
def test_every_address_on_a_page_of_ours_leads_somewhere(story: Readers, path: str) -> None:
    for link in story.page(path).all("a"):
        address = link.attributes["href"].partition("#")[0]
        if address.startswith("/"):
            assert story.ask(address).status == 200, address


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/claims/@c1", "The group says: A member died in the raid of 20 June 2023."),
        ("/claims/@c2", "The raid was lawful."),
        ("/claims/@c3", "It is believed: The camp was empty by noon."),
        ("/claims/@c5", "Its opponents: The group is a sect."),
        ("/claims/@c1/history", "History: The group says: A member died in the raid of 20 June 2023."),
        ("/articles/@a1", "The raid"),
        ("/parties/@mek", "The group"),
        ("/sources/@s1", "Raid on the camp"),
        ("/contested", "Contested claims"),
    ],
)
def test_titles_open_with_the_speaker(story: Readers, path: str, title: str) -> None:
    assert story.page(path).one("title").text == f"{title} · The desk"


def test_a_claim_s_heading_opens_with_its_speaker(story: Readers) -> None:
    heading = story.page("/claims/@c1").one("h1")

    assert heading.words == "The group says: A member died in the raid of 20 June 2023."
    assert heading.one("bdi").text == "The group"


def test_the_front_page_shows_articles_what_is_contested_and_what_changed_last(story: Readers) -> None:
    page = story.page("/")

    articles = [item.words for item in page.one("ul", class_="articles").all("h3")]
    assert articles == ["Another’s text", "The raid"]
    assert "A member died" in page.one("section", class_="aside").words
    latest = page.one("ol", class_="lines").all("a")
    assert latest[0].attributes["href"] == f"/claims/{story.office.desk.id('c1')}"


def test_an_article_without_its_markup_is_its_text(story: Readers) -> None:
    prose = story.page("/articles/@a1").one("div", class_="prose")

    assert prose.without("sup").text.strip() == TEXT
    assert prose.attributes["lang"] == "en"


def test_claims_that_overlap_in_a_text_are_both_marked_and_numbered(story: Readers) -> None:
    page, claims = story.page("/articles/@a1"), [story.office.desk.id(name) for name in ("c1", "c2")]

    marks = page.one("div", class_="prose").all("a", class_="mark")

    assert [(mark.text, mark.attributes["href"]) for mark in marks[:3]] == [
        ("One ", f"/claims/{claims[0]}"),
        ("person died", f"/claims/{claims[0]}"),
        (", the group says", f"/claims/{claims[1]}"),
    ]
    notes = [note.one("a").attributes["aria-label"] for note in page.one("div", class_="prose").all("sup")]
    assert notes == ["Claim 1, verdict Unproven, contested", "Claim 2", "Claim 3", "Claim 4"]
    assert len(page.one("section", class_="notes").one("ol").all("li")) == 4


def test_a_mark_that_was_lost_is_told_and_one_that_was_removed_too(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("articles.claims", bodies.place("@c1"), ("@a1",), name="m1"),
        Do("articles.claims", bodies.place("@c2", "150 computers"), ("@a1",), name="m2"),
        publish_article(),
        Do("articles.placements.removal", bodies.because("It is not what is said."), ("@a1", "@m2")),
        Do("articles.revisions", {"text": "Nobody knows any more.", **bodies.because()}, ("@a1",)),
    )

    notes = readers.page("/articles/@a1").one("section", class_="notes")

    assert "it once read: One person died" in notes.one("p", class_="lost").words
    assert "It is not what is said." in notes.one("ul", class_="lines").words


def test_a_withdrawn_article_says_so(readers: Readers) -> None:
    told(readers.office.desk).given(
        publish_article(), Do("articles.withdrawal", {"cause": "legal", "reason": "A court asked."}, ("@a1",))
    )

    notice = readers.page("/articles/@a1").one("p", class_="withdrawal").words

    assert "This article was withdrawn on" in notice
    assert "for legal reasons. Reason: A court asked." in notice


def test_a_source_page_tells_where_it_is_cited_and_how(story: Readers) -> None:
    assert "The source says so in its own voice; mentions it." in story.page("/sources/@s1").words


def test_a_party_page_tells_what_it_claims_and_what_it_disputes(story: Readers) -> None:
    labels = [heading.words for heading in story.page("/parties/@mek").all("h2")]

    assert labels == ["Claims made by this party (1)", "Disputes in which this party takes a position (1)"]


def test_an_affiliation_is_shown_as_alleged_on_the_claim_that_alleges_it(readers: Readers) -> None:
    tie = {"party_id": "@mek", "relation": "funded_by", "from": "2013", "basis_claim_id": "@c1", "as_alleged": True}
    told(readers.office.desk).given(
        Do("parties.affiliations", {**tie, **bodies.because()}, ("@outlet",)),
        publication("c1"),
    )

    page = readers.page("/parties/@outlet")

    assert "Allegedly funded by The group, since 2013" in page.words
    assert "On the basis of this claim: The group says: A member died" in page.words


def test_empty_lists_say_that_they_are_empty(readers: Readers) -> None:
    front, register = readers.page("/"), readers.page("/contested")

    assert [p.words for p in front.all("p", class_="empty")] == [
        "No article has been published yet.",
        "No claim has been published yet.",
        "No published claim is contested now.",
    ]
    assert register.one("p", class_="empty").words == "No published claim is contested now."


def test_the_sheet_is_kept_for_as_long_as_it_is_the_same(story: Readers) -> None:
    address = unescape(story.page("/").one("link", rel="stylesheet").attributes["href"])

    answer = story.ask(address)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert story.ask("/static/settings.py").status == 404
