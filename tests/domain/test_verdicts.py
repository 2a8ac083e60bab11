"""Verdicts are proposed, approved, rejected, reaffirmed and withdrawn, by two people while four eyes hold."""

from collections.abc import Iterator

import pytest

from domain.errors import InvalidInput, NotFound, Refused, RuleBroken, SecondPersonNeeded
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import (
    adopt,
    approve,
    dispute,
    new_policy,
    propose,
    reaffirm,
    reject,
    retract,
    take_back,
    told,
    uncite,
    withdraw,
)

NO_VERDICT, NO_DISPUTE, NO_CITATION = (make_id(kind, bytes(16)) for kind in ("vdt", "dsp", "cit"))
IN_FORCE = (propose("true", "x1"), approve())
OTHER_SCALE = [{"key": "plausible", "label": "Plausible", "meaning": "It may be so.", "needs_citation": False}]


@pytest.fixture
def two_eyes() -> Iterator[Desk]:
    with Desk(four_eyes=False) as desk:
        yield told(desk)


def test_a_verdict_is_in_force_when_a_second_person_approves(story: Desk) -> None:
    story.when(propose("true", "x1")).then_events("claim.verdict_proposed.v1")
    proposed = story.state("c1")
    assert (proposed.verdict, proposed.proposal.id) == (None, story.id("v1"))
    assert proposed.proposal.judged_version == proposed.version - 1

    (event,) = story.when(approve()).then_events("claim.verdict_approved.v1")
    claim = story.state("c1")
    assert (claim.verdict.id, claim.proposal) == (story.id("v1"), None)
    assert claim.verdict.approved.position == event.position
    assert claim.verdict.approved.by == story.id("ap")
    assert event.event.seen_version == proposed.version  # type: ignore[attr-defined]
    assert not claim.verdict.own_proposal


def test_a_verdict_says_under_which_policy_and_on_which_facts(story: Desk) -> None:
    story.given(new_policy(), adopt())
    head = story.length

    (event,) = story.when(propose()).then_events("claim.verdict_proposed.v1")

    assert (event.event.policy_number, event.event.facts_at) == (2, head)  # type: ignore[attr-defined]


def test_an_unproven_claim_needs_no_citation_because_the_scale_says_so(story: Desk) -> None:
    story.when(propose("unproven")).then_events("claim.verdict_proposed.v1")
    story.when(approve()).then_events("claim.verdict_approved.v1")


def test_a_verdict_may_rest_on_any_dispute_of_the_claim(story: Desk) -> None:
    story.given(dispute())
    rests_on = {"citation_ids": ["@x1"], "dispute_ids": ["@d1"]}

    story.when(propose("true", rests_on=rests_on)).then_events("claim.verdict_proposed.v1")

    assert story.state("c1").proposal.rests_on.dispute_ids == (story.id("d1"),)


PROPOSALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused], str | None]] = {
    "a withdrawn claim is not judged": ((withdraw(),), propose(), RuleBroken, None),
    "another proposal waits": ((propose(),), propose(name="v2"), RuleBroken, None),
    "a verdict in force changes for a cause": (
        IN_FORCE,
        propose("false", "x2", name="v2"),
        InvalidInput,
        "/changed_because",
    ),
    "no verdict is there to change": ((), propose(changed_because="our_error"), InvalidInput, "/changed_because"),
    "the rating is one of the scale": ((), propose("plausible"), InvalidInput, "/rating"),
    "the rating needs a citation": ((), propose("true"), InvalidInput, "/rests_on/citation_ids"),
    "the citation is one of the claim's": (
        (),
        propose("true", rests_on={"citation_ids": ["@x1", NO_CITATION]}),
        InvalidInput,
        "/rests_on/citation_ids/1",
    ),
    "the citation stands": ((uncite(),), propose("true", "x1"), InvalidInput, "/rests_on/citation_ids/0"),
    "the cited source was not retracted": (
        (retract(),),
        propose("true", "x1"),
        InvalidInput,
        "/rests_on/citation_ids/0",
    ),
    "the dispute is one of the claim's": (
        (),
        propose(rests_on={"dispute_ids": [NO_DISPUTE]}),
        InvalidInput,
        "/rests_on/dispute_ids/0",
    ),
}


@pytest.mark.parametrize("rule", PROPOSALS)
def test_a_proposal_is_refused_because(story: Desk, rule: str) -> None:
    given, command, error, pointer = PROPOSALS[rule]

    story.given(*given).when(command).then_refused(error, pointer)


@pytest.mark.parametrize("standing", ["concern", "gone"])
def test_a_source_of_concern_or_gone_may_still_be_rested_on(story: Desk, standing: str) -> None:
    noted = {"standing": standing, "declared_by": "desk", **bodies.because()}
    story.given(Do("sources.standing", noted, ("@s1",)))

    story.when(propose("true", "x1")).then_events("claim.verdict_proposed.v1")


