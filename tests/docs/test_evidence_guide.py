"""The editors' guide to evidence, run block by block, says what happens."""

import json
import re
from typing import Any, get_args

import pytest

from domain.claim.state import ReviewReason
from domain.evidence.merging import Cause
from domain.values import OriginRelation, Relation, Requirement
from tests.docs.touring import ROOT, answers, toured

GUIDES = ("docs/evidence.md", "docs/impact.md", "docs/replies-and-searches.md")
GUIDE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block of the guide, and of those that go on from it, printed, in order."""
    return toured(tmp_path_factory.mktemp("guide"), *GUIDES)


def shown(first: str) -> Any:
    """The answer in the guide that begins with this field."""
    blocks = re.findall(r"^```json\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    return next(said for said in map(json.loads, blocks) if next(iter(said)) == first)


def like(told: Any, answer: Any) -> bool:
    """Whether the answer has what is told of it; `…` stands for any end of a text."""
    if isinstance(told, dict):
        return all(key in answer and like(value, answer[key]) for key, value in told.items())
    if isinstance(told, list):
        return any(like(told[0], item) for item in answer) if len(told) == 1 else told == answer or _each(told, answer)
    return str(answer).startswith(told[:-1]) if isinstance(told, str) and told.endswith("…") else bool(told == answer)


def _each(told: list[Any], answer: list[Any]) -> bool:
    return len(told) == len(answer) and all(map(like, told, answer))


def test_a_copy_of_a_reprint_goes_back_to_the_report(tour: list[str]) -> None:
    (counted,) = answers(tour[3])

    assert like(shown("independent_origins"), counted)
    assert [len(leg["roots"][0]["path"]) for leg in counted["citations"]] == [1, 2]


def test_a_broken_rule_is_told_with_the_facts(tour: list[str]) -> None:
    (refused,) = answers(tour[4])

    assert like(shown("type"), refused)


def test_a_rule_set_aside_is_kept_with_the_verdict_and_found_again_by_a_review(tour: list[str]) -> None:
    (claim,) = answers(tour[5])
    (review,) = answers(tour[6])

    assert claim["verdict"]["overrides"] == ["two_origins"]
    assert claim["verdict"]["override_reason"] == "Nobody else was there."
    assert ["two_origins"] in [item["overrides"] for item in review["items"] if item["claim_id"] == claim["id"]]


def test_the_past_can_be_counted(tour: list[str]) -> None:
    (then,) = answers(tour[7])

    assert then["independent_origins"]["supports"] == 1


def test_the_guide_to_impact_goes_on_from_there(tour: list[str]) -> None:
    (tried,), (fallen,), (register,) = map(answers, tour[8:11])

    assert (tried["assumed"], tried["totals"]["verdicts"], tried["totals"]["unsupported"]) == ("retracted", 1, 1)
    assert fallen["standing"] == "retracted"
    assert register["items"], "verdicts of the example hang on one origin"


def test_and_so_does_the_guide_to_replies_and_searches(tour: list[str]) -> None:
    asked, looked = (answers(told)[-1] for told in tour[11:13])

    assert asked["replies"][0]["question"] == "Was the Guide Bridge shut on 1 March 2026?"
    assert looked["searches"][-1]["looked_for"] == "a lorry that crossed the Guide Bridge on 1 March 2026"


def test_the_rule_that_is_shown_is_one_of_the_examples_own() -> None:
    lines = (ROOT / "examples" / "albania.jsonl").read_text(encoding="utf-8").splitlines()
    policies = [line["body"] for line in map(json.loads, lines) if line.get("do") == "policies.create"]

    assert shown("id") in [rule for policy in policies for rule in policy["rules"]]


@pytest.mark.parametrize("word", [*get_args(Requirement)])
def test_every_requirement_is_in_the_guide(word: str) -> None:
    assert f'| `"{word}": ' in GUIDE


@pytest.mark.parametrize(
    "word", [*get_args(ReviewReason), *get_args(OriginRelation), *get_args(Relation), *get_args(Cause)]
)
def test_every_word_of_evidence_is_in_the_guide(word: str) -> None:
    assert f"`{word}`" in GUIDE
