"""Importing a journal: groups, batches, interruptions and others who record meanwhile."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.journal import import_journal
from api.journal.importing import BATCH_LINES
from api.journal.lines import LONGEST_GROUP
from domain.claim.commands import Reword
from domain.claim.events import ClaimAsserted
from domain.errors import InvalidInput, StoreUnavailable
from domain.ledger.memory import MemoryStore
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Newsroom
from domain.session import Order
from tests.support.journals import EDITOR, HEADER, JournalLine, as_file, claim, claims, imported, refusals, rewording
from tests.support.newsrooms import new_newsroom, open_newsroom

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    yield opened
    opened.close()


def test_a_group_is_recorded_together(newsroom: Newsroom) -> None:
    lines = [claim(f"c{n}", group="g") for n in range(BATCH_LINES + 100)]

    result = imported(newsroom, EDITOR, *lines)

    assert (result.recorded, result.refused) == (len(lines) + 1, [])


def test_a_group_is_refused_together(newsroom: Newsroom) -> None:
    lines = [claim(f"c{n}", group="g") for n in range(BATCH_LINES + 100)]
    lines[300] = claim("bad", body={"kind": "rumour"}, group="g")

    result = imported(newsroom, EDITOR, claim("before"), *lines, claim("after"), claim("other", group="h"))

    assert result.recorded == 4
    assert [line for line, _, _ in refusals(result)] == list(range(4, 4 + len(lines)))
    by_line = {each.line: each.problem for each in result.refused}
    assert by_line[304]["errors"][0]["pointer"] == "/kind"
    assert by_line[4]["detail"] == by_line[603]["detail"] == "The group was refused because of line 304."
    assert {each.words.statement for each in claims(newsroom)} == {
        f"Bridge {name} was closed in 2019." for name in ("before", "after", "other")
    }


def test_names_of_a_refused_group_stay_unknown(newsroom: Newsroom) -> None:
    result = imported(
        newsroom, EDITOR, claim("a", group="g"), claim("b", by="nobody", group="g"), rewording("a", "So.")
    )

    assert [line for line, _, _ in refusals(result)] == [3, 4, 5]


def test_lines_of_a_group_that_were_recorded_before_stay_recorded_when_its_end_is_refused(newsroom: Newsroom) -> None:
    imported(newsroom, EDITOR, claim("a", group="g"))

    result = imported(
        newsroom,
        EDITOR,
        claim("a", group="g"),
        claim("b", group="g"),
        claim("c", by="nobody", group="g"),
        rewording("a", "The bridge was shut in 2019."),
    )

    assert (result.recorded, result.already) == (1, 2)
    assert [line for line, _, _ in refusals(result)] == [4, 5]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_group_beside_a_line_that_nobody_can_read_is_refused(newsroom: Newsroom, place: int) -> None:
    lines: list[JournalLine | str] = [claim("a", group="g"), claim("b", group="g")]
    lines.insert(place, "{")

    result = imported(newsroom, EDITOR, *lines, claim("after"))

    assert [line for line, _, _ in refusals(result)] == [3, 4, 5]
    assert result.recorded == 2


def test_a_group_has_a_greatest_length(newsroom: Newsroom) -> None:
    line = json.dumps(claim("a", group="g"))

    with pytest.raises(InvalidInput, match="more than"):
        imported(newsroom, EDITOR, *[line] * (LONGEST_GROUP + 1))


def test_no_more_is_read_ahead_than_a_batch(newsroom: Newsroom) -> None:
    total = 3 * BATCH_LINES + 7
    file = as_file([HEADER, EDITOR, *(claim(f"c{n}") for n in range(total))])
    whole = len(file.getvalue())
    held: list[int] = []
    reached = [0]

    def progress(done: int) -> None:
        held.append(done - reached[0])
        reached[0] = done

    result = import_journal(newsroom, file, progress)

    assert result.recorded == total + 1
    assert reached == [whole]
    assert max(held) < whole * (BATCH_LINES + 20) / total


def test_an_import_among_others_who_write_the_same_records_loses_nothing(tmp_path: Path) -> None:
    lines = [rewording("a", f"Bridge a was closed in 2019, {n}.") for n in range(300)]
    done = Event()
    with open_newsroom(tmp_path / "ledger.db") as newsroom:
        imported(newsroom, EDITOR, claim("a"))
        (record,) = claims(newsroom)
        (actor,) = newsroom.desk.actors

        def disturb() -> None:
            for number in range(60):
                body = Reword(statement=f"Else {number}.", language="en", same_meaning=True, reason="Better.")
                newsroom.record(Order("claims.rewording", body, actor, (record.id,), newest=True))
            done.set()

        other = Thread(target=disturb)
        other.start()
        result = imported(newsroom, EDITOR, claim("a"), *lines)
        other.join()
        assert done.is_set()
        assert (result.recorded, result.already, result.refused) == (300, 2, [])
        assert newsroom.streams.load(record.id).version == 1 + 300 + 60


def test_an_import_that_the_store_stops_goes_on_from_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    lines = [claim(f"c{n}") for n in range(2 * BATCH_LINES)]
    store = SQLiteStore(path, lock_timeout=0.05)
    newsroom = new_newsroom(store)
    locker = sqlite3.connect(path, isolation_level=None)

    def lock(_: int) -> None:
        if not locker.in_transaction:
            locker.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="locked"):
        import_journal(newsroom, as_file([HEADER, EDITOR, *lines]), lock)
    locker.close()
    result = imported(newsroom, EDITOR, *lines)
    newsroom.close()
    store.close()

    assert (result.recorded + result.already, result.already) == (len(lines) + 1, BATCH_LINES)


CHILD = """
import sys
from pathlib import Path
from api.journal import import_journal
from tests.support.newsrooms import open_newsroom
with open_newsroom(Path(sys.argv[1])) as newsroom, open(sys.argv[2], "rb") as file:
    import_journal(newsroom, file, lambda done: print(done, flush=True))
