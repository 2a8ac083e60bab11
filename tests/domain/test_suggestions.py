"""Numbers that cannot both be right are pointed out to the desk, which alone opens disputes."""

from domain.claim.state import Claim
from domain.claim.suggestions import PAIRS, QuantityConflict, quantity_conflict
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import agree, cite, dispute, settle, uncite

TENTH = "0.10"


def number(value: str, bound: str = "stated", **said: str) -> bodies.Said:
    return {"value": value, "bound": bound, "unit": "computers", **said}


STATE_150 = Do("claims.quantity", number("150"), ("@c1",))


def found(desk: Desk) -> QuantityConflict | None:
    claim: Claim = desk.state("c1")
    return quantity_conflict(claim, {c.id for c in claim.citations if c.withdrawn is None}, TENTH)


def test_a_citation_with_another_number_than_the_claim_is_pointed_out(story: Desk) -> None:
    story.given(
        STATE_150, cite("s2", name="y1", quantity=number("200")), cite("s2", quantity=number("100", "at_least"))
    )

    conflict = found(story)

    assert conflict is not None
    assert [given.id for given in conflict.between] == [story.id("c1"), story.id("y1")]
    assert [given.count.value for given in conflict.between] == ["150", "200"]


def test_two_citations_that_conflict_are_pointed_out_without_a_number_of_the_claim(story: Desk) -> None:
    story.given(cite("s1", name="y1", quantity=number("150")), cite("s2", name="y2", quantity=number("200")))

    conflict = found(story)

    assert conflict is not None
    assert [given.id for given in conflict.between] == [story.id("y1"), story.id("y2")]


def test_what_fell_or_agrees_conflicts_with_nothing(story: Desk) -> None:
    story.given(STATE_150, cite("s2", name="y1", quantity=number("200")), uncite("y1"))
    story.given(cite("s1", quantity=number("160", "about")))

    assert found(story) is None


def test_a_position_with_another_number_is_pointed_out(story: Desk) -> None:
    story.given(STATE_150, dispute(bodies.position("@police", "differs", quantity=number("90"))))

    conflict = found(story)

    assert conflict is not None
    assert conflict.between[1].id == story.id("d1.1")


def test_a_suggestion_is_never_a_dispute(story: Desk) -> None:
    story.given(STATE_150).when(cite("s2", quantity=number("200"))).then_events("claim.cited.v1")

    assert found(story) is not None
    assert story.state("c1").disputes == ()
    assert not story.state("c1").contested


def test_nothing_is_pointed_out_while_a_dispute_about_the_quantity_is_open_or_since_it_was_settled(story: Desk) -> None:
    story.given(STATE_150, cite("s2", quantity=number("200")), dispute(scopes=["quantity"]))
    assert found(story) is None

    story.given(settle("agreed"), agree())
    assert found(story) is None

    story.given(cite("s1", name="y3", quantity=number("300")))
    conflict = found(story)
    assert conflict is not None
    assert all(story.id("y3") in (one.id, other.id) for one, other in conflict.pairs)


def test_a_dispute_on_another_point_says_nothing_of_the_numbers(story: Desk) -> None:
    story.given(STATE_150, cite("s2", quantity=number("200")), dispute(scopes=["occurrence"]))

    assert found(story) is not None


def test_many_numbers_that_conflict_are_told_by_a_few_pairs(story: Desk) -> None:
    story.given(STATE_150, *(cite("s1", name=f"y{n}", quantity=number(str(n))) for n in range(1, 30)))

    conflict = found(story)

    assert conflict is not None
    assert len(conflict.pairs) == PAIRS
    assert {one.id for one, _ in conflict.pairs} == {story.id("c1")}
