"""The words of recorded events are erased, withheld and released: by two persons, for a reason, and for good."""

from typing import Any

import pytest

from domain.errors import Forbidden, InvalidInput, NotFound, RuleBroken, SecondPersonNeeded
from domain.values import OPERATOR, make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import withdraw

WHY = bodies.because("It names somebody who did nothing.")
ACTS = ("erasure", "withholding", "release")
DONE = {"erasure": "erased", "withholding": "withheld", "release": "released"}


def ask(act: str = "erasure", at: str = "#c1", by: str = OPERATOR, **said: Any) -> Do:
    return Do(f"events.{act}", {**WHY, **said}, (at,), by, "w1")


def agree(act: str = "erasure", at: str = "#c1", by: str = "ad", proposal: str = "@w1") -> Do:
    return Do(f"events.{act}.approval", {"proposal_id": proposal}, (at,), by)


def turn_down(act: str = "erasure", at: str = "#c1", by: str = "ad") -> Do:
    return Do(f"events.{act}.rejection", {"proposal_id": "@w1", **bodies.because("They spoke in public.")}, (at,), by)


def erase(desk: Desk, at: str = "#c1", **said: Any) -> Desk:
    return desk.given(ask("erasure", at, **said), agree("erasure", at))


def position(desk: Desk, name: str = "c1") -> int:
    return desk.history(name)[0].position


def test_words_are_erased_when_another_admin_agrees(story: Desk) -> None:
    before = story.history("c1")[0]
    story.when(ask()).then_events("desk.erasure_proposed.v1")
    assert story.history("c1")[0] == before

    (erased,) = story.when(agree()).then_events("desk.words_erased.v1")

    after = story.history("c1")[0]
    assert after.event.words is None
    assert after.commitment == before.commitment
    assert after.erased is not None
    assert (after.erased.position, after.erased.reason) == (erased.position, WHY["reason"])
    assert story.store.rows(before.position - 1, 1)[0].words is None
    assert story.state("c1").words.statement is None


def test_redacted_words_stand_in_the_place_of_those_erased_at_every_moment(story: Desk) -> None:
    earlier = story.length
    erase(story, redacted_words={"statement": "[…] died."})

    assert story.state("c1").words.statement == "[…] died."
    assert story.newsroom.streams.at(story.id("c1"), earlier).words.statement == "[…] died."
    assert story.history("c1")[0].erased.redacted  # type: ignore[union-attr]


def test_a_redacted_wording_can_be_erased_in_turn_and_another_be_given(story: Desk) -> None:
    erase(story, redacted_words={"statement": "One of the camp died."})
    erasure = str(story.length)

    inner = {"reason": "It named somebody.", "redacted": {"statement": "Somebody died."}}
    erase(story, erasure, redacted_words=inner)

    assert story.state("c1").words.statement == "Somebody died."
    assert story.history("c1")[0].erased.reason == "It named somebody."  # type: ignore[union-attr]
    texts = [row.words or b"" for row in story.store.rows(0, 1_000)]
    assert not any(b"One of the camp" in text for text in texts)


def test_a_redaction_that_is_erased_without_another_leaves_no_words(story: Desk) -> None:
    erase(story, redacted_words={"statement": "One of the camp died."})

    erase(story, str(story.length))

    assert story.state("c1").words.statement is None
    assert story.history("c1")[0].erased.reason is None  # type: ignore[union-attr]


@pytest.mark.parametrize("act", ACTS)
def test_it_takes_two_persons_whatever_the_policy_says(act: str) -> None:
    with Desk(four_eyes=False) as desk:
        desk.given(Do("claims.create", bodies.claim(), name="c1"), ask(act, by="ad"))

        desk.when(agree(act, by="ad")).then_refused(SecondPersonNeeded)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("by", ["ed", "ap", "au", "im"])
def test_it_is_for_admins(story: Desk, act: str, by: str) -> None:
    story.when(ask(act, by=by)).then_refused(Forbidden)
    story.given(ask(act))
    story.when(agree(act, by=by)).then_refused(Forbidden)
    story.when(turn_down(act, by=by)).then_refused(Forbidden)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("at", ["0", "999", "01", "-1", "x", "9" * 20])
def test_an_event_that_is_not_there_is_refused(story: Desk, act: str, at: str) -> None:
    story.when(ask(act, at)).then_refused(NotFound)
    story.when(agree(act, at, proposal=make_id("prp", bytes(16)))).then_refused(NotFound)


@pytest.mark.parametrize("act", ACTS)
def test_of_an_event_one_thing_of_a_kind_waits_at_a_time(story: Desk, act: str) -> None:
    story.given(ask(act))

    story.when(ask(act, by="ad")).then_refused(RuleBroken)

    story.when(turn_down(act)).then_events("desk.proposal_rejected.v1")
    story.when(agree(act)).then_refused(RuleBroken)
    story.when(turn_down(act)).then_refused(RuleBroken)
    story.when(ask(act)).then_events(f"desk.{act}_proposed.v1")


@pytest.mark.parametrize("act", ACTS)
def test_what_was_proposed_otherwise_is_not_approved_here(story: Desk, act: str) -> None:
    story.given(ask(act))
    other = ACTS[ACTS.index(act) - 1]

    story.when(agree(act, "#c2")).then_refused(InvalidInput, "/proposal_id")
    story.when(agree(other)).then_refused(InvalidInput, "/proposal_id")
    story.when(agree(act, proposal=make_id("prp", bytes(16)))).then_refused(InvalidInput, "/proposal_id")
    story.when(agree(act)).then_events(
        f"desk.words_{ {'erasure': 'erased', 'withholding': 'withheld'}.get(act, 'released') }.v1"
    )


