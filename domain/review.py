"""What moved in other records under a claim's verdict since people judged it.

Nothing is remembered here: the ground as it is now is compared with the ground as it was judged. So a mark goes when
what moved comes back, as when a source is reinstated. What moved in the claim itself is marked by its own fold.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from domain.claim import Claim
from domain.claim.grounds import ground_of
from domain.claim.state import FOUND, Link, ReviewReason
from domain.evidence.origins import WEIGHTY, Evidence
from domain.evidence.tracing import reachable
from domain.evidence.world import World

ClaimOf = Callable[[str], Claim | None]
"""Id → the claim at the same moment, None if there was none."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote under the verdict: its source, and in which snapshots it was found, each with the check's position."""

    source_id: str
    found: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict in force is held against: the citations under it, and how it was when people judged it.

    `at` is the ledger position of the facts, `origins` how many independent origins there were (None: not recorded),
    `depends_on` the claims on which the claim depends with the position of the link, and `quoted` what was found in
    snapshots.
    """

    claim_id: str
    ground: tuple[str, ...]
    at: int
    origins: int | None
    depends_on: tuple[tuple[str, int], ...]
    quoted: tuple[Quoted, ...] = ()


def judged(claim: Claim) -> Judged | None:
    """How the claim's verdict in force was judged; None where there is none."""
    verdict = claim.verdict
    if verdict is None:
        return None
    leaned_on = tuple((link.claim_id, link.linked.position) for link in claim.links if _leans(link))
    ground = ground_of(claim)
    quoted = tuple(_quoted(claim, ground))
    return Judged(claim.id, tuple(sorted(ground)), verdict.judged_at, verdict.judged_origins, leaned_on, quoted)


def _quoted(claim: Claim, ground: frozenset[str]) -> Iterator[Quoted]:
    for c in claim.citations:
        found = tuple((k.checked.position, k.snapshot_id) for k in c.checks if k.outcome in FOUND)
        if found and c.id in ground and c.stance in WEIGHTY:
            yield Quoted(c.source_id, found)


def moved(claim: Claim, evidence: Evidence, world: World, claim_of: ClaimOf) -> tuple[ReviewReason, ...]:
    """Why the verdict in force needs to be looked at again because of other records; nothing where there is none.

    `source_changed`: the standing of a source that it leans on, at any distance, is another. `origins_changed`: the
    citations that it rests on have more or fewer independent origins. `snapshot_withdrawn`: a quote under it was found
    in snapshots that were withdrawn since, and in no other. `dependency_changed`: a claim on which this one depends was
    withdrawn, or has another verdict or none; where nobody has judged that one, what it leans on moved.
    """
    return moved_since(judged(claim), evidence, world, claim_of)


def moved_since(
    verdict: Judged | None, evidence: Evidence, world: World, claim_of: ClaimOf
) -> tuple[ReviewReason, ...]:
    """The same for a claim of which no more is known than how its verdict was judged."""
    return () if verdict is None else tuple(_moved(verdict, evidence, world, claim_of))


def _moved(verdict: Judged, evidence: Evidence, world: World, claim_of: ClaimOf) -> Iterator[ReviewReason]:
    ground = frozenset(verdict.ground)
    legs = [leg for leg in evidence.legs if leg.cited.id in ground]
    sources = {id for leg in legs for id in (leg.cited.source_id, leg.cited.via_source_id) if id is not None}
    leaned_on = reachable(world, *sources).values()
    if any(node.moved_since(verdict.at) for node in leaned_on):
        yield "source_changed"
    elif verdict.origins is not None and verdict.origins != evidence.behind(ground):
        yield "origins_changed"
    if any(_lost(quoted, world, verdict.at) for quoted in verdict.quoted):
        yield "snapshot_withdrawn"
    if _dependency_moved(verdict, world, claim_of):
        yield "dependency_changed"


def _leans(link: Link) -> bool:
    return link.relation == "depends_on" and link.withdrawn is None


def _lost(quoted: Quoted, world: World, judged_at: int) -> bool:
    """Whether the quote had been found in a snapshot that stood then, and is found in none that stands now."""
    source = world.source(quoted.source_id)
    then = any(at <= judged_at and source.shows(id, judged_at) for at, id in quoted.found)
    return then and not any(source.shows(id) for _, id in quoted.found)


def _dependency_moved(verdict: Judged, world: World, claim_of: ClaimOf) -> bool:
    """Whether a claim on which this one depends fell.

    Whoever judged such a claim answers for what lies behind it. Behind one that nobody judged, it is looked for here.
    """
    if any(linked > verdict.at and _withdrawn(claim_of(id)) for id, linked in verdict.depends_on):
        return True
    seen = {verdict.claim_id}
    waiting = [id for id, _ in verdict.depends_on]
    while waiting:
        id = waiting.pop()
        dependency = None if id in seen else claim_of(id)
        seen.add(id)
        if dependency is None:
            continue
        if _fell(dependency, verdict.at):
            return True
        if dependency.verdict is None:
            if _leant_on_moved(dependency, world, verdict.at):
                return True
            waiting.extend(k.claim_id for k in dependency.links if _leans(k) and k.linked.position <= verdict.at)
    return False


def _withdrawn(dependency: Claim | None) -> bool:
    """Whether the claim is withdrawn: whoever judged before it was linked did not know that it had to stand."""
    return dependency is not None and dependency.withdrawn is not None


def _leant_on_moved(claim: Claim, world: World, judged_at: int) -> bool:
    """Whether a source stands otherwise that the claim leaned on then, at any distance."""
    cited = [c for c in claim.citations if c.withdrawn is None and c.cited.position <= judged_at]
    weighty = [c for c in cited if c.stance in WEIGHTY]
    sources = {id for c in weighty for id in (c.source_id, c.via_source_id) if id is not None}
    return any(node.moved_since(judged_at) for node in reachable(world, *sources).values())


def _fell(dependency: Claim, judged_at: int) -> bool:
    """Whether the claim was withdrawn since, or is judged otherwise than it was then."""
    if dependency.withdrawn is not None and dependency.withdrawn.position > judged_at:
        return True
    return dependency.rating_at(judged_at) != (None if dependency.verdict is None else dependency.verdict.rating)
