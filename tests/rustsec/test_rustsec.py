"""Eight years of somebody else's revisions go in as a journal; what stands at each New Year is what was counted."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from api.journal import import_journal
from domain.ledger.audit import audit
from domain.ledger.memory import MemoryStore
from domain.ledger.sqlite import SQLiteStore
from domain.newsroom import Newsroom
from projections.replay import count, replay
from tests.rustsec.converter import Conversion
from tests.rustsec.count import independent_count
from tests.rustsec.out_of_order import CASES, Case
from tests.support.journals import as_file
from tests.support.newsrooms import new_newsroom

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


@needs_revisions
def test_active_and_withdrawn_at_each_new_year_are_those_counted_in_the_file(tmp_path: Path) -> None:
    revisions = REVISIONS.read_text(encoding="utf-8").splitlines()
    conversion = Conversion()
    journal = as_file(conversion.journal(revisions))
    store = SQLiteStore(tmp_path / "ledger.db")
    newsroom = new_newsroom(store)
    try:
        first = import_journal(newsroom, journal)
        length = store.head().position
        journal.seek(0)
        again = import_journal(newsroom, journal)

        assert sum(chain(conversion.recorded.values(), conversion.unrecorded.values())) == len(revisions)
        assert (first.refused, first.already) == ([], 0)
        assert (again.recorded, again.already, again.refused) == (0, first.recorded, [])
        assert store.head().position == length
        assert audit(store).first is None
        counted = independent_count(revisions)
        years = {f"{year}-01-01T00:00:00Z": numbers for year, numbers in counted.items()}
        assert standing(newsroom, years) == years
    finally:
        newsroom.close()
        store.close()


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
