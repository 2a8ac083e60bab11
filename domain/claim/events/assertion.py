"""A claim is asserted, described, reworded, counted, linked, published, withdrawn and reinstated."""

from pydantic import BaseModel, ConfigDict

from domain.events import Event, NoWords, Partial, ReasonWords, Words
from domain.values import (
    Attribution,
    Bound,
    ClaimKind,
    LinkRelation,
    PartyRole,
    Recount,
    WithdrawalCause,
    Wording,
)


class AboutParty(BaseModel):
    """A party that the claim speaks of, and how it figures there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party_id: str
    role: PartyRole


class ExactWords(BaseModel):
    """How faithful the kept exact words are; `translated_from` is a language tag. Their text is among the words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wording: Wording
    translated_from: str | None = None


class ClaimWords(Words):
    """The claim as the desk words it, and what else was typed. `as_named`: how the claimant is called there."""

    statement: str
    as_named: str | None = None
    exact_words: str | None = None
    topics: tuple[str, ...] = ()
    reason: str | None = None


class ClaimAsserted(Event, type="claim.asserted.v1"):
    """Somebody claims something, and the desk recorded it. `said_on` and `happened_on` are EDTF dates."""

    kind: ClaimKind
    language: str
    attribution: Attribution
    claimant_id: str | None = None
    about: tuple[AboutParty, ...] = ()
    exact_words: ExactWords | None = None
    said_on: str | None = None
    happened_on: str | None = None
    appeared_in_id: str | None = None
    words: ClaimWords | None


class ClaimChange(Words):
    """The new texts, for the fields that changed, and why they changed."""

    reason: str
    as_named: str | None = None
    exact_words: str | None = None
    topics: tuple[str, ...] = ()


class ClaimDescribed(Partial, type="claim.described.v1"):
    """Some of what is recorded about the claim changed; its statement did not."""

    kind: ClaimKind | None = None
    attribution: Attribution | None = None
    claimant_id: str | None = None
    about: tuple[AboutParty, ...] = ()
    exact_words: ExactWords | None = None
    said_on: str | None = None
    happened_on: str | None = None
    appeared_in_id: str | None = None
    words: ClaimChange | None


class RewordingWords(Words):
    """The statement in its new wording, and why it was reworded."""

    statement: str
    reason: str


class ClaimReworded(Event, type="claim.reworded.v1"):
    """The same meaning in other words. Another meaning would be another claim."""

    language: str
    words: RewordingWords | None


class QuantityWords(Words):
    """What is counted, and why the number is stated anew."""

    unit: str
    reason: str | None = None


class QuantityStated(Event, type="claim.quantity_stated.v1"):
    """The claim's number. `value` and `upper` are decimals as text; `counted_on` is an EDTF date.

    `why` says, from the second time on, whether we had it wrong or somebody counted again.
    """

    value: str
    bound: Bound
    upper: str | None = None
    counted_on: str | None = None
    why: Recount | None = None
    words: QuantityWords | None


class ClaimLinked(Event, type="claim.linked.v1"):
    """The claim stands in a relation to another claim, which `claim_id` names."""

    link_id: str
    claim_id: str
    relation: LinkRelation
    words: NoWords | None


class ClaimUnlinked(Event, type="claim.unlinked.v1"):
    """The relation should not be relied on. It stays visible as withdrawn."""

    link_id: str
    cause: WithdrawalCause
    words: ReasonWords | None


class ClaimPublished(Event, type="claim.published.v1"):
    """Readers can open the claim from here on, whether or not an article places it."""

    words: NoWords | None


class ClaimWithdrawn(Event, type="claim.withdrawn.v1"):
    """The claim no longer counts. It stays visible as withdrawn."""

    cause: WithdrawalCause
    words: ReasonWords | None


class ClaimReinstated(Event, type="claim.reinstated.v1"):
    """The withdrawal was taken back."""

    words: ReasonWords | None
