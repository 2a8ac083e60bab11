"""Eight years of somebody else's revisions go in as a journal; what stands at each New Year is what was counted."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from api.journal import import_journal
from domain.ledger.memory import MemoryStore
from domain.newsroom import Newsroom
from projections.replay import count, replay
from tests.rustsec.converter import Conversion
from tests.rustsec.count import independent_count
from tests.rustsec.out_of_order import CASES, Case
from tests.support.journals import as_file
from tests.support.newsrooms import new_newsroom
from tests.support.serving import Server, stemma

REVISIONS = Path(__file__).parents[3] / "shared" / "data" / "rustsec" / "revisions-until-2024.jsonl"

needs_revisions = pytest.mark.skipif(
    not REVISIONS.is_file(), reason=f"the revisions of the advisory database are not there ({REVISIONS})"
)


def standing(newsroom: Newsroom, moments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Active and withdrawn claims by what had been decided at each of these moments."""
    events = list(newsroom.streams.events())
    counts = {at: count(replay(events, stamp_of(at)), lambda _: True, all_records=True).claims for at in moments}
    return {moment: (claims.total - claims.withdrawn, claims.withdrawn) for moment, claims in counts.items()}


def stamp_of(moment: str) -> str:
    return f"{moment[:19]}.000000Z"


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    opened = new_newsroom(MemoryStore())
    yield opened
    opened.close()


@pytest.mark.soak
@needs_revisions
def test_active_and_withdrawn_at_each_new_year_are_those_counted_in_the_file(tmp_path: Path) -> None:
    # Given a ledger, and the revisions as a journal
    revisions = REVISIONS.read_text(encoding="utf-8").splitlines()
    conversion, data, journal = Conversion(), tmp_path / "data", tmp_path / "rustsec.jsonl"
    journal.write_bytes(as_file(conversion.journal(revisions)).read())
    stemma("init", "--name", "Desk", "--origin", "127.0.0.1/rustsec", "--base-url", "http://127.0.0.1", data=data)
    token = stemma("token", "create", "--role", "auditor", "--name", "Auditor", data=data)["token"]

    # When it is imported, and imported again
    first = stemma("import", str(journal), data=data)
    again = stemma("import", str(journal), data=data)

    # Then every revision is accounted for, and nothing was recorded twice
    assert sum(chain(conversion.recorded.values(), conversion.unrecorded.values())) == len(revisions)
    assert (first["already"], first["refused"]) == (0, [])
    assert again == {"recorded": 0, "already": first["recorded"], "refused": []}
    assert stemma("verify", data=data)["ok"] is True

    # And what stood at each New Year, by what had been decided, is what was counted in the file
    server = Server(data)
    server.start()
    try:
        for year, numbers in independent_count(revisions).items():
            claims = server.get(f"/api/v1/replay?axis=decided&as_of={year}-01-01T00:00:00Z", token)["claims"]
            assert (claims["total"] - claims["withdrawn"], claims["withdrawn"]) == numbers
    finally:
        server.stop()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_decisions_may_come_in_another_order_than_lines_only_where_no_record_goes_back(
    newsroom: Newsroom, case: Case
) -> None:
    result = import_journal(newsroom, as_file(case.journal))

    assert result.recorded == case.recorded
    assert [refusal.line for refusal in result.refused] == [refusal.line for refusal in case.refused]
    for refusal, expected in zip(result.refused, case.refused, strict=True):
        pointers = [error["pointer"] for error in refusal.problem.get("errors", ())]
        assert refusal.problem["status"] == expected.status
        assert expected.names is None or any(expected.names in pointer for pointer in pointers)
    assert standing(newsroom, case.standing) == case.standing
