"""Folds apply one event after the other, and take what cannot follow for damage."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DamagedLedger
from domain.events import Recorded
from domain.folding import amend, replace
from domain.party import fold as party_fold
from domain.streams import NOTHING, Streams, fold_of
from domain.values import make_id
from tests.support.desk import Desk
from tests.support.examples import STREAMS, example
from tests.support.ledgers import random_desk
from tests.support.story import approve, propose


def recorded(type: str, version: int, position: int = 7) -> Recorded:
    return Recorded(position, STREAMS["party"], version, "at", None, "a", "r", "00", example(type))


@pytest.mark.parametrize(
    ("type", "version"), [("party.described.v1", 1), ("party.registered.v1", 2), ("source.registered.v1", 1)]
)
def test_what_cannot_begin_a_stream_is_damage(type: str, version: int) -> None:
    with pytest.raises(DamagedLedger, match="cannot begin a party") as damage:
        party_fold.step(None, recorded(type, version))

    assert (damage.value.position, damage.value.stream) == (7, STREAMS["party"])


@pytest.mark.parametrize(
    ("type", "version"),
    [
        ("party.registered.v1", 2),
        ("source.described.v1", 2),
        ("party.described.v1", 1),
        ("party.described.v1", 3),
    ],
)
def test_what_cannot_follow_is_damage(type: str, version: int) -> None:
    state = party_fold.step(None, recorded("party.registered.v1", 1))

    with pytest.raises(DamagedLedger, match="cannot follow version 1 of a party") as damage:
        party_fold.step(state, recorded(type, version))

    assert (damage.value.position, damage.value.stream) == (7, STREAMS["party"])


UNFIT = [
    ("desk", "role_granted", {"actor_id": "act_unknown"}, "act_unknown"),
    ("desk", "token_revoked", {"token_id": "tok_unknown"}, "tok_unknown"),
    ("claim", "citation_withdrawn", {"citation_id": "cit_unknown"}, "cit_unknown"),
    ("claim", "verdict_approved", {"verdict_id": "vdt_unknown"}, "vdt_unknown"),
    ("claim", "verdict_act_proposed", {"act": "withdrawal", "cause": None}, "cause"),
    ("policy", "adopted", {"number": 9}, "policy 9"),
    ("policy", "proposed", {"number": 9}, "policy 9"),
]


@pytest.mark.parametrize(("kind", "type", "said", "blamed"), UNFIT, ids=[f"{case[1]} {case[3]}" for case in UNFIT])
def test_an_event_that_does_not_fit_the_record_is_damage(
    story: Desk, kind: str, type: str, said: dict[str, Any], blamed: str
) -> None:
    story.given(propose("true", "x1"), approve())
    newsroom = story.newsroom
    stream = {"desk": newsroom.desk_id, "policy": newsroom.desk.policy_id, "claim": story.id("c1")}[kind]
    fold, state = fold_of(stream), newsroom.streams.load(stream).state
    known = {"verdict_id": story.id("v1")} if "verdict" in type else {}
    event = example(f"{kind}.{type}.v1").model_copy(update=known | said)
    assert fold is not None

    with pytest.raises(DamagedLedger, match=f"does not fit the .*{blamed}") as damage:
        fold.step(state, Recorded(7, stream, state.version + 1, "at", None, "a", "r", "00", event))

    assert (damage.value.position, damage.value.stream) == (7, stream)


def test_nothing_folds_to_nothing() -> None:
    assert party_fold.all([]) is None


def test_every_step_moves_version_and_stamp(desk: Desk) -> None:
    state = party_fold.all([recorded("party.registered.v1", 1, 7), recorded("party.described.v1", 2, 9)])

    assert state is not None
    assert (state.version, state.changed.position, state.registered.position) == (2, 9, 7)


def test_only_the_part_with_the_id_is_amended(story: Desk) -> None:
    first, second = story.state("c1").citations

    assert amend((first, second), second.id, lambda part: replace(part, stance="context")) == (
        first,
        replace(second, stance="context"),
    )
    with pytest.raises(KeyError, match="cit_unknown"):
        amend((first, second), "cit_unknown", lambda _: pytest.fail("no part has this id"))


def test_an_id_that_names_no_record_has_no_fold_and_no_state(desk: Desk) -> None:
    streams: Streams = desk.newsroom.streams

    assert fold_of("req_1") is None
    assert streams.load("req_1") is NOTHING
    assert streams.load(make_id("clm", bytes(16))) is NOTHING
    assert streams.at("req_1", 1) is None
    assert not streams.exists("")


def test_events_are_read_in_batches_of_any_size(story: Desk) -> None:
    streams = story.newsroom.streams
    everything = list(streams.events())

    for size in (1, 2, 3, 1_000):
        assert list(streams.events(batch=size)) == everything
        assert list(streams.events(5, 11, batch=size)) == everything[5:11]
    assert list(streams.events(len(everything))) == []


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32), length=st.integers(0, 60))
def test_states_are_replaced_as_dataclasses_are(seed: int, length: int) -> None:
    with random_desk(seed, length) as desk:
        streams = desk.newsroom.streams
        for stream in {event.stream for event in streams.events()}:
            for part in parts(streams.load(stream).state):
                before = repr(part)
                for field in dataclasses.fields(part):
                    assert replace(part, **{field.name: None}) == dataclasses.replace(part, **{field.name: None})
                assert replace(part) == part
                assert repr(part) == before
                with pytest.raises(AttributeError):
                    replace(part, unheard_of=1)


def parts(value: Any) -> Iterator[Any]:
    """A state and every dataclass inside it."""
    if dataclasses.is_dataclass(value):
        yield value
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from parts(inner)
