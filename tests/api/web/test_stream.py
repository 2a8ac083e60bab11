"""The live stream: every event once and in order, from any place on, to whoever may and for as long as they may."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from api import ring, streaming
from api.entries import Wanted
from domain.errors import StoreUnavailable
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Row, stamp
from domain.ledger.sqlite import SQLiteStore
from tests.api.web.office import Office, opened
from tests.support import bodies
from tests.support.commandline import init, stemma
from tests.support.desk import START, Do
from tests.support.listening import PATIENCE, Crowd, Ear
from tests.support.serving import Server
from tests.support.writing import acknowledged, length_of, writing

PARTY = Do("parties.create", bodies.party())


def party(office: Office, times: int = 1) -> None:
    office.desk.given(*[PARTY] * times)


@asynccontextmanager
async def listening(office: Office, query: str = "", by: str = "au", **headers: str) -> AsyncIterator[Ear]:
    """A listener, who leaves at the end."""
    request = office.request("GET", f"/events/stream{query}", by=by)
    request.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    ear = Ear(office.app, request.scope)
    try:
        yield ear
    finally:
        await ear.leave()


def run(scene: Callable[[], Awaitable[None]]) -> None:
    """Plays the scene on an event loop of its own."""

    async def play() -> None:
        await scene()

    asyncio.run(play())


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring of three events, and pieces of one."""
    monkeypatch.setattr(ring, "RING_EVENTS", 3)
    monkeypatch.setattr(ring, "CHUNK", 1)
    monkeypatch.setattr(streaming, "_PACE", 0.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life a hundred times a second."""
    monkeypatch.setattr(streaming, "BEAT", 0.01)


# What is sent.


def test_from_the_beginning_it_tells_what_the_list_tells(story: Office) -> None:
    items = [item for after in (0, 30) for item in story.get(f"/events?after={after}&limit=30", by="au").body["items"]]

    async def scene() -> None:
        async with listening(story, "?after=0") as ear:
            heard = await ear.hear(story.length)
            assert [(event.id, event.type, event.body) for event in heard] == [
                (item["position"], item["type"], item) for item in items
            ]

    run(scene)


def test_the_answer_says_what_it_is(story: Office) -> None:
    async def scene() -> None:
        async with listening(story) as ear:
            await ear.hear(story.length)
            assert ear.status == 200
            assert ear.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert ear.headers["cache-control"] == "no-store"
            assert ear.headers["x-accel-buffering"] == "no"
            assert "content-length" not in ear.headers
            assert ear.source.retry == streaming.RETRY

    run(scene)


def test_without_a_place_it_begins_now_and_says_where_that_is(story: Office) -> None:
    async def scene() -> None:
        before = story.length
        async with listening(story) as ear:
            assert await ear.hear(before) == []
            party(story)
            await ear.hear(before + 1)
            assert ear.ids == [before + 1]

    run(scene)


@pytest.mark.parametrize(
    ("query", "headers", "first"),
    [
        ("?after=5", {}, 6),
        ("", {"last_event_id": "7"}, 8),
        ("?after=5", {"last_event_id": "7"}, 8),
        ("?after=5", {"last_event_id": ""}, 6),
        ("", {"last_event_id": "0"}, 1),
    ],
)
def test_it_begins_where_the_listener_was(story: Office, query: str, headers: dict[str, str], first: int) -> None:
    async def scene() -> None:
        async with listening(story, query, **headers) as ear:
            await ear.hear(story.length)
            assert ear.ids == list(range(first, story.length + 1))

    run(scene)


@pytest.mark.parametrize("place", ["x", "-1", "39"])
@pytest.mark.parametrize("name", ["after", "Last-Event-ID"])
def test_a_place_that_the_ledger_has_not_reached_is_refused(story: Office, name: str, place: str) -> None:
    query = f"?after={place}" if name == "after" else ""
    request = story.request("GET", f"/events/stream{query}", by="au")
    if name != "after":
        request.headers[name] = place
    assert story.length == 38

    (refused,) = story.ask(request)

    assert name in refused.then(422, "invalid-input").body["detail"]


@pytest.mark.usefixtures("quick")
def test_filters_hold_for_what_was_and_for_what_comes(story: Office) -> None:
    everything = story.get("/events?limit=200", by="au").body["items"]

    async def scene() -> None:
        desk, editor = everything[0]["stream"], story.desk.id("ed")
        wanted = {
            f"&stream={desk}": [e["position"] for e in everything if e["stream"] == desk],
            "&type=party.registered.v1": [e["position"] for e in everything if e["type"] == "party.registered.v1"],
            f"&actor={editor}": [e["position"] for e in everything if e["actor"] == editor],
        }
        made = story.length + 1
        for query, positions in wanted.items():
            async with listening(story, f"?after=0{query}") as ear:
                await ear.hear(story.length)
                assert ear.ids == positions
        async with listening(story, "?type=party.registered.v1") as one, listening(story, f"?stream={desk}") as two:
            await one.hear(made - 1)
            await two.hear(made - 1)
            party(story)
            story.issue("ed", "stemma_more")
            await one.hear(made)
            await two.hear(made + 1)
            assert (one.ids, two.ids) == ([made], [made + 1])

    run(scene)


def test_what_another_process_records_is_told(tmp_path: Path) -> None:
    async def scene(office: Office, other: SQLiteStore) -> None:
        async with listening(office) as ear:
            await ear.hear(office.length)
            last = other.rows(office.length - 1, 1)[0]
            rows = [_after(last, count) for count in (1, 2, 3)]
            with other.writing() as writing:
                writing.insert(rows)
            await ear.hear(last.position + 3)
            assert ear.ids == [row.position for row in rows]

    path = tmp_path / "ledger.db"
    store, other = SQLiteStore(path), SQLiteStore(path)
    with opened(tmp_path, store) as office:
        run(lambda: scene(office, other))
    other.close()
    store.close()


def _after(last: Row, count: int) -> Row:
    """A row of a stream of its own, so many positions after the last one."""
    recorded_at = stamp(START + timedelta(days=count))
    return last._replace(position=last.position + count, stream="pty_new", version=count, recorded_at=recorded_at)


def test_a_damaged_event_is_told_as_a_problem_and_the_stream_goes_on(story: Office) -> None:
    assert isinstance(story.desk.store, MemoryStore)
    rows = story.desk.store._rows
    rows[4] = rows[4]._replace(head=b"{}\n\ndata: x")

    async def scene() -> None:
        async with listening(story, "?after=0") as ear:
            await ear.hear(story.length)
            assert ear.ids == list(range(1, story.length + 1))
            assert ear.events[4].type == "damaged"
            assert ear.events[4].body["problem"]["instance"] == "/api/v1/events/5"

    run(scene)


# Each event once, however it is heard.


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(5))
def test_who_is_cut_off_anywhere_goes_on_without_loss(story: Office, seed: int) -> None:
    dice = Random(seed)

    async def scene() -> None:
        heard: list[int] = []
        place = "0"
        while len(heard) < story.length:
            if story.length < 80:
                party(story, dice.randint(0, 4))
            async with listening(story, last_event_id=place) as ear:
                await ear.hear(min(int(place) + dice.randint(0, 9), story.length))
            heard += ear.ids
            place = ear.source.last_id
        assert heard == list(range(1, story.length + 1))

    run(scene)


@pytest.mark.usefixtures("small")
def test_a_listener_who_takes_nothing_is_sent_nothing_and_holds_up_nobody(story: Office) -> None:
    async def scene() -> None:
        before = story.length
        async with listening(story) as slow, listening(story) as swift:
            await slow.hear(before)
            slow.be_deaf()
            party(story, 10)
            await swift.hear(before + 10)
            sent = slow.sent
            party(story, 40)
            await swift.hear(before + 50)
            assert slow.sent == sent
            assert story.house.hub.ring.first == before + 48

            slow.hear_again()
            await slow.hear(before + 50)
            assert slow.ids == swift.ids == list(range(before + 1, before + 51))

    run(scene)


def test_what_is_kept_for_everybody_has_its_bounds(story: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "RING_BYTES", 4_000)

    async def scene() -> None:
        async with listening(story) as ear:
            await ear.hear(story.length)
            party(story, 50)
            await ear.hear(story.length)
            kept = story.house.hub.ring
            assert 0 < sum(len(frame.sent) for frame in kept._frames) == kept._size <= 4_000
            assert kept.last == story.length
            assert len(ear.ids) == 50

    run(scene)


def test_what_is_kept_is_found_by_its_position_though_one_is_missing() -> None:
    kept = ring.Ring(4)
    kept.add([ring.Frame(position, "clm_x", "t", "a", b"%d," % position) for position in (5, 6, 8, 9)])

    assert (kept.first, kept.last) == (5, 9)
    assert [kept.after(position, Wanted()) for position in range(4, 10)] == [
        (b"5,6,8,9,", 9),
        (b"6,8,9,", 9),
        (b"8,9,", 9),
        (b"8,9,", 9),
        (b"9,", 9),
        (b"", 9),
    ]


def test_an_event_larger_than_all_bounds_is_told(story: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "RING_BYTES", 2_000)
    monkeypatch.setattr(ring, "CHUNK", 1_000)

    async def scene() -> None:
        async with listening(story) as ear:
            await ear.hear(story.length)
            story.desk.given(Do("articles.create", bodies.article(text="long " * 10_000)), PARTY)
            heard = await ear.hear(story.length)
            assert [event.type for event in heard] == ["article.drafted.v1", "party.registered.v1"]

    run(scene)


# Who may listen, and for how long.


@pytest.mark.parametrize("lost", ["token", "role"])
def test_who_loses_the_right_is_told_nothing_more(story: Office, lost: str) -> None:
    async def scene() -> None:
        desk = story.desk
        async with listening(story) as ear, listening(story, by="ad") as admin:
            await ear.hear(story.length)
            party(story)
            heard = len(await ear.hear(story.length))
            # The event loop stands still meanwhile: all of it is there when the listener looks next.
            if lost == "token":
                (token,) = desk.newsroom.desk.actors[desk.id("au")].token_ids
                desk.do(Do("actors.tokens.revocation", bodies.because(), ("@au", token), by="ad"))
            else:
                desk.do(Do("actors.roles.revocation", bodies.because(), ("@au", "auditor"), by="ad"))
            party(story)
            await ear.end()
            assert len(ear.events) == heard
            await admin.hear(story.length)
            assert admin.ids[-1] == story.length

    run(scene)


@pytest.mark.usefixtures("quick")
def test_who_loses_the_right_in_a_quiet_hour_is_cut_off_too(story: Office) -> None:
    async def scene() -> None:
        async with listening(story) as ear:
            await ear.hear(story.length)
            later = stamp(START + timedelta(days=1))
            story.house.doorkeeper._now = lambda: later
            party(story)
            await ear.hear(story.length)

    expiring = stamp(START + timedelta(hours=1))
    story.secrets["au"] = "stemma_short"
    story.issue("au", "stemma_short", expires_at=expiring)

    with pytest.raises(AssertionError, match="the answer has ended"):
        run(scene)


@pytest.mark.usefixtures("quick")
def test_in_a_quiet_hour_there_are_signs_of_life(story: Office) -> None:
    async def scene() -> None:
        async with listening(story) as ear:
            await ear.hear_comments(3)
            assert (ear.events, ear.source.last_id) == ([], str(story.length))

    run(scene)


@pytest.mark.usefixtures("quick")
def test_who_waits_for_what_is_rare_learns_how_far_it_was_looked_for(story: Office) -> None:
    async def scene() -> None:
        async with listening(story, "?type=article.published.v1") as ear:
            party(story, 20)
            await ear.hear(story.length)
            assert ear.events == []

    run(scene)


# The listeners of one process.


def test_there_is_a_limit_to_listeners(story: Office) -> None:
    story.house.hub._most = 2

    async def scene() -> None:
        async with listening(story) as one, listening(story) as two:
            await one.hear(story.length)
            await two.hear(story.length)
            refused = await story.send(story.request("GET", "/events/stream", by="au"))
            assert refused.then(503, "unavailable").headers["retry-after"]
            await one.leave()
            async with listening(story) as three:
                await three.hear(story.length)

    run(scene)


def test_while_nobody_listens_nothing_is_held(story: Office) -> None:
    async def scene() -> None:
        hub = story.house.hub
        for _ in range(2):
            async with listening(story, "?after=0") as one:
                async with listening(story) as two:
                    await one.hear(story.length)
                    await two.hear(story.length)
                    assert hub.listeners == 2
                assert hub.listeners == 1
                party(story)
                await one.hear(story.length)
            assert (hub.listeners, hub._follower, hub.ring._frames) == (0, None, [])

    run(scene)


def test_a_server_that_stops_ends_its_streams_and_begins_none(story: Office) -> None:
    async def scene() -> None:
        async with listening(story) as one, listening(story, "?type=nothing") as two:
            await one.hear(story.length)
            await two.hear(story.length)
            story.house.hub.close()
            await one.end()
            await two.end()
        refused = await story.send(story.request("GET", "/events/stream", by="au"))
        refused.then(503, "unavailable")

    run(scene)


def test_the_head_of_the_answer_can_be_asked_for(story: Office) -> None:
    async def scene() -> None:
        ear = Ear(story.app, story.request("HEAD", "/events/stream?after=0", by="au").scope)
        await ear.end()
        assert (ear.status, ear.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert ear.source.last_id == ""

    run(scene)


class Ailing(MemoryStore):
    """A ledger that cannot be read while it is `ill`."""

    ill = False

    def rows(self, after: int, limit: int) -> list[Row]:
        if self.ill:
            raise StoreUnavailable("The disk reports an error.")
        return super().rows(after, limit)


@pytest.fixture
def ailing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(streaming, "_PAUSE", 0.01)
    with opened(tmp_path, Ailing()) as office:
        yield office


def test_a_store_that_cannot_be_read_for_a_while_costs_no_event(ailing: Office) -> None:
    async def scene() -> None:
        async with listening(ailing) as ear:
            await ear.hear(ailing.length)
            assert isinstance(ailing.desk.store, Ailing)
            ailing.desk.store.ill = True
            party(ailing)
            await asyncio.sleep(0.05)
            ailing.desk.store.ill = False
            await ear.hear(ailing.length)
            assert ear.ids == [ailing.length]

    run(scene)


@pytest.mark.usefixtures("quick")
def test_who_is_behind_while_the_store_cannot_be_read_is_cut_off(ailing: Office) -> None:
    async def scene() -> None:
        async with listening(ailing, "?after=0&type=nothing") as quiet:
            await quiet.hear(ailing.length)
            assert isinstance(ailing.desk.store, Ailing)
            ailing.desk.store.ill = True
            ear = Ear(ailing.app, ailing.request("GET", "/events/stream?after=3", by="au").scope)
            await ear.end()
            assert (ear.ids, ear.source.last_id) == ([], "3")

    run(scene)


# A server in a process of its own.


def token(data: Path, role: str) -> str:
    made: str = stemma(data, "token", "create", "--role", role, "--name", "Somebody", "--json").json["token"]
    return made


def test_ten_listeners_through_cuts_and_the_end_of_the_server(tmp_path: Path) -> None:
    # Given a server, two editors at full speed, and ten listeners
    data = tmp_path / "data"
    init(data)
    editor, auditor = (token(data, role) for role in ("editor", "auditor"))
    server = Server(data)
    crowd = Crowd(server.port, auditor, 10)

    async def scene() -> None:
        async with crowd.listening(), writing(server.port, editor, 2, PATIENCE) as writers:
            # When connections are cut at any moment
            for position in range(20, 100, 10):
                await crowd.reach(position)
                crowd.cut_some()

            # And the server is told to stop
            await asyncio.to_thread(server.stop)
            written = await acknowledged(writers)

            # Then it ended at once, what was acknowledged is there, and everybody has heard each event once
            assert server.exit_code == 0
            assert "timeout" not in server.log.read_text(encoding="utf-8")
            assert written[-1] <= length_of(server.data)
            assert min(crowd.heard) >= 90

    server.start()
    try:
        run(scene)
    finally:
        if server.exit_code is None:
            server.stop()
