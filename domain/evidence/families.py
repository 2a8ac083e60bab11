"""Publishers that belong together: what one of them says twice is said once.

Who owns, runs or is part of whom makes a family, over any distance. Sharing content ties two publishers that are both
cited, and nobody else: all who buy from one agency are not one house. Being paid by somebody ties nobody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.edtf import parse
from domain.evidence.world import Tie, World
from domain.values import Relation

HOUSE: Final[frozenset[Relation]] = frozenset({"owned_by", "part_of", "operates"})
"""Relations that make two publishers one house."""


@dataclass(frozen=True, slots=True)
class Family:
    """The parties of one house at some date, and by which affiliation each was found to belong.

    `partners` share content with a party of the house; the house does not grow by them.
    """

    members: dict[str, Tie | None]
    partners: dict[str, Tie]


def family(world: World, party_id: str, on: str | None) -> Family:
    """The house that the party belongs to at this date (EDTF). An affiliation counts unless it surely did not hold."""
    members: dict[str, Tie | None] = {party_id: None}
    partners: dict[str, Tie] = {}
    waiting = [party_id]
    while waiting:
        for tie in world.ties(waiting.pop()):
            if not may_hold(tie, on):
                continue
            if tie.relation in HOUSE and tie.party_id not in members:
                members[tie.party_id] = tie
                waiting.append(tie.party_id)
            elif tie.relation == "shares_content_of":
                partners.setdefault(tie.party_id, tie)
    return Family(members, {id: tie for id, tie in partners.items() if id not in members})


def may_hold(tie: Tie, on: str | None) -> bool:
    """Whether the affiliation may have held at this date, as far as the dates are known."""
    if on is None:
        return True
    said = parse(on)
    began, ended = _first_day(tie.since), _last_day(tie.until)
    if began is not None and said.latest is not None and said.latest < began:
        return False
    return ended is None or said.earliest is None or said.earliest <= ended


def _first_day(text: str | None) -> date | None:
    return None if text is None else parse(text).earliest


def _last_day(text: str | None) -> date | None:
    return None if text is None else parse(text).latest
