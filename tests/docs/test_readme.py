"""The README's five-minute tour, run as a new user would: block by block, against the served example story."""

import pytest

from tests.docs.touring import answers, toured


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block of the tour printed, in order."""
    return toured(tmp_path_factory.mktemp("tour"), "README.md")


def test_the_dispute_is_in_the_register(tour: list[str]) -> None:
    opened, register = answers(tour[3])
    assert opened["contested"] is True
    assert opened["id"] in {item["id"] for item in register["items"]}


def test_two_people_give_the_verdict(tour: list[str]) -> None:
    approved = answers(tour[4])[-1]
    assert approved["verdict"]["rating"] == "unproven"
    assert approved["proposal"] is None


def test_a_change_without_a_version_and_a_stale_one_are_refused(tour: list[str]) -> None:
    missing, stale = answers(tour[5])
    assert (missing["status"], stale["status"]) == (428, 412)
    assert stale["current_version"] > 1


def test_the_same_request_again_gives_the_first_answer(tour: list[str]) -> None:
    first, again = answers(tour[6])
    assert "idempotency-replayed: true" in tour[6].lower()
    assert (first["version"], first["position"]) == (again["version"], again["position"])


def test_history_and_an_earlier_position_are_readable(tour: list[str]) -> None:
    history, before = answers(tour[7])
    types = [item["type"] for item in history["items"]]
    assert "claim.dispute_opened.v1" in types
    assert before["contested"] is False


def test_the_claim_is_found_and_no_correction_is_listed_yet(tour: list[str]) -> None:
    (found,) = answers(tour[8])
    assert "A member of the MEK died in the raid of 20 June 2023" in {item["title"] for item in found["items"]}
    assert "<feed" in tour[8]
    assert "<entry" not in tour[8]


def test_the_claim_is_proven_by_both_programs(tour: list[str]) -> None:
    assert "Proven: the claim clm_" in tour[9]
    assert "PROVEN: clm_" in tour[9]
    assert "The key is the one" not in tour[9]


def test_the_ledger_is_sound(tour: list[str]) -> None:
    assert tour[10].count("All is well") == 2
