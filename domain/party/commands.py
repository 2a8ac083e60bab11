"""What may be asked of a party."""

from typing import Annotated

from pydantic import Field, StrictBool

from domain.bodies import Body, Change
from domain.edtf import EdtfText
from domain.values import ClaimId, Line, PartyId, PartyKind, Prose, Relation, Url

SameAs = Annotated[tuple[Url, ...], Field(max_length=50)]


class RegisterParty(Body):
    """Gives a party a record. The description only tells it apart; anything more is a claim."""

    kind: PartyKind
    name: Line
    description: Line | None = None
    same_as: SameAs = ()
    private: StrictBool = False


class DescribeParty(Change):
    """Changes what identifies the party."""

    reason: Prose
    kind: PartyKind | None = None
    name: Line | None = None
    description: Line | None = None
    same_as: SameAs | None = None
    private: StrictBool | None = None


class Affiliate(Body):
    """Records what ties the party to another, as a claim says. As alleged, it never merges origins."""

    party_id: PartyId
    relation: Relation
    since: Annotated[EdtfText | None, Field(alias="from")] = None
    until: EdtfText | None = None
    basis_claim_id: ClaimId
    as_alleged: StrictBool
    reason: Prose


class EndAffiliation(Body):
    """Records that the affiliation holds no longer, and since when, if that is known."""

    until: EdtfText | None = None
    reason: Prose
