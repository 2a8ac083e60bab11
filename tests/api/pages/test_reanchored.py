"""What readers and the desk are shown of places that a revision put in doubt."""

from typing import Any

import pytest

from tests.api.pages.world import Readers
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import confirm, place, place_again, publish_article, revise, told

QUOTE = "One person died, the group says"
EDITED = bodies.TEXT.replace("One person died", "One persons died")
MOVED = bodies.TEXT.replace("camp. One", "camp. Yesterday a man said that. One")


@pytest.fixture
def edited(readers: Readers) -> Readers:
    """A published article of ours in which a claim was found again by likeness."""
    told(readers.office.desk).given(place(QUOTE), publish_article(), revise(EDITED))
    return readers


def placement(readers: Readers, by: str | None = None) -> Any:
    answer = readers.office.get(f"/articles/{readers.office.desk.id('a1')}", by=by)
    return answer.then(200).body["claims"][0]


def notes(readers: Readers) -> str:
    return readers.page("/articles/@a1").one("section", class_="notes").words


def test_a_fuzzy_place_is_never_shown_as_exact(edited: Readers) -> None:
    assert "The words were edited; the place was found again, 98 % alike. Nobody has confirmed it yet." in notes(edited)
    assert "Edited, 98 % alike" in edited.page("/articles/@a1").one("div", class_="prose").one("sup").words
    assert edited.page("/articles/@a1").one("a", class_="is-edited").words == QUOTE.replace("person", "persons")
    assert (placement(edited)["fate"], placement(edited)["score"]) == ("fuzzy", "0.98")

    edited.office.desk.given(revise(f"{EDITED} More is not known."))

    assert "Nobody has confirmed it yet." in notes(edited)
    assert (placement(edited)["fate"], placement(edited)["score"]) == ("fuzzy", "0.98")


def test_that_the_words_were_edited_is_still_told_when_the_place_was_confirmed(edited: Readers) -> None:
    edited.office.desk.given(confirm(reason="Only a slip."))

    assert "The words were edited; the place was found again, 98 % alike. The desk confirmed it on" in notes(edited)
    assert not edited.page("/articles/@a1").all("a", class_="is-edited")
    assert placement(edited)["confirmed"]["reason"] == "Only a slip."


def test_the_answer_to_a_revision_says_what_became_of_each_place(readers: Readers) -> None:
    office = readers.office
    told(office.desk).given(place(QUOTE), place("150 computers", claim="c2", name="m2"))

    answer = office.do(revise(EDITED.replace("150 computers", "nobody"))).then(200)

    found, lost = answer.body["claims"]
    assert (found["fate"], found["score"], found["orphaned_because"]) == ("fuzzy", "0.90", None)
    assert (found["context_changed"], found["confirmed"], found["placed_again"]) == (True, None, None)
    assert (lost["fate"], lost["score"], lost["orphaned_because"]) == ("orphaned", None, "gone")
    assert lost["selector"]["start"] is None


@pytest.mark.parametrize(
    ("text", "kind"), [(EDITED, "fuzzy"), ("Nothing of this is known.", "orphaned"), (MOVED, "context_changed")]
)
@pytest.mark.parametrize("how", ["confirmed", "placed again", "removed"])
def test_what_a_revision_put_in_doubt_waits_until_somebody_looked(
    readers: Readers, text: str, kind: str, how: str
) -> None:
    office = readers.office
    told(office.desk).given(place(QUOTE), publish_article(), revise(text))
    (waits,) = office.get(f"/worklist?kind={kind}", by="ed").then(200).body["items"]
    assert (waits["part_id"], waits["score"]) == (office.desk.id("m1"), "0.98" if kind == "fuzzy" else None)
    assert office.get("/worklist", by="ed").body["total"] == 1

    looked = {
        "confirmed": confirm(),
        "placed again": place_again(text[:20]),
        "removed": Do("articles.placements.removal", bodies.because(), ("@a1", "@m1")),
    }[how]
    if (kind, how) == ("orphaned", "confirmed"):
        office.do(confirm()).then(409, "rule-broken")
        return
    office.desk.given(looked)

    assert office.get("/worklist", by="ed").body["items"] == []


def test_the_worklist_says_how_much_alike_the_place_is(edited: Readers) -> None:
    (entry,) = edited.page("/worklist", by="ed").one("ol", class_="worklist").all("li")

    assert "The words that carry a claim were edited, and found again by their likeness (98 % alike)" in entry.words


def test_the_history_tells_the_words_before_and_after(edited: Readers) -> None:
    edited.office.desk.given(place_again("150 computers"), revise("150 computers were taken."), confirm())

    steps = [step.words for step in edited.page("/articles/@a1/history").one("ol", class_="steps").all("li")]

    revised, again, later, confirmed = steps[-4:]
    assert "The text was revised; marked claims found again: 1 by likeness" in revised
    assert f"before {QUOTE}" in revised
    assert f"after {QUOTE.replace('person', 'persons')}" in revised
    assert "A claim was marked at another place: The group says: A member died" in again
    assert "after 150 computers" in again
    assert "marked claims found again: 1 exactly" in later
    assert "The place of a claim was looked at and is right" in confirmed


def test_why_a_place_was_lost_is_told(readers: Readers) -> None:
    told(readers.office.desk).given(place(QUOTE), publish_article(), revise(f"{EDITED} {EDITED}"))

    assert "The text has it in several places, and nobody can tell which is meant; it once read: One" in notes(readers)


def test_the_words_of_a_draft_that_was_given_up_stay_with_the_desk(readers: Readers) -> None:
    office = readers.office
    told(office.desk).given(
        place("One person died", name="m1"),
        place("150 computers", claim="c2", name="m2"),
        revise("SECRET one. In Tirana the police raided the camp. SECRET two."),
        place_again("SECRET one", "m1"),
        place_again("raided the camp", "m2"),
        revise("Now the police raided the camp of the group."),
        publish_article(),
    )

    article = f"/articles/{office.desk.id('a1')}"
    for path in (article, f"{article}/history"):
        shown = office.get(path).then(200).content
        assert b"SECRET" not in shown
        assert b"One person died" not in shown
        assert b"150 computers" not in shown
    for path in ("/articles/@a1", "/articles/@a1/history"):
        assert "SECRET" not in readers.page(path).words
        assert "One person died" not in readers.page(path).words
    assert b"SECRET" in office.get(f"{article}/history", by="ed").content


def test_of_another_s_text_only_the_words_that_carry_a_claim_are_shown(readers: Readers) -> None:
    office = readers.office
    office.desk.given(
        Do("claims.create", bodies.claim(), name="c1"),
        Do("articles.create", bodies.article(role="examined", text=bodies.TEXT), name="a1"),
        place(QUOTE),
        publish_article(),
        revise(EDITED),
        place_again("150 computers"),
    )

    article = f"/articles/{office.desk.id('a1')}"
    for path in (article, f"{article}/history"):
        shown = office.get(path).then(200).content
        assert b"150 computers" in shown
        assert b"raided the camp" not in shown
        assert b"The police took" not in shown
