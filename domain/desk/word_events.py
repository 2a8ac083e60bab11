"""What can happen to the words of events that were recorded before: they are erased, withheld, or released.

Each of these takes two persons, and so two events: one proposes, the other is what came of it. `positions` are ledger
positions. What is proposed is proposed of one event; it is done to that one and to those that hold the same words by
their nature, as a proposal and what came of it.
"""

from typing import Any

from domain.events import Event, ReasonWords, Words


class ErasureWords(Words):
    """Why words are erased, and what stands in their place, under the names of the fields that they had."""

    reason: str
    redacted: dict[str, Any] | None = None


class ErasureProposed(Event, type="desk.erasure_proposed.v1"):
    """An admin asks that the words of these events be erased. Nothing has changed until another agrees."""

    proposal_id: str
    positions: tuple[int, ...]
    words: ErasureWords | None


class WordsErased(Event, type="desk.words_erased.v1"):
    """The words of these events are gone for good; their heads, leaves and proofs stay.

    Nothing can ever be put back. The redacted words, if there are any, are read in the place of those of each event.
    """

    proposal_id: str
    positions: tuple[int, ...]
    words: ErasureWords | None


class WithholdingProposed(Event, type="desk.withholding_proposed.v1"):
    """An admin asks that the words of these events be kept from the public."""

    proposal_id: str
    positions: tuple[int, ...]
    words: ReasonWords | None


class WordsWithheld(Event, type="desk.words_withheld.v1"):
    """The words of these events are for the desk alone, from now on and at every moment of the past."""

    proposal_id: str
    positions: tuple[int, ...]
    words: ReasonWords | None


class ReleaseProposed(Event, type="desk.release_proposed.v1"):
    """An admin asks that these events be open to the public."""

    proposal_id: str
    positions: tuple[int, ...]
    words: ReasonWords | None


class WordsReleased(Event, type="desk.words_released.v1"):
    """The public may read these events in histories and proofs, though they stayed with the desk or were withheld."""

    proposal_id: str
    positions: tuple[int, ...]
    words: ReasonWords | None


class ProposalRejected(Event, type="desk.proposal_rejected.v1"):
    """What was proposed about the words of an event is not done."""

    proposal_id: str
    words: ReasonWords | None
