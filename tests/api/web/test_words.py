"""Erased, withheld and released words over HTTP: what each audience reads, now and of the past."""

from typing import Any

import pytest

from tests.api.pages.world import publication
from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import propose, reject
from tests.support.wording import erase, release, withhold

SAID = "A member died in the raid of 20 June 2023."
WHY = "It gives somebody away."
OPEN = publication("c1")


def position(office: Office, name: str = "c1", number: int = 0) -> int:
    return office.desk.history(name)[number].position


def claim(office: Office, by: str | None = None, **asked: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return office.get(f"/claims/{office.desk.id('c1')}?{query}", by=by).then(200).body


def history(office: Office, by: str | None = None) -> list[Any]:
    items: list[Any] = office.get(f"/claims/{office.desk.id('c1')}/history", by=by).then(200).body["items"]
    return items


def page(office: Office, path: str, by: str | None = None) -> str:
    return office.get(f"~{path}", by=by, accept="text/html").content.decode()


def test_a_proposal_is_made_found_and_approved(story: Office) -> None:
    at = position(story)
    path = f"/events/{at}/erasure"
    asked = story.post(path, bodies.because(WHY), by="ad", key='"one"').then(201)
    assert asked.headers["location"] == f"/api/v1/events/{at}"
    (proposal,) = asked.body["proposals"]
    assert asked.body["created"] == [proposal["id"]]
    assert (proposal["act"], proposal["reason"], proposal["positions"]) == ("erasure", WHY, [at])

    again = story.post(path, bodies.because(WHY), by="ad", key='"one"').then(201)
    assert again.body == asked.body
    (waits,) = story.get("/worklist?kind=erasure", by="ed").then(200).body["items"]
    assert (waits["part_id"], waits["title"]) == (proposal["id"], f"The event at position {at}")
    assert f"The event at position {at}" in page(story, "/worklist", "ed")

    story.post(f"{path}/approval", {"proposal_id": proposal["id"]}, by="ad").then(403, "second-person-needed")
    story.post(f"{path}/rejection", {"proposal_id": proposal["id"], **bodies.because()}, by="ad").then(200)
    assert story.get(f"/events/{at}", by="au").then(200).body["proposals"] == []
    assert not story.get("/worklist?kind=erasure", by="ed").then(200).body["items"]


def test_the_event_says_what_became_of_its_words(story: Office) -> None:
    before = story.get(f"/events/{position(story)}", by="au").body
    erase(story.desk, "#c1", statement="[…]")

    shown = story.get(f"/events/{position(story)}", by="au").then(200).body

    assert (shown["words"], shown["salt"]) == (None, None)
    assert {name: shown[name] for name in ("head_sha256", "words_sha256", "leaf")} == {
        name: before[name] for name in ("head_sha256", "words_sha256", "leaf")
    }
    assert shown["erased"]["reason"] == WHY
    assert shown["erased"]["redacted_words"] == {"statement": "[…]"}


@pytest.mark.parametrize("by", [None, "au"])
def test_erased_words_are_read_nowhere_and_every_reading_says_so(story: Office, by: str | None) -> None:
    story.desk.given(OPEN)
    earlier = story.length
    assert claim(story, by)["statement"] == SAID

    erase(story.desk, "#c1")

    for asked in ({}, {"position": earlier}, {"as_of": "2026-11-25T00:00:00Z"}):
        shown = claim(story, by, **asked)
        assert shown["statement"] is None
        (gone,) = shown["erasures"]
        assert (gone["position"], gone["reason"], gone["redacted"]) == (position(story), WHY, False)
    (entry,) = [item for item in history(story, by) if item["position"] == position(story)]
    assert (entry["words"], entry["erased"]["reason"]) == (None, WHY)
    (listed,) = [i for i in story.get("/claims", by=by).body["items"] if i["id"] == story.desk.id("c1")]
    assert (listed["statement"], listed["erasures"][0]["reason"]) == (None, WHY)
    for path in (f"/claims/{story.desk.id('c1')}", f"/claims/{story.desk.id('c1')}/history"):
        shown_page = page(story, path, by)
        assert SAID not in shown_page
        assert WHY in shown_page


def test_withheld_words_are_for_the_desk_alone_at_every_moment(story: Office) -> None:
    story.desk.given(OPEN)
    earlier = story.length

    withhold(story.desk, "#c1")

    for asked in ({}, {"position": str(earlier)}):
        assert claim(story, **asked)["statement"] is None
        assert claim(story, "ed", **asked)["statement"] == SAID
    items = history(story)
    (hidden,) = [item for item in items if item["position"] == position(story)]
    assert hidden["withheld"]
    assert hidden["withheld_since"] == story.desk.newsroom.desk.word_acts.kept[position(story)].by.at
    assert SAID not in str(items)
    (entry,) = [item for item in history(story, "ed") if item["position"] == position(story)]
    assert (entry["words"]["statement"], entry["kept"]["act"], entry["kept"]["reason"]) == (SAID, "withholding", WHY)
    for path in (f"/claims/{story.desk.id('c1')}", f"/claims/{story.desk.id('c1')}/history", "/", "/search?q=raid"):
        assert SAID not in page(story, path)
    assert "withheld since" in page(story, f"/claims/{story.desk.id('c1')}/history")
    assert SAID in page(story, f"/claims/{story.desk.id('c1')}", "ed")


def test_what_was_withheld_and_released_is_as_before(story: Office) -> None:
    story.desk.given(OPEN)
    before, told = claim(story), history(story)

    withhold(story.desk, "#c1")
    release(story.desk, "#c1")

    assert {**claim(story), "changed": None} == {**before, "changed": None}
    assert history(story) == told


def test_a_rejected_proposal_is_told_once_it_is_released(story: Office) -> None:
    story.desk.given(OPEN, propose(), reject())
    proposed, rejected = (position(story, number=number) for number in (-2, -1))
    assert [item["withheld"] for item in history(story)][-2:] == [True, True]

    release(story.desk, str(rejected))
    told = {item["position"]: item for item in history(story)}
    assert told[proposed]["withheld"]
    assert (told[rejected]["type"], told[rejected]["withheld"]) == ("claim.verdict_rejected.v1", False)
    release(story.desk, str(proposed))

    told = {item["position"]: item for item in history(story)}
    assert told[proposed]["words"]["rationale"]
    assert claim(story)["verdicts"] == []
    assert told[proposed]["words"]["rationale"] in page(story, f"/claims/{story.desk.id('c1')}/history")


def test_a_wording_given_up_before_is_told_once_it_is_released(story: Office) -> None:
    story.desk.given(Do("claims.rewording", bodies.rewording(), ("@c1",)), OPEN)
    assert SAID not in str(history(story))

    release(story.desk, "#c1")

    assert SAID in str(history(story))
    assert claim(story)["statement"] == bodies.rewording()["statement"]


def test_what_a_protected_record_did_is_told_to_nobody(story: Office) -> None:
    hidden = {**bodies.source(title="Who talked"), "confidential": True}
    story.desk.given(
        Do("sources.create", hidden, name="s"), Do("claims.citations", bodies.citation("@s"), ("@c1",)), OPEN
    )

    release(story.desk, "#s")

    items = story.get(f"/sources/{story.desk.id('s')}/history").then(200).body["items"]
    assert all(item["withheld"] for item in items)
    assert "Who talked" not in str(items)


def test_a_feed_says_that_a_note_was_erased_or_is_withheld(story: Office) -> None:
    story.desk.given(
        Do("articles.publication", {}, ("@a1",)),
        Do("articles.corrections", bodies.correction("correction", note="It was Jim."), ("@a1",)),
    )
    at = str(story.length)
    assert b"It was Jim." in story.get("~/corrections.atom").content

    withhold(story.desk, at)
    feed = story.get("~/corrections.json").content.decode()
    assert "It was Jim." not in feed
    assert "withheld from the public since" in feed

    erase(story.desk, at)
    feed = story.get("~/corrections.atom").content.decode()
    assert "erased on" in feed
    assert WHY in feed


def test_answers_kept_for_the_public_are_given_no_more(story: Office) -> None:
    story.desk.given(OPEN)
    path = f"/claims/{story.desk.id('c1')}"
    first = story.get(path)
    assert story.get(path).headers["etag"] == first.headers["etag"]

    erase(story.desk, "#c1")

    assert SAID not in story.get(path).content.decode()
    assert story.get(path).headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"redacted_words": {"title": "x"}}, "/redacted_words/statement"),
        ({"redacted_words": {}}, "/redacted_words"),
        ({"redacted_words": "x"}, "/redacted_words"),
        ({"reason": ""}, "/reason"),
    ],
)
def test_a_body_that_does_not_fit_is_refused(story: Office, said: Any, pointer: str) -> None:
    asked = {**bodies.because(WHY), **said}

    refused = story.post(f"/events/{position(story)}/erasure", asked, by="ad").then(422, "invalid-input")

    assert pointer in refused.pointers


def test_an_event_that_is_not_there_is_not_found(story: Office) -> None:
    for at in ("0", "9999", "x", "01"):
        story.post(f"/events/{at}/erasure", bodies.because(WHY), by="ad").then(404, "not-found")
