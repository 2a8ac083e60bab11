"""What the desk might look at in a claim, as JSON. Nothing of it is recorded anywhere."""

from api.representations import shapes
from domain.claim.suggestions import Numbered, QuantityConflict
from domain.quantities import Count


def conflict_body(conflict: QuantityConflict) -> shapes.DisputeSuggestion:
    """That a dispute about the quantity may be worth opening, with the numbers and why."""
    pairs = "; ".join(f"{_said(one.count)} and {_said(other.count)}" for one, other in conflict.pairs)
    return {
        "kind": "dispute",
        "scope": "quantity",
        "between": [_given(number) for number in conflict.between],
        "because": f"These cannot both be right: {pairs}.",
    }


def _given(number: Numbered) -> shapes.NumberGiven:
    count = number.count
    return {
        "id": number.id,
        "quantity": {
            "value": count.value,
            "unit": count.unit,
            "bound": count.bound,
            "upper": count.upper,
            "counted_on": count.counted_on,
        },
    }


def _said(count: Count) -> str:
    number = count.value if count.upper is None else f"{count.value} and {count.upper}"
    return f"{count.bound.replace('_', ' ')} {number} {count.unit}"
