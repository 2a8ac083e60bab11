"""The transparency log: proofs and tiles a second, what the map costs an event, and how large a claim's proof is."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

from api.bootstrap import House, desktop, open_house
from api.proofs import claim_bundle
from api.settings import Settings
from api.signing import keys
from benchmarks.ledgers import lines, newsroom, record
from benchmarks.measuring import Entrant, Race, Scale, race, timed
from domain.ledger.sqlite import SQLiteStore
from domain.proof.checking import check, read
from domain.streams import Streams
from domain.tlog.merkle import leaf_hash
from domain.tlog.proving import inclusion_proof, verify_inclusion
from projections.batch import Batch
from projections.log.map import LedgerMap
from projections.log.tiles import Tiles, nodes, tile
from projections.projection import Projection
from projections.runner import Runner
from projections.tables import Table
from projections.views import Views


class Idle:
    """A projection that keeps nothing."""

    NAME = "idle"
    VERSION = 1
    TABLES = (Table("idle", ("id INTEGER NOT NULL", "digest BLOB NOT NULL"), ("id",), main=True),)

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Lets the events go by."""


SOME = 200
"""Proofs, tiles or bundles in a round."""


def logs(folder: Path, scale: Scale) -> Iterator[Race]:
    """Of a recorded history that is signed."""
    with newsroom(folder / "ledger.db") as desk:
        record(desk, lines(scale.claims))
    settings = Settings(data=folder)
    with open_house(settings, projecting=False) as house:
        keys.create(desktop(settings, house.newsroom))
    with open_house(settings) as house:
        assert house.runner is not None
        house.runner.catch_up()
        house.signer.open()
        house.signer.sign_due()
        yield _proofs(house, scale)
        yield _bundles(house, scale)
    yield _taking_in(folder, scale)


def _proofs(house: House, scale: Scale) -> Race:
    last = house.book.last()
    assert last is not None
    size, root, dice = last.checkpoint.size, last.checkpoint.root, Random(1)
    leaves = [leaf_hash(row.leaf) for row in house.store.rows(0, size)]
    with house.views.reading() as reading:
        paths = {index: inclusion_proof(index, size, nodes(reading, size)) for index in range(min(SOME, size))}

    def verified() -> int:
        for index, path in paths.items():
            verify_inclusion(leaves[index], index, size, path, root)
        return len(paths)

    def neighbours() -> int:
        with house.views.reading() as reading:
            tree = nodes(reading, size)
            return sum(1 for index in range(SOME) if inclusion_proof(index, size, tree))

    def scattered() -> int:
        with house.views.reading() as reading:
            tree = nodes(reading, size)
            return sum(1 for _ in range(SOME) if inclusion_proof(dice.randrange(size), size, tree))

    def tiles() -> int:
        with house.views.reading() as reading:
            return sum(1 for _ in range(SOME) if tile(reading, 0, dice.randrange(size // 256), 256))

    entrants = [
        Entrant("verifying a proof", lambda: timed(verified)),
        Entrant("making proofs of neighbours", lambda: timed(neighbours)),
        Entrant("making proofs all over", lambda: timed(scattered)),
        Entrant("reading tiles all over", lambda: timed(tiles)),
    ]
    return race(f"Proofs and tiles, {size:,} events", "a second", entrants, scale.rounds)


def _bundles(house: House, scale: Scale) -> Race:
    dice = Random(2)
    claims = sorted({row.stream for row in house.store.rows(0, 20_000) if row.stream.startswith("clm")})
    made = [claim_bundle(house, claim, "desk").model_dump_json(exclude_none=True).encode() for claim in claims[:50]]
    numbers = count()

    def making() -> int:
        return sum(len(claim_bundle(house, dice.choice(claims), "desk").events) > 0 for _ in range(50))

    def checking() -> int:
        return sum(check(read(made[next(numbers) % len(made)])).events > 0 for _ in range(50))

    def hashed() -> int:
        return sum(1 for _ in range(50) if sha256(made[next(numbers) % len(made)]).digest())

    largest, middle = max(map(len, made)), sorted(map(len, made))[len(made) // 2]
    entrants = [
        Entrant("SHA-256 of the bundle", lambda: timed(hashed), lambda: f"{middle:,} bytes each, {largest:,} at most"),
        Entrant("making a claim's bundle", lambda: timed(making)),
        Entrant("checking it", lambda: timed(checking)),
    ]
    return race("Proof bundles", "a second", entrants, scale.rounds)


def _taking_in(folder: Path, scale: Scale) -> Race:
    numbers = count(1)
    with closing(SQLiteStore(folder / "ledger.db")) as store:

        def taking(*projections: Projection) -> Callable[[], float]:
            def round() -> float:
                with closing(Views(folder / f"views-{next(numbers)}.db")) as views:
                    return timed(Runner(store, Streams(store), views, projections).catch_up)

            return round

        commitments = sum(1 for row in store.rows(0, 10_000_000) if row.stream.startswith("map"))
        entrants = [
            Entrant("reading and folding alone", taking(Idle())),
            Entrant("with the tiles", taking(Tiles())),
            Entrant("with tiles and map", taking(Tiles(), LedgerMap()), lambda: f"{commitments} commitments"),
        ]
        return race("Taking events into the log's views", "events/s", entrants, scale.rounds)
