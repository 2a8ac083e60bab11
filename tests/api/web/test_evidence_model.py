"""Random commands about evidence: after each, all that is read agrees with the folded records, and with a rebuild."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.claim import Claim
from domain.claim.grounds import ground_of
from tests.api.web.office import Office, opened
from tests.projections.folded import Past
from tests.support.desk import Do
from tests.support.webs import Web

MOVES: Final[tuple[Callable[[Web], Do], ...]] = (
    Web._source,
    Web._claim,
    Web._article,
    Web._origin,
    Web._cite,
    Web._standing,
    Web._describe,
    Web._affiliate,
    Web._take_back,
    Web._on_article,
    Web._judge,
    Web._link,
    Web._on_claim,
    Web._policy,
)
"""Sources, claims and articles recorded; origins, citations, standings, affiliations and what takes them back; claims
placed and articles published; verdicts; links, disputes, withdrawals; policies."""


class Reads(RuleBasedStateMachine):
    """An office, and what its ledger says when its events are folded one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        self.office: Office = self.stack.enter_context(opened(Path(folder)))
        self.web = Web(self.office.desk, Random(0))
        self.web.begin()
        self.past, self.known = Past(), 0

    @rule(move=st.sampled_from(MOVES), dice=st.randoms(use_true_random=False), times=st.integers(1, 4))
    def command(self, move: Callable[[Web], Do], dice: Random, times: int) -> None:
        self.web.dice = dice
        for _ in range(times):
            self.web._try(move(self.web))

    @invariant()
    def agrees(self) -> None:
        for recorded in self.office.desk.newsroom.streams.events(self.known):
            self.past.follow(recorded)
            self.known = recorded.position
        records = {claim.id: self.get(f"/claims/{claim.id}") for claim in self.past.claims()}
        self.check_records(records)
        self.check_lists(records)
        self.check_impact(records)
        assert self.office.runner.check() == []

    def get(self, path: str) -> Any:
        return self.office.get(path, by="ed").then(200).body

    def check_records(self, records: dict[str, Any]) -> None:
        """Each record by itself says what the folded records come to."""
        for claim in self.past.claims():
            evidence, shown = self.past.evidence(claim), records[claim.id]
            numbers = evidence.numbers
            assert shown["independent_origins"] == {
                "supports": numbers.supports,
                "refutes": numbers.refutes,
                "interested": numbers.interested,
                "reported": numbers.reported,
            }
            assert shown["evidence_conflicts"] == evidence.conflicts
            assert shown["needs_review"] == self.reasons(claim)
            standing = {
                c["id"] for c in shown["citations"] if c["stands"] and c["stance"] not in {"context", "mentions"}
            }
            assert standing == evidence.holding()

    def reasons(self, claim: Claim) -> list[str]:
        return list(self.past.reasons(claim)) if claim.verdict is not None else []

    def check_lists(self, records: dict[str, Any]) -> None:
        """Lists and the worklist hold the claims whose records say that they belong there."""
        listed = {claim["id"]: claim for claim in self.get("/claims?limit=200")["items"]}
        assert listed.keys() == records.keys()
        for id, claim in listed.items():
            for shared in ("needs_review", "evidence_conflicts", "independent_origins", "contested"):
                if shared in claim:
                    assert claim[shared] == records[id][shared], shared
        waiting = {id for id, record in records.items() if record["needs_review"] and not record["withdrawn"]}
        review = self.get("/worklist?kind=review&limit=200")["items"]
        assert {item["record_id"]: item["reasons"] for item in review} == {
            id: records[id]["needs_review"] for id in waiting
        }
        for name in ("needs_review", "evidence_conflicts"):
            found = {claim["id"] for claim in self.get(f"/claims?{name}=true&limit=200")["items"]}
            assert found == {id for id, record in records.items() if record[name]}

    def check_impact(self, records: dict[str, Any]) -> None:
        """Impact counts the origins under verdicts as the records have them; what leans on a source cites it."""
        claims = {claim.id: claim for claim in self.past.claims()}
        for source in self.web.sources:
            impact = self.get(f"/sources/{source}/impact?limit=200")
            for verdict in impact["verdicts"]:
                claim = claims[verdict["claim_id"]]
                assert verdict["verdict_id"] == records[claim.id]["verdict"]["id"]
                assert verdict["remaining_origins"] == self.past.evidence(claim).behind(ground_of(claim))
            leaning = {citation["id"] for citation in impact["citations"]}
            direct = {
                c.id for claim in claims.values() for c in claim.citations if c.source_id == source and not c.withdrawn
            }
            assert direct <= leaning

    def teardown(self) -> None:
        self.stack.close()


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Reads,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_after_every_command_all_readings_agree() -> None:
    run(examples=3, steps=12)


@pytest.mark.soak
def test_after_very_many_commands_all_readings_agree() -> None:
    run(examples=10, steps=60)
