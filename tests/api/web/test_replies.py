"""Replies, searches, numbers and duplicates over HTTP, for the desk and for the public, as the clock goes on."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    answer,
    approve,
    ask,
    cite,
    consider,
    decline,
    dispute,
    look,
    not_sought,
    place,
    propose,
    publish_article,
    unask,
)

PUBLISH = Do("claims.publication", {}, ("@c1",))
ACCUSE = Do("claims.description", {"about": [{"party_id": "@police", "role": "actor"}], **bodies.because()}, ("@c1",))
WEEK = timedelta(days=8)
COUNT_150 = Do("claims.quantity", {"value": "150", "bound": "stated", "unit": "computers"}, ("@c1",))
CITE_200 = cite("s2", name="y1", quantity={"value": "200", "bound": "exactly", "unit": "computers"})


def claim(story: Office, by: str | None = None, query: str = "") -> Answer:
    return story.get(f"/claims/{story.desk.id('c1')}{query}", by=by).then(200)


def statuses(shown: Answer) -> list[str]:
    return [reply["status"] for reply in shown.body["replies"]]


def test_a_reply_is_shown_as_the_clock_has_it(story: Office) -> None:
    story.desk.given(ask())
    assert statuses(claim(story, "ed")) == ["asked"]

    story.skip(WEEK)
    assert statuses(claim(story, "ed")) == ["silent"]

    story.do(answer()).then(200)
    (reply,) = claim(story, "ed").body["replies"]
    assert (reply["status"], reply["answer"]["text"], reply["answer"]["late"]) == ("answered", "Nobody died.", True)


def test_of_the_past_it_is_shown_as_the_clock_had_it_then(story: Office) -> None:
    asked = story.do(ask()).then(200)
    story.skip(WEEK)

    assert statuses(claim(story, "ed", f"?position={asked.position}")) == ["asked"]
    assert statuses(claim(story, "ed", "?as_of=2026-11-30T10:00:00Z")) == ["asked"]
    assert statuses(claim(story, "ed", "?as_of=2026-11-30T10:00:01Z")) == ["silent"]
    assert statuses(claim(story, "ed", "?as_of=2026-11-30T10:00:00Z&axis=decided")) == ["asked"]


def test_nothing_is_shown_of_the_future(story: Office) -> None:
    story.do(ask()).then(200)

    assert statuses(claim(story, "ed", "?as_of=2099-01-01T00:00:00Z")) == ["asked"]


def test_the_history_blames_no_event_for_what_the_clock_did(story: Office) -> None:
    story.desk.given(ask())
    story.skip(WEEK)
    story.do(Do("claims.rewording", bodies.rewording(), ("@c1",))).then(200)
    story.do(answer()).then(200)

    *_, reworded, answered = story.get(f"/claims/{story.desk.id('c1')}/history", by="ed").body["items"]

    assert not any(change["field"].startswith("replies") for change in reworded["changes"])
    status = f"replies/{story.desk.id('r1')}/status"
    assert {"field": status, "before": "silent", "after": "answered"} in answered["changes"]


def test_the_public_hears_of_a_request_once_it_is_told_what_came_of_it(story: Office) -> None:
    story.desk.given(PUBLISH, ask(question="SECRET question"))
    told = claim(story)
    assert told.body["replies"] == []
    assert b"SECRET" not in told.content

    history = story.get(f"/claims/{story.desk.id('c1')}/history")
    assert history.body["items"][-1]["withheld"]
    assert b"SECRET" not in history.content

    story.do(answer()).then(200)
    (reply,) = claim(story).body["replies"]
    assert (reply["question"], reply["answer"]["text"]) == ("SECRET question", "Nobody died.")
    assert "by" not in reply


@pytest.mark.parametrize("what", ["silent", "withdrawn"])
def test_a_request_of_which_nothing_is_told_stays_with_the_desk(story: Office, what: str) -> None:
    story.desk.given(PUBLISH, ask())
    before = claim(story)
    story.skip(WEEK)
    if what == "withdrawn":
        story.desk.given(unask())

    after = claim(story)

    assert after.body["replies"] == before.body["replies"] == []
    assert after.body["position"] == before.body["position"]


def test_the_desk_lets_the_public_know_of_a_silence_by_considering_it(story: Office) -> None:
    story.desk.given(PUBLISH, ask())
    story.skip(WEEK)
    story.desk.given(consider())

    (reply,) = claim(story).body["replies"]

    assert reply["status"] == "silent"
    assert reply["considered"]["reason"] == "We looked again."


def test_what_is_told_at_publication_says_which_replies_there_are(story: Office) -> None:
    story.desk.given(ask(), decline(statement="No comment."), not_sought("mek", name="r2"), look(), PUBLISH)

    shown = claim(story).body

    assert [reply["status"] for reply in shown["replies"]] == ["declined", "not_sought"]
    assert shown["replies"][0]["refusal"]["statement"] == "No comment."
    assert shown["replies"][1]["not_sought"] == "Nobody can be reached there."
    assert [search["status"] for search in shown["searches"]] == ["valid"]


def test_publishing_before_the_deadline_is_labelled(story: Office) -> None:
    story.desk.given(ACCUSE, ask(question="SECRET question"), PUBLISH)

    early = [story.desk.id("r1")]
    assert claim(story).body["published_before_deadline"] == early
    page = story.get(f"~/claims/{story.desk.id('c1')}")
    assert b"Published before the deadline of a request for a reply." in page.content
    assert b"SECRET" not in page.content

    story.skip(WEEK)
    story.desk.given(answer())
    assert claim(story).body["published_before_deadline"] == early


def test_an_article_that_did_not_wait_is_labelled_and_so_is_what_it_carries(story: Office) -> None:
    story.desk.given(ACCUSE, ask(), place(), publish_article())
    early = [story.desk.id("r1")]

    article = story.get(f"/articles/{story.desk.id('a1')}")

    assert article.body["published_before_deadline"] == claim(story).body["published_before_deadline"] == early
    page = story.get(f"~/articles/{story.desk.id('a1')}")
    assert b"Published before the deadline of a request for a reply." in page.content


IN_TIME: dict[str, tuple[Do, ...]] = {
    "after an answer": (ask(), answer(), PUBLISH),
    "after a refusal": (ask(), decline(), PUBLISH),
    "without a request": (not_sought(), PUBLISH),
    "before the request": (PUBLISH, ask()),
    "with a request made in error": (ask(), PUBLISH, unask()),
}


@pytest.mark.parametrize("how", IN_TIME)
def test_what_was_published_so_is_not_labelled(story: Office, how: str) -> None:
    story.desk.given(*IN_TIME[how])

    assert claim(story).body["published_before_deadline"] == []
    assert b"before the deadline" not in story.get(f"~/claims/{story.desk.id('c1')}").content


def test_what_was_published_after_the_deadline_is_not_labelled(story: Office) -> None:
    story.desk.given(ask())
    story.skip(WEEK)
    story.desk.given(PUBLISH)

    assert claim(story).body["published_before_deadline"] == []


def test_a_claim_placed_later_in_a_published_article_is_labelled_by_its_own_time(story: Office) -> None:
    story.desk.given(publish_article(), ask(), place())

    article = story.get(f"/articles/{story.desk.id('a1')}")

    assert article.body["published_before_deadline"] == [story.desk.id("r1")]


def test_publication_without_a_reply_names_the_claim_and_the_parties(story: Office) -> None:
    story.desk.given(ACCUSE, place())

    for command in (PUBLISH, publish_article()):
        length = story.length
        refused = story.do(command).then(409, "rule-broken")
        assert story.desk.id("c1") in refused.body["detail"]
        assert story.desk.id("police") in refused.body["detail"]
        assert story.length == length


REFUSED: dict[str, tuple[Any, list[str]]] = {
    "a request has a deadline": ({"channel": "letter", "question": "Why?"}, [""]),
    "nothing is both asked and not sought": ({**bodies.reply("@police"), "not_sought": "No."}, [""]),
    "a deadline is a time": ({**bodies.reply("@police"), "deadline": "tomorrow"}, ["/deadline"]),
    "a deadline has a day that there is": (
        {**bodies.reply("@police"), "deadline": "2026-02-30T10:00:00Z"},
        ["/deadline"],
    ),
    "a deadline is to come": ({**bodies.reply("@police"), "deadline": "2020-01-01T10:00:00Z"}, ["/deadline"]),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_request_is_refused_unless(story: Office, rule: str) -> None:
    body, pointers = REFUSED[rule]
    id, length = story.desk.id("c1"), story.length
    said = {**body, "party_id": story.desk.id("police")}

    refused = story.post(f"/claims/{id}/replies", said, by="ed", version=story.version("claim", id))

    assert refused.then(422, "invalid-input").pointers == pointers
    assert story.length == length


@pytest.mark.parametrize("found", [True, None, "false"])
def test_what_was_found_is_no_search_that_found_nothing(story: Office, found: object) -> None:
    id = story.desk.id("c1")
    body = {**bodies.search(), "found": found}

    refused = story.post(f"/claims/{id}/searches", body, by="ed", version=story.version("claim", id))

    assert refused.then(422, "invalid-input").pointers == ["/found"]


# The worklist, and what needs review.


def test_the_worklist_shows_what_fell_due_and_what_came_late(story: Office) -> None:
    story.desk.given(ask(), ask("mek", name="r2"), look(valid_until="2026-11-24"))
    story.desk.given(propose(rests_on={"search_ids": ["@q1"]}), approve())
    assert story.get("/worklist", by="ed").body["items"] == []

    story.skip(WEEK)
    story.desk.given(answer())
    items = story.get("/worklist", by="ed").body["items"]

    assert {item["kind"] for item in items} == {"late_answer", "review", "reply_overdue", "search_expired"}
    (overdue,) = story.get("/worklist?kind=reply_overdue", by="ed").body["items"]
    assert (overdue["party_id"], overdue["due_at"]) == (story.desk.id("mek"), "2026-11-30T10:00:00.000000Z")
    assert claim(story, "ed").body["needs_review"] == ["reply_received", "search_expired"]
    listed = story.get("/claims?needs_review=true", by="ed").body["items"]
    assert [item["needs_review"] for item in listed] == [["reply_received", "search_expired"]]
    page = story.get("~/worklist", by="ed").content.decode()
    for words in ("The deadline for a reply has passed", "A reply came in after its deadline", "has expired"):
        assert words in page


def test_the_public_is_not_told_that_a_verdict_needs_review(story: Office) -> None:
    story.desk.given(look(valid_until="2026-11-24"), propose(rests_on={"search_ids": ["@q1"]}), approve(), PUBLISH)
    story.skip(WEEK)

    shown = claim(story)

    assert shown.body["needs_review"] == []
    assert shown.body["searches"][0]["status"] == "expired"
    assert story.get("/claims?needs_review=true").body["items"] == []
    assert b"needs another look" not in story.get(f"~/claims/{story.desk.id('c1')}").content


# Kept answers.


@pytest.mark.parametrize("path", ["/claims/{}", "~/claims/{}"])
def test_a_kept_answer_does_not_outlive_what_falls_due(story: Office, path: str) -> None:
    story.desk.given(look(valid_until="2026-11-24"), PUBLISH)
    at = path.format(story.desk.id("c1"))
    before = story.get(at).then(200)

    story.now += timedelta(hours=1)
    assert story.get(at).content == before.content
    story.now += timedelta(days=2)

    after = story.get(at).then(200)
    assert after.content != before.content
    assert b"expired" in after.content
    assert b"expired" not in before.content


def test_what_is_due_at_no_other_time_keeps_the_answer(story: Office) -> None:
    story.desk.given(look(valid_until="2026-11-24"), PUBLISH)
    story.runner.catch_up()
    first = story.house.mark()

    story.now += timedelta(hours=10)
    assert story.house.mark() == first
    story.now += timedelta(days=3)
    turned = story.house.mark()
    assert turned != first
    story.now += timedelta(days=900)
    assert story.house.mark() == turned
    story.now -= timedelta(days=903)
    assert story.house.mark() == first


# Suggestions.


def test_numbers_that_conflict_are_suggested_to_the_desk_and_dispute_nothing(story: Office) -> None:
    story.desk.given(COUNT_150, CITE_200, PUBLISH)

    shown = claim(story, "ed").body
    (suggestion,) = shown["suggestions"]

    assert (suggestion["kind"], suggestion["scope"]) == ("dispute", "quantity")
    assert [given["id"] for given in suggestion["between"]] == [story.desk.id("c1"), story.desk.id("y1")]
    assert suggestion["because"] == "These cannot both be right: stated 150 computers and exactly 200 computers."
    assert (shown["contested"], shown["disputes"]) == (False, [])
    assert claim(story).body["suggestions"] == []
    assert shown["citations"][-1]["quantity"] == {
        "value": "200",
        "unit": "computers",
        "bound": "exactly",
        "upper": None,
        "counted_on": None,
    }


def test_a_number_from_a_confidential_source_stays_with_the_desk(story: Office) -> None:
    confidential = Do("sources.create", bodies.source(title="SECRET", confidential=True), name="s9")
    number = {"value": "98765", "bound": "exactly", "unit": "computers", "counted_on": "2021-04"}
    story.desk.given(confidential, cite("s9", quantity=number), PUBLISH)

    id = story.desk.id("c1")
    for path in (f"/claims/{id}", f"/claims/{id}/history", f"~/claims/{id}", f"~/claims/{id}/history"):
        shown = story.get(path).then(200).content
        assert b"98765" not in shown
        assert b"98,765" not in shown
        assert b"2021-04" not in shown
    assert claim(story, "ed").body["citations"][-1]["quantity"]["value"] == "98765"


def test_an_open_dispute_about_the_quantity_ends_the_suggestion(story: Office) -> None:
    story.desk.given(COUNT_150, CITE_200, dispute(scopes=["quantity"]))

    assert claim(story, "ed").body["suggestions"] == []


def test_likely_duplicates_of_a_new_claim_are_one_step_away_and_nothing_is_merged(story: Office) -> None:
    story.runner.catch_up()
    recorded = story.do(Do("claims.create", bodies.claim(statement="One member died in the raid of 20 June 2023.")))
    related = recorded.then(201).headers["link"]
    assert related == f'</api/v1/claims/{recorded.body["id"]}/similar>; rel="related"'

    (suggestion,) = story.get(f"/claims/{recorded.body['id']}/similar", by="ed").then(200).body["items"]
    assert (suggestion["kind"], suggestion["claim_id"]) == ("duplicate", story.desk.id("c1"))
    assert suggestion["score"] >= 0.75
    assert "words are the same" in suggestion["because"][0]

    similar = story.get(f"/claims/{story.desk.id('c1')}/similar", by="ed").then(200).body["items"]
    assert [item["claim_id"] for item in similar] == [recorded.body["id"]]
    assert claim(story, "ed").body["links"] == []


def test_similar_claims_are_for_the_desk(story: Office) -> None:
    story.desk.given(PUBLISH)

    story.get(f"/claims/{story.desk.id('c1')}/similar").then(401, "unauthenticated")
    story.get("/claims/clm_00000000000000000000000000/similar", by="ed").then(404, "not-found")


def test_a_claim_is_recorded_though_the_views_cannot_be_read(story: Office) -> None:
    story.house.views.close()

    recorded = story.do(Do("claims.create", bodies.claim())).then(201)

    assert recorded.body["suggestions"] == []


@pytest.mark.parametrize("public", ["by itself", "in an article"])
def test_what_readers_see_becomes_no_allegation_of_which_nobody_was_asked(story: Office, public: str) -> None:
    # Given a fact that is public
    fact = bodies.claim(
        statement="Computers were taken.", kind="fact", about=[{"party_id": "@police", "role": "actor"}]
    )
    story.desk.given(Do("claims.create", fact, name="new"))
    if public == "by itself":
        story.desk.given(Do("claims.publication", {}, ("@new",), "ap"))
    else:
        selector = {"exact": "took 150 computers"}
        story.desk.given(Do("articles.claims", {"claim_id": "@new", "selector": selector}, ("@a1",)), publish_article())
    accusing = Do("claims.description", {"kind": "allegation", **bodies.because()}, ("@new",))

    # Then it becomes an allegation only when it is said whether the other side was asked
    refused = story.do(accusing).then(409, "rule-broken")
    assert story.desk.id("police") in refused.body["detail"]
    reply = {"party_id": "@police", "not_sought": "It has answered already, elsewhere."}
    story.desk.given(Do("claims.replies", reply, ("@new",)))
    story.do(accusing).then(200)
