"""Evidence on pages: origins as a tree, what leans on a source, what the rules found, verdicts on one origin."""

import pytest

from tests.api.pages.markup import Element
from tests.api.pages.world import Readers, publication
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import adopt, approve, cite, goes_back_to, new_policy, propose, retract, told

TWO = {"id": "two", "ratings": ["true"], "require": {"supports_at_least": 2, "no_open_dispute": ["occurrence"]}}
ASIDE = {"rules": ["two"], "reason": "Nobody else was there."}


def paper(name: str, origin: str | None = None, stance: str = "supports", **said: object) -> list[Do]:
    """A source that is cited, and goes back to another."""
    source = Do("sources.create", bodies.source(title=f"Title {name}", **said), name=name)
    return [source, cite(name, stance, name=f"x_{name}"), *([goes_back_to(origin, name)] if origin else [])]


def origins(readers: Readers) -> Element:
    return readers.page("/claims/@c1").one("section", class_="origins")


def section(page: Element, id: str) -> str:
    return next((part.words for part in page.all("section") if part.attributes.get("aria-labelledby") == id), "")


def test_ten_reprints_are_drawn_as_one_origin_that_says_how_each_goes_back_to_it(readers: Readers) -> None:
    told(readers.office.desk).given(
        *(step for n in range(10) for step in paper(f"p{n}", "s1" if n % 2 else "p0" if n else "s1")),
        publication("c1"),
    )

    drawn = origins(readers)

    (supporting,) = drawn.all("li", class_="supports")
    assert supporting.one("h3").words == "Says so (11 citations, 1 origin)"
    assert "1 independent origin for it" in " ".join(
        f"{number.one('dd').words} {number.one('dt').words}" for number in drawn.one("dl", class_="numbers").all("div")
    )
    assert supporting.words.count("republishes it") == 10
    known = readers.page("/claims/@c1").one("div", class_="known")
    assert known.one("a").attributes["href"] == "#origins"


def test_a_claim_without_reprints_has_no_way_to_where_it_comes_from(readers: Readers) -> None:
    told(readers.office.desk).given(publication("c1"))

    assert not readers.page("/claims/@c1").one("div", class_="known").all("a")


def test_what_lies_further_back_than_eight_stands_beside_the_eighth(readers: Readers) -> None:
    told(readers.office.desk).given(
        *(step for n in range(12) for step in paper(f"p{n}", f"p{n - 1}" if n else "s1")), publication("c1")
    )

    tree = origins(readers).one("li", class_="supports").one("ul", class_="tree")

    assert depth(tree) == 8
    assert tree.words.count("draws on it through others") == 5
    assert [tree.words.count(f"Title p{n},") or tree.words.count(f"Title p{n} ") for n in range(12)] == [1] * 12


def depth(element: Element) -> int:
    inner = max((depth(child) for child in element.children if isinstance(child, Element)), default=0)
    return inner + (element.tag == "ul")


def test_why_a_citation_does_not_count_is_told_exactly(readers: Readers) -> None:
    told(readers.office.desk).given(*paper("reprint", "s1"), publication("c1"), retract("s1"))

    said = [told.words for told in readers.page("/claims/@c1").all("p", class_="withdrawal")]

    assert said == [
        "It does not count as evidence: the source was retracted.",
        "It does not count as evidence: it goes back to a source that was retracted, Raid on the camp.",
    ]
    assert origins(readers).one("li", class_="nothing").one("h3").words == "Does not count (2 citations, 1 origin)"


def test_a_source_tells_who_draws_on_it_and_what_leans_on_it_through_others(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("sources.create", bodies.source(title="The agency"), name="agency"),
        goes_back_to("agency", "s1"),
        *paper("reprint", "s1"),
        publication("c1"),
    )

    page = readers.page("/sources/@agency")

    assert "It is not itself cited on any published claim." in page.words
    drawing = section(page, "drawing")
    assert "What draws on it (2)" in drawing
    assert "Raid on the camp republishes it" in drawing
    assert "And 1 more draws on it through these." in drawing
    assert "Through 2 citations that go back to the source." in section(page, "leaning")
    assert not section(page, "fall")


