"""Any past moment: by position, by time of recording, by time of decision."""

from typing import Any

import pytest

from tests.api.web.office import Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, dispute, place, propose, publish_article, retract


def claim(office: Office, query: str = "", name: str = "c1") -> Any:
    return office.get(f"/claims/{office.desk.id(name)}{query}", by="au").then(200).body


def test_every_position_shows_the_claim_as_it_was_shown_then(story: Office) -> None:
    # Given what was shown after each command
    shown = {}
    for command in (dispute(), propose("true", "x1"), approve(), retract("s1"), place(), publish_article()):
        story.desk.given(command)
        shown[story.length] = claim(story)

    # When and then
    for position, then in shown.items():
        now = claim(story, f"?position={position}")
        assert now["position"] == position
        assert {**now, "position": 0} == {**then, "position": 0}


def test_a_position_inside_a_command_means_before_it(story: Office) -> None:
    before = story.length
    story.desk.given(dispute())

    assert claim(story, f"?position={before + 1}")["position"] == before
    assert claim(story, f"?position={before + 1}")["disputes"] == []
    assert claim(story, f"?position={story.length}")["contested"] is True


def test_a_time_means_what_had_been_recorded_by_then(story: Office) -> None:
    at = claim(story)["changed"]["recorded_at"]
    story.desk.given(dispute())
    opened = claim(story)["changed"]["recorded_at"]

    assert claim(story, f"?as_of={at}")["contested"] is False
    assert claim(story, f"?as_of={opened}")["contested"] is True
    assert claim(story, f"?as_of={opened.replace('Z', '+00:00')}")["contested"] is True


def test_before_its_first_event_there_is_no_record(story: Office) -> None:
    story.get(f"/claims/{story.desk.id('c1')}?position=3", by="au").then(404, "not-found")
    story.get(f"/claims/{story.desk.id('c1')}?as_of=2013-01-01T00:00:00Z", by="au").then(404, "not-found")


def test_imported_history_is_read_by_when_it_was_decided(office: Office) -> None:
    # Given a claim that was withdrawn in 2015 and taken back in 2018, all recorded today
    office.desk.given(
        Do("claims.create", bodies.claim(), by="im", name="c1", decided_at="2014-05-01T00:00:00.000000Z"),
        Do("claims.withdrawal", bodies.withdraw(), ("@c1",), "im", decided_at="2015-05-01T00:00:00.000000Z"),
        Do("claims.reinstatement", bodies.because(), ("@c1",), "im", decided_at="2018-05-01T00:00:00.000000Z"),
    )
    withdrawn = {}
    counted = {}

    # When it is read by the time of decision
    for year in (2015, 2016, 2019):
        query = f"?as_of={year}-01-01T00:00:00Z&axis=decided"
        withdrawn[year] = claim(office, query)["withdrawn"]
        counted[year] = office.get(f"/replay{query}", by="au").then(200).body["claims"]["withdrawn"]

    # Then it is as it was
    assert withdrawn == {2015: False, 2016: True, 2019: False}
    assert counted == {2015: 0, 2016: 1, 2019: 0}
    history = office.get(f"/claims/{office.desk.id('c1')}/history?as_of=2016-01-01T00:00:00Z&axis=decided", by="au")
    assert [item["type"] for item in history.body["items"]] == ["claim.asserted.v1", "claim.withdrawn.v1"]
    office.get(f"/claims/{office.desk.id('c1')}?as_of=2013-01-01T00:00:00Z&axis=decided", by="au").then(404)
    assert office.get("/replay?as_of=2013-01-01T00:00:00Z&axis=decided", by="au").body["claims"]["total"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "?position=one",
        "?position=-1",
        "?position=1.5",
        "?position=",
        "?position=1&as_of=2023-01-01T00:00:00Z",
        "?as_of=2023",
        "?as_of=2023-01-01T00:00:00",
        "?as_of=2023-01-01T00:00:00Z&axis=both",
        "?axis=decided",
        "?position=1&axis=decided",
        "?position=1&position=2",
        "?at=1",
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused(story: Office, query: str) -> None:
    for path in (f"/claims/{story.desk.id('c1')}", f"/claims/{story.desk.id('c1')}/history", "/replay"):
        story.get(path + query, by="au").then(422, "invalid-input")


def test_the_policy_and_the_people_have_a_past_too(office: Office) -> None:
    before = office.length
    office.desk.given(
        Do("policies.create", bodies.policy(four_eyes=False), by="ap"),
        Do("policies.approval", {}, ("2",), "ap2"),
        Do("actors.roles", {"role": "auditor"}, ("@ed",), "ad"),
    )

    assert office.get(f"/policies/current?position={before}").body["number"] == 1
    assert office.get("/policies/current").body["number"] == 2
    actor = f"/actors/{office.desk.id('ed')}"
    assert office.get(f"{actor}?position={before}", by="au").body["roles"] == ["editor"]
    assert office.get(actor, by="au").body["roles"] == ["auditor", "editor"]


def test_the_replay_of_now_counts_what_the_views_count(story: Office) -> None:
    story.desk.given(dispute(), propose("true", "x1"), approve(), place(), publish_article())

    replay = story.get("/replay", by="au").then(200).body

    assert replay["position"] == story.length
    assert replay["claims"] == {
        "total": 2,
        "open": 1,
        "contested": 1,
        "evidence_conflicts": 1,
        "withdrawn": 0,
        "needs_review": 0,
        "by_rating": {"true": 1},
    }
    assert replay["sources"] == {"total": 2, "by_standing": {"good": 2}}
    assert replay["articles"] == {"total": 1, "published": 1, "withdrawn": 0}
    listed = story.get("/projections").body["items"]
    assert replay["digests"] == {item["name"]: item["digest"] for item in listed}
    assert all(item["lag"] == 0 for item in listed)


def test_the_replay_of_a_past_moment_has_its_numbers_and_no_digests(story: Office) -> None:
    before = story.length
    story.desk.given(dispute())

    replay = story.get(f"/replay?position={before}", by="au").then(200).body

    assert (replay["claims"]["contested"], replay["digests"]) == (0, {})
    assert story.get(f"/replay?position={before}", by="au").body == replay
