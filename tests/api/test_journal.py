"""The journal: what its lines mean, what is refused and how, and that nothing is recorded twice."""

import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.journal import Imported, import_journal
from api.journal.importing import BATCH_LINES
from api.journal.lines import LONGEST_GROUP, LONGEST_LINE
from domain.claim.commands import Reword
from domain.claim.events import ClaimAsserted
from domain.claim.state import Claim
from domain.errors import InvalidInput
from domain.ledger.memory import MemoryStore
from domain.newsroom import Newsroom
from domain.session import Order
from tests.support.newsrooms import as_file, new_newsroom, open_newsroom

ROOT = Path(__file__).parent.parent.parent
STORY = ROOT / "examples" / "albania.jsonl"

JournalLine = dict[str, Any]
HEADER: JournalLine = {"journal": "test", "version": 1}
EDITOR: JournalLine = {"do": "actors.create", "as": "ed", "body": {"name": "Desk editor", "roles": ["editor"]}}


def party(name: str, **more: Any) -> JournalLine:
    return {"do": "parties.create", "as": name, "by": "ed", "body": {"kind": "organisation", "name": name}, **more}


def source(name: str, **more: Any) -> JournalLine:
    return {"do": "sources.create", "as": name, "by": "ed", "body": {"kind": "report", "title": name}, **more}


def claim(name: str, *, body: JournalLine | None = None, **more: Any) -> JournalLine:
    said = {"statement": f"Bridge {name} was closed in 2019.", "language": "en", "kind": "fact", "attribution": "own"}
    return {"do": "claims.create", "as": name, "by": "ed", "body": {**said, **(body or {})}, **more}


def rewording(name: str, statement: str, **more: Any) -> JournalLine:
    body = {"statement": statement, "language": "en", "same_meaning": True, "reason": "It is shorter."}
    return {"do": "claims.rewording", "at": [f"@{name}"], "by": "ed", "body": body, **more}


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    yield opened
    opened.close()


def imported(newsroom: Newsroom, *lines: JournalLine | str, header: JournalLine = HEADER) -> Imported:
    return import_journal(newsroom, as_file([header, *lines]))


def claims(newsroom: Newsroom) -> list[Claim]:
    rows = newsroom.store.rows(0, 1_000_000)
    return [newsroom.streams.load(r.stream).state for r in rows if r.version == 1 and r.stream.startswith("clm_")]


def refusals(result: Imported) -> list[tuple[int, int, str | None]]:
    """Line, status and first pointer of everything that was refused."""
    return [
        (each.line, each.problem["status"], next((e["pointer"] for e in each.problem.get("errors", ())), None))
        for each in result.refused
    ]


def test_the_example_story_is_recorded_whole_and_once(newsroom: Newsroom) -> None:
    with STORY.open("rb") as file:
        first = import_journal(newsroom, file)
    length = newsroom.store.head().position
    with STORY.open("rb") as file:
        second = import_journal(newsroom, file)

    assert (first.refused, first.already, second.refused, second.recorded) == ([], 0, [], 0)
    assert first.recorded == second.already == len(STORY.read_bytes().splitlines()) - 1
    assert newsroom.store.head().position == length
    kinds = Counter(each.kind for each in claims(newsroom))
    assert kinds.total() >= 25
    assert set(kinds) == {"fact", "quantity", "quote", "allegation", "prediction", "opinion"}


def test_the_death_is_contested_in_the_example_story(newsroom: Newsroom) -> None:
    with STORY.open("rb") as file:
        import_journal(newsroom, file)

    contested = [each for each in claims(newsroom) if each.contested]

    assert any(each.kind == "allegation" and each.disputes[0].scopes == ("occurrence",) for each in contested)


def test_a_longer_version_of_a_journal_records_only_what_is_new(newsroom: Newsroom) -> None:
    imported(newsroom, EDITOR, claim("a"))

    result = imported(newsroom, EDITOR, claim("a"), rewording("a", "The bridge was shut in 2019."), claim("b"))

    assert (result.recorded, result.already, result.refused) == (2, 2, [])
    assert [each.words.statement for each in claims(newsroom)] == [
        "The bridge was shut in 2019.",
        "Bridge b was closed in 2019.",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        claim("a", body={"statement": "Bridge a was closed in 2020."}),
        claim("a", by="other"),
        claim("a", decided_at="2020-01-01T00:00:00Z"),
        party("a"),
    ],
    ids=["body", "by", "decided_at", "do"],
)
def test_a_changed_line_is_refused_and_what_leans_on_it_too(newsroom: Newsroom, changed: JournalLine) -> None:
    other = {**EDITOR, "as": "other"}
    imported(newsroom, EDITOR, other, claim("a"))
    length = newsroom.store.head().position

    result = imported(newsroom, EDITOR, other, changed, rewording("a", "The bridge was shut in 2019."))

    assert (result.recorded, result.already) == (0, 2)
    assert refusals(result) == [(4, 422, None), (5, 422, "/at/0")]
    assert result.refused[0].problem["type"] == "/problems/key-reused"
    assert newsroom.store.head().position == length


