"""What holds in every ledger, whatever was recorded in whatever order.

Each property is stated over the events or the folded states of random ledgers, in other words than the code has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.claim import Claim
from domain.events import Recorded
from domain.policy import Policy
from domain.streams import Streams, fold_of
from domain.values import kind_of
from tests.support.chance import Chance
from tests.support.desk import Desk
from tests.support.ledgers import random_desk, step

SEEDS = st.integers(0, 2**32)
LENGTHS = st.integers(0, 70)
ledgers = given(seed=SEEDS, length=LENGTHS)
some = settings(max_examples=25)


@contextmanager
def ledger(seed: int, length: int) -> Iterator[Desk]:
    with random_desk(seed, length) as desk:
        yield desk


def streams_of(desk: Desk) -> dict[str, list[Recorded]]:
    """The events of each stream."""
    found: dict[str, list[Recorded]] = {}
    for event in desk.newsroom.streams.events():
        found.setdefault(event.stream, []).append(event)
    return found


def fold(events: list[Recorded]) -> Any:
    folding = fold_of(events[0].stream) if events else None
    return None if folding is None else folding.all(events)


@some
@ledgers
def test_positions_versions_and_times_have_no_gap_and_never_go_back(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        events = list(desk.newsroom.streams.events())

        assert [event.position for event in events] == list(range(1, len(events) + 1))
        for stream, of_one in streams_of(desk).items():
            assert [event.version for event in of_one] == list(range(1, len(of_one) + 1)), stream
            times = [event.effective_at for event in of_one]
            assert times == sorted(times)
        for one, next in pairwise(events):
            assert (one.recorded_at < next.recorded_at) == (one.request != next.request)
            assert one.recorded_at <= next.recorded_at
            assert one.effective_at <= one.recorded_at


@some
@ledgers
def test_a_claim_is_contested_exactly_as_the_definition_says(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        for stream, events in streams_of(desk).items():
            for end in range(1, len(events) + 1 if stream.startswith("clm") else 0):
                assert fold(events[:end]).contested == contested(events[:end])


def contested(events: list[Recorded]) -> bool:
    """Two parties oppose each other in a dispute that is open or cannot be resolved; the claim is its claimant's side.

    Told from the bare events, dispute by dispute.
    """
    heads = [(event.event.TYPE.split(".")[1], event.event.model_dump(exclude={"words"})) for event in events]
    claimant = heads[0][1]["claimant_id"]
    outcomes = {head["settlement_id"]: head["outcome"] for what, head in heads if what == "settlement_proposed"}
    gone = {head["position_id"] for what, head in heads if what == "position_withdrawn"}
    for what, head in heads:
        if what == "described" and "claimant_id" in head["changes"]:
            claimant = head["claimant_id"]
    for dispute in [head["dispute_id"] for what, head in heads if what == "dispute_opened"]:
        own = [(what, head) for what, head in heads if head.get("dispute_id") == dispute]
        ends = [head for what, head in own if what in {"dispute_settled", "dispute_reopened"}]
        resolved = bool(ends) and outcomes.get(ends[-1].get("settlement_id"), "unresolvable") != "unresolvable"
        said = [head for what, head in own if what == "position_stated" and head["position_id"] not in gone]
        against = [head["party_id"] for head in said if head["stance"] in {"denies", "differs"}]
        sides = [claimant, *(head["party_id"] for head in said if head["stance"] == "affirms")]
        if not resolved and any(one != other for one in against for other in sides):
            return True
    return False


@some
@ledgers
def test_at_most_one_verdict_is_in_force_and_only_after_another_person_approved(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        policy_id = desk.newsroom.policy.id
        for claim in claims(desk):
            assert [verdict.status for verdict in claim.verdicts].count("in_force") <= 1
            assert [verdict.status for verdict in claim.verdicts].count("proposed") <= 1
            for verdict in claim.verdicts:
                approved = verdict.approved
                assert (approved is not None) == (verdict.status in {"in_force", "superseded", "withdrawn"})
                if approved is None:
                    continue
                assert verdict.own_proposal == (approved.by == verdict.proposed.by)
                policy: Policy = desk.newsroom.streams.at(policy_id, approved.position - 1)
                assert policy.current is not None
                assert not (policy.current.four_eyes and verdict.own_proposal)
                rating = policy.current.rating(verdict.rating)
                assert rating is not None
                assert verdict.rests_on.citation_ids or not rating.needs_citation


@some
@ledgers
def test_a_dispute_is_settled_by_two_people_unless_the_policy_lets_one(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        policy_id = desk.newsroom.policy.id
        for claim in claims(desk):
            for settlement in (s for d in claim.disputes for s in d.settlements if s.agreed is not None):
                assert settlement.agreed is not None
                policy: Policy = desk.newsroom.streams.at(policy_id, settlement.agreed.position - 1)
                assert policy.current is not None
                own = settlement.agreed.by == settlement.proposed.by
                assert settlement.own_proposal == own
                assert not (own and policy.current.four_eyes)


def claims(desk: Desk) -> list[Claim]:
    return [fold(events) for stream, events in streams_of(desk).items() if kind_of(stream) == "claim"]


@some
@ledgers
def test_no_part_of_a_record_ever_disappears(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        for events in streams_of(desk).values():
            known: set[str] = set()
            for end in range(1, len(events) + 1):
                parts = set(ids(fold(events[:end])))
                assert known <= parts
                known = parts


def ids(value: Any) -> Iterator[str]:
    """The ids of a record and of everything inside it."""
    if is_dataclass(value):
        if isinstance(id := getattr(value, "id", None), str):
            yield id
        for field in fields(value):
            yield from ids(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from ids(inner)
    elif isinstance(value, dict):
        yield from ids(list(value.values()))


@some
@ledgers
def test_every_record_that_is_named_was_there_before(seed: int, length: int) -> None:
    kinds = ("party", "source", "claim", "article")
    with ledger(seed, length) as desk:
        begun: set[str] = set()
        for event in desk.newsroom.streams.events():
            begun.add(event.stream)
            named = [id for id in _texts(event.event.model_dump(exclude={"words"})) if kind_of(id) in kinds]
            assert set(named) <= begun


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


@some
@ledgers
def test_a_placed_claim_marks_its_own_words_or_is_orphaned(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        for stream, events in streams_of(desk).items():
            if kind_of(stream) != "article":
                continue
            article = fold(events)
            for placement in article.placed:
                if placement.start is None:
                    assert placement.fate == "orphaned"
                else:
                    assert article.words.text[placement.start : placement.end] == placement.words.exact


@some
@ledgers
def test_the_fold_of_a_prefix_is_the_record_as_of_its_end(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        streams, head = desk.newsroom.streams, desk.length
        ends = {event.request: event.position for event in streams.events()}
        for stream, events in streams_of(desk).items():
            for position in {event.position for event in events} | {0, head, head + 9}:
                whole = max((end for end in ends.values() if end <= position), default=0)
                prefix = [event for event in events if event.position <= whole]
                assert streams.at(stream, position) == fold(prefix)
            assert streams.at(stream, head) == streams.load(stream).state == fold(events)


@some
@ledgers
def test_what_was_decided_by_a_moment_is_a_prefix_of_each_stream(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        for stream, events in streams_of(desk).items():
            for moment in ("0001", *(event.effective_at for event in events), "9999"):
                decided = [event for event in events if event.effective_at <= moment]
                assert decided == events[: len(decided)]
                assert desk.newsroom.streams.decided(stream, moment) == fold(decided)


@some
@ledgers
def test_a_record_folded_step_by_step_is_the_record_folded_at_once(seed: int, length: int) -> None:
    """Whatever the reader remembers, and however little it may remember."""
    with Desk(seed=seed) as desk:
        chance, forgetful = Chance(desk, seed), Streams(desk.store, capacity=2)
        for _ in range(length):
            step(chance)
            for stream in chance.records["claim"][:3]:
                assert forgetful.load(stream) == desk.newsroom.streams.load(stream)
        for stream, events in streams_of(desk).items():
            assert forgetful.load(stream).state == fold(events)


@some
@ledgers
def test_erased_words_change_nothing_but_texts(seed: int, length: int) -> None:
    with ledger(seed, length) as desk:
        for events in streams_of(desk).values():
            erased = [replace(event, event=event.event.model_copy(update={"words": None})) for event in events]
            assert without_words(fold(erased)) == without_words(fold(events))


def without_words(value: Any) -> Any:
    """The state as plain data, without what people typed."""
    if is_dataclass(value) and not isinstance(value, type):
        inside = {f.name: without_words(getattr(value, f.name)) for f in fields(value)}
        return {name: inner for name, inner in inside.items() if name != "words"}
    if isinstance(value, tuple | list):
        return [without_words(inner) for inner in value]
    if isinstance(value, dict):
        return {name: without_words(inner) for name, inner in value.items()}
    return value


@settings(max_examples=15)
@ledgers
def test_every_command_may_be_given_again_and_nothing_is_recorded(seed: int, length: int) -> None:
    with Desk(seed=seed) as desk:
        chance = Chance(desk, seed)
        given_before = []
        for number in range(length):
            before = desk.length
            command = step(chance, key=f"k{number}")
            given_before.append((command, before, desk.length))
        head = desk.length

        for command, before, after in given_before:
            outcome = desk.do(command)
            assert outcome.replayed
            assert before < outcome.position == after
        assert desk.length == head


@settings(max_examples=10)
@given(seed=SEEDS, length=st.integers(1, 40))
def test_the_same_seed_makes_the_same_ledger_and_a_shorter_one_is_its_beginning(seed: int, length: int) -> None:
    with ledger(seed, length) as long, ledger(seed, length - 1) as short:
        rows = long.store.rows(0, 10_000)

        assert short.store.rows(0, 10_000) == rows[: short.length]
        assert short.length < long.length
