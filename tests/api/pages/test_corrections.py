"""Corrections on pages: the register, the article that was corrected, and the claims that a correction names."""

import pytest

from api.logbook import Logbook
from api.pages.corrections import SHOWN, corrections_of
from api.pages.finder import Finder
from api.pages.library import Library
from api.representations import Audience
from tests.api.pages.markup import Element
from tests.api.pages.world import Readers
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import correct, place, publish_article, told, withdraw

NOTE = "It was one person, not two."


@pytest.fixture
def corrected(readers: Readers) -> Readers:
    """The article is published and was corrected twice: `k1` names a claim, `k2` is a typo."""
    told(readers.office.desk).given(
        place(), publish_article(), correct("correction", "c1", note=NOTE), correct("typo", name="k2")
    )
    return readers


def anchors(element: Element) -> list[str]:
    return [
        item.attributes["id"] for item in element.one("ul", class_="corrections").all("li") if "id" in item.attributes
    ]


def ids(readers: Readers, *names: str) -> list[str]:
    return [readers.office.desk.id(name) for name in names]


def test_the_register_tells_kind_note_article_claims_and_date_the_newest_first(corrected: Readers) -> None:
    page = corrected.page("/corrections")

    assert anchors(page) == ids(corrected, "k2", "k1")
    _, first = (item for item in page.all("li") if item.attributes.get("id", "").startswith("cor_"))
    assert first.words.startswith("Correction 23 November 2026, 10:0")
    assert f"In The raid {NOTE} It concerns this claim: The group says: A member died" in first.words
    assert [link.attributes["href"] for link in first.all("a")] == [
        f"/articles/{corrected.office.desk.id('a1')}",
        f"/claims/{corrected.office.desk.id('c1')}",
    ]


def test_the_register_names_its_feeds_and_they_are_there(corrected: Readers) -> None:
    feeds = [link for link in corrected.page("/corrections").all("link", rel="alternate") if "title" in link.attributes]

    assert [(link.attributes["type"], link.attributes["href"]) for link in feeds] == [
        ("application/atom+xml", "/corrections.atom"),
        ("application/feed+json", "/corrections.json"),
    ]
    for link in feeds:
        answer = corrected.ask(link.attributes["href"])
        assert (answer.status, answer.headers["content-type"]) == (200, link.attributes["type"])


def test_an_empty_register_says_so_and_still_has_its_feeds(readers: Readers) -> None:
    page = readers.page("/corrections")

    assert page.one("p", class_="empty").words == "No correction has been issued."
    assert len(page.all("link", rel="alternate")) == 3


def test_the_register_is_read_by_kind(corrected: Readers) -> None:
    page = corrected.page("/corrections?kind=typo")

    assert anchors(page) == ids(corrected, "k2")
    current = page.one("nav", **{"aria-label": "Kinds of correction"}).one("a", **{"aria-current": "page"})
    assert current.words == "Typo"
    assert page.one("link", rel="alternate", type="application/json").attributes["href"] == (
        "/api/v1/corrections?kind=typo"
    )
    nothing = corrected.page("/corrections?kind=update").one("p", class_="empty").words
    assert nothing == "No correction of this kind has been issued."


def test_long_registers_go_on_and_lead_back(corrected: Readers) -> None:
    desk = corrected.office.desk
    desk.given(*(correct("update", name=f"u{number}") for number in range(SHOWN)))

    first = corrected.page("/corrections")
    older = first.one("a", rel="next").attributes["href"]
    second = corrected.page(older)

    everything = ids(corrected, *(f"u{number}" for number in reversed(range(SHOWN))), "k2", "k1")
    assert anchors(first) + anchors(second) == everything
    assert not second.all("a", rel="next")
    ways = second.one("nav", **{"aria-label": "Pages"}).all("a")
    assert [(way.words, way.attributes["href"]) for way in ways] == [("The newest", "/corrections")]
    last = corrected.page("/corrections?after=1").one("p", class_="empty").words
    assert last == "There are no older ones."


@pytest.mark.parametrize("query", ["kind=erratum", "after=x", "after=-1", f"after={'1' * 16}"])
def test_an_address_that_cannot_be_meant_leads_nowhere(corrected: Readers, query: str) -> None:
    assert corrected.ask(f"/corrections?{query}", accept="text/html").status == 404


def test_an_article_shows_its_corrections_above_its_text(corrected: Readers) -> None:
    page = corrected.page("/articles/@a1")

    notice = page.one("section", class_="corrections")
    assert anchors(notice) == ids(corrected, "k2", "k1")
    assert NOTE in notice.words
    assert page.text.index(NOTE) < page.text.index(bodies.TEXT[:20])


def test_an_article_without_corrections_says_nothing_of_them(readers: Readers) -> None:
    told(readers.office.desk).given(place(), publish_article())

    assert not readers.page("/articles/@a1").all("section", class_="corrections")


def test_a_withdrawn_article_shows_its_retraction(corrected: Readers) -> None:
    corrected.office.desk.given(
        Do("articles.withdrawal", bodies.because(), ("@a1",)),
        correct("retraction", "c1", name="k3", note="We could not have known this."),
    )

    page = corrected.page("/articles/@a1")

    assert anchors(page.one("section", class_="corrections")) == ids(corrected, "k3", "k2", "k1")
    assert "Retraction" in page.one("section", class_="corrections").words


def test_a_claim_recorded_in_error_loses_its_words_in_the_register(corrected: Readers) -> None:
    corrected.office.desk.given(withdraw())

    assert "A member died" not in corrected.page("/corrections").words
    assert "A member died" in corrected.page("/corrections", by="ed").words


def library(readers: Readers, audience: Audience, position: int | None = None) -> Library:
    readers.office.runner.catch_up()
    house = readers.office.house
    finder = Finder(house.views)
    log = Logbook(house)
    return Library(house.newsroom, house.reader, finder, log=log, audience=audience, position=position)


@pytest.mark.parametrize("audience", ["public", "desk"])
def test_a_claim_knows_the_corrections_that_name_it(corrected: Readers, audience: Audience) -> None:
    desk = corrected.office.desk
    issued = desk.state("a1").correction(desk.id("k1")).issued.position
    desk.given(correct("update", "c1", name="k3"))

    now = corrections_of(desk.id("c1"), library(corrected, audience))
    then = corrections_of(desk.id("c1"), library(corrected, audience, issued))
    before = corrections_of(desk.id("c1"), library(corrected, audience, issued - 1))

    assert [part.id for part in now] == ids(corrected, "k3", "k1")
    assert [part.id for part in then] == ids(corrected, "k1")
    assert before == ()
    assert corrections_of(desk.id("c2"), library(corrected, audience)) == ()


def test_a_claim_s_page_shows_the_corrections_that_concern_it(corrected: Readers) -> None:
    page = corrected.page("/claims/@c1")

    assert anchors(page) == ids(corrected, "k1")
    shown = page.one("section", **{"aria-labelledby": "corrections"})
    assert NOTE in shown.words
    assert shown.one("a").attributes["href"] == f"/articles/{corrected.office.desk.id('a1')}"
