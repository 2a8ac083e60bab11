"""The search page: a form that works without script, and results that say who speaks."""

from urllib.parse import quote

import pytest

from api.pages.search import SHOWN
from projections.terms import MAX_LENGTH
from tests.api.pages.markup import Element, parsed
from tests.api.pages.world import Readers, published
from tests.support import bodies
from tests.support.desk import Do
from tests.support.naughty import naughty_strings


def results(page: Element) -> list[Element]:
    return page.one("ol", class_="lines").all("li")


def marked(element: Element) -> list[str]:
    return [mark.text for mark in element.all("mark")]


def test_before_anything_is_typed_there_is_a_form_and_how_to_use_it(story: Readers) -> None:
    page = story.page("/search")

    form = page.one("form", role="search")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/search")
    fields = [*form.all("input"), *form.all("select")]
    labels = {label.attributes["for"] for label in form.all("label")}
    assert {field.attributes["id"] for field in fields} == labels
    assert {field.attributes["name"] for field in fields} == {"q", "kind", "withdrawn", "language", "contested"}
    assert "All words must occur" in page.one("main").words
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert page.all("ol") == []


def test_a_result_opens_with_the_speaker_and_marks_what_was_looked_for(story: Readers) -> None:
    (result,) = results(story.page("/search?q=member+DIED&kind=claim"))

    assert result.one("a", href=f"/claims/{story.office.desk.id('c1')}").words == (
        "The group says: A member died in the raid of 20 June 2023."
    )
    assert marked(result.one("a")) == ["member", "died"]
    assert "Contested" in result.words
    assert "Verdict: Unproven" in result.words


def test_an_excerpt_says_where_it_stands(story: Readers) -> None:
    (result,) = results(story.page("/search?q=one+of+us"))

    excerpt = result.one("p", class_="excerpt")
    assert excerpt.words == "In what a party says about it: One of us died in the raid."
    assert marked(excerpt) == ["One", "of", "us"]


def test_every_kind_of_record_is_shown_by_its_heading(story: Readers) -> None:
    shown = {
        kind: results(story.page(f"/search?q={typed}&kind={kind}"))[0].words
        for kind, typed in {"article": "computers", "source": "camp", "party": "paper", "claim": "sect"}.items()
    }

    assert shown["article"].startswith("The raid Our article In the text:")
    assert shown["source"] == "Raid on the camp Source: article"
    assert shown["party"] == "The paper Outlet"
    assert shown["claim"].startswith("Its opponents: The group is a sect.")


def test_the_form_keeps_what_was_typed_and_chosen(story: Readers) -> None:
    page = story.page("/search?q=raid+camp&kind=source&withdrawn=false&language=EN-us&contested=true")

    assert page.one("input", name="q").attributes["value"] == "raid camp"
    assert page.one("input", name="language").attributes["value"] == "EN-us"
    assert "checked" in page.one("input", name="contested").attributes
    chosen = [option.text for option in page.all("option") if "selected" in option.attributes]
    assert chosen == ["Sources", "Not withdrawn"]


def test_what_is_foreign_or_cannot_be_meant_is_ignored(story: Readers) -> None:
    plain = story.page("/search?q=raid")

    odd = story.page("/search?q=raid&kind=&withdrawn=perhaps&contested=no&utm=x&after=x&limit=1&language=klingonisch")

    assert [item.words for item in results(odd)] == [item.words for item in results(plain)]
    assert odd.one("link", type="application/json").attributes == plain.one("link", type="application/json").attributes