APPROVALS: dict[str, tuple[tuple[Do, ...], Do, type[Refused]]] = {
    "there is no such verdict": ((), Do("claims.verdicts.approval", {}, ("@c1", NO_VERDICT), "ap"), NotFound),
    "it is in force already": (IN_FORCE, approve(by="ap2"), RuleBroken),
    "it was rejected": ((propose(), reject()), approve(), RuleBroken),
    "the claim was withdrawn meanwhile": ((propose(), withdraw()), approve(), RuleBroken),
    "the citation was withdrawn meanwhile": ((propose("true", "x1"), uncite()), approve(), RuleBroken),
    "the source was retracted meanwhile": ((propose("true", "x1"), retract()), approve(), RuleBroken),
    "the new scale lacks the rating": (
        (propose("true", "x1"), new_policy(scale=OTHER_SCALE), adopt()),
        approve(),
        RuleBroken,
    ),
    "there is no such verdict to reject": (
        (),
        Do("claims.verdicts.rejection", bodies.because(), ("@c1", NO_VERDICT), "ap"),
        NotFound,
    ),
    "nothing waits to be rejected": (IN_FORCE, reject(), RuleBroken),
    "there is no such verdict to reaffirm": (
        (),
        Do("claims.verdicts.reaffirmation", bodies.because(), ("@c1", NO_VERDICT)),
        NotFound,
    ),
    "what is proposed is not in force": ((propose(),), reaffirm(), RuleBroken),
    "a verdict of a withdrawn claim is not reaffirmed": ((*IN_FORCE, withdraw()), reaffirm(), RuleBroken),
    "a reaffirmation waits already": ((*IN_FORCE, reaffirm()), reaffirm(), RuleBroken),
    "a reaffirmation waits, so no withdrawal": ((*IN_FORCE, reaffirm()), take_back(), RuleBroken),
    "there is no such verdict to withdraw": (
        (),
        Do("claims.verdicts.withdrawal", bodies.withdraw(), ("@c1", NO_VERDICT)),
        NotFound,
    ),
    "a proposal is rejected, not withdrawn": ((propose(),), take_back(), RuleBroken),
    "it was withdrawn already": ((*IN_FORCE, take_back(), approve()), take_back(), RuleBroken),
    "the citation it stood on fell before it was reaffirmed": (
        (*IN_FORCE, reaffirm(), uncite()),
        approve(),
        RuleBroken,
    ),
    "the claim was withdrawn before the verdict was reaffirmed": (
        (*IN_FORCE, reaffirm(), withdraw()),
        approve(),
        RuleBroken,
    ),
}


@pytest.mark.parametrize("reason", APPROVALS)
def test_a_step_is_refused_because(story: Desk, reason: str) -> None:
    given, command, error = APPROVALS[reason]

    story.given(*given).when(command).then_refused(error)


def test_only_an_imported_approval_names_who_decided(story: Desk) -> None:
    story.given(propose()).when(approve(decided_by="The editor of 2013")).then_refused(InvalidInput, "/decided_by")


# Four eyes.


@pytest.mark.parametrize(
    ("given", "proposal"),
    [
        ((), propose(by="ap")),
        (IN_FORCE, reaffirm(by="ap")),
        (IN_FORCE, take_back(by="ap")),
    ],
    ids=["verdict", "reaffirmation", "withdrawal"],
)
def test_nobody_approves_what_they_proposed(story: Desk, given: tuple[Do, ...], proposal: Do) -> None:
    story.given(*given, proposal).when(approve(by="ap")).then_refused(SecondPersonNeeded)

    story.when(approve(by="ap2"))
    assert story.refusal is None
    assert not story.history("c1")[-1].event.own_proposal  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "proposal"),
    [
        ((), propose(by="ap")),
        (IN_FORCE, reaffirm(by="ap")),
        (IN_FORCE, take_back(by="ap")),
    ],
    ids=["verdict", "reaffirmation", "withdrawal"],
)
def test_without_four_eyes_an_own_proposal_may_be_approved_and_the_history_says_so(
    two_eyes: Desk, given: tuple[Do, ...], proposal: Do
) -> None:
    two_eyes.given(*given, proposal).when(approve(by="ap"))

    assert two_eyes.refusal is None
    assert two_eyes.history("c1")[-1].event.own_proposal  # type: ignore[attr-defined]


def test_without_four_eyes_an_own_verdict_is_marked_in_the_state(two_eyes: Desk) -> None:
    two_eyes.given(propose(by="ap"), approve(by="ap"))

    assert two_eyes.state("c1").verdict.own_proposal


# What becomes of verdicts.


