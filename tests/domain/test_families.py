"""Who belongs to one house of publishers, when, and who does not."""

import pytest

from domain.evidence.families import family, may_hold
from domain.evidence.world import Tie
from domain.values import Relation
from tests.support.sketch import Affiliated, Sketch


def members(*affiliations: Affiliated, on: str | None = None, of: str = "p") -> set[str]:
    return set(family(Sketch(affiliations=affiliations), of, on).members)


@pytest.mark.parametrize("relation", ["owned_by", "part_of", "operates"])
def test_who_owns_runs_or_is_part_of_whom_is_one_house_seen_from_both_ends(relation: Relation) -> None:
    tie = Affiliated("p", "q", relation)

    assert members(tie) == members(tie, of="q") == {"p", "q"}


def test_a_house_goes_over_any_distance() -> None:
    assert members(Affiliated("p", "q"), Affiliated("r", "q"), Affiliated("r", "s", "operates")) == {"p", "q", "r", "s"}


def test_being_paid_ties_nobody() -> None:
    assert members(Affiliated("p", "q", "funded_by")) == {"p"}


def test_all_who_buy_from_one_agency_are_not_one_house() -> None:
    bought = Affiliated("p", "q", "shares_content_of"), Affiliated("r", "q", "shares_content_of")

    house = family(Sketch(affiliations=bought), "p", None)

    assert (set(house.members), set(house.partners)) == ({"p"}, {"q"})


def test_a_partner_who_belongs_to_the_house_is_no_partner() -> None:
    ties = Affiliated("p", "q", "shares_content_of"), Affiliated("p", "q")

    house = family(Sketch(affiliations=ties), "p", None)

    assert (set(house.members), set(house.partners)) == ({"p", "q"}, set())


def test_a_house_names_the_affiliation_by_which_each_was_found() -> None:
    house = family(Sketch(affiliations=(Affiliated("p", "q"), Affiliated("q", "r"))), "p", None)

    found = {party: None if tie is None else tie.affiliation_id for party, tie in house.members.items()}

    assert found == {"p": None, "q": "aff0", "r": "aff1"}


@pytest.mark.parametrize(
    ("since", "until", "on", "holds"),
    [
        (None, None, None, True),
        (None, None, "2020", True),
        ("2020", None, "2019", False),
        ("2020", None, "2019-12-31", False),
        ("2020", None, "2020-01-01", True),
        ("2020-06", None, "2020", True),
        ("2020-06", None, "2020-05", False),
        (None, "2020", "2020-12-31", True),
        (None, "2020", "2021", False),
        (None, "2020-06-15", "2020-06-16", False),
        ("2018", "2020", None, True),
        ("2018", "2020", "2019", True),
        ("2018", "2020", "2017/2018", True),
        ("2018", "2020", "2015/2017", False),
        ("2018", "2020", "2021/2023", False),
    ],
)
def test_an_affiliation_counts_unless_it_surely_did_not_hold(
    since: str | None, until: str | None, on: str | None, *, holds: bool
) -> None:
    assert may_hold(Tie("aff", "q", "owned_by", since, until), on) is holds


def test_a_house_is_that_of_the_day_of_publication() -> None:
    sold = Affiliated("p", "q", until="2019"), Affiliated("p", "r", since="2020")

    assert members(*sold, on="2018") == {"p", "q"}
    assert members(*sold, on="2021") == {"p", "r"}
    assert members(*sold) == {"p", "q", "r"}
