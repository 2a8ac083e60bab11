"""Readers of every kind of address, as the public and as the desk."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from string import Formatter
from typing import Any, Final

from api.pages.router import PAGES
from tests.soak.stories import UNSEEN
from tests.soak.wire import Answer, Connection
from tests.soak.writing import Book

Ids = Mapping[str, Sequence[str]]
"""What stands in a path → what is put there, one after another."""

PLURALS: Final = {"/claims": "claim_id", "/articles": "article_id", "/parties": "party_id", "/sources": "source_id"}
"""How the path of a record's page begins → the name of its id in the API's description."""

APART: Final = ("/api/v1/events/stream", "/api/v1/replay", "/api/v1/search")
"""Paths that are not asked as they are: what has no end, what answers only a question, and what folds the whole ledger.

A replay takes memory for every record there is. What the allocator keeps of that grows with the ledger, and would hide
whatever else grows.
"""

KINDS: Final = {"clm": "claims", "art": "articles", "pty": "parties", "src": "sources"}
"""How a record's id begins → how its path does."""

CLOSED: Final = {"/api/v1/events": 401, "/api/v1/actors": 401, "/api/v1/worklist": 401, "/worklist": 403}
"""How those paths begin that the public is refused → with which status."""

CLOSED_ENDS: Final = {"/content": 401, "/review": 401, "/similar": 401}
"""How those paths end that the public is refused → with which status."""

ELSEWHERE: Final = "/content"
"""How those paths end under which the desk finds nothing where an archive has the bytes of a snapshot."""

LINK: Final = re.compile(r'<([^>]+)>; rel="next"')
NEWEST: Final = 0.15
"""The share of readings that are of what was recorded just now."""

SEARCHES: Final = ("q=raid", "q=police+computers", "q=nothing+of+the+kind", "q=paid", "q=raid&kind=claim&limit=5")
FILTERED: Final[Mapping[str, Sequence[str]]] = {
    "/api/v1/claims": (
        "q=raid",
        "contested=true",
        "contested=false&limit=7",
        "evidence_conflicts=true",
        "withdrawn=true",
        "needs_review=true",
        "rating=unproven",
        "topic=raids",
    ),
    "/api/v1/search": SEARCHES,
    "/search": SEARCHES,
    "/api/v1/changes": ("since=100", "since=150&kind=claim"),
}
"""Path → queries that are asked there too."""


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked for, and the status with which it is answered: to the public, and to the desk."""

    path: str
    public: int = 200
    desk: int = 200


def addresses(document: Mapping[str, Any], ids: Ids, position: int) -> list[Address]:
    """Every address that reads: of the API's description and of the pages, with each of these ids, now and then.

    The ids are of records that are open, and stood at the ledger position `position` as they stand in the end. What
    stands in a path and has no ids here raises `KeyError`. A `snapshot` is named by its place in its source; those
    whose bytes the ledger has are `stored` as well.
    """
    found = [path for path, operations in document["paths"].items() if "get" in operations and path not in APART]
    asked = [
        *(address for path in found for address in _described(path, document["paths"][path]["get"], ids, position)),
        *(address for path in PAGES for address in _filled(path, _of_page(path, ids))),
        *(f"{path}?{query}" for path, queries in FILTERED.items() for query in queries),
    ]
    kept = {f"/api/v1/sources/{snapshot}{ELSEWHERE}" for snapshot in ids["stored"]}
    nowhere = [f"{path}/{id[:4]}{'0' * 26}" for path, name in PLURALS.items() for id in ids[name][:1]]
    return [
        *(Address(path, _public(path), 200 if path in kept else 404) for path in asked if path.endswith(ELSEWHERE)),
        *(Address(path, _public(path)) for path in asked if not path.endswith(ELSEWHERE)),
        *(Address(path, 404, 404) for path in ("/nothing/here", *nowhere, *(f"/api/v1{path}" for path in nowhere))),
    ]


def _public(path: str) -> int:
    ends = (status for end, status in CLOSED_ENDS.items() if path.partition("?")[0].endswith(end))
    return next(ends, next((status for begins, status in CLOSED.items() if path.startswith(begins)), 200))


def _described(path: str, operation: Mapping[str, Any], ids: Ids, position: int) -> Iterator[str]:
    takes = {parameter["name"] for parameter in operation.get("parameters", ())}
    for address in _filled(path, ids):
        yield address
        if "position" in takes and "{position}" not in path:
            yield f"{address}?position={position}"
        if "limit" in takes:
            yield f"{address}?limit=3"


def _filled(path: str, ids: Ids) -> Iterator[str]:
    """The path with every id, or combination of ids, in its place. A snapshot is one of its source alone."""
    named = path.replace("{source_id}/snapshots/{snapshot_id}", "{snapshot}")
    names = [name for _, name, _, _ in Formatter().parse(named) if name]
    for combination in product(*(ids[name] for name in names)):
        yield named.format(**dict(zip(names, combination, strict=True)))


def _of_page(path: str, ids: Ids) -> Ids:
    kind = next((name for begins, name in PLURALS.items() if path.startswith(begins)), None)
    return ids if kind is None else {**ids, "id": ids[kind]}


class Reader:
    """Somebody who asks for one address after another, every other time only if it has changed since the last time.

    The desk also asks for what was recorded just now, the public for what it must not find. `read` raises
    `AssertionError` for any answer that is not as it has to be.
    """

    def __init__(self, port: int, token: str | None, known: Sequence[Address], book: Book, chance: Random) -> None:
        self._is_desk = token is not None
        self._connection = Connection(port, token)
        self._known = known
        self._book = book
        self._chance = chance
        self._tags: dict[str, str] = {}
        self.answered = 0
        self.unchanged = 0

    async def close(self) -> None:
        await self._connection.close()

    async def read(self) -> None:
        if self._chance.random() < NEWEST:
            await (self._read_newest() if self._is_desk else self._read_closed())
            return
        address = self._chance.choice(self._known)
        answer = await self._get(address.path, address.desk if self._is_desk else address.public)
        following = LINK.match(answer.headers.get("link", ""))
        if self._is_desk and following is not None:
            await self._get(following[1], 200)

    async def read_all(self) -> None:
        """Asks for every known address once."""
        for address in self._known:
            await self._get(address.path, address.desk if self._is_desk else address.public)

    async def _read_newest(self) -> None:
        record = self._chance.choice(self._book.newest)
        version = self._book.versions[record]
        answer = await self._get(f"/api/v1/{path_of(record)}", 200)
        if answer.status == 200:
            assert answer.body["version"] >= version, f"{record} has version {version}: {answer}"

    async def _read_closed(self) -> None:
        where = path_of(self._chance.choice(self._book.closed))
        await self._get(self._chance.choice((f"/{where}", f"/api/v1/{where}", f"/api/v1/{where}/history")), 404)

    async def _get(self, path: str, status: int) -> Answer:
        tag = self._tags.get(path) if self._chance.random() < 0.5 else None
        answer = await self._connection.get(path, {} if tag is None else {"If-None-Match": tag})
        assert answer.status == status or (tag and answer.status == 304), f"{path}: {status} was due, not {answer}"
        assert self._is_desk or UNSEEN.encode() not in answer.content, f"{path} tells the public of a draft: {answer}"
        self.answered += 1
        self.unchanged += answer.status == 304
        if "etag" in answer.headers:
            self._tags[path] = answer.headers["etag"]
        return answer


def path_of(record: str) -> str:
    """Where the record stands, below the pages and below the API."""
    return f"{KINDS[record[:3]]}/{record}"
