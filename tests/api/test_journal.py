"""The journal: what its lines mean, what is refused and how, and that nothing is recorded twice."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.journal import Files, Imported, import_journal
from api.journal.lines import LONGEST_LINE
from domain.claim.grounds import question_of
from domain.errors import InvalidInput
from domain.evidence.origins import Numbers, weigh
from domain.ledger.memory import MemoryStore
from domain.newsroom import Newsroom
from domain.review import moved
from domain.vault import Vault
from tests.support.journals import (
    EDITOR,
    JournalLine,
    as_file,
    claim,
    claims,
    imported,
    party,
    refusals,
    rewording,
    source,
)
from tests.support.newsrooms import new_newsroom

ROOT = Path(__file__).parent.parent.parent
STORY = ROOT / "examples" / "albania.jsonl"
APPROVER: JournalLine = {"do": "actors.create", "as": "ap", "body": {"name": "Desk approver", "roles": ["approver"]}}
NOTICE = "https://example.org/notice"


def verdict(name: str, **more: JournalLine) -> list[JournalLine]:
    """A proposal on the claim, and its approval."""
    body = {"rating": "unproven", "rationale": "It is not known.", **more}
    return [
        {"do": "claims.verdicts", "at": [f"@{name}"], "as": f"v-{name}", "by": "ed", "body": body},
        {"do": "claims.verdicts.approval", "at": [f"@{name}", f"@v-{name}"], "by": "ap", "body": {}},
    ]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    yield opened
    opened.close()


def tell_example(newsroom: Newsroom, folder: Path) -> Imported:
    newsroom.vault = Vault(folder / "snapshots")
    with STORY.open("rb") as file:
        return import_journal(newsroom, file, files=Files(STORY.parent, newsroom.vault, 1_000_000))


def test_the_example_story_is_recorded_whole_and_once(newsroom: Newsroom, tmp_path: Path) -> None:
    first = tell_example(newsroom, tmp_path)
    length = newsroom.store.head().position
    second = tell_example(newsroom, tmp_path)

    assert (first.refused, first.already, second.refused, second.recorded) == ([], 0, [], 0)
    assert first.recorded == second.already == len(STORY.read_bytes().splitlines()) - 1
    assert newsroom.store.head().position == length
    kinds = Counter(each.kind for each in claims(newsroom))
    assert kinds.total() >= 25
    assert set(kinds) == {"fact", "quantity", "quote", "allegation", "prediction", "opinion"}


def test_the_death_is_contested_in_the_example_story(newsroom: Newsroom, tmp_path: Path) -> None:
    tell_example(newsroom, tmp_path)

    contested = [each for each in claims(newsroom) if each.contested]

    assert any(each.kind == "allegation" and each.disputes[0].scopes == ("occurrence",) for each in contested)


def test_ten_outlets_are_one_origin_in_the_example_story(newsroom: Newsroom, tmp_path: Path) -> None:
    tell_example(newsroom, tmp_path)
    session = newsroom.session()

    ferry = next(each for each in claims(newsroom) if "Example Ferry" in (each.words.statement or ""))
    evidence = weigh(question_of(ferry), session.world, merge_families=True)

    assert ferry.verdict is not None
    assert (len(evidence.legs), ferry.verdict.overrides) == (14, ("two_origins",))
    assert evidence.numbers == Numbers(supports=1, refutes=1)
    assert len(evidence.origins[0].roots) == 2
    assert [len(loop) for loop in evidence.origins[1].loops] == [2]
    assert [leg.roots[0].own_article is not None for leg in evidence.legs if not leg.holds] == [True]


def test_a_verdict_knows_what_the_lines_above_it_moved(newsroom: Newsroom) -> None:
    """It would otherwise seem to be judged before what it was judged on, and be marked at once."""
    cited = {"citations": [{"as": "x", "source_id": "@s", "stance": "supports"}]}
    corrected = {"standing": "corrected", "declared_by": "publisher", "reason": "A date.", "notice_url": NOTICE}
    lines = [
        *(EDITOR, APPROVER, source("s"), claim("a"), claim("b", body=cited)),
        {"do": "sources.standing", "at": ["@s"], "by": "ed", "body": corrected},
        {"do": "claims.links", "at": ["@b"], "by": "ed", "body": {"claim_id": "@a", "relation": "depends_on"}},
        *verdict("a"),
        *verdict("b", rests_on={"citation_ids": ["@x"]}),
    ]

    first = imported(newsroom, *lines)
    again = imported(newsroom, *lines)

    assert (first.recorded, first.refused, again.already) == (len(lines), [], len(lines))
    world = newsroom.session().world
    for each in claims(newsroom):
        assert each.verdict is not None
        assert moved(each, weigh(question_of(each), world, merge_families=True), world, world.state_of) == ()


def test_a_verdict_and_what_moved_above_it_are_still_one_group(newsroom: Newsroom) -> None:
    gone = {"standing": "gone", "declared_by": "desk", "reason": "The page is not there."}
    standing = {"do": "sources.standing", "at": ["@s"], "by": "ed", "body": gone}
    wrong = {"do": "claims.verdicts", "at": ["@a"], "by": "ed", "body": {"rating": "no such", "rationale": "…"}}
    lines = [EDITOR, source("s"), claim("a"), *({**line, "group": "g"} for line in (standing, wrong))]

    result = imported(newsroom, *lines)

    assert (result.recorded, [line for line, _, _ in refusals(result)]) == (3, [5, 6])


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