def test_words_are_erased_once(story: Desk) -> None:
    erase(story)

    for act in ACTS:
        story.when(ask(act)).then_refused(RuleBroken)


def test_what_waits_while_the_words_are_erased_comes_to_nothing(story: Desk) -> None:
    story.given(ask("release"))
    story.names["release"] = story.id("w1")
    erase(story)

    story.when(agree("release", proposal="@release")).then_refused(RuleBroken)


def test_there_must_be_something_to_erase(story: Desk) -> None:
    story.given(Do("claims.publication", {}, ("@c1",)))

    story.when(ask(at=str(story.length))).then_refused(RuleBroken)


@pytest.mark.parametrize(
    ("redacted", "pointer"),
    {
        "a field is missing": ({"topics": ["raids"]}, "/redacted_words/statement"),
        "no such field": ({"statement": "x", "author": "y"}, "/redacted_words/author"),
        "not a text": ({"statement": 7}, "/redacted_words/statement"),
        "not a list": ({"statement": "x", "topics": "y"}, "/redacted_words/topics"),
        "nothing visible": ({"statement": " "}, "/redacted_words/statement"),
        "U+0000": ({"statement": "x", "topics": ["y\x00"]}, "/redacted_words/topics/0"),
    }.values(),
)
def test_redacted_words_that_do_not_fit_are_refused(story: Desk, redacted: dict[str, object], pointer: str) -> None:
    story.when(ask(redacted_words=redacted)).then_refused(InvalidInput, pointer)


def test_a_text_in_which_claims_are_marked_keeps_its_length(story: Desk) -> None:
    text = story.state("a1").words.text
    title = story.state("a1").words.title

    short = {"title": title, "text": "Gone."}
    story.when(ask(at="#a1", redacted_words=short)).then_refused(InvalidInput, "/redacted_words/text")
    story.when(ask(at="#a1", redacted_words={"title": title, "text": "█" * len(text)}))
    story.then_events("desk.erasure_proposed.v1")


def test_a_redaction_of_a_redaction_fits_what_was_erased_first(story: Desk) -> None:
    erase(story, redacted_words={"statement": "One of the camp died."})

    inner = {"reason": "x", "redacted": {"title": "y"}}
    story.when(ask(at=str(story.length), redacted_words=inner))

    assert story.refusal is not None
    assert {fault.pointer for fault in story.refusal.faults} == {
        "/redacted_words/redacted/statement",
        "/redacted_words/redacted/title",
    }


def test_a_proposal_and_what_came_of_it_are_erased_together(story: Desk) -> None:
    story.given(ask("withholding"), agree("withholding"))
    proposed, done = story.length - 1, story.length

    (event,) = story.given(ask(at=str(proposed))).when(agree(at=str(proposed))).then_events("desk.words_erased.v1")

    assert event.event.positions == (proposed, done)  # type: ignore[attr-defined]
    assert [row.words for row in story.store.rows(proposed - 1, 2)] == [None, None]


def test_a_proposal_whose_reason_was_erased_is_not_approved(story: Desk) -> None:
    story.given(ask("withholding", by=OPERATOR))
    story.names["waits"] = story.id("w1")
    erase(story, str(story.length))

    story.when(agree("withholding", proposal="@waits")).then_refused(RuleBroken)


def test_withheld_and_released_again_and_again(story: Desk) -> None:
    place = position(story)
    for act in ("withholding", "release", "withholding"):
        story.given(ask(act))
        story.when(ask(act)).then_refused(RuleBroken)
        story.given(agree(act))
        story.when(ask(act)).then_refused(RuleBroken)
        assert story.newsroom.desk.word_acts.kept[place].act == act
        assert story.newsroom.streams.concealment.withheld(story.id("c1")) == (
            {place} if act == "withholding" else set()
        )


@pytest.mark.parametrize("act", ["withholding", "release"])
@pytest.mark.parametrize("at", ["1", "2", "4"])
def test_events_of_the_desk_and_its_policy_are_no_ones_to_read(story: Desk, act: str, at: str) -> None:
    story.when(ask(act, at)).then_refused(RuleBroken)


def test_people_and_policies_lose_their_words_too(story: Desk) -> None:
    for at in ("1", "2", "4"):
        erase(story, at)

    assert story.newsroom.desk.words.name is None
    assert story.newsroom.desk.actors[story.id("ed")].words.name is None
    assert story.newsroom.policy.current.scale[0].words.label is None  # type: ignore[union-attr]


def test_a_record_in_memory_forgets_the_words_in_every_newsroom_on_the_store(story: Desk) -> None:
    other = story.newsroom.__class__(story.store, now=story.now, entropy=bytes, fingerprint_key=bytes(32))
    assert other.streams.load(story.id("c1")).state.words.statement is not None

    erase(story)

    other.load_desk()
    assert other.streams.load(story.id("c1")).state.words.statement is None
    other.close()


def test_what_was_recorded_after_is_folded_on_the_words_that_are_left(story: Desk) -> None:
    story.given(Do("claims.rewording", bodies.rewording("Nobody died."), ("@c1",)), withdraw())

    erase(story)

    assert story.state("c1").words.statement == "Nobody died."
