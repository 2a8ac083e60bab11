"""Event names are for ever: each that was ever stored can be read, and none changes its meaning."""

import re
from typing import Any

import pytest

from domain.catalogue import EVENTS, UPCASTERS
from domain.events import Event, NoWords, Partial, Recorded, Words
from domain.streams import FOLDS
from tests.support.examples import ACTOR, REQUEST, STREAMS, example, stream_of

FROZEN = [
    "article.claim_placed.v1",
    "article.claim_placed_again.v1",
    "article.claim_removed.v1",
    "article.correction_issued.v1",
    "article.drafted.v1",
    "article.placement_confirmed.v1",
    "article.published.v1",
    "article.reinstated.v1",
    "article.text_revised.v1",
    "article.withdrawn.v1",
    "claim.asserted.v1",
    "claim.citation_withdrawn.v1",
    "claim.cited.v1",
    "claim.described.v1",
    "claim.dispute_narrowed.v1",
    "claim.dispute_opened.v1",
    "claim.dispute_reopened.v1",
    "claim.dispute_settled.v1",
    "claim.linked.v1",
    "claim.position_stated.v1",
    "claim.position_withdrawn.v1",
    "claim.published.v1",
    "claim.quantity_stated.v1",
    "claim.quote_checked.v1",
    "claim.reinstated.v1",
    "claim.reply_considered.v1",
    "claim.reply_declined.v1",
    "claim.reply_not_sought.v1",
    "claim.reply_received.v1",
    "claim.reply_requested.v1",
    "claim.reply_withdrawn.v1",
    "claim.reworded.v1",
    "claim.search_recorded.v1",
    "claim.search_withdrawn.v1",
    "claim.settlement_proposed.v1",
    "claim.unlinked.v1",
    "claim.verdict_act_proposed.v1",
    "claim.verdict_approved.v1",
    "claim.verdict_proposed.v1",
    "claim.verdict_reaffirmed.v1",
    "claim.verdict_rejected.v1",
    "claim.verdict_withdrawn.v1",
    "claim.withdrawn.v1",
    "desk.actor_enrolled.v1",
    "desk.clock_overridden.v1",
    "desk.erasure_proposed.v1",
    "desk.key_rotated.v1",
    "desk.opened.v1",
    "desk.proposal_rejected.v1",
    "desk.receipt_made.v1",
    "desk.release_proposed.v1",
    "desk.role_granted.v1",
    "desk.role_revoked.v1",
    "desk.token_issued.v1",
    "desk.token_revoked.v1",
    "desk.withholding_proposed.v1",
    "desk.words_erased.v1",
    "desk.words_released.v1",
    "desk.words_withheld.v1",
    "map.committed.v1",
    "party.affiliation_ended.v1",
    "party.affiliation_recorded.v1",
    "party.affiliation_withdrawn.v1",
    "party.described.v1",
    "party.registered.v1",
    "policy.adopted.v1",
    "policy.proposed.v1",
    "source.described.v1",
    "source.origin_declared.v1",
    "source.origin_withdrawn.v1",
    "source.registered.v1",
    "source.snapshot_captured.v1",
    "source.snapshot_withdrawn.v1",
    "source.standing_changed.v1",
]
"""Every name that was ever given. A line is added when an event is, and none is ever taken out."""


def test_no_name_is_ever_given_up_and_every_new_one_is_noted_here() -> None:
    assert len(set(FROZEN)) == len(FROZEN)
    assert set(FROZEN) == set(EVENTS) | set(UPCASTERS)
    assert not set(EVENTS) & set(UPCASTERS)


@pytest.mark.parametrize("name", FROZEN)
def test_a_name_says_the_kind_of_record_what_happened_and_the_version(name: str) -> None:
    assert re.fullmatch(r"(article|claim|desk|map|party|policy|source)\.[a-z]+(_[a-z]+)*\.v[1-9][0-9]*", name)


def subclasses(model: type[Event]) -> set[type[Event]]:
    return {model}.union(*(subclasses(sub) for sub in model.__subclasses__()))


def test_every_event_model_is_in_the_catalogue_under_its_own_name() -> None:
    models = {model for model in subclasses(Event) if model.__module__.startswith("domain.")} - {Event, Partial}

    assert set(EVENTS.values()) == models
    assert all(name == model.TYPE for name, model in EVENTS.items())


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_what_it_means_and_keeps_typed_words_apart(name: str) -> None:
    model = EVENTS[name]

    assert model.__doc__
    assert model.__doc__ != Event.__doc__
    assert model.model_config.get("frozen")
    assert model.model_config.get("extra") == "forbid"
    assert issubclass(model.WORDS, Words)
    assert model.model_fields["words"].is_required()
    assert model.WORDS is NoWords or model.WORDS.model_fields


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_folded_by_the_fold_of_its_kind_and_by_no_other(name: str) -> None:
    folds = [fold.kind for fold in FOLDS.values() if EVENTS[name] in fold.events]

    assert folds == [name.partition(".")[0]]


def test_a_stream_begins_with_one_kind_of_event() -> None:
    assert {next(iter(fold.begins_with)).TYPE for fold in FOLDS.values()} == {
        "article.drafted.v1",
        "claim.asserted.v1",
        "desk.opened.v1",
        "map.committed.v1",
        "party.registered.v1",
        "policy.proposed.v1",
        "source.registered.v1",
    }
    assert all(len(fold.begins_with) == 1 for fold in FOLDS.values())


def recorded(event: Event, version: int) -> Recorded:
    return Recorded(
        position=version,
        stream=stream_of(event.TYPE),
        version=version,
        recorded_at=f"2026-11-23T10:00:{version:02}.000000Z",
        decided_at=None,
        actor=ACTOR,
        request=REQUEST,
        commitment="00" * 32,
        event=event,
    )


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("erased", [False, True], ids=["with words", "words erased"])
def test_every_event_folds_with_and_without_its_words(kind: str, erased: bool) -> None:  # noqa: FBT001
    (fold,) = (fold for fold in FOLDS.values() if fold.kind == kind)
    (first,) = fold.begins_with
    order = [first.TYPE, *(name for name, model in EVENTS.items() if model in fold.events - fold.begins_with)]
    if kind == "policy":
        order.append(first.TYPE)
    state: Any = None

    for version, name in enumerate(order, 1):
        number = {"number": (version + 1) // 2} if kind == "policy" else {}
        event = example(name).model_copy(update=number | ({"words": None} if erased else {}))
        state = fold.step(state, recorded(event, version))

    assert state.version == len(order)
    assert state.changed.position == len(order)
    typed = any(EVENTS[name].WORDS is not NoWords for name in order)
    assert ("è 𝄞" in repr(state)) is (typed and not erased)
