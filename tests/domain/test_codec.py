"""The bytes of events: frozen, canonical, and never skipped when they cannot be read.

`golden/` has the bytes of one example of every event type that was ever stored. With `STEMMA_WRITE_GOLDEN=1` the
missing ones are written; one that is there is never changed.
"""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import EVENTS, UPCASTERS
from domain.errors import UnreadableEvent
from domain.events import Event, NoWords, Older, Words
from domain.ledger.appender import Appender, Entry
from domain.ledger.codec import Codec, seal
from domain.ledger.memory import MemoryStore
from domain.ledger.rows import Row, leaf_bytes
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from tests.support.desk import rising_clock
from tests.support.examples import ACTOR, ADDED, REQUEST, example, example_with_all, stream_of
from tests.support.ledgers import random_newsroom

GOLDEN = Path(__file__).parent / "golden"
CODEC = Codec(EVENTS, UPCASTERS)
SALT = bytes(range(16))
RECORDED_AT, DECIDED_AT = "2026-11-23T10:00:00.000001Z", "2013-06-21T07:00:00.000000Z"


def row(event: Event, position: int = 9, version: int = 3, decided_at: str | None = DECIDED_AT) -> Row:
    stream = stream_of(event.TYPE)
    sealed = seal(event, stream=stream, version=version, actor=ACTOR, request=REQUEST, salt=SALT, decided_at=decided_at)
    leaf = leaf_bytes(position, stream, version, RECORDED_AT, sealed.head)
    return Row(position, stream, version, RECORDED_AT, sealed.head, sealed.words, leaf)


def golden(name: str) -> dict[str, str]:
    return frozen(GOLDEN / f"{name}.json", lambda: row(example(name)))


def frozen(path: Path, make: Callable[[], Row]) -> dict[str, str]:
    if not path.exists() and os.environ.get("STEMMA_WRITE_GOLDEN") == "1" and path.stem in EVENTS:
        made = make()
        texts = {"head": made.head.decode(), "words": (made.words or b"").decode(), "leaf": made.leaf.decode()}
        path.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    kept: dict[str, str] = json.loads(path.read_text("utf-8"))
    return kept


@pytest.mark.parametrize("name", EVENTS)
def test_the_bytes_of_an_event_are_those_of_always(name: str) -> None:
    kept, made = golden(name), row(example(name))

    assert made.head.decode() == kept["head"]
    assert (made.words or b"").decode() == kept["words"]
    assert made.leaf.decode() == kept["leaf"]


@pytest.mark.parametrize("name", ADDED)
def test_the_bytes_of_fields_that_were_added_are_those_of_always(name: str) -> None:
    kept, made = (
        frozen(GOLDEN / "added" / f"{name}.json", lambda: row(example_with_all(name))),
        row(example_with_all(name)),
    )

    assert made.head.decode() == kept["head"]
    assert (made.words or b"").decode() == kept["words"]
    assert CODEC.open(made).event == example_with_all(name)
    said = [
        {**json.loads(golden(name)[part]), **json.loads(golden(name)["head"])["data"]} for part in ("head", "words")
    ]
    assert not any(ADDED[name] & part.keys() for part in said), "a field that is absent is not written"


@pytest.mark.parametrize("name", [*EVENTS, *UPCASTERS])
def test_golden_bytes_are_read_and_commit_to_each_other(name: str) -> None:
    kept = golden(name)
    head, words, leaf = (json.loads(kept[part]) for part in ("head", "words", "leaf"))

    read = CODEC.open(
        Row(9, head["stream"], 3, RECORDED_AT, *(kept[part].encode() for part in ("head", "words", "leaf")))
    )

    assert head["type"] == name
    assert head["words"] == read.commitment == sha256(kept["words"].encode()).hexdigest()
    assert leaf["event_sha256"] == sha256(kept["head"].encode()).hexdigest()
    assert words["salt"] == SALT.hex()
    assert (read.actor, read.request, read.decided_at) == (ACTOR, REQUEST, DECIDED_AT)
    if name in EVENTS:
        assert read.event == example(name)


def test_no_golden_bytes_are_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS) | set(UPCASTERS)


