"""Makes proof bundles (`domain.proof`), of a claim as the public sees it or as the desk does."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Final

from api.bootstrap import House
from api.moments import NOW
from api.reading import Reader
from api.representations import Audience
from domain.claim import Claim
from domain.errors import NotCaughtUp, Unavailable
from domain.ledger.rows import Row
from domain.proof.bundle import FORMAT, Bundle, Item, LogName, MapProof, State, hash_text
from domain.source.events import SnapshotCaptured
from domain.tlog.note import parse_note
from domain.tlog.prefixmap import Found
from domain.tlog.proving import inclusion_proof
from domain.tlog.tilenodes import TileNodes
from domain.tlog.treehead import Checkpoint
from projections.log import map as ledger_map
from projections.log.map import Committed
from projections.log.tiles import Tiles, nodes

PATIENCE: Final = 2.0
"""Seconds that somebody waits until what was recorded last is covered by the map and signed."""

_LOOK: Final = 0.02


def claim_bundle(house: House, id: str, audience: Audience, patience: float = PATIENCE) -> Bundle:
    """The proof of everything that was recorded of the claim, up to now.

    Waits until the newest event of the claim is signed and the map covers it. Raises `NotFound` for a claim that this
    audience may not see, `NotCaughtUp` if that takes longer than `patience` seconds, and `Unavailable` where nothing is
    signed.
    """
    claim: Claim = house.reader.state("claim", id, audience, NOW)
    if house.book.last() is None:
        raise Unavailable("Nothing has been signed yet: the log has no key.")
    deadline = monotonic() + patience
    while True:
        try:
            return _bundle(house, claim, audience)
        except NotCaughtUp:
            if monotonic() > deadline:
                raise
            sleep(_LOOK)


def _bundle(house: House, claim: Claim, audience: Audience) -> Bundle:
    rows = house.store.stream(claim.id)
    with house.views.reading() as reading:
        committed = ledger_map.committed(reading)
        if committed is None or rows[-1].position > committed.size:
            raise NotCaughtUp(rows[-1].position, 0 if committed is None else committed.size)
        if not committed.sound:
            raise Unavailable("The map that was committed to last is not that of the ledger; nothing is proven by it.")
        note, checkpoint = _signed(house, committed)
        if reading.positions[Tiles.NAME] < checkpoint.size:
            raise NotCaughtUp(checkpoint.size, reading.positions[Tiles.NAME])
        tree, found = nodes(reading, checkpoint.size), ledger_map.found(reading, claim.id)
    items = _Items(house, tree, checkpoint.size, audience)
    key = house.newsroom.desk.key
    events, snapshots = tuple(items.of(claim.id, rows)), tuple(_snapshots(items, claim))
    erased = sorted({item.erased_by for item in (*events, *snapshots) if item.erased_by is not None})
    return Bundle(
        format=FORMAT,
        claim=claim.id,
        log=LogName(origin=checkpoint.origin, vkey="" if key is None else key.vkey),
        checkpoint=note.decode(),
        map=_map_proof(house, items, committed, found),
        events=events,
        snapshots=snapshots,
        erasures=tuple(items.erasure(position) for position in erased),
    )


def _signed(house: House, committed: Committed) -> tuple[bytes, Checkpoint]:
    """The checkpoint that everybody is shown; the one that was signed last, if the other waits for its witnesses."""
    shown, last = house.book.now(), house.book.last()
    if shown is None or last is None:
        raise Unavailable("Nothing has been signed yet.")
    for note in (shown, last.note):
        checkpoint = Checkpoint.parse(parse_note(note).text)
        if checkpoint.size >= committed.position:
            return note, checkpoint
    raise NotCaughtUp(committed.position, last.checkpoint.size)


def _map_proof(house: House, items: "_Items", committed: Committed, found: Found) -> MapProof:
    (row,) = house.store.rows(committed.position - 1, 1)
    return MapProof(event=items.item(row, "open"), path=tuple(map(hash_text, found.siblings)))


def _snapshots(items: "_Items", claim: Claim) -> Iterator[Item]:
    """The events that captured the snapshots in which quotes of the claim were looked for, as far as they are told."""
    named = {
        (citation.source_id, snapshot)
        for citation in claim.citations
        for snapshot in (citation.snapshot_id, *(check.snapshot_id for check in citation.checks))
        if snapshot is not None
    }
    for source in sorted({source for source, _ in named}):
        wanted = {snapshot for cited, snapshot in named if cited == source}
        rows = [row for row in items.reader.streams.store.stream(source) if row.position <= items.size]
        for row, item in zip(rows, items.of(source, rows), strict=True):
            event = items.reader.streams.codec.open(row).event
            if item.head is not None and isinstance(event, SnapshotCaptured) and event.snapshot_id in wanted:
                yield item


class _Items:
    """Makes the items of a bundle, for one audience and one size of the tree."""

    def __init__(self, house: House, tree: TileNodes, size: int, audience: Audience) -> None:
        self.reader: Reader = house.reader
        self.size = size
        self._house = house
        self._tree = tree
        self._audience = audience

    def of(self, stream: str, rows: list[Row]) -> Iterator[Item]:
        """The items of a record's events."""
        past = None if self._audience == "desk" else self.reader.past(stream)
        telling = self._audience == "desk" or self.reader.tells(stream)
        for row in rows:
            open = telling and (past is None or row.position in past.readable)
            yield self.item(row, self._state(row) if open else "withheld")

    def item(self, row: Row, state: State) -> Item:
        """The event with as much of it as the state says."""
        told = state != "withheld"
        return Item(
            position=row.position,
            state=state,
            leaf=row.leaf.decode(),
            inclusion=tuple(map(hash_text, inclusion_proof(row.position - 1, self.size, self._tree))),
            head=row.head.decode() if told else None,
            words=row.words.decode() if state == "open" and row.words is not None else None,
            erased_by=self._erased_by(row.position) if state == "erased" else None,
        )

    def erasure(self, position: int) -> Item:
        """The event that erased words, with its reason, which everybody may know."""
        (row,) = self._house.store.rows(position - 1, 1)
        withheld = self._audience == "public" and position in self.reader.streams.concealment.withheld(row.stream)
        return self.item(row, "words_withheld" if withheld or row.words is None else "open")

    def _state(self, row: Row) -> State:
        """How much of an open event this audience is told: bytes that are hashed are told whole or not at all."""
        if self._audience == "public":
            recorded = self.reader.streams.codec.open(row)
            shown = self.reader.shielded(recorded).event
            if shown.model_dump(exclude={"words"}) != recorded.event.model_dump(exclude={"words"}):
                return "withheld"
            if row.words is not None and shown.words != recorded.event.words:
                return "words_withheld"
        return "erased" if row.words is None else "open"

    def _erased_by(self, position: int) -> int | None:
        erased = self.reader.streams.concealment.erased(position)
        return None if erased is None else erased.position
