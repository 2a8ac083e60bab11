"""What the public is shown of a record and its history, and what stays with the desk."""

from typing import Any, Final

import pytest

from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    approve,
    cite,
    dispute,
    give_up,
    place,
    propose,
    publish_article,
    reject,
    retract,
    uncite,
    withdraw,
)

RECORDS: Final = {"mek": "parties", "s1": "sources", "c1": "claims", "a1": "articles"}


def path(office: Office, name: str, plural: str) -> str:
    return f"/{plural}/{office.desk.id(name)}"


def public_claim(office: Office, query: str = "") -> Any:
    return office.get(path(office, "c1", "claims") + query).then(200).body


def told_history(office: Office, name: str = "c1", plural: str = "claims", by: str | None = None) -> Any:
    return office.get(f"{path(office, name, plural)}/history", by=by).then(200).body


def open_story(office: Office) -> Office:
    office.desk.given(place(), publish_article())
    return office


@pytest.mark.parametrize("name", RECORDS)
def test_what_is_not_open_is_not_there_for_the_public(story: Office, name: str) -> None:
    at = path(story, name, RECORDS[name])

    for answer in (story.get(at), story.get(f"{at}/history"), story.get(f"{at}?position={story.length}")):
        answer.then(404, "not-found")
    nowhere = story.get(f"{at[:-4]}0000").then(404)
    assert story.get(at).body["title"] == nowhere.body["title"]
    for reader in ("ed", "ap", "au", "im", "ad"):
        assert story.get(at, by=reader).then(200).body["id"] == story.desk.id(name)


@pytest.mark.parametrize("name", RECORDS)
def test_publishing_an_article_opens_what_it_rests_on(story: Office, name: str) -> None:
    open_story(story)

    shown = story.get(path(story, name, RECORDS[name])).then(200)

    assert shown.headers["cache-control"] == "no-cache"
    assert b'"by"' not in shown.content
    assert b'"act_' not in story.get(f"{path(story, name, RECORDS[name])}/history").then(200).content
    story.get(path(story, "c2", "claims")).then(404, "not-found")


def test_a_claim_published_by_itself_is_open(story: Office) -> None:
    story.desk.given(Do("claims.publication", {}, ("@c1",)))

    assert public_claim(story)["statement"] == "A member died in the raid of 20 June 2023."
    story.get(path(story, "a1", "articles")).then(404)


def test_a_proposal_is_for_the_desk(story: Office) -> None:
    open_story(story).desk.given(propose("true", "x1"))

    assert public_claim(story)["proposal"] is None
    assert public_claim(story)["verdicts"] == []
    assert story.get(path(story, "c1", "claims"), by="au").body["proposal"]["rating"] == "true"
    assert told_history(story)["withheld"] == 1

    story.desk.given(approve())
    assert public_claim(story)["verdict"]["rating"] == "true"
    assert told_history(story)["withheld"] == 0


def test_a_proposal_from_before_opening_is_told_once_it_is_adopted(story: Office) -> None:
    story.desk.given(propose("true", "x1"))
    open_story(story)
    assert told_history(story)["withheld"] == 1

    story.desk.given(approve())

    assert told_history(story)["withheld"] == 0
    assert public_claim(story)["verdict"]["rationale"] == "Nobody has shown evidence."


def test_a_rejected_proposal_stays_with_the_desk(story: Office) -> None:
    open_story(story).desk.given(propose("true", "x1"), reject())

    assert public_claim(story)["verdicts"] == []
    assert told_history(story)["withheld"] == 2
    (rejected,) = story.get(path(story, "c1", "claims"), by="ed").body["verdicts"]
    assert rejected["status"] == "rejected"


