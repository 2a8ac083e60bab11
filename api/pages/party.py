"""The page of a party: who it is, what it claims, what is claimed about it, what ties it to others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from api.pages import phrases
from api.pages.library import Library
from api.pages.lines import Line, claim_ref, line, withdrawn
from api.pages.shapes import ErasedPart, Page, Ref, Text, When, Withdrawn, dated
from domain.claim import Claim
from domain.party import Party

_ROLES: Final = {
    "claimant": "Claims made by this party",
    "position": "Disputes in which this party takes a position",
    "about": "Claims about this party",
    "reported": "Where others report what this party said",
}


@dataclass(frozen=True, slots=True)
class AffiliationPart:
    """What ties the party to another, on the basis of a claim; `alleged` where that is all there is."""

    relation: str
    party: Ref
    basis: Ref
    alleged: bool
    since: When | None
    until: When | None
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """The claims in which the party figures in the same way."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PartyPage(Page):
    """A party, at /parties/{id}."""

    erased: Annotated[tuple[ErasedPart, ...], "The words of it that were erased: when, and why."]
    heading: Annotated[Ref, "The party’s name, or why it is not shown."]
    kind: Annotated[str, "What kind of party it is."]
    private: Annotated[bool, "Whether the public is not told who it is."]
    description: Annotated[Text | None, "What tells it apart from others."]
    same_as: Annotated[tuple[str, ...], "Where else it is described."]
    affiliations: Annotated[tuple[AffiliationPart, ...], "What ties it to other parties."]
    groups: Annotated[tuple[RoleGroup, ...], "The claims in which it figures, by how it does."]
    sources: Annotated[tuple[Ref, ...], "The sources that it published or wrote."]


def party_page(id: str, library: Library) -> PartyPage:
    """Raises `NotFound` for a party that this reader may not see."""
    party = library.party(id)
    heading = library.party_ref(id)
    said = party.words
    mentions = library.finder.occurrences(id, library.audience)
    sources = dict.fromkeys(m.record for m in mentions if m.role in ("publisher", "author"))
    return PartyPage(
        site=library.site,
        erased=library.erasures(party.id),
        title=heading.plain,
        twin=f"/api/v1/parties/{id}",
        heading=heading,
        kind=phrases.PARTY_KIND[party.kind],
        private=party.private,
        description=None if said.description is None else Text(said.description),
        same_as=said.same_as,
        affiliations=tuple(_affiliations(party, library)),
        groups=tuple(_groups(id, library)),
        sources=tuple(library.source_ref(source) for source in sources if library.find(source) is not None),
    )


def _affiliations(party: Party, library: Library) -> Iterator[AffiliationPart]:
    for tie in party.affiliations:
        if not library.desk and not isinstance(library.find(tie.basis_claim_id), Claim):
            continue  # what rests on a claim that is not open is not open either
        yield AffiliationPart(
            relation=phrases.RELATION[tie.relation],
            party=library.party_ref(tie.party_id),
            basis=claim_ref(tie.basis_claim_id, library),
            alleged=tie.as_alleged,
            since=dated(tie.since),
            until=dated(tie.until),
            withdrawn=withdrawn(tie.withdrawn, tie.cause, tie.words.withdrawal_reason),
        )


def _groups(id: str, library: Library) -> Iterator[RoleGroup]:
    mentions = library.finder.occurrences(id, library.audience)
    for role, label in _ROLES.items():
        claims = library.claims(list(dict.fromkeys(m.record for m in mentions if m.role == role)))
        if claims:
            yield RoleGroup(label, tuple(line(claim, library) for claim in claims))
