"""What the public may see of an open record: what the state rested on when it was opened, and what came after."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audience import (
    open_positions,
    protects,
    public_article,
    public_claim,
    public_party,
    public_source,
    tells,
)
from domain.claim import Claim
from domain.streams import FOLDS
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.ledgers import random_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as desk:
        desk.given(
            Do("parties.create", bodies.party(), name="albania"),
            Do("sources.create", bodies.source(), name="paper"),
            Do("claims.create", bodies.claim(), name="claim"),
        )
        yield desk


def on(command: str, body: object = None, *at: str, by: str = "ed", name: str | None = None) -> Do:
    return Do(f"claims.{command}", body or {}, ("@claim", *at), by, name)  # type: ignore[arg-type]


def publish(desk: Desk) -> int:
    """Opens the claim; gives the position of its opening."""
    return desk.do(on("publication")).position


def seen(desk: Desk, opened_at: int, name: str = "claim") -> list[str]:
    events = desk.history(name)
    open_ = open_positions(events, opened_at)
    return [event.event.TYPE if event.position in open_ else "withheld" for event in events]


def public(desk: Desk, opened_at: int) -> Claim:
    return public_claim(desk.state("claim"), open_positions(desk.history("claim"), opened_at))


def test_wordings_given_up_before_stay_with_the_desk_and_later_ones_are_open(desk: Desk) -> None:
    desk.given(on("rewording", bodies.rewording("Second.")))
    opened_at = publish(desk)
    desk.given(on("rewording", bodies.rewording("Third.")))
    expected = ["withheld", "claim.reworded.v1", "claim.published.v1", "claim.reworded.v1"]
    assert seen(desk, opened_at) == expected


def test_a_wording_that_was_given_up_stays_with_the_desk_when_the_later_one_is_erased(desk: Desk) -> None:
    desk.given(on("rewording", bodies.rewording("Second.")))
    opened_at = publish(desk)
    asserted, reworded, published = desk.history("claim")
    erased = replace(reworded, event=reworded.event.model_copy(update={"words": None}))

    open_ = open_positions([asserted, erased, published], opened_at)

    assert open_ == {reworded.position, published.position}


def test_citations_withdrawn_before_stay_with_the_desk_and_later_withdrawals_are_open(desk: Desk) -> None:
    desk.given(on("citations", bodies.citation("@paper"), name="early"))
    desk.given(on("citations", bodies.citation("@paper"), name="late"))
    desk.given(on("citations.withdrawal", bodies.withdraw(), "@early"))
    opened_at = publish(desk)
    desk.given(on("citations.withdrawal", bodies.withdraw(), "@late"))
    assert seen(desk, opened_at)[1:] == [
        "withheld",
        "claim.cited.v1",
        "withheld",
        "claim.published.v1",
        "claim.citation_withdrawn.v1",
    ]
    (citation,) = public(desk, opened_at).citations
    assert citation.id == desk.id("late")
    assert citation.withdrawn is not None


def test_a_waiting_proposal_is_not_public_until_it_is_approved(desk: Desk) -> None:
    opened_at = publish(desk)
    desk.given(on("verdicts", bodies.verdict(), name="verdict"))
    assert seen(desk, opened_at)[-1] == "withheld"
    assert public(desk, opened_at).verdicts == ()
    desk.given(on("verdicts.approval", {}, "@verdict", by="ap"))
    assert seen(desk, opened_at)[-2:] == ["claim.verdict_proposed.v1", "claim.verdict_approved.v1"]
    assert public(desk, opened_at).verdict is not None


@pytest.mark.parametrize("published_first", [True, False])
def test_a_rejected_proposal_is_never_public(desk: Desk, *, published_first: bool) -> None:
    opened_at = publish(desk) if published_first else 0
    desk.given(on("verdicts", bodies.verdict(), name="verdict"))
    desk.given(on("verdicts.rejection", bodies.because(), "@verdict", by="ap"))
    opened_at = opened_at or publish(desk)
    assert [name for name in seen(desk, opened_at) if "verdict" in name] == []
    assert public(desk, opened_at).verdicts == ()


def test_only_the_verdict_in_force_at_opening_is_public_of_those_before(desk: Desk) -> None:
    for name, because in (("first", None), ("second", "our_error")):
        changed = {} if because is None else {"changed_because": because}
        desk.given(on("verdicts", bodies.verdict(**changed), name=name))
        desk.given(on("verdicts.approval", {}, f"@{name}", by="ap"))
    desk.given(on("verdicts", bodies.verdict(changed_because="policy"), name="third"))
    desk.given(on("verdicts.rejection", bodies.because(), "@third", by="ap"))
    opened_at = publish(desk)
    assert [verdict.id for verdict in public(desk, opened_at).verdicts] == [desk.id("second")]


def test_a_proposed_withdrawal_of_a_verdict_is_not_public_until_it_is_approved(desk: Desk) -> None:
    desk.given(on("verdicts", bodies.verdict(), name="verdict"))
    desk.given(on("verdicts.approval", {}, "@verdict", by="ap"))
    opened_at = publish(desk)
    desk.given(on("verdicts.withdrawal", bodies.withdraw(), "@verdict"))
    assert seen(desk, opened_at)[-1] == "withheld"
    (verdict,) = public(desk, opened_at).verdicts
    assert verdict.pending is None
    desk.given(on("verdicts.approval", {}, "@verdict", by="ap"))
    assert seen(desk, opened_at)[-2:] == ["claim.verdict_act_proposed.v1", "claim.verdict_withdrawn.v1"]


def test_a_withdrawal_that_was_taken_back_before_stays_with_the_desk(desk: Desk) -> None:
    desk.given(on("withdrawal", bodies.withdraw()), on("reinstatement", bodies.because()))
    opened_at = publish(desk)
    desk.given(on("withdrawal", bodies.withdraw()), on("reinstatement", bodies.because()))
    assert seen(desk, opened_at)[1:] == [
        "withheld",
        "claim.reinstated.v1",
        "claim.published.v1",
        "claim.withdrawn.v1",
        "claim.reinstated.v1",
    ]


def test_a_withdrawal_of_an_article_that_was_taken_back_before_stays_with_the_desk(desk: Desk) -> None:
    desk.given(Do("articles.create", bodies.article(), name="ours"))
    for command, body in (("withdrawal", bodies.because()), ("reinstatement", bodies.because()), ("publication", {})):
        opened_at = desk.do(Do(f"articles.{command}", body, ("@ours",))).position
    assert seen(desk, opened_at, "ours")[1:] == ["withheld", "article.reinstated.v1", "article.published.v1"]


def test_a_settlement_that_nobody_agreed_to_is_not_public(desk: Desk) -> None:
    desk.given(on("disputes", bodies.dispute(bodies.position("@albania")), name="dispute"))
    opened_at = publish(desk)
    desk.given(on("disputes.settlement", bodies.settlement(), "@dispute"))
    assert seen(desk, opened_at)[-1] == "withheld"
    (dispute,) = public(desk, opened_at).disputes
    assert dispute.settlements == ()
    desk.given(on("disputes.settlement.approval", {}, "@dispute", by="ap"))
    assert "withheld" not in seen(desk, opened_at)


def test_a_position_withdrawn_before_stays_with_the_desk(desk: Desk) -> None:
    desk.given(on("disputes", bodies.dispute(bodies.position("@albania")), name="dispute"))
    desk.given(on("disputes.positions.withdrawal", bodies.withdraw(), "@dispute", "@dispute.1"))
    opened_at = publish(desk)
    (dispute,) = public(desk, opened_at).disputes
    assert dispute.positions == ()


def test_a_confidential_source_and_a_private_party_keep_what_they_are(desk: Desk) -> None:
    desk.given(
        Do("sources.create", bodies.source(confidential=True, title="Our witness"), name="witness"),
        Do("parties.create", bodies.party(private=True, name="A minor"), name="minor"),
    )
    assert "Our witness" not in repr(public_source(desk.state("witness"), frozenset()))
    assert "A minor" not in repr(public_party(desk.state("minor"), frozenset()))
    assert public_party(desk.state("albania"), frozenset()) == desk.state("albania")


def test_anothers_text_is_for_the_desk(desk: Desk) -> None:
    desk.given(Do("articles.create", bodies.article(role="examined"), name="theirs"))
    desk.given(Do("articles.create", bodies.article(), name="ours"))
    everything = frozenset(range(100))
    assert public_article(desk.state("theirs"), everything).words.text is None
    assert public_article(desk.state("ours"), everything).words.text == bodies.TEXT


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), length=st.integers(20, 150))
def test_what_is_open_makes_a_record_without_the_rest(seed: int, length: int) -> None:
    with random_desk(seed, length) as desk:
        streams = desk.newsroom.streams
        for stream in {event.stream for event in streams.events() if event.stream[:3] in ("clm", "art", "src", "pty")}:
            first, *others = streams.history(stream)
            for opened_at in (first.position, *(event.position for event in others)):
                open_ = open_positions([first, *others], opened_at)
                told = [first, *(event for event in others if event.position in open_)]

                state = FOLDS[stream[:3]].all(replace(event, version=n) for n, event in enumerate(told, 1))

                assert state is not None
                assert state.changed.position == told[-1].position


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), length=st.integers(20, 150), closed=st.integers(2, 5))
def test_an_event_tells_something_when_more_is_open_with_it_than_without(seed: int, length: int, closed: int) -> None:
    with random_desk(seed, length) as desk:
        streams = desk.newsroom.streams

        def is_open(record: str) -> bool:
            return sum(record.encode()) % closed != 0

        for stream in {event.stream for event in streams.events() if event.stream[:3] in ("clm", "art", "src", "pty")}:
            events = streams.history(stream)
            opened_at = events[seed % len(events)].position
            before = None
            for number, event in enumerate(events):
                after = FOLDS[stream[:3]].step(before, event)
                if event.position > opened_at and not protects(after):
                    without, with_it = (
                        open_positions(events[:end], opened_at, is_open) for end in (number, number + 1)
                    )
                    assert tells(event, before, after, is_open) == (with_it > without)
                before = after


def test_what_protects_somebody_tells_when_it_begins_to_and_when_it_ends(desk: Desk) -> None:
    hidden = [
        Do("sources.description", {"confidential": yes, **bodies.because()}, ("@paper",)) for yes in (True, False)
    ]
    desk.given(hidden[0], Do("sources.description", {"title": "Secret", **bodies.because()}, ("@paper",)), hidden[1])

    first, *events = desk.history("paper")
    states = [FOLDS["src"].step(None, first)]
    told = []
    for event in events:
        states.append(FOLDS["src"].step(states[-1], event))
        told.append(tells(event, states[-2], states[-1], lambda _: True))

    assert told == [True, False, True]


def tied(desk: Desk) -> None:
    desk.given(
        Do("claims.create", bodies.claim(statement="Another claim."), name="other"),
        Do("parties.create", bodies.party(), name="outlet"),
        Do("claims.links", {"claim_id": "@other", "relation": "depends_on"}, ("@claim",), name="link"),
        Do(
            "parties.affiliations",
            {
                "party_id": "@outlet",
                "relation": "owned_by",
                "basis_claim_id": "@other",
                "as_alleged": True,
                "reason": "As the other claim has it.",
            },
            ("@albania",),
            name="affiliation",
        ),
        Do("sources.create", bodies.source(), name="origin"),
        Do(
            "sources.origins",
            {"derives_from": "@origin", "relation": "quotes", "reason": "The same words."},
            ("@paper",),
            name="derivation",
        ),
    )


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("claim", "claim.linked.v1"),
        ("albania", "party.affiliation_recorded.v1"),
        ("paper", "source.origin_declared.v1"),
    ],
)
def test_a_tie_to_a_record_that_is_not_open_is_withheld(desk: Desk, name: str, event: str) -> None:
    tied(desk)
    events = desk.history(name)
    (position,) = (e.position for e in events if event == e.event.TYPE)
    assert position in open_positions(events, desk.length)
    closed = {desk.id("other"), desk.id("origin")}
    assert position not in open_positions(events, desk.length, lambda record: record not in closed)


@pytest.mark.parametrize(
    ("name", "withdrawal", "part"),
    [
        ("albania", "parties.affiliations.withdrawal", "affiliation"),
        ("paper", "sources.origins.withdrawal", "derivation"),
    ],
)
def test_a_tie_withdrawn_before_stays_with_the_desk(desk: Desk, name: str, withdrawal: str, part: str) -> None:
    tied(desk)
    desk.given(Do(withdrawal, bodies.withdraw(), (f"@{name}", f"@{part}")))
    assert seen(desk, desk.length, name)[-2:] == ["withheld", "withheld"]
    open_ = open_positions(desk.history(name), desk.length)
    party, source = desk.state("albania"), desk.state("paper")
    assert not (public_party(party, open_).affiliations if name == "albania" else public_source(source, open_).origins)
