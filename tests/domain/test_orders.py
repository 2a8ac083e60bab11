"""What holds for every order: versions, imported times, one unit of work, and nothing left of a refusal."""

import pytest

from domain.bodies import Nothing
from domain.commands import ACTS
from domain.errors import Forbidden, InvalidInput, NotFound, StaleVersion, VersionNeeded
from domain.session import Order, Session
from domain.values import make_id
from tests.support import bodies
from tests.support.desk import Desk, Do
from tests.support.story import dispute, place, propose, told

PAST, LATER, FUTURE = (f"{year}-06-21T07:00:00.000000Z" for year in (2013, 2020, 2027))


def reword(statement: str = "Another wording.", version: int | None = None, *, newest: bool = False) -> Do:
    return Do("claims.rewording", bodies.rewording(statement), ("@c1",), version=version, newest=newest)


def imported(command: Do, decided_at: str = PAST) -> Do:
    return Do(command.command, command.body, command.at, "im", command.name, decided_at)


NEW = imported(Do("claims.create", bodies.claim(), name="old"))


def reword_old(decided_at: str) -> Do:
    return imported(Do("claims.rewording", bodies.rewording(decided_at), ("@old",)), decided_at)


def test_a_change_says_which_version_it_was_made_for(story: Desk) -> None:
    version = story.state("c1").version

    refusal = story.when(reword(version=version - 1)).then_refused(StaleVersion)
    assert isinstance(refusal, StaleVersion)
    assert (refusal.seen, refusal.current, refusal.record) == (version - 1, version, story.id("c1"))
    story.when(reword(version=version + 1)).then_refused(StaleVersion)
    story.when(reword()).then_refused(VersionNeeded)
    story.when(reword(version=version)).then_events("claim.reworded.v1")
    story.when(reword(version=version)).then_refused(StaleVersion)


def test_a_change_meant_for_the_newest_version_needs_none(story: Desk) -> None:
    story.when(reword(newest=True)).then_events("claim.reworded.v1")


@pytest.mark.parametrize("command", [name for name, act in ACTS.items() if act.conditional])
def test_every_change_of_a_record_that_is_not_there_is_refused(shared_story: Desk, command: str) -> None:
    act = ACTS[command]
    prefix = {"claim": "clm", "article": "art", "party": "pty", "source": "src", "actor": "act", "policy": "pol"}
    at = (make_id(prefix[act.kind], bytes(16)), *(make_id("tok", bytes(16)) for _ in act.ids[1:]))
    actor = {"claim": "ap", "policy": "ap", "actor": "ad"}.get(act.kind, "ed")
    length = shared_story.length

    with pytest.raises(NotFound):
        shared_story.newsroom.record(Order(command, Nothing(), shared_story.id(actor), at, newest=True))

    assert shared_story.length == length


@pytest.mark.parametrize("at", [(), ("@c1", "@c1")], ids=["none", "one too many"])
def test_an_order_names_as_many_ids_as_its_route_has(story: Desk, at: tuple[str, ...]) -> None:
    wrong = Do("claims.rewording", bodies.rewording(), at)

    refusal = story.when(wrong).then_refused(InvalidInput)

    assert "claim_id" in str(refusal)


def test_a_record_is_not_created_at_an_id(story: Desk) -> None:
    story.when(Do("claims.create", bodies.claim(), ("@c1",))).then_refused(InvalidInput)


def test_a_record_of_another_kind_is_not_there(story: Desk) -> None:
    story.when(Do("claims.publication", {}, ("@a1",))).then_refused(NotFound)
    story.when(Do("claims.publication", {}, ("clm_",))).then_refused(NotFound)
    story.when(Do("claims.publication", {}, ("",))).then_refused(NotFound)


def test_only_importers_say_when_something_was_decided(story: Desk) -> None:
    story.when(Do("claims.create", bodies.claim(), decided_at=PAST)).then_refused(Forbidden)

    (event,) = story.when(NEW).then_events("claim.asserted.v1")
    assert (event.decided_at, event.effective_at) == (PAST, PAST)
    assert event.recorded_at > PAST
    assert story.state("old").asserted.decided_at == PAST