@pytest.mark.parametrize("name", EVENTS)
def test_stored_parts_are_rfc_8785(name: str) -> None:
    stored = row(example(name))

    assert rfc8785.dumps(json.loads(stored.head)) == stored.head
    assert stored.words is not None
    assert rfc8785.dumps(json.loads(stored.words)) == stored.words


@pytest.mark.parametrize("name", EVENTS)
def test_no_typed_word_is_in_the_head(name: str) -> None:
    assert "𝄞" not in row(example(name)).head.decode()


def test_an_event_that_was_not_imported_has_no_time_of_decision() -> None:
    stored = row(example("claim.published.v1"), decided_at=None)

    assert b"decided_at" not in stored.head
    assert CODEC.open(stored).decided_at is None


def test_the_same_event_with_another_salt_has_another_commitment() -> None:
    event = example("claim.asserted.v1")
    one, other = (seal(event, stream="s", version=1, actor="a", request="r", salt=bytes([n]) * 16).head for n in (1, 2))

    assert json.loads(one)["words"] != json.loads(other)["words"]


def test_erased_words_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="written with its words"):
        row(example("claim.asserted.v1").model_copy(update={"words": None}))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_whose_words_were_erased_is_read_without_them(name: str) -> None:
    stored = row(example(name))

    read = CODEC.open(stored._replace(words=None))

    assert read.event.words is None
    assert read.commitment == CODEC.open(stored).commitment
    assert read.event == example(name).model_copy(update={"words": None})


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), length=st.integers(0, 40))
def test_whatever_is_stored_is_read_and_would_be_written_so_again(seed: int, length: int) -> None:
    newsroom = random_newsroom(seed, length)
    newsroom.close()

    for stored in newsroom.store.rows(0, 10_000):
        read = CODEC.open(stored)
        assert stored.words is not None
        again = seal(
            read.event,
            stream=read.stream,
            version=read.version,
            actor=read.actor,
            request=read.request,
            salt=bytes.fromhex(json.loads(stored.words)["salt"]),
            decided_at=read.decided_at,
        )
        assert again[:4] == (stored.stream, stored.version, stored.head, stored.words)


# What cannot be read stops, with its position and type.

PUBLISHED = row(example("claim.withdrawn.v1"))


def with_head(change: Callable[[dict[str, Any]], Any]) -> Row:
    head = json.loads(PUBLISHED.head)
    return PUBLISHED._replace(head=json.dumps(change(head) or head).encode())


UNREADABLE: dict[str, tuple[Row, str]] = {
    "an unknown type": (with_head(lambda h: h.update(type="claim.forgotten.v1")), "claim.forgotten.v1"),
    "an unknown version": (with_head(lambda h: h.update(type="claim.withdrawn.v9")), "claim.withdrawn.v9"),
    "an unknown field": (with_head(lambda h: h["data"].update(more=1)), "claim.withdrawn.v1"),
    "a missing field": (with_head(lambda h: h["data"].clear()), "claim.withdrawn.v1"),
    "a foreign word": (with_head(lambda h: h["data"].update(cause="whim")), "claim.withdrawn.v1"),
    "no data": (with_head(lambda h: h.pop("data") and h), "claim.withdrawn.v1"),
    "data of another shape": (with_head(lambda h: h.update(data=[])), "claim.withdrawn.v1"),
    "no actor": (with_head(lambda h: h.pop("actor") and h), "claim.withdrawn.v1"),
    "no commitment": (with_head(lambda h: h.pop("words") and h), "claim.withdrawn.v1"),
    "no type": (with_head(lambda h: h.pop("type") and h), "an event whose head is damaged"),
    "a list for a head": (with_head(lambda h: [h]), "an event whose head is damaged"),
    "no JSON": (PUBLISHED._replace(head=b"{"), "an event whose head is damaged"),
    "no head": (PUBLISHED._replace(head=b""), "an event whose head is damaged"),
    "no UTF-8": (PUBLISHED._replace(head=b'{"\xff":1}'), "an event whose head is damaged"),
    "words of another event": (PUBLISHED._replace(words=b'{"salt":"","words":{"label":"x"}}'), "claim.withdrawn.v1"),
    "words without a reason": (PUBLISHED._replace(words=b'{"salt":"","words":{}}'), "claim.withdrawn.v1"),
    "words that are no object": (PUBLISHED._replace(words=b'{"salt":"","words":1}'), "claim.withdrawn.v1"),
    "words that are null": (PUBLISHED._replace(words=b'{"salt":"","words":null}'), "claim.withdrawn.v1"),
    "words without words": (PUBLISHED._replace(words=b'{"salt":""}'), "claim.withdrawn.v1"),
    "a list for words": (PUBLISHED._replace(words=b"[]"), "claim.withdrawn.v1"),
    "half of the words": (PUBLISHED._replace(words=(PUBLISHED.words or b"")[:-1]), "claim.withdrawn.v1"),
}


