"""A dispute about a claim."""

from api.representations.shapes.parts import Agreed, Amount, Edtf, Id, Reasoned, Text, When, Withdrawable
from domain.values import PositionStance, Scope, Settled


class Position(When, Withdrawable):
    """What one party says in the dispute; `accepts` is what it does not deny."""

    id: Id
    party_id: Id
    as_named: Text
    stance: PositionStance
    statement: Text
    stated_on: Edtf
    accepts: Text
    quantity: Amount | None
    citation_ids: list[Id]


class Settlement(When):
    """How the dispute ended, as proposed; `agreed` once another person agreed."""

    id: Id
    outcome: Settled
    rationale: Text
    citation_ids: list[Id]
    agreed: Agreed | None


class Dispute(When):
    """A disagreement on some points. `settlement` is the one that holds; `settlements` are all that were proposed."""

    id: Id
    scopes: list[Scope]
    open: bool
    question: Text
    reason: Text
    positions: list[Position]
    settlement: Settlement | None
    settlements: list[Settlement]
    narrowed: Reasoned | None
    reopened: Reasoned | None
