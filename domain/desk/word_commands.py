"""What may be asked of the words of recorded events."""

from typing import Annotated, Any

from annotated_types import MinLen

from domain.bodies import Body
from domain.values import ProposalId, Prose


class Erase(Body):
    """Proposes to erase the words of an event for good, and what shall stand in their place.

    `redacted_words` has the fields of the event's words as they shall be read from then on, those that stay included.
    """

    reason: Prose
    redacted_words: Annotated[dict[str, Any], MinLen(1)] | None = None


class Conceal(Body):
    """Proposes to keep the words of an event from the public, or to open it."""

    reason: Prose


class Agree(Body):
    """Does what another admin proposed."""

    proposal_id: ProposalId


class Disagree(Body):
    """Decides against what was proposed."""

    proposal_id: ProposalId
    reason: Prose
