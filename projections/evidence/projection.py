"""Keeps the evidence of every claim in step: its origins and numbers, where each citation leads, what needs review."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from domain.claim import Claim
from domain.events import Recorded
from domain.party import Party
from domain.policy.events import PolicyAdopted, PolicyProposed
from domain.source import Source
from domain.surroundings import names, node_of, ties_of
from projections.batch import Batch
from projections.evidence import schema
from projections.evidence.concern import Concern
from projections.evidence.docket import DOCKETS, Docket, docket_of
from projections.evidence.weighing import Waiting, Weighed, weighed
from projections.evidence.world import NODES, BatchWorld, own_rows, page_of
from projections.tables import Parts, Row

_DOCKET: Final = (
    "SELECT docket, verdict_id, since, since_at FROM dockets JOIN grounds USING (claim_id) WHERE claim_id = ?"
)
_LEGS: Final = "SELECT * FROM legs WHERE claim = ?"
_IN_FORCE: Final = "SELECT merges FROM evidence_policies WHERE adopted IS NOT NULL ORDER BY adopted DESC LIMIT 1"
_ALL: Final = "SELECT claim_id FROM grounds ORDER BY claim"


class Evidence:
    """One row for each claim, and the tables of what its evidence rests on.

    An event makes anew what it concerns, and nothing else: a citation its claim, the standing of a source the claims
    that lean on it at any distance, an affiliation those that lean on one of the houses. Only where the policy begins
    or ceases to count one house once, every claim is weighed again.
    """

    NAME = "evidence"
    VERSION = 5
    TABLES = schema.TABLES

    def apply(self, batch: Batch, views: sqlite3.Connection) -> None:
        """Weighs again what the events of the batch concern, and writes what it rests on."""
        weighing = _Weighing(batch, views)
        for recorded in batch.events:
            weighing.follow(recorded)
        weighing.write()
        _write_world(batch, views)


class _Weighing:
    """Follows the events of a batch one after another.

    A claim whose verdict is in force is weighed after each event that concerns it, since it may begin to need review
    there; any other once, at the end.
    """

    def __init__(self, batch: Batch, views: sqlite3.Connection) -> None:
        self._batch = batch
        self._views = views
        self._world = BatchWorld(batch, views)
        self._concern = Concern(batch, views, self._world)
        self._policies = _Policies(views)
        self._stored: dict[str, tuple[Docket, Waiting | None]] = {}
        self._weighed: dict[str, Weighed] = {}
        self._waiting: dict[str, Waiting | None] = {}
        self._later: set[str] = set()

    def follow(self, recorded: Recorded) -> None:
        """Takes in one event."""
        for claim_id in self._concerned(recorded):
            if self._judged(claim_id):
                self._weigh(self._docket(claim_id), recorded)
                self._later.discard(claim_id)
            else:
                self._later.add(claim_id)
                self._waiting[claim_id] = None

    def _concerned(self, recorded: Recorded) -> Iterable[str]:
        if isinstance(recorded.event, PolicyProposed | PolicyAdopted):
            return self._every_claim() if self._policies.follow(recorded) else ()
        stream, before, page = recorded.stream, None, None
        if stream[:3] == "src" and recorded.version > 1:
            before, page = self._world.source(stream), self._world.page(stream)
        self._world.follow(recorded)
        self._concern.note(recorded)
        return self._concern.of(recorded, before, page)

    def _every_claim(self) -> Iterator[str]:
        yield from (id for (id,) in self._views.execute(_ALL).fetchall())
        yield from (id for id, change in self._batch.of("clm") if change.before is None and self._world.at(id))

    def _judged(self, claim_id: str) -> bool:
        """Whether a verdict on the claim is in force."""
        if claim_id in self._batch.changed:
            claim: Claim = self._world.at(claim_id)
            return claim.verdict is not None
        return self._known(claim_id)[0].verdict_id is not None

    def _docket(self, claim_id: str) -> Docket:
        if claim_id in self._batch.changed:
            claim: Claim = self._world.at(claim_id)
            return docket_of(claim)
        return self._known(claim_id)[0]

    def _known(self, claim_id: str) -> tuple[Docket, Waiting | None]:
        """The claim's docket, and since when it waits, as they were before the batch."""
        known = self._stored.get(claim_id)
        if known is None:
            docket, verdict_id, since, at = self._views.execute(_DOCKET, (claim_id,)).fetchone()
            waiting = None if since is None else Waiting(verdict_id, since, at)
            known = self._stored[claim_id] = DOCKETS.load(docket), waiting
        return known

    def _weigh(self, docket: Docket, recorded: Recorded) -> None:
        id = docket.claim_id
        found = self._weighed[id] = weighed(docket, self._world, merge_families=self._policies.merge)
        before = self._waiting[id] if id in self._waiting else self._waited(id)
        self._waiting[id] = found.waiting(before, recorded.position, recorded.recorded_at)

    def _waited(self, claim_id: str) -> Waiting | None:
        change = self._batch.changed.get(claim_id)
        return None if change is not None and change.before is None else self._known(claim_id)[1]

    def write(self) -> None:
        """Writes the rows of the claims that were concerned."""
        last = self._batch.events[-1]
        for claim_id in self._later:
            self._weigh(self._docket(claim_id), last)
        legs, grounds, dockets = Parts(schema.LEGS), [], []
        for claim_id, found in self._weighed.items():
            legs.change(self._legs_before(claim_id, found.docket.created), found.leg_rows())
            document = DOCKETS.dump(found.docket)
            grounds.append(found.row(self._waiting[claim_id], document))
            dockets.append((claim_id, document))
        legs.write(self._views)
        self._views.executemany(schema.GROUNDS.put, grounds)
        self._views.executemany(schema.DOCKETS.put, dockets)
        self._policies.write()

    def _legs_before(self, claim_id: str, created: int) -> Iterable[Row]:
        change = self._batch.changed.get(claim_id)
        if change is not None and change.before is None:
            return ()
        return self._views.execute(_LEGS, (created,)).fetchall()


