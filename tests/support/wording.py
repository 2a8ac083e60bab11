"""Words of recorded events erased, withheld and released, by two persons, in one line."""

from typing import Any, Final

from domain.errors import Refused
from domain.values import OPERATOR
from tests.support import bodies
from tests.support.chance import Chance
from tests.support.desk import Desk, Do
from tests.support.ledgers import step

WORD_ACTS: Final = ("erasure", "withholding", "release")


def word_act(desk: Desk, act: str, at: str, **said: Any) -> Desk:
    """Does this to the words of the event at this position (`#name`: the first of that record)."""
    desk.given(Do(f"events.{act}", {**bodies.because("It gives somebody away."), **said}, (at,), OPERATOR, "word act"))
    return desk.given(Do(f"events.{act}.approval", {"proposal_id": "@word act"}, (at,), "ad"))


def erase(desk: Desk, at: str, **redacted: Any) -> Desk:
    """Erases the words of an event; the fields that are given stand in their place."""
    return word_act(desk, "erasure", at, **({"redacted_words": redacted} if redacted else {}))


def withhold(desk: Desk, at: str) -> Desk:
    """Withholds the words of an event from the public."""
    return word_act(desk, "withholding", at)


def release(desk: Desk, at: str) -> Desk:
    """Opens an event to the public."""
    return word_act(desk, "release", at)


def random_word_act(chance: Chance) -> None:
    """Does something to the words of some event, if the rules allow it."""
    at = str(chance.dice.randrange(1, chance.desk.length + 1))
    try:
        word_act(chance.desk, chance.dice.choice(WORD_ACTS), at)
    except Refused:
        return


def random_story(chance: Chance, commands: int) -> None:
    """Records so many random commands; after one in four, something happens to the words of an event."""
    for _ in range(commands):
        step(chance)
        if chance.dice.random() < 0.25:
            random_word_act(chance)
