"""A verdict on a claim that depends on others is marked when one of those falls, at any distance."""

import pytest

from tests.api.web.office import Office
from tests.field.asking import depends, shown, standing, worklist
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import approve, cite, goes_back_to, propose, reinstate, retract, uncite, withdraw

FALLEN = ["dependency_changed"]


def follows(name: str) -> Do:
    """Another claim."""
    return Do("claims.create", bodies.claim(statement=f"It follows, {name}.", kind="fact"), name=name)


def judged(name: str) -> tuple[Do, Do]:
    """A verdict on the claim is in force."""
    proposal = Do("claims.verdicts", bodies.verdict(), (f"@{name}",), name=f"v_{name}")
    return proposal, Do("claims.verdicts.approval", {}, (f"@{name}", f"@v_{name}"), "ap")


def demand_marks(office: Office, name: str, reasons: list[str]) -> None:
    """What the record says is what the worklist says."""
    assert shown(office, name)["needs_review"] == reasons
    listed = [marks for id, marks in worklist(office, "review") if id == office.desk.id(name)]
    assert listed == ([reasons] if reasons else [])


@pytest.mark.parametrize(
    ("fall", "return_"),
    [
        (withdraw(), reinstate()),
        (retract("s1"), standing("s1", "good")),
        (retract("s2"), standing("s2", "good")),
    ],
    ids=["the claim is withdrawn", "its source is retracted", "what its source goes back to is retracted"],
)
def test_what_falls_behind_claims_that_nobody_judged_marks_the_verdict_beyond(
    story: Office, fall: Do, return_: Do
) -> None:
    # Given a verdict on a claim that depends on one without a verdict, and that on another such
    story.desk.given(goes_back_to("s2", "s1"), follows("c3"), depends("c3", "c2"), depends("c2", "c1"), *judged("c3"))
    demand_marks(story, "c3", [])

    # When the last of them falls, then whoever judged the first is told, and not any more when it stands again
    story.desk.given(fall)
    demand_marks(story, "c3", FALLEN)
    story.desk.given(return_)
    demand_marks(story, "c3", [])


def test_whoever_judged_what_lies_between_answers_for_what_lies_behind(story: Office) -> None:
    story.desk.given(
        follows("c3"), depends("c3", "c2"), depends("c2", "c1"), *judged("c1"), *judged("c2"), *judged("c3")
    )

    story.desk.given(withdraw())

    demand_marks(story, "c2", FALLEN)
    demand_marks(story, "c3", [])


def test_what_came_after_the_verdict_was_not_its_ground(story: Office) -> None:
    """The claim behind it leaned on the source only after that had moved."""
    story.desk.given(depends("c2", "c1"), uncite("x1"), uncite("x2"), *judged("c2"))

    story.desk.given(Do("sources.create", bodies.source(title="Late"), name="late"), standing("late", "concern"))
    story.desk.given(cite("late", name="x_late"))

    demand_marks(story, "c2", [])


def test_a_citation_withdrawn_behind_it_takes_its_mark_along(story: Office) -> None:
    story.desk.given(depends("c2", "c1"), *judged("c2"), retract("s1"))
    demand_marks(story, "c2", FALLEN)

    story.desk.given(uncite("x1"))

    demand_marks(story, "c2", [])


def test_claims_that_depend_on_each_other_are_marked_by_neither_being_judged(story: Office) -> None:
    story.desk.given(depends("c1", "c2"), depends("c2", "c1"), propose("true", "x1"), approve())

    demand_marks(story, "c1", [])


def test_a_second_correction_marks_a_verdict_that_knew_the_first(story: Office) -> None:
    corrected = standing("s1", "corrected")
    story.desk.given(corrected, propose("true", "x1"), approve())
    demand_marks(story, "c1", [])

    story.desk.given(corrected)

    demand_marks(story, "c1", ["source_changed"])


def test_a_link_to_a_claim_that_is_withdrawn_already_marks_the_verdict(story: Office) -> None:
    """Whoever judged did not know that the one had to stand for the other."""
    story.desk.given(withdraw(), *judged("c2"))
    demand_marks(story, "c2", [])

    story.desk.given(depends("c2", "c1"))

    demand_marks(story, "c2", FALLEN)
