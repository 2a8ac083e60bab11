"""The ledger as the tree that is signed: what witnesses are proven, and what is held against the log."""

from typing import Protocol

from api.signing.keys import vkeys
from domain.errors import DamagedLedger, NotCaughtUp
from domain.newsroom import Newsroom
from domain.tlog.checkpoint import Checkpoint
from domain.tlog.keys import VerifierKey
from domain.tlog.proving import consistency_proof, root_of
from projections.log.tiles import Tiles, nodes
from projections.views import Views


class Tree(Protocol):
    """A log that somebody signs."""

    @property
    def origin(self) -> str:
        """The log's origin."""
        ...

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys whose signatures bind the log: those that sign now."""
        ...

    def proof(self, old: int, new: Checkpoint) -> tuple[bytes, ...]:
        """The proof that the first `old` leaves are the beginning of `new`; empty for 0.

        Raises `NotCaughtUp` where the leaves are not there yet, and `DamagedLedger` if `new` is not of this tree.
        """
        ...

    def root(self, size: int) -> bytes | None:
        """The root of the first `size` leaves; None if there are fewer. Raises `NotCaughtUp` if it is not known yet."""
        ...


class LedgerTree:
    """The tree of a ledger, as the views have it."""

    def __init__(self, newsroom: Newsroom, views: Views) -> None:
        self._newsroom = newsroom
        self._views = views

    @property
    def origin(self) -> str:
        return self._newsroom.desk.origin

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return tuple(VerifierKey.parse(vkey) for vkey in vkeys(self._newsroom.desk))

    def proof(self, old: int, new: Checkpoint) -> tuple[bytes, ...]:
        with self._views.reading() as reading:
            reached = reading.positions.get(Tiles.NAME, 0)
            if reached < new.size:
                raise NotCaughtUp(new.size, reached)
            tree = nodes(reading, new.size)
            if root_of(new.size, tree) != new.root:
                raise DamagedLedger(f"the views make another tree of the first {new.size} events than was signed")
            return consistency_proof(old, new.size, tree) if old else ()

    def root(self, size: int) -> bytes | None:
        if self._newsroom.store.head().position < size:
            return None
        with self._views.reading() as reading:
            reached = reading.positions.get(Tiles.NAME, 0)
            if reached < size:
                raise NotCaughtUp(size, reached)
            return root_of(size, nodes(reading, size))
