"""The policy's rules for a rating: refused with what was found, met by what is recorded then, or set aside in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from domain.values import Requirement
from tests.api.pages.world import publication
from tests.api.web.office import Answer, Office, opened
from tests.api.web.test_quote_checks import PAGE, check_due, keep, quote
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import (
    adopt,
    agree,
    approve,
    ask,
    cite,
    dispute,
    goes_back_to,
    look,
    new_policy,
    place,
    propose,
    publish_article,
    reaffirm,
    retract,
    settle,
    told,
)

LAPSED: Final = {"searched_on": "2025-01-01", "valid_until": "2025-12-31"}
ONE: Final = {"id": "one", "ratings": ["true"], "require": {"supports_at_least": 1}}
ACTOR: Final = {"about": [{"party_id": "@police", "role": "actor"}], **bodies.because()}


@dataclass(frozen=True)
class Case:
    """What a rule asks for, what is there when it is not met, and what has to be recorded to meet it."""

    require: dict[str, Any]
    needed: int
    found: int
    rating: str = "true"
    given: Sequence[Do] = ()
    mend: Sequence[Do] = ()
    rests_on: str = "x1"
    searches: tuple[str, ...] = ()
    searches_then: tuple[str, ...] = ()

    def rule(self) -> bodies.Said:
        return {"id": "ours", "ratings": [self.rating], "require": self.require}

    def proposal(self, searches: tuple[str, ...]) -> Do:
        behind = {"citation_ids": [f"@{self.rests_on}"], "search_ids": [f"@{name}" for name in searches]}
        return propose(self.rating, rests_on=behind)


def another(name: str, stance: str = "supports", **said: Any) -> tuple[Do, Do]:
    return Do("sources.create", bodies.source(title=name, **said), name=name), cite(name, stance, name=f"x_{name}")


CASES: Final[dict[Requirement, Case]] = {
    "supports_at_least": Case(
        {"supports_at_least": 2},
        2,
        1,
        given=(*another("reprint"), goes_back_to("s1", "reprint")),
        mend=another("witness"),
    ),
    "refutes_at_least": Case(
        {"refutes_at_least": 1},
        1,
        0,
        "false",
        given=(dispute(),),  # the police publish s2 and are a party to the dispute
        mend=another("register", "refutes"),
        rests_on="x2",
    ),
    "primary_at_least": Case({"primary_at_least": 1}, 1, 0, mend=another("film", primary=True)),
    "open_dispute": Case({"open_dispute": True}, 1, 0, "unproven", mend=(dispute(),)),
    "no_open_dispute": Case(
        {"no_open_dispute": ["occurrence"]}, 0, 1, given=(dispute(),), mend=(settle("affirmed"), agree())
    ),
    "quotes_found": Case({"quotes_found": True}, 1, 0, given=(quote(),), rests_on="q1"),
    "reply_requested": Case(
        {"reply_requested": True}, 1, 0, given=(Do("claims.description", ACTOR, ("@c1",)),), mend=(ask(),)
    ),
    "search_recorded": Case({"search_recorded": True}, 1, 0, "unproven", given=(look("l1", **LAPSED),), mend=(look(),)),
    "no_expired_search": Case(
        {"no_expired_search": True},
        0,
        1,
        "unproven",
        given=(look("l1", **LAPSED),),
        mend=(look("l2"),),
        searches=("l1",),
        searches_then=("l2",),
    ),
}


def ruled(folder: Path, *rules: bodies.Said) -> Any:
    return opened(folder, rules=list(rules))


def refused(office: Office, command: Do) -> Answer:
    """Nothing is recorded where a rule refuses."""
    before = office.length
    answer = office.do(command).then(409, "policy-broken")
    assert office.length == before
    return answer


def verdict(office: Office, by: str | None = "ed") -> Any:
    return office.get(f"/claims/{office.desk.id('c1')}", by=by).then(200).body["verdict"]


def test_every_requirement_has_a_case() -> None:
    assert set(CASES) == set(get_args(Requirement))


@pytest.mark.parametrize("requirement", CASES)
def test_a_proposal_that_breaks_a_rule_is_refused_with_the_rule_and_the_facts(
    tmp_path: Path, requirement: Requirement
) -> None:
    case = CASES[requirement]
    with ruled(tmp_path, case.rule()) as office:
        told(office.desk).given(*case.given)

        answer = refused(office, case.proposal(case.searches))

        (rule,) = answer.body["rules"]
        (check,) = rule["checks"]
        assert rule["rule"] == "ours"
        assert (check["requirement"], check["needed"], check["found"]) == (requirement, case.needed, case.found)
        assert (check["met"], check["asks"] in answer.body["detail"]) == (False, True)


@pytest.mark.parametrize("requirement", CASES)
def test_what_is_missing_can_be_recorded_and_the_verdict_keeps_what_was_found(
    tmp_path: Path, requirement: Requirement
) -> None:
    case = CASES[requirement]
    with ruled(tmp_path, case.rule()) as office:
        told(office.desk).given(*case.given)
        refused(office, case.proposal(case.searches))

        office.desk.given(*case.mend)
        if requirement == "quotes_found":
            keep(office, "n1", PAGE)
            check_due(office)
        office.desk.given(case.proposal(case.searches_then), approve())

        shown = verdict(office)
        (finding,) = shown["findings"]
        assert (finding["rule"], finding["met"]) == ("ours", True)
        assert [check["requirement"] for check in finding["checks"]] == [requirement]
        assert (shown["overrides"], shown["override_reason"], shown["policy_number"]) == ([], None, 1)


def test_rules_for_other_ratings_ask_for_nothing(tmp_path: Path) -> None:
    with ruled(tmp_path, {"id": "ours", "ratings": ["false"], "require": {"supports_at_least": 9}}) as office:
        told(office.desk)

        office.do(propose("true", "x1")).then(200)

        assert office.get(f"/claims/{office.desk.id('c1')}", by="ed").body["proposal"]["findings"] == []


TWO: Final = {"id": "two", "ratings": ["true"], "require": {"supports_at_least": 2}}
CALM: Final = {"id": "calm", "ratings": ["true"], "require": {"no_open_dispute": ["occurrence"]}}
ASIDE: Final = {"rules": ["two"], "reason": "The only witness is dead."}


def test_all_broken_rules_are_told_at_once(tmp_path: Path) -> None:
    with ruled(tmp_path, TWO, CALM) as office:
        told(office.desk).given(dispute())

        answer = refused(office, propose("true", "x1"))

        assert [rule["rule"] for rule in answer.body["rules"]] == ["two", "calm"]


def test_a_rule_is_set_aside_with_a_reason_that_is_shown_wherever_the_verdict_is(tmp_path: Path) -> None:
    with ruled(tmp_path, TWO) as office:
        told(office.desk)
        id, article = office.desk.id("c1"), office.desk.id("a1")

        # When the rule is set aside, a second person agrees, and an article with the claim is published
        office.desk.given(propose("true", "x1", override=ASIDE), approve(), place(), publish_article())

        # Then the claim, its history and its page say so, to everybody
        for by in ("ed", None):
            shown = verdict(office, by)
            assert (shown["overrides"], shown["override_reason"]) == (["two"], "The only witness is dead.")
            assert [(finding["rule"], finding["met"]) for finding in shown["findings"]] == [("two", False)]
            (item,) = office.get("/claims?rating=true", by=by).then(200).body["items"]
            assert (item["overrides"], item["override_reason"]) == (["two"], "The only witness is dead.")
            for page_at in (f"~/claims/{id}", f"~/claims/{id}/history", "~/search?q=member", f"~/articles/{article}"):
                page = office.get(page_at, by=by, accept="text/html").then(200).content.decode()
                assert "The only witness is dead." in page, page_at
        history = office.get(f"/claims/{id}/history?limit=200").then(200).body["items"]
        (told_of,) = [item for item in history if item.get("type") == "claim.verdict_proposed.v1"]
        assert told_of["data"]["overrides"] == ["two"]
        assert told_of["words"]["override_reason"] == "The only witness is dead."


def test_only_the_rules_that_are_named_are_set_aside(tmp_path: Path) -> None:
    with ruled(tmp_path, TWO, CALM) as office:
        told(office.desk).given(dispute())

        answer = refused(office, propose("true", "x1", override=ASIDE))

        assert [rule["rule"] for rule in answer.body["rules"]] == ["calm"]


@pytest.mark.parametrize(
    ("override", "pointer"),
    [
        ({**ASIDE, "rules": ["two", "three"]}, "/override/rules/1"),  # there is no such rule
        ({**ASIDE, "rules": ["calm", "two"]}, "/override/rules/0"),  # it is met
        ({**ASIDE, "rules": ["never"]}, "/override/rules/0"),  # it is for another rating
        ({**ASIDE, "rules": []}, "/override/rules"),
        ({**ASIDE, "reason": " "}, "/override/reason"),
        ({"rules": ["two"]}, "/override/reason"),
    ],
)
def test_what_cannot_be_set_aside(tmp_path: Path, override: bodies.Said, pointer: str) -> None:
    never = {"id": "never", "ratings": ["false"], "require": {"search_recorded": True}}
    with ruled(tmp_path, TWO, CALM, never) as office:
        told(office.desk)
        before = office.length

        body = office.desk._resolved(bodies.verdict("true", "@x1", override=override))
        at = f"/claims/{office.desk.id('c1')}/verdicts"
        answer = office.post(at, body, by="ed", version=office.version("claim", office.desk.id("c1")))

        answer.then(422, "invalid-input")

        assert answer.pointers == [pointer]
        assert office.length == before


def test_who_approves_has_the_rules_run_again(tmp_path: Path) -> None:
    # Given a proposal that met the rules, and then one of the two witnesses takes back what it said
    with ruled(tmp_path, TWO) as office:
        told(office.desk).given(*another("witness"), propose("true", "x1"), retract("witness"))

        # When a second person would approve it, then it is refused, and waits on
        answer = refused(office, approve())
        assert answer.body["rules"][0]["checks"][0]["found"] == 1
        assert office.get(f"/claims/{office.desk.id('c1')}", by="ed").body["proposal"] is not None

        # And with another witness it is approved, and keeps what was found at last
        office.desk.given(*another("second"), approve())
        assert verdict(office)["numbers"]["supports"] == 2


def test_who_approves_is_not_asked_again_for_what_was_set_aside(tmp_path: Path) -> None:
    with ruled(tmp_path, TWO) as office:
        told(office.desk).given(propose("true", "x1", override=ASIDE), approve())

        assert verdict(office)["overrides"] == ["two"]


def test_what_is_shown_of_the_rules_is_told_of_the_policy_that_has_them(tmp_path: Path) -> None:
    # Given a verdict that was proposed under one policy, and another that comes into force before its approval
    with ruled(tmp_path) as office:
        told(office.desk).given(propose("true", "x1"), new_policy(rules=[ONE]), adopt())
        proposed = office.desk.newsroom.policy.in_force

        office.desk.given(approve())

        # Then policy and facts are those of the findings
        shown = verdict(office)
        assert [finding["rule"] for finding in shown["findings"]] == ["one"]
        assert shown["policy_number"] == proposed
        event = office.get(f"/events/{shown['approved']['position']}", by="au").then(200).body
        assert (event["data"]["policy_number"], event["data"]["facts_at"]) == (proposed, shown["facts_at"])

        # And so they are after a reaffirmation under a third
        office.desk.given(new_policy(rules=[ONE, TWO], four_eyes=False), adopt(proposed + 1))
        office.desk.given(*another("second"), reaffirm(), approve())
        shown = verdict(office)
        assert (shown["policy_number"], len(shown["findings"])) == (proposed + 1, 2)


def test_a_rule_that_is_met_by_the_time_of_the_approval_is_not_set_aside(tmp_path: Path) -> None:
    with ruled(tmp_path, TWO) as office:
        told(office.desk).given(propose("true", "x1", override=ASIDE), *another("second"), approve(), publication("c1"))
        id = office.desk.id("c1")

        for by in ("ed", None):
            shown = verdict(office, by)
            assert ([f["met"] for f in shown["findings"]], shown["overrides"]) == ([True], [])
            assert shown["override_reason"] is None
            (item,) = office.get("/claims?rating=true", by=by).then(200).body["items"]
            assert (item["overrides"], item["override_reason"]) == ([], None)
            page = office.get(f"~/claims/{id}", by=by, accept="text/html").then(200).content.decode()
            assert "against the desk" not in page


def test_a_rule_that_came_to_ask_for_something_else_is_not_set_aside(tmp_path: Path) -> None:
    # Given that a rule is set aside, and a new policy that calls another rule so
    with ruled(tmp_path, TWO) as office:
        told(office.desk).given(propose("true", "x1", override=ASIDE))
        office.desk.given(new_policy(rules=[{**TWO, "require": {"search_recorded": True}}]), adopt())

        # When it is approved, then nobody has given a reason against that rule
        answer = refused(office, approve())

        assert answer.body["rules"][0]["checks"][0]["requirement"] == "search_recorded"


def test_a_reaffirmation_has_the_rules_of_today_run(tmp_path: Path) -> None:
    # Given a verdict that met the rules of its day, and rules that came later
    with ruled(tmp_path) as office:
        told(office.desk).given(propose("true", "x1"), approve(), new_policy(rules=[TWO]), adopt())

        # When it is to be reaffirmed, then the rules of today have to be met
        office.desk.given(reaffirm())
        refused(office, approve())
        office.desk.given(*another("witness"), approve())

        assert [(finding["rule"], finding["met"]) for finding in verdict(office)["findings"]] == [("two", True)]
        assert verdict(office)["policy_number"] == 2, "what was found is said of the policy that asked for it"

        # And when the rules are given up, the next reaffirmation no longer tells of them
        office.desk.given(new_policy(), adopt(3), reaffirm(), approve())
        assert (verdict(office)["findings"], verdict(office)["policy_number"]) == ([], 3)


def test_an_approval_is_given_under_the_policy_whose_rules_it_ran(tmp_path: Path) -> None:
    with ruled(tmp_path) as office:
        told(office.desk).given(*another("witness"), propose("true", "x1"), new_policy(rules=[TWO]), adopt(), approve())

        assert [finding["rule"] for finding in verdict(office)["findings"]] == ["two"]
        assert verdict(office)["policy_number"] == 2


def review(office: Office, number: str = "current", by: str | None = "ed") -> Answer:
    return office.get(f"/policies/{number}/review", by=by)


def test_a_policy_is_tried_on_all_verdicts_without_writing(tmp_path: Path) -> None:
    # Given a verdict of policy 1, and a policy that is only proposed and asks for more
    with ruled(tmp_path) as office:
        told(office.desk).given(propose("true", "x1"), approve(), new_policy(rules=[TWO]))
        before = office.length

        # When each is tried on all verdicts, then only the new one would not have passed it, and nothing is recorded
        passed, failed = review(office).then(200).body, review(office, "2").then(200).body
        assert (passed["number"], passed["examined"], passed["items"]) == (1, 1, [])
        (found,) = failed["items"]
        assert (found["claim_id"], found["verdict_id"]) == (office.desk.id("c1"), office.desk.id("v1"))
        assert [(finding["rule"], finding["met"]) for finding in found["findings"]] == [("two", False)]
        assert (office.length, verdict(office)["findings"]) == (before, [])

        # And the verdict stays in force and needs no review when the new policy is adopted
        office.desk.given(adopt())
        shown = office.get(f"/claims/{office.desk.id('c1')}", by="ed").body
        assert (shown["verdict"]["id"], shown["needs_review"]) == (office.desk.id("v1"), [])


def test_a_policy_that_does_not_know_a_rating_says_so(tmp_path: Path) -> None:
    with ruled(tmp_path) as office:
        scale = [step for step in bodies.policy()["scale"] if step["key"] != "true"]
        told(office.desk).given(propose("true", "x1"), approve(), new_policy(scale=scale))

        (found,) = review(office, "2").then(200).body["items"]

        assert (found["rating"], found["rating_unknown"]) == ("true", True)


def test_renaming_the_label_of_a_rating_is_no_change_of_verdict(tmp_path: Path) -> None:
    # Given a published verdict
    with ruled(tmp_path) as office:
        told(office.desk).given(propose("true", "x1"), approve(), publication("c1"))
        before = verdict(office, None)

        # When the desk calls the rating by another name from now on
        scale = [{**step, "label": f"Quite {step['label']}"} for step in bodies.policy()["scale"]]
        office.desk.given(new_policy(scale=scale), adopt())

        # Then the verdict is the one that it was, under the name that it was given, and nobody has to look again
        shown = office.get(f"/claims/{office.desk.id('c1')}").body
        assert (shown["verdict"], shown["needs_review"]) == (before, [])
        assert len(shown["verdicts"]) == 1
        assert review(office).then(200).body["items"] == []
        page = office.get(f"~/claims/{office.desk.id('c1')}", accept="text/html").then(200).content.decode()
        assert "Quite True" not in page


def test_the_review_is_for_the_desk_and_of_policies_that_there_are(tmp_path: Path) -> None:
    with ruled(tmp_path) as office:
        told(office.desk)

        review(office, by=None).then(401)
        review(office, "9").then(404, "not-found")
        review(office, "one").then(404, "not-found")