@pytest.mark.parametrize("query", ["", "?q=raid", "?q=raid&kind=claim&foreign=1", "?q=%2B", "?q=raid&withdrawn=true"])
@pytest.mark.parametrize("by", [None, "ed"])
def test_the_twin_has_the_same_results(story: Readers, query: str, by: str | None) -> None:
    page = story.page(f"/search{query}", by)

    twin = story.ask(page.one("link", rel="alternate").attributes["href"], by).then(200).body

    shown = [link.attributes["href"] for item in page.all("ol", class_="lines") for link in item.all("a")]
    assert [href.rpartition("/")[2] for href in shown] == [item["id"] for item in twin["items"]]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?q=zebra", "Nothing public has all of these words. Try fewer words"),
        ("?q=zebra&kind=claim", "and fits what else you chose"),
        ("?q=%2B%2B+%E2%98%83", "There is no word in what you typed"),
        (f"?q={'x' * (MAX_LENGTH + 1)}", f"at most {MAX_LENGTH} characters"),
        (f"?q={'a+' * 33}", "at most 32 words"),
        ("?q=raid&after=1.0x1p9", "There are no more results."),
    ],
)
def test_what_is_not_found_or_cannot_be_looked_for_is_said_in_plain_words(
    story: Readers, query: str, said: str
) -> None:
    page = story.page(f"/search{query}")

    assert said in page.one("main").words
    assert page.all("ol", class_="lines") == []


def test_the_public_finds_no_trace_of_what_is_secret(story: Readers) -> None:
    for typed in ("SECRET", "secret+draft", "raid", "text"):
        main = story.page(f"/search?q={typed}").one("main")
        assert "SECRET" not in main.without("h2").text
    assert "Not public" in story.page("/search?q=SECRET", "ed").one("main").words


def test_more_results_follow_by_a_link(readers: Readers) -> None:
    parties = [Do("parties.create", bodies.party(name=f"Zebra {n}")) for n in range(SHOWN + 2)]
    readers.office.desk.given(*parties)

    first = readers.page("/search?q=zebra&kind=party", "ed")
    second = readers.page(first.one("a", rel="next").attributes["href"], "ed")

    assert [len(results(page)) for page in (first, second)] == [SHOWN, 2]
    assert all(f"{SHOWN + 2} results" in page.one("h2").words for page in (first, second))
    assert second.one("nav", **{"aria-label": "Pages of results"}).one("a").attributes["href"] == (
        "/search?q=zebra&kind=party"
    )
    names = {item.one("a").words for page in (first, second) for item in results(page)}
    assert len(names) == SHOWN + 2


def test_a_withdrawn_claim_says_so_and_one_in_error_is_gone(readers: Readers) -> None:
    desk = readers.office.desk
    for name, cause in {"z1": "legal", "z2": "recorded_in_error"}.items():
        desk.given(
            Do("claims.create", bodies.claim(statement="Zebra.", kind="fact"), name=name),
            Do("claims.publication", {}, (f"@{name}",)),
            Do("claims.withdrawal", bodies.withdraw(cause), (f"@{name}",)),
        )

    (result,) = results(readers.page("/search?q=zebra"))

    assert result.words == "Zebra. Claim of fact Withdrawn, for legal reasons"


def test_an_index_that_lags_shows_no_words_that_were_taken_away(readers: Readers) -> None:
    office = readers.office
    published(office.desk)
    office.runner.catch_up()
    office.desk.given(
        Do("claims.withdrawal", bodies.withdraw("recorded_in_error"), ("@c1",)),
        Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",)),
    )

    (answer,) = office.ask(office.request("GET", "~/search?q=raid"))

    found = {item.one("a").attributes["href"]: item.words for item in results(parsed(answer.content.decode()))}
    assert found[f"/claims/{office.desk.id('c1')}"].startswith("(A claim that was recorded in error.) Allegation")
    assert found[f"/sources/{office.desk.id('s1')}"] == "(a confidential source) Source: article"
    assert found[f"/sources/{office.desk.id('s2')}"] == "Raid on the camp Source: statement"
    assert "somebody die" not in answer.content.decode()


def test_whatever_was_typed_is_shown_as_text(readers: Readers) -> None:
    for text in naughty_strings():
        page = readers.page(f"/search?q={quote(text, safe='')}")
        typed = page.one("input", name="q").attributes["value"]
        assert typed.replace("\r", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")
        assert page.all("script") == []
        for heading in page.all("h2"):
            assert heading.one("q").attributes["dir"] == "auto"