def test_nothing_was_decided_in_the_future(story: Desk) -> None:
    story.when(imported(NEW, FUTURE)).then_refused(InvalidInput, "/decided_at")


def test_imported_history_keeps_its_order(story: Desk) -> None:
    story.given(imported(NEW, LATER))

    story.when(reword_old(PAST)).then_refused(InvalidInput, "/decided_at")
    story.when(reword_old(LATER)).then_events("claim.reworded.v1")


def test_what_was_recorded_now_is_not_preceded_by_imported_history(story: Desk) -> None:
    story.when(imported(reword(newest=True))).then_refused(InvalidInput, "/decided_at")


def test_an_imported_claim_is_not_placed_in_an_article_that_was_not_there_then(story: Desk) -> None:
    placed = [{"article_id": "@a1", "selector": {"exact": "One person died"}}]

    story.when(imported(Do("claims.create", bodies.claim(place=placed)))).then_refused(InvalidInput, "/decided_at")


def test_imported_history_opens_a_second_axis(story: Desk) -> None:
    story.given(imported(NEW, PAST), reword_old(LATER))
    streams, old = story.newsroom.streams, story.id("old")

    assert streams.decided(old, "2013-01-01T00:00:00.000000Z") is None
    assert streams.decided(old, PAST).version == 1
    assert streams.decided(old, "2019-12-31T23:59:59.999999Z").version == 1
    assert streams.decided(old, LATER) == streams.load(old).state


def test_a_session_sees_what_it_decided_before(story: Desk) -> None:
    session = story.newsroom.session()
    first = session.run(story.order(Do("claims.create", bodies.claim())))
    second = session.run(story.order(Do("claims.publication", {}, (first.record,))))

    assert [sealed.version for draft in (first, second) for sealed in draft.entry.events] == [1, 2]
    assert story.newsroom.streams.load(first.record).version == 0
    story.newsroom.submit(session.drafts).result()
    assert story.newsroom.streams.load(first.record).state.published is not None


def test_a_refused_command_leaves_the_session_as_it_was(story: Desk) -> None:
    session = story.newsroom.session()
    selectors = [{"exact": "One person died"}, {"exact": "nowhere"}]
    placed = [{"article_id": "@a1", "selector": selector} for selector in selectors]

    with pytest.raises(InvalidInput):
        session.run(story.order(Do("claims.create", bodies.claim(place=placed))))

    assert session.drafts == []
    assert session.load(story.id("a1")).version == 1


def test_commands_given_together_are_decided_all_or_none(story: Desk) -> None:
    session: Session = story.newsroom.session()
    session.run(story.order(propose()))

    def run_together() -> None:
        with session.together():
            session.run(story.order(dispute()))
            session.run(story.order(place("nowhere")))

    with pytest.raises(InvalidInput):
        run_together()

    assert len(session.drafts) == 1
    assert session.load(story.id("c1")).state.disputes == ()


def test_all_events_of_one_command_have_one_request_and_one_time(story: Desk) -> None:
    placed = [{"article_id": "@a1", "selector": {"exact": "One person died"}}]

    story.given(Do("claims.create", bodies.claim(place=placed, citations=[bodies.citation("@s1")])))

    last = list(story.newsroom.streams.events(story.length - 3))
    assert len({(event.request, event.recorded_at, event.actor) for event in last}) == 1


def test_a_position_inside_a_command_means_before_it(story: Desk) -> None:
    before = story.length
    story.given(dispute())
    streams, claim = story.newsroom.streams, story.id("c1")

    assert story.length == before + 2
    assert streams.at(claim, before + 1) == streams.at(claim, before)
    assert streams.at(claim, before).disputes == ()
    assert len(streams.at(claim, before + 2).disputes[0].positions) == 1
    assert streams.at(claim, 0) is None
    assert streams.history(claim, before)[-1].position <= before


def test_the_same_commands_make_the_same_bytes() -> None:
    ledgers = []
    for _ in range(2):
        with Desk(seed=7) as desk:
            told(desk).given(dispute(), propose())
            ledgers.append(desk.store.rows(0, 1_000))

    assert ledgers[0] == ledgers[1]
