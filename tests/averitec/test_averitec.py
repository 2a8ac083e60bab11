"""Claims that others checked go in as a journal; what conflicts, where a source is cited and every address come out."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from domain.ledger.memory import MemoryStore
from domain.source.events import SourceRegistered
from tests.averitec.converter import RATINGS, TOPIC, Conversion
from tests.averitec.reading import FILE, METADATA, READ, Checked, checked
from tests.support.journals import EDITOR, as_file, imported, source
from tests.support.newsrooms import new_newsroom
from tests.support.serving import Server, stemma

FIRST_LINE = 3
"""Of the lines of a journal, the first after the header and the editor."""
EMPTY = "A text without a visible character says nothing."
NO_ADDRESS = "A web address begins with http:// or https:// and holds no white space."

needs_claims = pytest.mark.skipif(not FILE.is_file(), reason=f"the checked claims are not there ({FILE})")


@dataclass(slots=True)
class Told:
    """What a running server tells of the claims and sources, to whoever has the token."""

    server: Server
    token: str
    sources: dict[str, Any] = field(init=False)
    claims: dict[int, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.sources = {listed["id"]: listed for listed in self.every("/sources")}
        shown = [self.get(f"/claims/{listed['id']}") for listed in self.every("/claims")]
        self.claims = {int(claim["topics"][0].removeprefix(TOPIC.format(""))): claim for claim in shown}

    def get(self, path: str) -> Any:
        return self.server.get(f"/api/v1{path}", self.token)

    def every(self, path: str) -> Iterator[Any]:
        """All items of a list, page by page."""
        following, sign = "", "&" if "?" in path else "?"
        while True:
            page = self.get(f"{path}{sign}limit=200{following}")
            yield from page["items"]
            if page["next"] is None:
                return
            following = f"&after={page['next']}"

    def numbers(self, path: str) -> set[int]:
        """The claims of a list, by their places in the file."""
        known = {claim["id"]: number for number, claim in self.claims.items()}
        return {known[listed["id"]] for listed in self.every(path)}


@pytest.mark.soak
@needs_claims
def test_the_claims_are_told_as_they_were_checked(tmp_path: Path) -> None:
    # Given a ledger, and the claims with their answers, their archived copies and their labels as a journal
    given, data, journal = checked(), tmp_path / "data", tmp_path / "averitec.jsonl"
    lines = list(Conversion().journal(given))
    journal.write_bytes(as_file(lines).read())
    stemma("init", "--name", "Desk", "--origin", "127.0.0.1/averitec", "--base-url", "http://127.0.0.1", data=data)
    token = stemma("token", "create", "--role", "auditor", "--name", "Auditor", data=data)["token"]

    # When it is imported
    done = stemma("import", str(journal), data=data)

    # Then nothing was refused, and the ledger is sound
    assert done == {"recorded": len(lines) - 1, "already": 0, "refused": []}
    assert stemma("verify", data=data)["ok"] is True
    assert stemma("rebuild", data=data)["ok"] is True

    # And what is read over HTTP is what the file says
    server = Server(data)
    server.start()
    try:
        told = Told(server, token)
        check_claims(told, given)
        check_conflicts(told, given)
        check_cited_in(told, given)
        check_origins(told, given)
    finally:
        server.stop()
    assert stemma("rebuild", "--check", data=data)["differences"] == []


def check_claims(told: Told, given: list[Checked]) -> None:
    """Each claim has its words, day, label, and every answer with the page, its copy, and the day of the copy."""
    address = {id: listed["url"] or METADATA for id, listed in told.sources.items()}
    for claim in given:
        shown = told.claims[claim.number]
        assert (shown["statement"], shown["said_on"]) == (claim.statement, claim.said_on)
        assert (shown["verdict"]["rating"], shown["needs_review"]) == (RATINGS[claim.label], [])
        assert [search["looked_for"] for search in shown["searches"]] == list(claim.not_found)
        cited = [
            (
                address[c["source_id"]],
                c["stance"],
                address.get(c["via_source_id"]),
                c["accessed_on"],
                c["quote"]["text"],
            )
            for c in shown["citations"][1:]
        ]
        assert cited == [
            (a.address, a.stance, None if a.copy in {"", METADATA, a.address} else a.copy, a.copied_on, a.text)
            for a in claim.found
        ]


def check_conflicts(told: Told, given: list[Checked]) -> None:
    """Evidence conflicts where some answers support and others refute, and nowhere else."""
    conflicting = {claim.number for claim in given if claim.conflicts}
    assert {number for number, claim in told.claims.items() if claim["evidence_conflicts"]} == conflicting
    assert told.numbers("/claims?evidence_conflicts=true") == conflicting
    assert conflicting < set(READ)
    numbers = told.get("/replay")["claims"]
    assert (numbers["total"], numbers["open"], numbers["evidence_conflicts"]) == (250, 250, len(conflicting))
    assert numbers["by_rating"] == Counter(RATINGS[claim.label] for claim in given)


def check_origins(told: Told, given: list[Checked]) -> None:
    """An answer counts for the page that it was found on, once for each page, whatever copies of it there are."""
    page = pages_of(given)
    for claim in given:
        for stance in ("supports", "refutes"):
            pages = {page[answer.address] for answer in claim.found if answer.stance == stance}
            assert told.claims[claim.number]["independent_origins"][stance] == len(pages)


def check_cited_in(told: Told, given: list[Checked]) -> None:
    """A source of several claims lists all of them: cited, read as its copy, or where the claim appeared."""
    expected = cited_in(given)
    assert max(len(claims) for claims in expected.values()) > 5
    numbers = {claim["id"]: number for number, claim in told.claims.items()}
    shared = {url for url, cited in expected.items() if len({number for number, _ in cited}) > 1}
    for id, url in ((id, listed["url"]) for id, listed in told.sources.items() if listed["url"] in shared):
        told_of = told.get(f"/sources/{id}")["cited_in"]
        assert {(numbers[cited["claim_id"]], cited["role"]) for cited in told_of} == expected[url]


def cited_in(given: list[Checked]) -> dict[str, set[tuple[int, str]]]:
    """Address → the claims with which it has to do, by their places in the file, and as what."""
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for claim in given:
        found[claim.checked_in].add((claim.number, "cited"))
        if claim.appeared_in:
            found[claim.appeared_in].add((claim.number, "appeared_in"))
        for answer in claim.found:
            found[answer.address].add((claim.number, "cited"))
            if answer.copy not in {"", METADATA, answer.address}:
                found[answer.copy].add((claim.number, "via"))
    return found


def pages_of(given: list[Checked]) -> dict[str, str]:
    """Address → one address for all that share a copy with it: the file has some pages with http and with https."""
    page: dict[str, str] = {}
    for answer in (answer for claim in given for answer in claim.found):
        one, other = page.setdefault(answer.address, answer.address), page.setdefault(answer.copy, answer.copy)
        if answer.copy not in {"", METADATA}:
            page.update({address: one for address, its in page.items() if its == other})
    return page


def addresses(given: list[Checked]) -> set[str]:
    """Whatever stands where an address should be, as it stands there."""
    about_claims = {each for claim in given for each in (claim.appeared_in, claim.appeared_copy, claim.checked_in)}
    return about_claims | {
        each for claim in given for answer in claim.answers for each in (answer.address, answer.copy)
    }


@needs_claims
def test_every_address_is_kept_as_given_or_refused_with_a_reason() -> None:
    # Given whatever stands in the file where an address should be: fragments, escapes, long queries, no address at all
    given = sorted(addresses(checked()))
    newsroom = new_newsroom(MemoryStore())

    # When each becomes the address of a source
    lines = [source(f"s{n}", body={"kind": "other", "title": "A page", "url": url}) for n, url in enumerate(given)]
    result = imported(newsroom, EDITOR, *lines)

    # Then what is no web address is refused and told why, and the others are kept letter by letter
    events = [recorded.event for recorded in newsroom.streams.events()]
    kept = [event.words.url for event in events if isinstance(event, SourceRegistered) and event.words is not None]
    newsroom.close()
    assert kept == [url for url in given if url.startswith(("http://", "https://"))]
    assert [given[refusal.line - FIRST_LINE] for refusal in result.refused] == ["", METADATA]
    for refusal in result.refused:
        (fault,) = refusal.problem["errors"]
        assert (refusal.problem["status"], fault["pointer"]) == (422, "/url")
        assert fault["detail"] == (NO_ADDRESS if given[refusal.line - FIRST_LINE] else EMPTY)