def test_a_rejected_proposal_stays_visible_as_rejected(story: Desk) -> None:
    story.given(propose()).when(reject()).then_events("claim.verdict_rejected.v1")

    (rejected,) = story.state("c1").verdicts
    assert (rejected.status, rejected.words.rejection_reason) == ("rejected", "No.")
    assert rejected.rejected is not None
    assert story.state("c1").proposal is None
    story.when(propose(name="v2")).then_events("claim.verdict_proposed.v1")


def test_who_proposed_may_turn_it_down_too(story: Desk) -> None:
    story.given(propose(by="ap")).when(reject(by="ap")).then_events("claim.verdict_rejected.v1")


def test_a_new_verdict_takes_the_place_of_the_one_before(story: Desk) -> None:
    story.given(*IN_FORCE, propose("false", "x2", name="v2", changed_because="new_evidence"))
    assert story.state("c1").verdict.id == story.id("v1")

    story.when(approve("v2")).then_events("claim.verdict_approved.v1")

    assert story.state("c1").verdict.id == story.id("v2")
    assert [v.status for v in story.state("c1").verdicts] == ["superseded", "in_force"]


def test_a_superseded_verdict_leaves_nothing_waiting(story: Desk) -> None:
    story.given(*IN_FORCE, take_back(), propose("false", "x2", name="v2", changed_because="our_error"))

    story.given(approve("v2")).when(approve("v1")).then_refused(RuleBroken)
    assert all(verdict.pending is None for verdict in story.state("c1").verdicts)


def test_a_verdict_is_withdrawn_by_two_people_and_stays_visible_as_withdrawn(story: Desk) -> None:
    story.given(*IN_FORCE).when(take_back()).then_events("claim.verdict_act_proposed.v1")
    waiting = story.state("c1").verdict
    assert (waiting.pending.act, waiting.pending.cause) == ("withdrawal", "recorded_in_error")

    (event,) = story.when(approve()).then_events("claim.verdict_withdrawn.v1")

    claim = story.state("c1")
    assert claim.verdict is None
    (withdrawn,) = claim.verdicts
    assert (withdrawn.status, withdrawn.cause) == ("withdrawn", "recorded_in_error")
    assert withdrawn.words.withdrawal_reason == "It was not so."
    assert withdrawn.withdrawn.position == event.position


def test_a_verdict_of_a_withdrawn_claim_can_still_be_withdrawn(story: Desk) -> None:
    story.given(*IN_FORCE, withdraw(), take_back()).when(approve()).then_events("claim.verdict_withdrawn.v1")


def test_a_verdict_is_reaffirmed_by_two_people(story: Desk) -> None:
    story.given(*IN_FORCE).when(reaffirm()).then_events("claim.verdict_act_proposed.v1")
    assert story.state("c1").verdict.pending.act == "reaffirmation"

    (event,) = story.when(approve()).then_events("claim.verdict_reaffirmed.v1")

    verdict = story.state("c1").verdict
    assert (verdict.status, verdict.pending) == ("in_force", None)
    assert verdict.reaffirmed.position == event.position
    assert verdict.words.reaffirmation_reason == "We looked again."


@pytest.mark.parametrize("proposal", [reaffirm(), take_back()], ids=["reaffirmation", "withdrawal"])
def test_a_proposed_step_may_be_turned_down_and_the_verdict_stands(story: Desk, proposal: Do) -> None:
    story.given(*IN_FORCE, proposal).when(reject()).then_events("claim.verdict_rejected.v1")

    verdict = story.state("c1").verdict
    assert (verdict.status, verdict.pending, verdict.rejected) == ("in_force", None, None)
    assert verdict.words.rejection_reason == "No."
    story.when(reaffirm()).then_events("claim.verdict_act_proposed.v1")


def test_an_imported_verdict_says_who_decided_at_every_step(desk: Desk) -> None:
    def imported(command: Do, day: int) -> Do:
        return Do(command.command, command.body, command.at, "imap", command.name, f"2013-05-{day:02}T00:00:00.000000Z")

    desk.given(
        imported(Do("claims.create", bodies.claim(), name="c1"), 1),
        imported(propose(by="imap"), 2),
        Do("policies.create", bodies.policy(four_eyes=False), by="ap"),
        adopt(),
        imported(approve(decided_by="Ann"), 3),
        imported(reaffirm(), 4),
        imported(approve(decided_by="Ben"), 5),
        imported(take_back(), 6),
        imported(approve(decided_by="Cid"), 7),
    )

    (verdict,) = desk.state("c1").verdicts
    assert verdict.words.decided_by == "Ann"
    assert verdict.words.reaffirmation_decided_by == "Ben"
    assert verdict.words.withdrawal_decided_by == "Cid"
    assert verdict.approved.decided_at == "2013-05-03T00:00:00.000000Z"