def test_what_was_given_up_before_opening_stays_with_the_desk(story: Office) -> None:
    # Given a wording, a citation and a position that were given up
    story.desk.given(
        Do("claims.rewording", bodies.rewording("In the raid somebody died."), ("@c1",)),
        uncite("x1"),
        dispute(bodies.position("@police"), bodies.position("@outlet", statement="It was an accident.")),
        give_up("d1.2"),
    )

    # When the claim is opened
    open_story(story)

    # Then nothing of it is told, only that there was something
    for answer in (
        story.get(path(story, "c1", "claims")),
        story.get(f"{path(story, 'c1', 'claims')}/history"),
        *(story.get(f"{path(story, 'c1', 'claims')}?position={p}") for p in range(1, story.length)),
    ):
        assert b"A member died" not in answer.content
        assert b"It was an accident" not in answer.content
        assert story.desk.id("x1").encode() not in answer.content
    history = told_history(story)
    hidden = [item for item in history["items"] if item["withheld"]]
    assert history["withheld"] == len(hidden) == 5
    assert all(item.keys() == {"position", "stream", "version", "recorded_at", "withheld"} for item in hidden)
    assert public_claim(story)["contested"] is True


def test_what_is_withdrawn_after_opening_stays_visible_as_withdrawn(story: Office) -> None:
    open_story(story).desk.given(uncite("x1"), withdraw())

    claim = public_claim(story)

    assert [(c["id"], c["withdrawn"]) for c in claim["citations"]] == [
        (story.desk.id("x1"), True),
        (story.desk.id("x2"), False),
    ]
    assert claim["withdrawn"] is True
    assert claim["withdrawal"]["reason"] == "It was not so."
    (listed,) = story.get("/claims").body["items"]
    assert (listed["statement"], listed["withdrawn"], listed["cause"]) == (None, True, "recorded_in_error")


def test_before_opening_the_public_sees_what_became_open(story: Office) -> None:
    story.desk.given(dispute())
    disputed = story.length
    open_story(story)

    assert public_claim(story, f"?position={disputed}")["contested"] is True
    assert public_claim(story, f"?position={disputed - 2}")["contested"] is False


def test_a_confidential_source_is_not_given_away(story: Office) -> None:
    hidden = bodies.source(title="The insider", confidential=True, url="https://example.org/insider")
    story.desk.given(Do("sources.create", hidden, name="s9"), cite("s9", name="x9"))
    open_story(story)

    source = story.get(path(story, "s9", "sources")).then(200)
    history = story.get(f"{path(story, 'c1', 'claims')}/history")

    assert (source.body["title"], source.body["url"], source.body["standing"]) == (None, None, "good")
    assert source.body["confidential"] is True
    for answer in (source, history, story.get("/sources"), story.get(f"{path(story, 's9', 'sources')}/history")):
        assert b"insider" not in answer.content
    assert any(item["stream"] == story.desk.id("s9") and item["withheld"] for item in history.body["items"])
    assert story.get(path(story, "s9", "sources"), by="ed").body["title"] == "The insider"


def test_what_is_made_confidential_was_so_at_every_moment(story: Office) -> None:
    open_story(story)
    before = story.length
    said = {"confidential": True, **bodies.because()}
    story.desk.given(Do("sources.description", said, ("@s1",)))

    past = story.get(f"{path(story, 's1', 'sources')}?position={before}").then(200)

    assert b"Raid on the camp" not in past.content


def test_a_private_party_is_not_named(story: Office) -> None:
    story.desk.given(
        Do("parties.create", bodies.party(kind="person", name="Jane Roe", private=True), name="jane"),
        Do("claims.description", {"about": [{"party_id": "@jane", "role": "affected"}], "reason": "She."}, ("@c1",)),
    )
    open_story(story)

    for at in (path(story, "jane", "parties"), f"{path(story, 'jane', 'parties')}/history", "/parties"):
        assert b"Jane" not in story.get(at).then(200).content
    assert story.get(path(story, "jane", "parties"), by="ed").body["name"] == "Jane Roe"


def test_another_s_text_is_for_the_desk(story: Office) -> None:
    body = bodies.article(role="examined", title="Theirs")
    story.desk.given(
        Do("articles.create", body, name="a9"),
        Do("articles.publication", {}, ("@a9",)),
        Do("articles.revisions", {"text": "Their new text.", **bodies.because()}, ("@a9",)),
    )

    shown = story.get(path(story, "a9", "articles")).then(200)
    history = story.get(f"{path(story, 'a9', 'articles')}/history").then(200)

    assert shown.body["text"] is None
    assert b"In Tirana" not in history.content
    assert b"Their new text" not in history.content
    assert story.get(path(story, "a9", "articles"), by="ed").body["text"] == "Their new text."


