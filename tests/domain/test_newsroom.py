"""The newsroom opens a ledger once, answers a repeated command as before, and loses nothing among many writers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from domain.bodies import GiveReason
from domain.desk.events import ClockOverridden
from domain.errors import ClockBehind, KeyReused, RuleBroken, StaleVersion, StoreUnavailable
from domain.ledger.memory import MemoryStore
from domain.ledger.store import Store
from domain.newsroom import Newsroom, Outcome
from tests.support import bodies
from tests.support.desk import Desk, Do, charter, rising_clock, seeded_dice
from tests.support.story import cite, dispute, new_policy, place, propose


def newsroom(store: Store, seed: int = 0, now: Callable[[], datetime] | None = None) -> Newsroom:
    return Newsroom(store, now=now or rising_clock(), entropy=seeded_dice(seed), fingerprint_key=bytes(32))


def test_a_ledger_is_opened_once() -> None:
    store = MemoryStore()
    first, second = newsroom(store), newsroom(store, 1)

    assert first.open(charter()) == first.desk_id == second.desk_id
    for another in (first, second):
        with pytest.raises(RuleBroken, match="open already"):
            another.open(charter())
    assert store.head().position == 3
    assert first.desk.words.name == "The desk"
    assert (first.desk.origin, first.desk.base_url) == ("example.org/ledger", "https://example.org")
    first.close()
    second.close()


def test_of_many_who_open_an_empty_ledger_one_succeeds() -> None:
    store = MemoryStore()
    newsrooms = [newsroom(store, seed) for seed in range(8)]

    def open_one(one: Newsroom) -> bool:
        try:
            one.open(charter())
        except RuleBroken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(open_one, newsrooms))
    for one in newsrooms:
        one.close()

    assert opened.count(True) == 1
    assert store.head().position == 3
    assert len({one.desk_id for one in newsrooms}) == 1


def test_a_clock_that_fell_behind_is_overridden_by_an_operator(story: Desk) -> None:
    slow = newsroom(story.store, 99)
    last = story.store.head().recorded_at
    with pytest.raises(ClockBehind):
        slow.record(story.order(propose()))

    ceiling = slow.override_clock(GiveReason(reason="The clock was set wrong."))

    assert slow.record(story.order(propose())).position == story.length
    *_, overridden = slow.streams.history(slow.desk_id)
    assert isinstance(overridden.event, ClockOverridden)
    assert (overridden.event.last, overridden.event.ceiling) == (last, ceiling)
    assert slow.desk.clock_ceiling == ceiling
    slow.close()


def test_a_clock_that_is_right_is_not_overridden(story: Desk) -> None:
    length = story.length

    with pytest.raises(RuleBroken, match="not behind"):
        story.newsroom.override_clock(GiveReason(reason="Just so."))
    assert story.length == length


def test_an_empty_ledger_has_no_desk() -> None:
    empty = newsroom(MemoryStore())

    with pytest.raises(RuleBroken, match="has to be opened"):
        empty.session()
    empty.close()


def test_a_closed_newsroom_records_nothing_more(story: Desk) -> None:
    story.newsroom.close()

    with pytest.raises(StoreUnavailable):
        story.do(propose())


KEYED: dict[str, Do] = {
    "a party": Do("parties.create", bodies.party(), key="k"),
    "a source": Do("sources.create", bodies.source(), key="k"),
    "a claim with a place": Do(
        "claims.create",
        bodies.claim(place=[{"article_id": "@a1", "selector": {"exact": "One person died"}}]),
        key="k",
    ),
    "an article": Do("articles.create", bodies.article(), key="k"),
    "a dispute": replace(dispute(), key="k"),
    "a placement": replace(place(), key="k"),
    "a policy": replace(new_policy(), key="k"),
    "a person": Do("actors.create", {"name": "Eva", "roles": ["editor"]}, by="ad", key="k"),
    "a token": Do("actors.tokens", {}, ("@ed",), "ad", key="k"),
}


@pytest.mark.parametrize("what", KEYED)
def test_a_repeated_command_has_the_same_outcome_and_records_nothing(story: Desk, what: str) -> None:
    first = story.do(KEYED[what])
    story.given(cite("s2"), dispute(name="later"))
    length = story.length

    again = story.do(KEYED[what])

    assert again == replace(first, replayed=True)
    assert not first.replayed
    assert story.length == length
    assert first.position <= length


def test_a_repeated_command_is_answered_although_its_version_is_stale_by_now(story: Desk) -> None:
    command = replace(cite(), newest=False, version=story.state("c1").version, key="k")
    first = story.do(command)

    assert story.do(command) == replace(first, replayed=True)
    story.when(replace(command, key="other")).then_refused(StaleVersion)


@pytest.mark.parametrize(
    "other",
    [
        replace(cite(locator="page 2"), key="k"),
        replace(propose(), key="k"),
        Do("claims.citations", bodies.citation("@s1"), ("@c2",), key="k"),
    ],
    ids=["another body", "another command", "another record"],
)
def test_a_key_belongs_to_one_request(story: Desk, other: Do) -> None:
    story.given(replace(cite(), key="k"))

    story.when(other).then_refused(KeyReused)


def test_a_time_of_decision_is_part_of_the_request(desk: Desk) -> None:
    times = ("2013-01-01T00:00:00.000000Z", "2014-01-01T00:00:00.000000Z")
    first, other = (Do("parties.create", bodies.party(), by="im", decided_at=time, key="k") for time in times)

    desk.given(first).when(other).then_refused(KeyReused)


def test_everybody_has_keys_of_their_own(desk: Desk) -> None:
    first, second = (desk.do(Do("parties.create", bodies.party(), by=by, key="k")) for by in ("ed", "ed2"))

    assert first.record != second.record


def test_a_refused_command_is_not_remembered(story: Desk) -> None:
    story.when(replace(propose("true"), key="k"))
    assert story.refusal is not None

    story.when(replace(propose("unproven"), key="k")).then_events("claim.verdict_proposed.v1")


def test_fingerprints_tell_requests_apart_and_need_the_key(story: Desk) -> None:
    requests = [cite(), cite("s2"), cite(locator="p. 1"), dispute()]
    prints = {story.order(request).fingerprint for request in requests}
    with Desk() as other:
        other.newsroom._fingerprint_key = bytes(32)
        other.names = story.names
        foreign = other.order(cite()).fingerprint

    assert len(prints) == len(requests)
    assert {len(print) for print in prints} == {32}
    assert foreign not in prints


def in_threads(count: int, work: Callable[[int], Outcome]) -> list[Outcome]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count * 12)))


def test_many_writers_on_one_claim_lose_nothing(story: Desk) -> None:
    order = story.order(cite())

    outcomes = in_threads(16, lambda _: story.newsroom.record(order))

    citations = story.state("c1").citations
    assert {outcome.created[0] for outcome in outcomes} <= {citation.id for citation in citations}
    assert len(citations) == 2 + len(outcomes)
    assert [event.version for event in story.history("c1")] == list(range(1, len(citations) + 2))


def test_of_many_who_saw_the_same_version_one_changes_it(story: Desk) -> None:
    order = replace(story.order(cite()), newest=False, version=story.state("c1").version)

    def attempt(_: int) -> bool:
        try:
            story.newsroom.record(order)
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(32)))

    assert won.count(True) == 1
    assert len(story.state("c1").citations) == 3


def test_of_many_who_repeat_one_request_at_once_all_get_its_outcome(story: Desk) -> None:
    order = story.order(replace(cite(), key="k"))

    outcomes = in_threads(8, lambda _: story.newsroom.record(order))

    assert len({replace(outcome, replayed=False) for outcome in outcomes}) == 1
    assert [outcome.replayed for outcome in outcomes].count(False) == 1
    assert len(story.state("c1").citations) == 3


def test_two_newsrooms_on_one_store_see_what_the_other_recorded(story: Desk) -> None:
    other = newsroom(story.store, 99, story.now)

    other.record(story.order(propose()))
    story.given(dispute())

    assert other.streams.load(story.id("c1")).state == story.state("c1")
    assert len(story.state("c1").disputes) == 1
    assert story.state("c1").proposal is not None
    other.close()
