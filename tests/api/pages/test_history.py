"""Histories and past states: every event is told, each past moment can be opened, and what is withheld is counted."""

import pytest

from api.pages.telling_records import TELLERS
from domain import article, claim, party, source
from tests.api.pages.world import Readers
from tests.support import bodies
from tests.support.complete import COMPLETE
from tests.support.desk import Do
from tests.support.story import approve, dispute, propose, take_back, told
from tests.support.wording import erase

PAGE_OF = {"@c1": "/claims/@c1", "@s1": "/sources/@s1"}
ON_THEM = [name for name, (_, command) in COMPLETE.items() if command.at[:1] and command.at[0] in PAGE_OF]


def texts(said: object) -> set[str]:
    """Every sentence that somebody typed: texts with a space in them."""
    if isinstance(said, dict):
        return set().union(*map(texts, said.values()))
    if isinstance(said, list | tuple):
        return set().union(*map(texts, said))
    return {said} if isinstance(said, str) and " " in said else set()


def test_every_event_of_a_record_is_told() -> None:
    assert set(TELLERS) == claim.fold.events | source.fold.events | article.fold.events | party.fold.events


@pytest.mark.parametrize("name", ON_THEM)
def test_whatever_was_typed_can_be_read_by_the_desk(readers: Readers, name: str) -> None:
    before, command = COMPLETE[name]
    told(readers.office.desk).given(*before, command)

    paths = ("/claims/@c1/history", PAGE_OF[command.at[0]])
    shown = " ".join(readers.page(path, by="au").words for path in paths)

    assert {text for text in texts(command.body) if text not in shown} == set()


def test_each_step_links_to_the_claim_as_it_was_then(readers: Readers) -> None:
    told(readers.office.desk).given(Do("claims.publication", {}, ("@c1",)), dispute(), propose(), approve())
    history = readers.page("/claims/@c1/history")
    there = [
        link.attributes["href"]
        for link in history.one("ol", class_="steps").all("a")
        if "/at/" in link.attributes["href"]
    ]

    states = [readers.page(address) for address in there]

    assert len(states) == 8
    assert [bool(page.all("section", class_="dispute")) for page in states] == [False] * 4 + [True] * 4
    assert ["Unproven" in page.one("div", class_="conclusion").words for page in states] == [False] * 7 + [True]


def test_a_past_state_says_that_it_is_one_and_where_the_claim_is_now(readers: Readers) -> None:
    told(readers.office.desk).given(Do("claims.publication", {}, ("@c1",)))
    position = readers.office.desk.length
    readers.office.desk.given(dispute())

    page, now = readers.page(f"/claims/@c1/at/{position}"), readers.page("/claims/@c1")

    banner = page.one("div", class_="memento")
    assert f"This is a past state. The claim is shown as it was recorded at ledger position {position}" in banner.words
    assert banner.one("a").attributes["href"] == f"/claims/{readers.office.desk.id('c1')}"
    assert page.one("link", rel="alternate").attributes["href"].endswith(f"?position={position}")
    assert not page.all("span", class_="contested")
    assert now.all("span", class_="contested")
    assert not now.all("div", class_="memento")


def test_a_past_state_from_before_it_was_public_shows_only_what_has_been_published(readers: Readers) -> None:
    readers.office.desk.given(Do("claims.create", bodies.claim(statement="SECRET wording."), name="c1"))
    before = readers.office.desk.length
    readers.office.desk.given(
        Do("claims.rewording", bodies.rewording("The wording that was published."), ("@c1",)),
        Do("claims.publication", {}, ("@c1",)),
    )

    page = readers.page(f"/claims/@c1/at/{before}")

    assert "It was not public then" in page.one("div", class_="memento").words
    assert "SECRET" not in page.text
    assert "SECRET wording." in readers.page(f"/claims/@c1/at/{before}", by="ed").one("h1").text


@pytest.mark.parametrize("position", ["0", "1", "x", "-1", "²", "9" * 30])
def test_a_position_at_which_there_was_no_such_claim_is_not_found(story: Readers, position: str) -> None:
    assert story.ask(f"/claims/@c1/at/{position}").status == 404


def test_a_position_beyond_the_end_is_not_found(story: Readers) -> None:
    assert story.ask(f"/claims/@c1/at/{story.office.desk.length}").status == 200
    assert story.ask(f"/claims/@c1/at/{story.office.desk.length + 1}").status == 404


def test_what_is_withheld_is_counted_at_its_place(story: Readers) -> None:
    public, desk = story.page("/claims/@c3/history"), story.page("/claims/@c3/history", by="au")

    steps = public.one("ol", class_="steps").all("li")
    assert len(steps) == len(desk.one("ol", class_="steps").all("li"))
    withheld = [step.words for step in steps if step.fits("li", {"class": "withheld"})]
    assert withheld == ["An event that is not public"]
    assert f"1 of {len(steps)}" in public.one("p", class_="lead").words


def test_nothing_of_a_confidential_source_is_told(story: Readers) -> None:
    steps = story.page("/claims/@c5/history").one("ol", class_="steps").all("li", class_="withheld")

    assert [step.words for step in steps] == ["An event that is not public"]


def test_what_something_was_before_it_was_public_is_not_told(story: Readers) -> None:
    change = story.page("/claims/@c3/history").all("dl", class_="change")[0]

    assert change.one("dd", class_="before").words == "before (these words are not public, or were erased)"


def test_what_changed_since_is_told_from_before_to_after(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("claims.publication", {}, ("@c1",)), Do("claims.rewording", bodies.rewording(), ("@c1",))
    )

    last = readers.page("/claims/@c1/history").one("ol", class_="steps").all("li")[-1]

    assert last.one("p", class_="step-title").words == "The claim was reworded, with the same meaning"
    assert last.one("del").words == "A member died in the raid of 20 June 2023."
    assert last.one("ins").words == "In the raid of 20 June 2023 a member died."
    assert "Reason: It reads better." in last.words


def test_a_verdict_that_was_withdrawn_stays_with_its_reason(readers: Readers) -> None:
    told(readers.office.desk).given(
        Do("claims.publication", {}, ("@c1",)), propose(), approve(), take_back(), approve(by="ap2")
    )

    page = readers.page("/claims/@c1")

    assert "No verdict" in page.one("div", class_="conclusion").words
    assert "Withdrawn" in page.one("div", class_="earlier").words
    assert "It was not so." in page.one("div", class_="earlier").words


def test_imported_history_tells_when_it_was_decided(readers: Readers) -> None:
    readers.office.desk.given(
        Do("claims.create", bodies.claim(), by="im", name="c1", decided_at="2013-06-21T07:00:00.000000Z"),
        Do("claims.publication", {}, ("@c1",)),
    )

    first = readers.page("/claims/@c1/history").one("ol", class_="steps").all("li")[0]

    assert "(decided 21 June 2013, 07:00 UTC)" in first.words


def test_words_that_were_erased_are_told_with_the_reason_and_one_full_stop(readers: Readers) -> None:
    desk = told(readers.office.desk)
    desk.given(Do("claims.publication", {}, ("@c1",)), Do("claims.rewording", bodies.rewording(), ("@c1",)))
    erase(desk, str(desk.length))

    words = readers.page("/claims/@c1/history").one("ol", class_="steps").all("li")[-1].words

    assert "The words of this entry were erased on" in words
    assert "because: It gives somebody away." in words
    assert ".." not in words