def test_the_desk_is_told_what_would_fall_with_a_source_and_readers_are_not(readers: Readers) -> None:
    told(readers.office.desk).given(propose("true", "x1"), approve(), publication("c1"))
    before = readers.office.length

    tried = section(readers.page("/sources/@s1", by="ed"), "fall")

    assert "If it were retracted 1 verdict in force leans on it: 1 without any independent origin." in tried
    assert "Of 1 independent origin behind it, none is left." in tried
    assert readers.office.length == before
    assert not section(readers.page("/sources/@s1"), "fall")

    readers.office.desk.given(retract("s1"))
    assert "What fell with it" in section(readers.page("/sources/@s1", by="ed"), "fall")


def test_readers_are_not_told_who_draws_on_a_confidential_source(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("sources.create", bodies.source(title="SECRET", confidential=True), name="hidden"),
        cite("hidden", name="x_hidden"),
        *paper("reprint", "hidden"),
        publication("c1"),
    )

    assert "Title reprint" not in readers.page("/sources/@hidden").words
    assert "Title reprint" in section(readers.page("/sources/@hidden", by="ed"), "drawing")


def test_a_verdict_shows_what_each_rule_found_and_which_was_set_aside(readers: Readers) -> None:
    told(readers.office.desk).given(
        new_policy(rules=[TWO]), adopt(), propose("true", "x1", override=ASIDE), approve(), publication("c1")
    )

    verdict = readers.page("/claims/@c1").one("section", class_="conclusion")

    assert "Given against the desk’s own rules, because: Nobody else was there." in verdict.words
    found = verdict.one("ul", class_="rules").words
    assert "Not met, and set aside rule two" in found
    assert "at least 2 independent origins in support; found: 1 (not met)" in found
    assert "no unresolved dispute about occurrence; found: none" in found
    assert "/policies/2" in [link.attributes["href"] for link in verdict.all("a")]


def test_readers_can_read_the_scale_and_the_rules_and_no_proposal(readers: Readers) -> None:
    told(readers.office.desk).given(propose("true", "x1"), approve(), publication("c1"), new_policy(rules=[TWO]))

    assert "Policy 2" not in readers.page("/policies/current").words
    assert readers.ask("/policies/2").status == 404
    proposed = readers.page("/policies/2", by="ed")
    assert "Waits for a second person." in proposed.words
    assert "Not met rule two" in section(proposed, "failing")

    readers.office.desk.given(adopt())
    page = readers.page("/policies/current")
    assert "For True rule two at least 2 independent origins in support" in section(page, "rules")
    assert "True It is so. It has to rest on a source that is cited." in section(page, "scale")
    assert "may be off by 10 %" in section(page, "settings")
    assert not section(page, "failing")


@pytest.mark.parametrize("number", ["0", "3", "-1", "none", "1e0"])
def test_a_policy_that_there_is_not_has_no_page(story: Readers, number: str) -> None:
    assert story.ask(f"/policies/{number}").status == 404


def test_verdicts_on_one_origin_are_listed_with_it_for_those_who_may_know(readers: Readers) -> None:
    told(readers.office.desk).given(propose("true", "x1"), approve())
    assert "No published verdict hangs on one single origin." in readers.page("/single-origin").words
    assert "The origin: Raid on the camp." in readers.page("/single-origin", by="ed").words

    readers.office.desk.given(publication("c1"))
    assert "The origin: Raid on the camp." in readers.page("/single-origin").words

    readers.office.desk.given(Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",)))
    page = readers.page("/single-origin").words
    assert "The origin: a source that is not named here." in page
    assert "Raid on the camp" not in page


def test_that_a_verdict_needs_another_look_is_for_the_desk(readers: Readers) -> None:
    told(readers.office.desk).given(propose("true", "x1"), approve(), publication("c1"), retract("s1"))

    assert "The verdict needs another look" in readers.page("/claims/@c1", by="ed").words
    assert "needs another look" not in readers.page("/claims/@c1").words


def test_every_page_leads_to_how_the_desk_judges_and_to_verdicts_on_one_origin(story: Readers) -> None:
    addresses = [link.attributes["href"] for link in story.page("/").one("footer").all("a")]

    assert addresses[:2] == ["/policies/current", "/single-origin"]
