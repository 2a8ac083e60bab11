"""Histories: who, when, what, before and after, why; of every field of every command."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from api.history import diff, history
from api.reading import Reader
from tests.api.pages.world import publication
from tests.api.web.office import Office
from tests.support import bodies
from tests.support.complete import COMPLETE, WITHOUT_TRACE
from tests.support.desk import Desk, Do
from tests.support.story import approve, goes_back_to, propose, retract, told

KINDS: Final = {"claims": "claim", "articles": "article", "sources": "source", "parties": "party"}
WITH_HISTORY: Final = sorted(name for name in COMPLETE if name.partition(".")[0] in KINDS)
ELSEWHERE: Final = frozenset({"exact", "prefix", "suffix", "start", "end", "article_id", "published_at", "captured_at"})
"""Fields that are kept in another form (places as they were found, moments), or in the article's own history."""


def leaves(said: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(said, dict):
        for name, value in said.items():
            yield from leaves(value, name)
    elif isinstance(said, list | tuple):
        for value in said:
            yield from leaves(value, field)
    else:
        yield field, said


@pytest.mark.parametrize("name", WITH_HISTORY)
def test_every_field_of_every_command_is_in_the_history(name: str) -> None:
    before, command = COMPLETE[name]
    with Desk() as desk:
        told(desk).given(*before)
        length = desk.length

        outcome = desk.do(command)

        reader = Reader(desk.newsroom, lambda _: None, lambda _: (), lambda: "")
        items = history(reader, KINDS[name.partition(".")[0]], outcome.record, "desk").items
        new = [item for item in items if item["position"] > length]
        assert new
        # A description may say again what was so before: what it changed is in `changes`, what it said in `data`.
        held = {value for item in new for value in _texts((item["changes"], item["data"], item["words"]))}
        for field, value in leaves(desk._resolved(dict(command.body or {}))):
            if (name, field) not in WITHOUT_TRACE and field not in ELSEWHERE:
                assert str(value) in held, (field, value)


def _texts(value: Any) -> Iterator[str]:
    return (str(leaf) for _, leaf in leaves(value))


@pytest.mark.parametrize("name", WITH_HISTORY)
def test_every_event_changes_something_that_is_shown(name: str) -> None:
    before, command = COMPLETE[name]
    with Desk() as desk:
        told(desk).given(*before, command)
        reader = Reader(desk.newsroom, lambda _: None, lambda _: (), lambda: "")

        for thing in ("c1", "a1", "s1", "mek", "outlet"):
            kind = {"clm": "claim", "art": "article", "src": "source", "pty": "party"}[desk.id(thing)[:3]]
            for item in history(reader, kind, desk.id(thing), "desk").items:
                assert item["changes"], item["type"]
                assert all(change["before"] != change["after"] for change in item["changes"])


def test_the_history_of_a_claim_holds_that_of_its_sources(story: Office) -> None:
    story.desk.given(retract("s1"))

    body = story.get(f"/claims/{story.desk.id('c1')}/history", by="au").then(200).body

    assert [item["position"] for item in body["items"]] == sorted(item["position"] for item in body["items"])
    assert {item["stream"] for item in body["items"]} == {story.desk.id(name) for name in ("c1", "s1", "s2")}
    last = body["items"][-1]
    assert (last["type"], last["position"]) == ("source.standing_changed.v1", story.length)
    assert {"field": "standing", "before": "good", "after": "retracted"} in last["changes"]


def test_it_holds_that_of_what_its_sources_go_back_to(story: Office) -> None:
    # Given a wire report behind the first source, something only alleged behind that, and another's behind nothing
    for name in ("wire", "agency", "alleged", "apart"):
        story.desk.given(Do("sources.create", bodies.source(title=name), name=name))
    story.desk.given(
        goes_back_to("wire", "s1"),
        goes_back_to("agency", "wire"),
        goes_back_to("wire", "agency"),
        goes_back_to("alleged", "agency", as_alleged=True, basis_claim_id="@c2"),
    )

    # When the first source and the agency's report are retracted, and then the claim is reworded
    story.desk.given(
        retract("s1"), retract("agency"), Do("claims.rewording", bodies.rewording("Somebody died there."), ("@c1",))
    )

    # Then the retraction is in the claim's history, and what the claim's own event changed is the claim's alone
    items = story.get(f"/claims/{story.desk.id('c1')}/history", by="au").then(200).body["items"]
    rested_on = {story.desk.id(name) for name in ("c1", "s1", "s2", "wire", "agency")}
    assert {item["stream"] for item in items} == rested_on
    retraction, rewording = items[-2:]
    assert (retraction["type"], retraction["stream"]) == ("source.standing_changed.v1", story.desk.id("agency"))
    assert {change["field"].partition("/")[0] for change in rewording["changes"]} <= {"statement", "worded", "wordings"}


def test_the_public_is_led_no_further_than_to_a_source_that_protects_somebody(story: Office) -> None:
    # Given a confidential source between the one that is cited and what it draws on; another open claim cites it too
    secret = bodies.source(title="SECRET", confidential=True)
    story.desk.given(Do("sources.create", secret, name="told"), Do("sources.create", bodies.source(), name="behind"))
    story.desk.given(Do("claims.citations", bodies.citation("@told", "mentions"), ("@c2",)), publication("c2"))
    story.desk.given(goes_back_to("told", "s1"), goes_back_to("behind", "told"), publication("c1"), retract("behind"))

    address = f"/claims/{story.desk.id('c1')}/history"
    hidden = {story.desk.id("told"), story.desk.id("behind")}

    # When the desk and the public read it, then only the desk hears of them
    assert {item["stream"] for item in story.get(address, by="au").then(200).body["items"]} > hidden
    assert not {item["stream"] for item in story.get(address).then(200).body["items"]} & hidden


def test_an_entry_says_who_and_why_and_what_was_before(story: Office) -> None:
    story.do(Do("claims.rewording", bodies.rewording("Somebody died."), ("@c1",), "ed2")).then(200)

    last = story.get(f"/claims/{story.desk.id('c1')}/history", by="au").body["items"][-1]

    assert last["type"] == "claim.reworded.v1"
    assert last["actor"] == {"id": story.desk.id("ed2"), "name": "Person ed2"}
    assert last["reason"] == "It reads better."
    assert last["changes"][0] == {
        "field": "statement",
        "before": "A member died in the raid of 20 June 2023.",
        "after": "Somebody died.",
    }


def test_a_history_ends_at_the_moment_that_is_asked_for(story: Office) -> None:
    before = story.length
    story.desk.given(propose("true", "x1"), approve())
    path = f"/claims/{story.desk.id('c1')}/history"

    past = story.get(f"{path}?position={before}", by="au").body
    now = story.get(path, by="au").body

    assert now["items"][: len(past["items"])] == past["items"]
    assert len(now["items"]) == len(past["items"]) + 2
    assert (past["version"], now["version"]) == (3, 5)


# What differs.


def test_parts_are_compared_by_their_ids() -> None:
    before = {"parts": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "same": [1, 2]}
    after = {"parts": [{"id": "b", "n": 3}, {"id": "c", "n": 4}], "same": [1, 2]}

    assert diff(before, after) == [
        {"field": "parts/a", "before": {"id": "a", "n": 1}, "after": None},
        {"field": "parts/b/n", "before": 2, "after": 3},
        {"field": "parts/c", "before": None, "after": {"id": "c", "n": 4}},
    ]


def test_plain_lists_and_values_are_compared_whole() -> None:
    assert diff({"topics": ["a"], "private": False}, {"topics": ["a", "b"], "private": True}) == [
        {"field": "topics", "before": ["a"], "after": ["a", "b"]},
        {"field": "private", "before": False, "after": True},
    ]


def test_what_was_and_is_empty_is_no_change() -> None:
    assert diff({}, {"topics": [], "url": None, "quantity": {}}) == []
    assert diff({"id": "a", "version": 1, "position": 1}, {"id": "a", "version": 2, "position": 7}) == []
