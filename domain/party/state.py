"""A party as it stands, folded from its events."""

from dataclasses import dataclass, replace

from domain.events import Recorded, Stamp
from domain.folding import Fold, amend, changed_fields, changed_words, reason_of
from domain.party import events as happened
from domain.values import PartyKind, Relation, WithdrawalCause


@dataclass(frozen=True, slots=True)
class AffiliationText:
    """Why the affiliation was recorded, ended, withdrawn."""

    reason: str | None = None
    end_reason: str | None = None
    withdrawal_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Affiliation:
    """What ties this party to another, as a claim says."""

    id: str
    party_id: str
    relation: Relation
    since: str | None
    until: str | None
    basis_claim_id: str
    as_alleged: bool
    recorded: Stamp
    words: AffiliationText
    ended: Stamp | None = None
    withdrawn: Stamp | None = None
    cause: WithdrawalCause | None = None


@dataclass(frozen=True, slots=True)
class PartyText:
    """How the party is called, and why that changed. A name that is None was erased or is withheld."""

    name: str | None = None
    description: str | None = None
    same_as: tuple[str, ...] = ()
    description_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who claims, denies, publishes, or is spoken of."""

    id: str
    kind: PartyKind
    private: bool
    registered: Stamp
    changed: Stamp
    version: int
    words: PartyText
    affiliations: tuple[Affiliation, ...] = ()

    def affiliation(self, id: str) -> Affiliation | None:
        """The affiliation with this id, withdrawn or not."""
        return next((a for a in self.affiliations if a.id == id), None)


fold: Fold[Party] = Fold("party")


@fold.first(happened.PartyRegistered)
def _registered(recorded: Recorded, event: happened.PartyRegistered) -> Party:
    said = event.words
    return Party(
        id=recorded.stream,
        kind=event.kind,
        private=event.private,
        registered=Stamp.of(recorded),
        changed=Stamp.of(recorded),
        version=recorded.version,
        words=PartyText() if said is None else PartyText(said.name, said.description, said.same_as),
    )


@fold.then(happened.PartyDescribed)
def _described(party: Party, _: Recorded, event: happened.PartyDescribed) -> Party:
    texts = changed_words(event, ("name", "description", "same_as"))
    words = replace(party.words, **texts, description_reason=reason_of(event))
    return replace(party, **changed_fields(event, ("kind", "private")), words=words)


@fold.then(happened.AffiliationRecorded)
def _affiliated(party: Party, recorded: Recorded, event: happened.AffiliationRecorded) -> Party:
    affiliation = Affiliation(
        id=event.affiliation_id,
        party_id=event.party_id,
        relation=event.relation,
        since=event.since,
        until=event.until,
        basis_claim_id=event.basis_claim_id,
        as_alleged=event.as_alleged,
        recorded=Stamp.of(recorded),
        words=AffiliationText(reason=reason_of(event)),
    )
    return replace(party, affiliations=(*party.affiliations, affiliation))


@fold.then(happened.AffiliationEnded)
def _ended(party: Party, recorded: Recorded, event: happened.AffiliationEnded) -> Party:
    def end(affiliation: Affiliation) -> Affiliation:
        words = replace(affiliation.words, end_reason=reason_of(event))
        return replace(affiliation, ended=Stamp.of(recorded), until=event.until or affiliation.until, words=words)

    return replace(party, affiliations=amend(party.affiliations, event.affiliation_id, end))


@fold.then(happened.AffiliationWithdrawn)
def _affiliation_withdrawn(party: Party, recorded: Recorded, event: happened.AffiliationWithdrawn) -> Party:
    def withdraw(affiliation: Affiliation) -> Affiliation:
        words = replace(affiliation.words, withdrawal_reason=reason_of(event))
        return replace(affiliation, withdrawn=Stamp.of(recorded), cause=event.cause, words=words)

    return replace(party, affiliations=amend(party.affiliations, event.affiliation_id, withdraw))
