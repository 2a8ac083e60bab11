"""The right of reply: parties are asked until a deadline, or it is said why not; they answer, decline, say nothing."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import (
    adopt,
    answer,
    approve,
    ask,
    consider,
    decline,
    new_policy,
    not_sought,
    place,
    propose,
    publish_article,
    reject,
    unask,
)

DEADLINE = "2026-11-30T10:00:00.000000Z"
JUST_AFTER = "2026-11-30T10:00:00.000001Z"
WEEK = timedelta(days=8)
NO_PARTY, NO_SOURCE, NO_REPLY = (make_id(kind, bytes(16)) for kind in ("pty", "src", "rpl"))
ABOUT_POLICE = {"about": [{"party_id": "@police", "role": "actor"}], **bodies.because()}
ACCUSE = Do("claims.description", ABOUT_POLICE, ("@c1",))
PUBLISH = Do("claims.publication", {}, ("@c1",))


def test_a_party_is_asked_until_a_deadline_which_is_kept_in_utc(story: Desk) -> None:
    story.when(ask(deadline="2026-11-30T12:00:00+02:00", requested_on="2026-11-22"))

    (event,) = story.then_events("claim.reply_requested.v1")
    (reply,) = story.state("c1").replies
    assert event.event.deadline == reply.deadline == DEADLINE  # type: ignore[attr-defined]
    assert (reply.id, reply.party_id) == (story.id("r1"), story.id("police"))
    assert (reply.words.channel, reply.words.question) == (
        "e-mail to the press office",
        "Did somebody die in the raid?",
    )


def test_until_the_deadline_and_at_it_a_party_is_asked_and_silent_after_it(story: Desk) -> None:
    story.given(ask())

    (reply,) = story.state("c1").replies
    assert [reply.status(at) for at in ("2026-11-23", DEADLINE, JUST_AFTER)] == ["asked", "asked", "silent"]


def test_that_nobody_was_asked_is_recorded_with_the_reason(story: Desk) -> None:
    story.when(not_sought())

    story.then_events("claim.reply_not_sought.v1")
    (reply,) = story.state("c1").replies
    assert reply.status("2099") == "not_sought"
    assert reply.words.not_sought == "Nobody can be reached there."


REQUESTS: dict[str, tuple[Do, type[Refused], str | None]] = {
    "the party is known": (
        Do("claims.replies", bodies.reply(NO_PARTY), ("@c1",)),
        InvalidInput,
        "/party_id",
    ),
    "a party of whom nothing is asked is known": (
        Do("claims.replies", bodies.not_sought(NO_PARTY), ("@c1",)),
        InvalidInput,
        "/party_id",
    ),
    "the deadline is to come": (ask(deadline="2026-11-23T09:00:00Z"), InvalidInput, "/deadline"),
    "nobody is asked after the deadline": (ask(requested_on="2026-12"), InvalidInput, "/requested_on"),
}


@pytest.mark.parametrize("rule", REQUESTS)
def test_a_request_is_refused_unless(story: Desk, rule: str) -> None:
    command, error, pointer = REQUESTS[rule]

    story.when(command).then_refused(error, pointer)


BEFORE: dict[str, tuple[tuple[Do, ...], Do]] = {
    "while a party has time to answer it is not asked again": ((ask(),), ask()),
    "while a party has time to answer it is not called unasked": ((ask(),), not_sought()),
    "why a party was not asked is recorded once": ((not_sought(),), not_sought()),
    "one answer answers a request": ((ask(), answer()), answer()),
    "who answered has not declined": ((ask(), answer()), decline()),
    "who declined has declined already": ((ask(), decline()), decline()),
    "who was not asked does not answer": ((not_sought(),), answer()),
    "who was not asked does not decline": ((not_sought(),), decline()),
    "that nobody was asked is not considered": ((not_sought(),), consider()),
    "before the deadline there is nothing to consider": ((ask(),), consider()),
    "a withdrawn request is not answered": ((ask(), unask()), answer()),
    "a withdrawn request is not declined": ((ask(), unask()), decline()),
    "a withdrawn request is not withdrawn again": ((ask(), unask()), unask()),
}


@pytest.mark.parametrize("rule", BEFORE)
def test_it_is_refused_since(story: Desk, rule: str) -> None:
    before, command = BEFORE[rule]

    story.given(*before).when(command).then_refused(RuleBroken)


@pytest.mark.parametrize("command", ["answer", "refusal", "consideration", "withdrawal"])
def test_there_has_to_be_such_a_reply(story: Desk, command: str) -> None:
    body = {
        "answer": {"text": "No."},
        "refusal": {},
        "consideration": bodies.because(),
        "withdrawal": bodies.withdraw(),
    }[command]

    story.when(Do(f"claims.replies.{command}", body, ("@c1", NO_REPLY))).then_refused(NotFound)


def test_another_party_may_be_asked_meanwhile_and_the_same_one_once_it_was_heard_or_silent(story: Desk) -> None:
    story.given(ask(), ask("mek", name="r2"), answer(), ask(name="r3"))
    story.now.skip(WEEK)
    story.given(ask(name="r4", deadline="2026-12-20T10:00:00Z"))

    assert [r.party_id for r in story.state("c1").replies] == [story.id(p) for p in ("police", "mek", *["police"] * 2)]


def test_an_answer_may_follow_a_refusal_and_a_silence(story: Desk) -> None:
    story.given(ask(), decline(statement="No comment."), answer(source_id="@s2", answered_on="2026-11-24"))

    (reply,) = story.state("c1").replies
    assert reply.status(JUST_AFTER) == "answered"
    assert (reply.words.text, reply.words.statement) == ("Nobody died.", "No comment.")
    assert (reply.source_id, reply.answered_on, reply.late) == (story.id("s2"), "2026-11-24", False)


def test_the_source_of_an_answer_is_known(story: Desk) -> None:
    story.given(ask()).when(answer(source_id=NO_SOURCE)).then_refused(InvalidInput, "/source_id")


def test_an_answer_after_the_deadline_is_late_and_an_imported_one_by_the_time_it_was_decided(story: Desk) -> None:
    past = "2013-06-21T07:00:00.000000Z"
    story.given(ask())
    story.now.skip(WEEK)
    story.given(
        answer(),
        Do("claims.create", bodies.claim(), by="im", name="old", decided_at=past),
        Do(
            "claims.replies",
            bodies.reply("@police", deadline="2013-06-25T07:00:00Z"),
            ("@old",),
            "im",
            "o1",
            past,
        ),
        Do("claims.replies.answer", {"text": "No."}, ("@old", "@o1"), "im", None, "2013-06-24T07:00:00.000000Z"),
    )

    assert story.state("c1").replies[0].late
    assert not story.state("old").replies[0].late


def test_an_imported_deadline_lies_after_the_time_it_was_decided(story: Desk) -> None:
    past = "2013-06-21T07:00:00.000000Z"
    story.given(Do("claims.create", bodies.claim(), by="im", name="old", decided_at=past))
    asked = bodies.reply("@police", deadline="2013-06-21T07:00:00Z")

    story.when(Do("claims.replies", asked, ("@old",), "im", None, past)).then_refused(InvalidInput, "/deadline")


def test_silence_after_the_deadline_can_be_considered(story: Desk) -> None:
    story.given(ask())
    story.now.skip(WEEK)

    story.when(consider()).then_events("claim.reply_considered.v1")

    assert story.state("c1").replies[0].words.consideration == "We looked again."


def test_an_answer_marks_verdicts_that_were_proposed_before_it(story: Desk) -> None:
    story.given(ask(), propose(), approve(), answer())

    assert story.state("c1").needs_review == ("reply_received",)


def test_an_answer_before_the_verdict_marks_nothing(story: Desk) -> None:
    story.given(ask(), answer(), propose(rests_on={"reply_ids": ["@r1"]}), approve())

    assert story.state("c1").needs_review == ()
    assert story.state("c1").verdict.rests_on.reply_ids == (story.id("r1"),)


def test_the_fall_of_a_reply_marks_the_verdicts_that_rest_on_it(story: Desk) -> None:
    story.given(ask(), answer(), ask("mek", name="r2"), propose(rests_on={"reply_ids": ["@r1"]}), approve())

    story.given(unask("r2"))
    assert story.state("c1").needs_review == ()
    story.given(unask("r1"))
    assert story.state("c1").needs_review == ("reply_withdrawn",)


def test_a_verdict_rests_on_replies_of_its_claim_that_stand(story: Desk) -> None:
    story.given(ask(), unask())

    story.when(propose(rests_on={"reply_ids": [NO_REPLY]})).then_refused(InvalidInput, "/rests_on/reply_ids/0")
    story.when(propose(rests_on={"reply_ids": ["@r1"]})).then_refused(InvalidInput, "/rests_on/reply_ids/0")


def test_a_verdict_rests_on_no_request_of_which_nothing_came(story: Desk) -> None:
    story.given(ask())
    story.when(propose(rests_on={"reply_ids": ["@r1"]})).then_refused(InvalidInput, "/rests_on/reply_ids/0")

    # When the deadline has passed, and somebody has looked at the silence, it may rest on that
    story.now.skip(WEEK)
    story.given(consider(), propose(rests_on={"reply_ids": ["@r1"]}))


def test_a_reply_that_fell_since_the_proposal_stops_the_approval(story: Desk) -> None:
    story.given(ask(), answer(), propose(rests_on={"reply_ids": ["@r1"]}), unask())

    story.when(approve()).then_refused(RuleBroken)
    story.given(reject())


# Publication.

HEARD: dict[str, tuple[Do, ...]] = {
    "asked": (ask(),),
    "asked, and it answered": (ask(), answer()),
    "not asked, for a reason": (not_sought(),),
}


@pytest.mark.parametrize("how", HEARD)
def test_an_allegation_is_published_once_each_party_that_is_said_to_have_acted_was(story: Desk, how: str) -> None:
    story.given(ACCUSE).when(PUBLISH)
    refusal = story.then_refused(RuleBroken)
    assert story.id("c1") in refusal.detail
    assert story.id("police") in refusal.detail

    story.given(*HEARD[how]).when(PUBLISH).then_events("claim.published.v1")


def test_a_withdrawn_request_does_not_count(story: Desk) -> None:
    story.given(ACCUSE, ask(), unask()).when(PUBLISH).then_refused(RuleBroken)


@pytest.mark.parametrize(
    "described",
    [
        {"kind": "fact", **ABOUT_POLICE},
        {"about": [{"party_id": "@police", "role": "affected"}], **bodies.because()},
        {"about": [], **bodies.because()},
    ],
)
def test_no_reply_is_needed_of_others_nor_for_other_kinds_of_claims(story: Desk, described: bodies.Said) -> None:
    story.given(Do("claims.description", described, ("@c1",)))

    story.when(PUBLISH).then_events("claim.published.v1")


def test_an_article_is_not_published_with_an_allegation_that_may_not_be(story: Desk) -> None:
    story.given(ACCUSE, place()).when(publish_article()).then_refused(RuleBroken)

    story.given(not_sought()).when(publish_article()).then_events("article.published.v1")


def test_an_allegation_that_may_not_be_published_is_not_placed_in_a_published_article(story: Desk) -> None:
    story.given(ACCUSE, publish_article()).when(place()).then_refused(RuleBroken)

    story.given(ask()).when(place()).then_events("article.claim_placed.v1")


def test_a_new_allegation_is_not_recorded_straight_into_a_published_article(story: Desk) -> None:
    placed = {"place": [{"article_id": "@a1", "selector": {"exact": "One person died"}}]}
    about = {"about": [{"party_id": "@police", "role": "actor"}]}
    story.given(publish_article())

    story.when(Do("claims.create", bodies.claim(**about, **placed))).then_refused(RuleBroken)


def test_a_policy_may_ask_for_no_reply(story: Desk) -> None:
    story.given(new_policy(settings={"reply_required": False}), adopt(), ACCUSE)

    story.when(PUBLISH).then_events("claim.published.v1")