def test_lists_and_counts_are_for_their_audience(story: Office) -> None:
    story.desk.given(dispute())
    assert [story.get(f"/{name}").body["items"] for name in (*RECORDS.values(), "contested")] == [[]] * 5
    assert story.get("/replay").body["claims"]["total"] == 0

    open_story(story)

    assert [item["id"] for item in story.get("/claims").body["items"]] == [story.desk.id("c1")]
    assert [item["id"] for item in story.get("/contested").body["items"]] == [story.desk.id("c1")]
    assert len(story.get("/claims", by="au").body["items"]) == 2
    public, desk = story.get("/replay").body["claims"], story.get("/replay", by="au").body["claims"]
    assert (public["total"], public["open"], public["contested"]) == (1, 1, 1)
    assert (desk["total"], desk["open"], desk["contested"]) == (2, 1, 1)


def test_people_are_for_admins_and_auditors(office: Office) -> None:
    for at in ("/actors", f"/actors/{office.desk.id('ed')}"):
        office.get(at).then(401, "unauthenticated")
        for person in ("ed", "ap", "im"):
            office.get(at, by=person).then(403, "forbidden")
        for person in ("au", "ad"):
            assert b"secret" not in office.get(at, by=person).then(200).content


def test_a_proposed_policy_is_for_the_desk(office: Office) -> None:
    office.desk.given(Do("policies.create", bodies.policy(four_eyes=False), by="ap"))

    office.get("/policies/2").then(404, "not-found")
    assert office.get("/policies/2", by="ed").body["in_force"] is False
    assert office.get("/policies/current").then(200).body["number"] == 1

    office.desk.given(Do("policies.approval", {}, ("2",), "ap2"))
    assert office.get("/policies/2").body == office.get("/policies/current").body


def test_the_fall_of_a_source_is_seen_in_the_claim(story: Office) -> None:
    open_story(story)
    assert public_claim(story)["evidence_conflicts"] is True

    story.desk.given(retract("s1"))

    claim = public_claim(story)
    assert claim["evidence_conflicts"] is False
    assert [(c["standing"], c["stands"]) for c in claim["citations"]] == [("retracted", False), ("good", True)]


def test_a_passage_of_a_confidential_source_is_not_told(story: Office) -> None:
    quote = {"text": "insider", "wording": "verbatim"}
    said = {"as_named": "the insider", "locator": "desk of the insider", "quote": quote}
    hidden = bodies.source(title="Somebody", confidential=True)
    story.desk.given(Do("sources.create", hidden, name="s9"))
    story.desk.given(Do("claims.citations", bodies.citation("@s9", "mentions", **said), ("@c1",), name="x9"))
    open_story(story)

    claim = story.get(path(story, "c1", "claims")).then(200)
    history = story.get(f"{path(story, 'c1', 'claims')}/history").then(200)
    page = story.get(f"~{path(story, 'c1', 'claims')}").then(200)

    assert story.desk.id("x9") in {citation["id"] for citation in claim.body["citations"]}
    for answer in (claim, history, page, story.get(f"~{path(story, 'c1', 'claims')}/history").then(200)):
        assert b"insider" not in answer.content


def test_a_link_to_a_claim_that_is_not_open_is_not_told(story: Office) -> None:
    story.desk.given(Do("claims.create", bodies.claim(statement="Not yet."), name="c9"))
    story.desk.given(Do("claims.links", {"claim_id": "@c9", "relation": "refines"}, ("@c1",), name="k9"))
    open_story(story)
    at = path(story, "c1", "claims")

    assert story.desk.id("c9").encode() not in story.get(at).then(200).content
    assert story.desk.id("c9").encode() not in story.get(f"{at}/history").then(200).content
    assert story.desk.id("c9").encode() in story.get(at, by="ed").then(200).content

    story.desk.given(Do("claims.publication", {}, ("@c9",)))
    assert story.desk.id("c9").encode() in story.get(at).then(200).content
