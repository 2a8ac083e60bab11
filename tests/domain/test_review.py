"""What moves under a verdict in force marks the claim for review, until people look at the verdict again."""

import pytest

from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import (
    approve,
    cite,
    dispute,
    propose,
    reaffirm,
    reinstate,
    reject,
    take_back,
    uncite,
    withdraw,
)

IN_FORCE = (propose("true", "x1"), approve())
QUANTITY = {"value": "150", "bound": "stated", "unit": "computers"}
MARKS: dict[str, tuple[Do, tuple[str, ...]]] = {
    "a rewording": (Do("claims.rewording", bodies.rewording(), ("@c1",)), ("reworded",)),
    "a description": (Do("claims.description", {"topics": ["x"], **bodies.because()}, ("@c1",)), ("described",)),
    "a number": (Do("claims.quantity", QUANTITY, ("@c1",)), ("quantity_stated",)),
    "the fall of a citation it rests on": (uncite("x1"), ("citation_withdrawn",)),
    "a new dispute": (dispute(), ("dispute_changed",)),
    "the fall of another citation does not": (uncite("x2"), ()),
    "a new citation does not": (cite("s2"), ()),
    "a link does not": (Do("claims.links", {"claim_id": "@c2", "relation": "restates"}, ("@c1",)), ()),
    "publication does not": (Do("claims.publication", {}, ("@c1",)), ()),
}


@pytest.mark.parametrize("what", MARKS)
def test_the_verdict_is_marked_for_review_by(story: Desk, what: str) -> None:
    command, marks = MARKS[what]

    story.given(*IN_FORCE, command)

    assert story.state("c1").needs_review == marks


@pytest.mark.parametrize("what", MARKS)
def test_without_a_verdict_nothing_is_marked_for_review(story: Desk, what: str) -> None:
    command, _ = MARKS[what]

    story.given(propose("true", "x1"), command)

    assert story.state("c1").needs_review == ()


@pytest.mark.parametrize("what", [what for what in MARKS if "it rests on" not in what])
def test_what_moved_between_proposal_and_approval_is_for_review(story: Desk, what: str) -> None:
    command, marks = MARKS[what]

    story.given(propose("true", "x1"), command, approve())

    assert story.state("c1").needs_review == marks


@pytest.mark.parametrize("what", [what for what in MARKS if "it rests on" not in what])
def test_what_moved_before_a_reaffirmation_was_proposed_is_reviewed_and_what_moved_since_is_not(
    story: Desk, what: str
) -> None:
    command, marks = MARKS[what]
    reword = Do("claims.rewording", bodies.rewording("Another."), ("@c1",))
    story.given(*IN_FORCE, reword, MARKS["a description"][0])

    story.given(reaffirm(), command, approve())

    assert story.state("c1").needs_review == marks


def test_what_moved_under_a_rejected_reaffirmation_is_still_for_review(story: Desk) -> None:
    story.given(*IN_FORCE, reaffirm(), MARKS["a rewording"][0], reject())

    assert story.state("c1").needs_review == ("reworded",)


def test_each_cause_of_review_is_named_once_in_the_order_of_coming(story: Desk) -> None:
    reword = Do("claims.rewording", bodies.rewording("Another."), ("@c1",))

    story.given(*IN_FORCE, dispute(), reword, dispute(name="d2"), uncite("x1"))

    assert story.state("c1").needs_review == ("dispute_changed", "reworded", "citation_withdrawn")


@pytest.mark.parametrize(
    "steps",
    [
        (reaffirm(), approve()),
        (take_back(), approve()),
        (propose(name="v2", changed_because="reworded"), approve("v2")),
    ],
    ids=["reaffirmed", "withdrawn", "replaced"],
)
def test_review_ends_when_the_verdict_is(story: Desk, steps: tuple[Do, ...]) -> None:
    story.given(*IN_FORCE, Do("claims.rewording", bodies.rewording("Another."), ("@c1",)))

    story.given(*steps)

    assert story.state("c1").needs_review == ()


def test_a_withdrawn_claim_keeps_its_verdict_for_when_it_is_reinstated(story: Desk) -> None:
    story.given(*IN_FORCE, withdraw(), reinstate())

    assert story.state("c1").verdict.id == story.id("v1")
