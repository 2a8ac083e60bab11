"""When an open record changed last for the public: what the row says is what its whole history says."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audience import open_positions, protects
from domain.errors import Refused
from domain.events import Recorded
from domain.streams import FOLDS
from projections.openness import Openness
from projections.views import Reading
from tests.projections.watching import Watched
from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Desk, Do
from tests.support.ledgers import step
from tests.support.story import approve, dispute, give_up, propose, reject, retract, settle

PUBLISH_CLAIM = Do("claims.publication", {}, ("@c1",))
PROPOSE_WITHDRAWAL = Do("claims.verdicts.withdrawal", bodies.withdraw(), ("@c1", "@v1"))
PUBLISH_OTHER = Do("claims.publication", {}, ("@c2",))
LINK = Do("claims.links", {"claim_id": "@c2", "relation": "restates"}, ("@c1",), name="k1")
UNLINK = Do("claims.links.withdrawal", bodies.withdraw(), ("@c1", "@k1"))


def hide(kind: str, name: str, *, hidden: bool = True) -> Do:
    field = "confidential" if kind == "sources" else "private"
    return Do(f"{kind}.description", {field: hidden, **bodies.because()}, (f"@{name}",))


def rows(reading: Reading) -> dict[str, tuple[int, int, str]]:
    """Id → position of opening, position and time of the last change."""
    found = reading.connection.execute("SELECT id, opened_at, told, told_at FROM openness").fetchall()
    return {id: (opened_at, changed, at) for id, opened_at, changed, at in found}


def changed(watched: Watched, name: str = "c1") -> int:
    return watched.read(rows)[watched.desk.id(name)][1]


def told_at(history: list[Recorded], opened: dict[str, int], position: int) -> frozenset[int] | None:
    """The positions of the record's events that the public may read at this one; None while it is protected."""
    events = [event for event in history if event.position <= position]
    if protects(FOLDS[events[0].stream[:3]].all(events)):
        return None
    return open_positions(events, opened[events[0].stream], lambda other: opened.get(other, position + 1) <= position)


def last_told(history: list[Recorded], opened: dict[str, int], positions: Iterable[int]) -> int:
    """The last position at which what the public may read of the record became something else."""
    last, before = 0, object()
    for position in positions:
        now = told_at(history, opened, position)
        if now != before:
            last, before = position, now
    return last


def hide_something(chance: Chance) -> None:
    """Makes a source confidential or a party private, or open again, if the rules allow it."""
    kind, state = chance.dice.choice((("sources", chance.state("source")), ("parties", chance.state("party"))))
    if state is None:
        return
    field = "confidential" if kind == "sources" else "private"
    said = {field: chance.dice.random() < 0.5, **bodies.because()}
    try:
        chance.desk.do(Do(f"{kind}.description", said, (state.id,)))
    except Refused:
        return


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), commands=st.integers(20, 120), batch=st.sampled_from([1, 7, 1_000]))
def test_a_row_says_what_the_whole_history_says(seed: int, commands: int, batch: int) -> None:
    with TemporaryDirectory() as folder, Desk(seed=seed) as desk:
        chance = Chance(desk, seed)
        for _ in range(commands):
            step(chance)
            if chance.dice.random() < 0.15:
                hide_something(chance)
        watched = Watched(desk, Path(folder) / "views.db", [Openness()], batch)
        found = watched.read(rows)
        watched.close()

        opened = {id: opened_at for id, (opened_at, _, _) in found.items()}
        events = list(desk.newsroom.streams.events())
        for id, (opened_at, last, at) in found.items():
            history = [event for event in events if event.stream == id]
            moments = {*opened.values(), *(event.position for event in history)}
            assert last == last_told(history, opened, sorted(p for p in moments if p >= opened_at))
            assert at == events[last - 1].recorded_at
            if not protects(desk.newsroom.streams.load(id).state):
                assert last >= max({opened_at} | open_positions(history, opened_at, opened.__contains__))


@pytest.mark.parametrize(
    "unseen",
    [
        [propose()],
        [propose(), reject()],
        [dispute(), settle()][1:],
        [hide("sources", "s1"), retract("s1")][1:],
        [LINK],
        [LINK, UNLINK],
    ],
    ids=["proposal", "rejection", "settlement", "confidential", "tie", "tie taken back"],
)
def test_what_the_public_does_not_see_changes_nothing(watched: Watched, unseen: list[Do]) -> None:
    watched.desk.given(dispute(), PUBLISH_CLAIM, hide("sources", "s1"), give_up())
    before = watched.read(rows)

    watched.desk.given(*unseen)

    assert watched.read(rows) == before


def test_a_proposed_withdrawal_of_a_verdict_changes_nothing_until_it_is_approved(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, propose(), approve())
    adopted = watched.desk.length
    watched.desk.given(PROPOSE_WITHDRAWAL)
    assert changed(watched) == adopted

    watched.desk.given(approve())

    assert changed(watched) == watched.desk.length


def test_every_event_that_is_told_moves_the_record_to_the_end(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM)
    for command in (dispute(), give_up(), propose()):
        watched.desk.given(command)
    assert changed(watched) == watched.desk.length - 1

    watched.desk.given(approve())

    assert changed(watched) == watched.desk.length


@pytest.mark.parametrize("batch", [1, 1_000])
def test_a_tie_is_told_when_the_other_record_opens(watched: Watched, batch: int, tmp_path: Path) -> None:
    watched.desk.given(PUBLISH_CLAIM, LINK, PUBLISH_OTHER)
    other = Watched(watched.desk, tmp_path / "other.db", batch=batch)

    assert changed(other) == watched.desk.length
    other.close()


def test_a_tie_that_was_taken_back_before_the_opening_is_never_told(watched: Watched) -> None:
    watched.desk.given(LINK, UNLINK, PUBLISH_CLAIM)
    opened_at = watched.desk.length

    watched.desk.given(PUBLISH_OTHER)

    assert changed(watched) == opened_at


def test_a_tie_that_was_taken_back_after_the_opening_is_told_with_the_other_record(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, LINK, UNLINK)
    assert changed(watched) == watched.desk.length - 2

    watched.desk.given(PUBLISH_OTHER)

    assert changed(watched) == watched.desk.length


def test_to_become_confidential_is_the_last_that_is_told_until_it_ends(watched: Watched) -> None:
    watched.desk.given(PUBLISH_CLAIM, hide("sources", "s1"))
    hidden = watched.desk.length
    watched.desk.given(retract("s1"))
    assert changed(watched, "s1") == hidden

    watched.desk.given(hide("sources", "s1", hidden=False))

    assert changed(watched, "s1") == watched.desk.length