class _Policies:
    """Whether the policy in force counts one house of publishers once."""

    def __init__(self, views: sqlite3.Connection) -> None:
        self._views = views
        found = views.execute(_IN_FORCE).fetchone()
        self.merge = True if found is None else bool(found[0])
        self._known: dict[int, list[int | None]] = {}

    def follow(self, recorded: Recorded) -> bool:
        """Takes in an event of the policy; whether claims are weighed otherwise after it."""
        event, before = recorded.event, self.merge
        if isinstance(event, PolicyProposed):
            self._known[event.number] = [event.merge_publisher_family, None]
        elif isinstance(event, PolicyAdopted):
            version = self._version(event.number)
            version[1] = recorded.position
            self.merge = bool(version[0])
        return self.merge != before

    def _version(self, number: int) -> list[int | None]:
        if number not in self._known:
            found = self._views.execute("SELECT merges, adopted FROM evidence_policies WHERE number = ?", (number,))
            self._known[number] = list(found.fetchone())
        return self._known[number]

    def write(self) -> None:
        """Writes the versions that are new or newly adopted."""
        self._views.executemany(schema.POLICIES.put, ((number, *said) for number, said in self._known.items()))


def _write_world(batch: Batch, views: sqlite3.Connection) -> None:
    """Writes what sources, parties, articles and claims say of each other at the end of the batch."""
    derivations, affiliations = Parts(schema.DERIVATIONS), Parts(schema.AFFILIATIONS)
    own, dependencies, nodes = Parts(schema.OWN), Parts(schema.DEPENDENCIES), []
    for _, change in batch.of("src"):
        nodes.append(_node_row(change.after))
        derivations.change(_derivations(change.before), _derivations(change.after))
    for _, change in batch.of("pty"):
        affiliations.change(_affiliations(change.before), _affiliations(change.after))
    for _, change in batch.of("art"):
        own.change(own_rows(change.before), own_rows(change.after))
    for _, change in batch.of("clm"):
        dependencies.change(_dependencies(change.before), _dependencies(change.after))
    views.executemany(schema.SOURCES.put, nodes)
    for parts in (derivations, affiliations, own, dependencies):
        parts.write(views)
    views.executemany(schema.NAMES.put, {(name, e.stream) for e in batch.events for name in names(e.event)})


def _node_row(source: Source) -> Row:
    node = NODES.dump(node_of(source))
    return source.id, node, source.standing, source.publisher_id, page_of(source), source.confidential


def _derivations(source: Source | None) -> Iterator[Row]:
    if source is None:
        return
    for o in source.origins:
        if o.withdrawn is None and not o.as_alleged:
            yield o.derives_from, source.id, o.id, o.relation, o.basis_claim_id


def _affiliations(party: Party | None) -> Iterator[Row]:
    if party is None:
        return
    for number, tie in enumerate(ties_of(party)):
        said = tie.affiliation_id, tie.party_id, tie.relation, tie.since, tie.until, tie.basis_claim_id
        yield party.id, number, *said


def _dependencies(claim: Claim | None) -> Iterator[Row]:
    if claim is None:
        return
    for link in claim.links:
        if link.relation == "depends_on" and link.withdrawn is None:
            yield link.claim_id, claim.id