@pytest.mark.parametrize("damage", UNREADABLE)
def test_an_event_that_cannot_be_read_is_named(damage: str) -> None:
    stored, type = UNREADABLE[damage]

    with pytest.raises(UnreadableEvent) as unreadable:
        CODEC.open(stored)

    problem = unreadable.value
    assert (problem.position, problem.stream, problem.type) == (9, PUBLISHED.stream, type)
    assert "position 9" in str(problem)
    assert type in str(problem)


def test_no_part_of_a_head_is_taken_for_the_whole() -> None:
    for end in range(len(PUBLISHED.head)):
        with pytest.raises(UnreadableEvent):
            CODEC.open(PUBLISHED._replace(head=PUBLISHED.head[:end]))


# A stored v1 is read after a v2, and a v3, exist.


class NoteWordsV1(Words):
    text: str


class NotedV1(Event, type="note.made.v1"):
    by: str
    words: NoteWordsV1 | None


class NoteWords(Words):
    title: str
    body: str


class Noted(Event, type="note.made.v3"):
    author: str
    rank: int
    words: NoteWords | None


def from_v1(data: dict[str, Any], words: dict[str, Any] | None) -> Older:
    return Older("note.made.v2", {"author": data["by"]}, words and {"title": "", "body": words["text"]})


def from_v2(data: dict[str, Any], words: dict[str, Any] | None) -> Older:
    return Older("note.made.v3", {**data, "rank": 1}, words)


NEW = Codec({"note.made.v3": Noted}, {"note.made.v1": from_v1, "note.made.v2": from_v2})


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_stored_v1_is_read_after_newer_versions_exist(kind: str, tmp_path: Path) -> None:
    store: Store = MemoryStore() if kind == "memory" else SQLiteStore(tmp_path / "ledger.db")
    appender = Appender(store, rising_clock())
    old = NotedV1(by="ann", words=NoteWordsV1(text="Hello"))
    new = Noted(author="ben", rank=2, words=NoteWords(title="To all", body="Hello"))
    for version, event in enumerate((old, new), 1):
        appender.append([Entry((seal(event, stream="n", version=version, actor="a", request="r", salt=SALT),))])
    appender.close()
    before = store.rows(0, 10)

    first, second = (NEW.open(stored).event for stored in before)

    assert first == Noted(author="ann", rank=1, words=NoteWords(title="", body="Hello"))
    assert second == new
    assert NEW.open(before[0]._replace(words=None)).event == Noted(author="ann", rank=1, words=None)
    assert store.rows(0, 10) == before
    store.close()


def test_an_older_form_that_does_not_fit_is_unreadable_under_its_stored_name() -> None:
    sealed = seal(
        NotedV1(by="ann", words=NoteWordsV1(text="Hello")), stream="n", version=1, actor="a", request="r", salt=SALT
    )
    damaged = sealed.head.replace(b'"by"', b'"of"')

    with pytest.raises(UnreadableEvent) as unreadable:
        NEW.open(Row(5, "n", 1, RECORDED_AT, damaged, sealed.words, b""))

    assert (unreadable.value.type, unreadable.value.position) == ("note.made.v1", 5)


def test_an_event_without_words_has_a_salt_all_the_same() -> None:
    stored = row(example("claim.published.v1"))

    assert isinstance(example("claim.published.v1").words, NoWords)
    assert stored.words == b'{"salt":"000102030405060708090a0b0c0d0e0f","words":{}}'