def test_a_key_of_its_own_lets_a_line_move(newsroom: Newsroom) -> None:
    editor, first = {**EDITOR, "key": "editor"}, claim("a", key="bridge a")
    imported(newsroom, editor, first)

    result = imported(newsroom, editor, claim("b", key="bridge b"), first, claim("c", key="bridge a"))

    assert (result.recorded, result.already) == (1, 2)
    assert refusals(result) == [(5, 422, None)]


def test_a_key_stands_once_in_a_journal(newsroom: Newsroom) -> None:
    result = imported(newsroom, EDITOR, claim("a", key="k"), claim("b", key="k"))

    assert (result.recorded, refusals(result)) == (2, [(4, 422, None)])


def test_members_of_lists_are_named_in_the_order_in_which_they_are_made(newsroom: Newsroom) -> None:
    text = "The bridge was closed. Nobody knows why."
    article = {"title": "Bridges", "language": "en", "role": "own", "text": text}
    body = {
        "citations": [
            {"source_id": "@s1", "stance": "supports"},
            {"as": "second", "source_id": "@s2", "stance": "refutes"},
        ],
        "place": [{"as": "here", "article_id": "@article", "selector": {"exact": "was closed"}}],
    }
    positions = [
        {"as": "p1", "party_id": "@left", "stance": "affirms", "statement": "It was.", "citation_ids": ["@second"]},
        {"as": "p2", "party_id": "@right", "stance": "denies", "statement": "It was not."},
    ]
    dispute = {"scopes": ["occurrence"], "question": "Was it?", "positions": positions, "reason": "They disagree."}
    gone = {"cause": "recorded_in_error", "reason": "It belongs elsewhere."}

    result = imported(
        newsroom,
        EDITOR,
        *(party("left"), party("right"), source("s1"), source("s2")),
        {"do": "articles.create", "as": "article", "by": "ed", "body": article},
        claim("c", body=body),
        {"do": "claims.disputes", "at": ["@c"], "as": "d", "by": "@ed", "body": dispute},
        {"do": "claims.disputes.positions.withdrawal", "at": ["@c", "@d", "@p2"], "by": "ed", "body": gone},
        {"do": "claims.citations.withdrawal", "at": ["@c", "@second"], "by": "ed", "body": gone},
        {"do": "articles.placements.removal", "at": ["@article", "@here"], "by": "ed", "body": {"reason": "No."}},
    )

    assert result.refused == []
    (recorded,) = claims(newsroom)
    assert [(c.stance, c.withdrawn is not None) for c in recorded.citations] == [("supports", False), ("refutes", True)]
    assert [p.withdrawn is not None for p in recorded.disputes[0].positions] == [False, True]
    assert recorded.disputes[0].positions[0].citation_ids == (recorded.citations[1].id,)


def test_positions_are_named_in_a_dispute_without_a_name(newsroom: Newsroom) -> None:
    positions = [{"as": "p", "party_id": "@left", "stance": "denies", "statement": "It was not."}]
    dispute = {"scopes": ["occurrence"], "question": "Was it?", "positions": positions, "reason": "They disagree."}
    imported(newsroom, EDITOR, party("left"), claim("c"))
    (recorded,) = claims(newsroom)

    result = imported(
        newsroom,
        EDITOR,
        party("left"),
        claim("c"),
        {"do": "claims.disputes", "at": ["@c"], "by": "ed", "body": dispute},
        {"do": "claims.disputes.positions.withdrawal", "at": [recorded.id, "@p", "@p"], "by": "ed", "body": {}},
    )

    assert refusals(result) == [(6, 422, "/cause")]


def test_a_name_counts_only_where_ids_stand(newsroom: Newsroom) -> None:
    imported(newsroom, EDITOR, claim("a", body={"statement": "@ed", "topics": ["@ed"], "reason": "@nobody"}))

    (recorded,) = claims(newsroom)
    assert (recorded.words.statement, recorded.words.topics) == ("@ed", ("@ed",))


def test_the_name_of_a_refused_line_is_free_for_its_correction(newsroom: Newsroom) -> None:
    result = imported(newsroom, EDITOR, claim("a", body={"kind": "rumour"}), rewording("a", "So."), claim("a"))

    assert (result.recorded, refusals(result)) == (2, [(3, 422, "/kind"), (4, 422, "/at/0")])


