"""The ledger's events over HTTP: as they are stored, for those who may, in pages, filtered, and beside damaged ones."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import entries, events
from api.entries import Wanted, look
from domain.canonical import canonical
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Row, leaf_bytes, stamp
from tests.api.web.office import API, Answer, Office
from tests.support import bodies
from tests.support.desk import START, Do
from tests.support.ledgers import random_newsroom

ROUTES: Final = ("/events", "/events/1", "/events/stream?after=0")
LEDGER: Final = random_newsroom(3, 60)
ROWS: Final = LEDGER.store.rows(0, 1_000)


BESIDES = ("kept", "proposals", "kept_files")
"""What only an event by itself shows: what was decided on its words, and what waits to be."""


def get(office: Office, path: str, by: str | None = "au", **given: Any) -> Answer:
    """The answer, without the views having taken in anything."""
    return office.ask(office.request("GET", path, by=by, **given))[0]


def rows_of(office: Office) -> list[Row]:
    """The stored rows, which a test may damage."""
    assert isinstance(office.desk.store, MemoryStore)
    return office.desk.store._rows


def pages(office: Office, query: str = "limit=200", by: str = "au") -> Iterator[Any]:
    """The pages of a list, one after another, as far as their links lead."""
    path: str | None = f"/events?{query}"
    while path is not None:
        answer = get(office, path, by).then(200)
        yield answer.body
        link = answer.headers.get("link")
        assert (link is None) == (answer.body["next"] is None)
        path = None if link is None else link.removeprefix(f"<{API}").removesuffix('>; rel="next"')


def everything(office: Office, query: str = "limit=200") -> list[Any]:
    return [item for page in pages(office, query) for item in page["items"]]


# What an event is.


def test_events_are_told_as_they_are_stored(story: Office) -> None:
    items = everything(story)

    assert [item["position"] for item in items] == list(range(1, story.length + 1))
    for item, row in zip(items, rows_of(story), strict=True):
        assert (item["stream"], item["version"], item["recorded_at"]) == row[1:4]
        assert item["leaf"].encode() == row.leaf


def test_what_is_told_hashes_to_what_the_leaf_commits_to(story: Office) -> None:
    hidden = 0
    for item in everything(story):
        if item["type"] == "desk.token_issued.v1":
            hidden += 1
            continue
        names = ("actor", "data", "request", "stream", "type", "version")
        head = {name: item[name] for name in names} | {"words": item["words_sha256"]}
        if item["decided_at"] is not None:
            head["decided_at"] = item["decided_at"]
        assert sha256(canonical(head)).hexdigest() == item["head_sha256"]
        assert item["head_sha256"] in item["leaf"]
        words = canonical({"salt": item["salt"], "words": item["words"]})
        assert sha256(words).hexdigest() == item["words_sha256"]
    assert hidden == len(story.secrets)


def test_an_event_by_itself_is_the_one_in_the_list(story: Office) -> None:
    for item in everything(story):
        shown = get(story, f"/events/{item['position']}", "ad").then(200).body
        assert {name: shown.pop(name) for name in BESIDES} == {"kept": None, "proposals": [], "kept_files": []}
        assert shown == item


def test_no_hash_of_a_token_is_told(story: Office) -> None:
    hashes = [sha256(secret.encode()).hexdigest() for secret in story.secrets.values()]
    stored = b"".join(row.head for row in rows_of(story))
    assert all(hashed.encode() in stored for hashed in hashes)

    told = "".join(str(page) for page in pages(story))

    assert "desk.token_issued.v1" in told
    assert not any(hashed in told for hashed in hashes)
    assert "secret_sha256" not in told


def test_imported_history_says_when_it_was_decided(story: Office) -> None:
    story.desk.given(Do("parties.create", bodies.party(), by="im", decided_at="2020-02-03T09:00:00.000000Z"))

    item = get(story, f"/events/{story.length}").body

    assert item["decided_at"] == "2020-02-03T09:00:00.000000Z"


def test_words_that_are_gone_are_null_and_their_hash_stays(story: Office) -> None:
    position = story.length
    before = get(story, f"/events/{position}").body
    rows = rows_of(story)
    rows[-1] = rows[-1]._replace(words=None)

    after = get(story, f"/events/{position}").then(200).body

    assert before["words"]["title"] == "The raid"
    assert after == {**before, "words": None, "salt": None}


def test_events_of_a_newer_version_are_told(story: Office) -> None:
    head = canonical(
        {
            "actor": "act_x",
            "data": {"place": "Tirana"},
            "request": "req_x",
            "stream": "map_x",
            "type": "map.drawn.v9",
            "version": 1,
            "words": sha256(b'{"salt":"00","words":{}}').hexdigest(),
        }
    )
    position, recorded_at = story.length + 1, stamp(START.replace(year=2027))
    leaf = leaf_bytes(position, "map_x", 1, recorded_at, head)
    with story.desk.store.writing() as writing:
        writing.insert([Row(position, "map_x", 1, recorded_at, head, b'{"salt":"00","words":{}}', leaf)])

    (item,) = get(story, "/events?type=map.drawn.v9").then(200).body["items"]

    assert (item["data"], item["words"]) == ({"place": "Tirana"}, {})


# Who may.


@pytest.mark.parametrize("route", ROUTES)
def test_events_are_for_auditors_and_admins(story: Office, route: str) -> None:
    get(story, route, None).then(401, "unauthenticated")
    get(story, route, None, authorization="Bearer stemma_nobody").then(401, "unauthenticated")
    for person in ("ed", "ap", "im"):
        refused = get(story, route, person).then(403, "forbidden")
        assert refused.body["needed_roles"] == ["admin", "auditor"]
    if "stream" not in route:
        assert {get(story, route, person).status for person in ("au", "ad")} == {200}


def test_events_are_kept_by_no_cache_that_others_share(story: Office) -> None:
    assert get(story, "/events").headers["cache-control"] == "private, no-cache"


# Pages.


@pytest.mark.parametrize("limit", [1, 7, 37, 38, 39, 200])
def test_pages_hold_every_event_once(story: Office, limit: int) -> None:
    shown = list(pages(story, f"limit={limit}"))

    assert [item["position"] for page in shown for item in page["items"]] == list(range(1, story.length + 1))
    assert all(page["position"] == story.length for page in shown)
    assert all(len(page["items"]) <= limit for page in shown)


def test_the_list_holds_what_the_views_have_not_taken_in(story: Office) -> None:
    reached = min(story.house.views.positions().values(), default=0)
    assert reached < story.length

    answer = get(story, f"/events?after={story.length - 1}")

    assert [item["position"] for item in answer.body["items"]] == [story.length]


def test_every_filter_and_all_of_them_together(story: Office) -> None:
    items = everything(story)
    names = ("stream", "type", "actor")
    given: list[list[str | None]] = [[None, *sorted({item[name] for item in items})[::5], "nothing"] for name in names]

    for asked in product(*given):
        query = "&".join(f"{name}={value}" for name, value in zip(names, asked, strict=True) if value is not None)
        wanted = [
            item["position"]
            for item in items
            if all(value in (None, item[name]) for name, value in zip(names, asked, strict=True))
        ]
        assert [item["position"] for item in everything(story, f"limit=3&{query}")] == wanted


def test_what_is_rare_is_looked_for_a_part_at_a_time(story: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "SCANNED", 4)

    shown = list(pages(story, "type=article.drafted.v1"))

    assert [len(page["items"]) for page in shown] == [0] * (len(shown) - 1) + [1]
    assert len(shown) == -(-story.length // 4)


@given(st.data())
def test_looking_in_parts_finds_what_is_wanted_once(data: st.DataObject) -> None:
    # Given any events that somebody may want
    sample = data.draw(st.sampled_from(ROWS))
    names = entries.names_in(sample.head)
    optional = [data.draw(st.sampled_from([None, name])) for name in (sample.stream, *names)]
    wanted, after = Wanted(*optional), data.draw(st.integers(0, len(ROWS) + 2))

    # When they are looked for part by part, with any sizes
    found, reached, sizes = [], after, st.integers(1, 20)
    while reached < len(ROWS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(entries, "SCANNED", data.draw(sizes))
            patch.setattr(entries, "_BATCH", data.draw(sizes))
            before = reached
            rows, reached = look(LEDGER.store, reached, wanted, data.draw(sizes))
            found += rows
        assert reached > before

    # Then each was found once, in order
    assert found == [row for row in ROWS if row.position > after and wanted.takes(row)]


def test_a_list_waits_for_a_position_and_says_so_when_it_does_not_come(
    story: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_PATIENCE", 0.01)

    get(story, f"/events?min_position={story.length}").then(200)
    refused = get(story, f"/events?min_position={story.length + 1}").then(503, "unavailable")

    assert refused.headers["retry-after"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "after=x", "after=-1", "after=1&after=2", "min_position=x", "colour=red"]
)
def test_what_the_list_does_not_take_is_refused(story: Office, query: str) -> None:
    get(story, f"/events?{query}").then(422, "invalid-input")


@pytest.mark.parametrize("position", ["0", "01", "99999", "-1", "x", "²", "1" * 400])
def test_where_no_event_is_there_is_nothing(story: Office, position: str) -> None:
    get(story, f"/events/{position}").then(404, "not-found")


# Damage.


def _relocated(row: Row) -> Row:
    head = row.head.replace(b'"version":1', b'"version":2')
    return row._replace(head=head, leaf=leaf_bytes(*row[:4], head))


def _renamed(row: Row) -> Row:
    head = row.head.replace(b'"type":"article', b'"type":"\\narticle')
    return row._replace(head=head, leaf=leaf_bytes(*row[:4], head))


DAMAGES: Final[dict[str, Callable[[Row], Row]]] = {
    "no head": lambda row: row._replace(head=b""),
    "a head that is no JSON": lambda row: row._replace(head=row.head[:-1]),
    "a head that is a list": lambda row: row._replace(head=b"[]", leaf=leaf_bytes(*row[:4], b"[]")),
    "a head without fields": lambda row: row._replace(head=b"{}", leaf=leaf_bytes(*row[:4], b"{}")),
    "another head": lambda row: row._replace(head=row.head.replace(b'"own"', b'"examined"')),
    "the head of another place": _relocated,
    "a type with a line break in it": _renamed,
    "other words": lambda row: row._replace(words=(row.words or b"").replace(b"raid", b"rain")),
    "words that are no JSON": lambda row: row._replace(words=b"\xff"),
    "another leaf": lambda row: row._replace(leaf=row.leaf.replace(b'"v":1', b'"v":2')),
    "another time": lambda row: row._replace(recorded_at=stamp(START.replace(year=2027))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_event_is_a_problem_and_those_around_it_stay_readable(story: Office, damage: str) -> None:
    # Given an event with damaged bytes between sound ones
    at = story.length
    story.desk.given(Do("parties.create", bodies.party()))
    sound = everything(story)
    rows = rows_of(story)
    rows[at - 1] = DAMAGES[damage](rows[at - 1])

    # Then it is a problem that names its place
    refused = get(story, f"/events/{at}").then(500, "damaged-ledger")
    assert refused.body["instance"] == f"{API}/events/{at}"

    # And those around it are told as before
    items = everything(story)
    assert [item for item in items if item["position"] != at] == [item for item in sound if item["position"] != at]
    assert get(story, f"/events/{at + 1}").then(200).body.items() >= sound[at].items()
    (told,) = [item for item in items if item["position"] == at]
    assert told.keys() == {"position", "stream", "version", "recorded_at", "problem"}
    assert told["problem"] == refused.body


def test_whoever_filters_is_given_the_event_of_which_nobody_can_tell(story: Office) -> None:
    rows = rows_of(story)
    rows[4] = rows[4]._replace(head=b"{")

    found = everything(story, "type=article.drafted.v1&actor=act_x")

    assert [item["position"] for item in found] == [5]
    assert everything(story, f"stream={rows[6].stream}&type=nothing") == []
