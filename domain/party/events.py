"""What can happen to a party: somebody who claims, denies, publishes, or is spoken of."""

from domain.events import Event, Partial, ReasonWords, Words
from domain.values import PartyKind, Relation, WithdrawalCause


class PartyWords(Words):
    """How the party is called and told apart. Anything more about it is a claim."""

    name: str
    description: str | None = None
    same_as: tuple[str, ...] = ()


class PartyRegistered(Event, type="party.registered.v1"):
    """A party got a record of its own. `private` keeps its name from the public."""

    kind: PartyKind
    private: bool = False
    words: PartyWords | None


class PartyChange(Words):
    """The new texts, for the fields that changed, and why they changed."""

    reason: str
    name: str | None = None
    description: str | None = None
    same_as: tuple[str, ...] = ()


class PartyDescribed(Partial, type="party.described.v1"):
    """Some of what identifies the party was changed."""

    kind: PartyKind | None = None
    private: bool | None = None
    words: PartyChange | None


class AffiliationRecorded(Event, type="party.affiliation_recorded.v1"):
    """The party belongs to, is paid by, runs or shares the content of another, as a claim says.

    `since` and `until` are EDTF dates. `as_alleged` marks what is only claimed: it never merges origins.
    """

    affiliation_id: str
    party_id: str
    relation: Relation
    since: str | None = None
    until: str | None = None
    basis_claim_id: str
    as_alleged: bool
    words: ReasonWords | None


class AffiliationEnded(Event, type="party.affiliation_ended.v1"):
    """The affiliation held once and holds no longer; `until` is an EDTF date, absent if not known."""

    affiliation_id: str
    until: str | None = None
    words: ReasonWords | None


class AffiliationWithdrawn(Event, type="party.affiliation_withdrawn.v1"):
    """The affiliation should not be relied on. It stays visible as withdrawn."""

    affiliation_id: str
    cause: WithdrawalCause
    words: ReasonWords | None
