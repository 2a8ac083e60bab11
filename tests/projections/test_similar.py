"""Claims that may say the same: found by their words, explained, never many."""

import pytest

from projections.similar import ALIKE, COMPARED, RARE, Said, Similar, similar
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.desk import Desk, Do

STATEMENT = "A member died in the raid of 20 June 2023."


def like(watched: Watched, statement: str, claimant_id: str | None = None, **asked: int) -> tuple[Similar, ...]:
    return watched.read(lambda reading: similar(reading, Said(statement, claimant_id), **asked))


def record(desk: Desk, *statements: str, **said: object) -> None:
    for statement in statements:
        desk.do(Do("claims.create", bodies.claim(statement=statement, **said), name=statement))


def test_the_same_words_are_found_whatever_their_case_and_order(desk: Desk, watched: Watched) -> None:
    (found,) = like(watched, "in the raid of 20 june 2023 a MEMBER died")

    assert (found.id, found.statement, found.score) == (desk.id("c1"), STATEMENT, 1.0)
    assert found.because[0].startswith("10 of 10 words are the same: in, the, raid")


def test_it_says_that_the_same_party_claims_it(desk: Desk, watched: Watched) -> None:
    (found,) = like(watched, "One member died in the raid of 20 June 2023.", desk.id("mek"))
    (other,) = like(watched, "One member died in the raid of 20 June 2023.", desk.id("police"))

    assert "the same party claims it" in found.because
    assert "the same party claims it" not in other.because
    assert found.score > other.score


def test_other_numbers_and_dates_count_against_it(desk: Desk, watched: Watched) -> None:
    long = "The police took computers and papers from the offices of the group in Tirana on the morning of"
    record(desk, f"{long} 20 June 2023.")

    (same,) = like(watched, f"{long} 20 June 2023!")
    (other,) = like(watched, f"{long} 21 June 2023.")

    assert same.score == 1.0
    assert other.score <= 0.8
    assert "the numbers differ: 21 here, 20 there" in other.because


@pytest.mark.parametrize("statement", ["The raid was unlawful from the beginning.", "Zebra.", "…", "20 June 2023"])
def test_what_is_not_alike_is_not_shown(watched: Watched, statement: str) -> None:
    assert like(watched, statement) == ()


def test_a_claim_is_not_like_itself(desk: Desk, watched: Watched) -> None:
    record(desk, f"{STATEMENT} ")
    first, later = desk.state("c1"), desk.state(f"{STATEMENT} ")

    own = watched.read(lambda reading: similar(reading, Said(STATEMENT, None, first.id)))

    assert [one.id for one in own] == [later.id]


def test_what_was_recorded_in_error_is_not_suggested(desk: Desk, watched: Watched) -> None:
    desk.given(Do("claims.withdrawal", bodies.withdraw(), ("@c1",)))

    assert like(watched, STATEMENT) == ()


def test_a_claim_of_common_words_alone_is_found_among_very_many(desk: Desk, watched: Watched) -> None:
    record(desk, *(f"The police took {n} computers" for n in range(RARE + 10)))

    found = like(watched, "The police took computers", limit=COMPARED)

    assert 0 < len(found) <= COMPARED
    assert all(one.score >= ALIKE for one in found)


def test_the_most_alike_come_first_and_no_more_than_asked(desk: Desk, watched: Watched) -> None:
    record(desk, "A member died in the raid on the camp of 20 June 2023.", STATEMENT)

    found = like(watched, STATEMENT)

    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(found) == 3
    assert len(like(watched, STATEMENT, limit=2)) == 2