def test_an_actor_is_named_by_name_or_id(newsroom: Newsroom) -> None:
    imported(newsroom, EDITOR)
    (actor,) = newsroom.desk.actors

    result = imported(newsroom, EDITOR, claim("a", by="ed"), claim("b", by="@ed"), claim("c", by=actor))

    assert {each.asserted.by for each in claims(newsroom)} == {actor}
    assert result.refused == []


def test_without_by_the_operator_administers_and_does_nothing_else(newsroom: Newsroom) -> None:
    anonymous = {key: value for key, value in claim("a").items() if key != "by"}

    result = imported(newsroom, EDITOR, anonymous)

    assert (result.recorded, refusals(result)) == (1, [(3, 403, None)])


REFUSED: list[tuple[JournalLine | str, int, str | None]] = [
    ("{", 422, None),
    ("[]", 422, None),
    ('{"do": "claims.create", "do": "claims.create", "body": {}}', 422, ""),
    ('{"do": "claims.create", "body": {"statement": "\\ud800"}}', 422, "/body/statement"),
    ({"body": {}}, 422, "/do"),
    ({"do": "claims.create"}, 422, "/body"),
    ({"do": "claims.create", "body": []}, 422, "/body"),
    ({"do": "claims.invent", "body": {}}, 422, "/do"),
    ({**claim("a"), "file": "snapshot.warc"}, 422, "/file"),
    ({**claim("a"), "as": "@a"}, 422, "/as"),
    ({**claim("a"), "as": "ed"}, 422, "/as"),
    (claim("a", by="nobody"), 422, "/by"),
    (claim("a", by="@nobody"), 422, "/by"),
    (claim("a", at=["@ed"]), 422, "/at"),
    (claim("a", decided_at="2023-02-30T00:00:00Z"), 422, "/decided_at"),
    (claim("a", decided_at="2023-02-20T00:00:00"), 422, "/decided_at"),
    (claim("a", decided_at="2023-02-20T00:00:00Z"), 403, None),
    (claim("a", body={"decided_at": "2023-02-20T00:00:00Z"}), 422, "/decided_at"),
    (claim("a", body={"claimant_id": "@nobody"}), 422, "/claimant_id"),
    (claim("a", body={"about": [{"party_id": "@nobody", "role": "actor"}]}), 422, "/about/0/party_id"),
    (
        claim("a", body={"citations": [{"as": "ed", "source_id": "x", "stance": "context"}]}),
        422,
        "/citations/0/source_id",
    ),
    (claim("a", body={"citations": [{"as": 7, "source_id": "x", "stance": "context"}]}), 422, "/citations/0/as"),
    (claim("a", body={"citations": ["x"]}), 422, "/citations/0"),
    (rewording("a", "So."), 422, "/at/0"),
    ({**rewording("a", "So."), "at": []}, 422, "/at"),
    ({**rewording("a", "So."), "at": ["clm_00000000000000000000000000"]}, 404, None),
    ({"do": "actors.tokens", "at": ["@ed"], "body": {}}, 422, "/do"),
]


@pytest.mark.parametrize(("line", "status", "pointer"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_is_refused_is_named_and_the_others_go_on(
    newsroom: Newsroom, line: JournalLine | str, status: int, pointer: str | None
) -> None:
    result = imported(newsroom, EDITOR, line, claim("after"))

    assert (result.recorded, refusals(result)) == (2, [(3, status, pointer)])
    assert [each.words.statement for each in claims(newsroom)] == ["Bridge after was closed in 2019."]


def test_a_name_for_what_makes_nothing_is_refused_and_so_is_the_line(newsroom: Newsroom) -> None:
    result = imported(newsroom, EDITOR, claim("a"), rewording("a", "So.", **{"as": "b"}))

    assert refusals(result) == [(4, 422, "/as")]
    assert claims(newsroom)[0].version == 1


def test_a_line_that_is_too_long_is_passed_over(newsroom: Newsroom) -> None:
    long = json.dumps(claim("a", body={"reason": "x" * LONGEST_LINE}))

    result = imported(newsroom, EDITOR, long, claim("b"))

    assert (result.recorded, refusals(result)) == (2, [(3, 422, None)])


def test_empty_lines_count_in_the_numbering_only(newsroom: Newsroom) -> None:
    result = imported(newsroom, EDITOR, "", "  ", claim("a", by="nobody"), "")

    assert refusals(result) == [(5, 422, "/by")]


@pytest.mark.parametrize(
    "first",
    ["", "{", "[]", '{"journal": "x"}', '{"journal": "x", "version": 2}', '{"journal": "", "version": 1}', '{"do": 1}'],
)
def test_a_file_without_the_header_is_no_journal(newsroom: Newsroom, first: str) -> None:
    with pytest.raises(InvalidInput):
        import_journal(newsroom, as_file([first, EDITOR]))

    assert newsroom.desk.actors == {}


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