"""


def test_a_killed_import_resumes_and_records_every_line_once(tmp_path: Path) -> None:
    total = 4_000
    journal, ledger = tmp_path / "journal.jsonl", tmp_path / "ledger.db"
    journal.write_bytes(as_file([HEADER, EDITOR, *(claim(f"c{n}") for n in range(total))]).getvalue())
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(ledger), str(journal)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)

    with open_newsroom(ledger) as newsroom, journal.open("rb") as file:
        result = import_journal(newsroom, file)

        assert child.returncode == -signal.SIGKILL
        assert BATCH_LINES <= result.already < total
        assert (result.recorded + result.already, result.refused) == (total + 1, [])
        statements = Counter(
            event.event.words.statement
            for event in newsroom.streams.events()
            if isinstance(event.event, ClaimAsserted) and event.event.words is not None
        )
        assert statements == Counter(f"Bridge c{n} was closed in 2019." for n in range(total))


@given(st.lists(st.sampled_from(["a", "b", "refused", "unreadable"]), max_size=12), st.integers(0, 12))
def test_any_journal_imported_in_any_two_pieces_is_the_journal_imported_at_once(kinds: list[str], cut: int) -> None:
    made: dict[str, JournalLine | str] = {"refused": claim("x", body={"kind": "rumour"}), "unreadable": "{"}
    lines = [made.get(kind) or claim(f"{kind}{n}") for n, kind in enumerate(kinds)]
    pieces, whole = new_newsroom(MemoryStore()), new_newsroom(MemoryStore())
    try:
        imported(pieces, EDITOR, *lines[:cut])
        second = imported(pieces, EDITOR, *lines)
        once = imported(whole, EDITOR, *lines)
        told = [[each.words.statement for each in claims(room)] for room in (pieces, whole)]
    finally:
        pieces.close()
        whole.close()

    assert told[0] == told[1]
    assert refusals(second) == refusals(once)
    assert second.already + second.recorded == once.recorded


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_an_import(data: bytes) -> None:
    newsroom = new_newsroom(MemoryStore())
    try:
        result = import_journal(newsroom, io.BytesIO(json.dumps(HEADER).encode() + b"\n" + data))
    finally:
        newsroom.close()

    assert result.recorded == 0
