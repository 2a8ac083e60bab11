"""Random ledgers: any mix of commands that the rules allow, the same for the same seed.

`random_desk(seed, n)` begins with the same commands as `random_desk(seed, m)` for m > n, so that a property test that
draws seed and length shrinks to a short story.
"""

from dataclasses import replace
from typing import Final

from domain.errors import Refused
from domain.ledger.store import Store
from domain.newsroom import Newsroom
from tests.support.chance import Chance
from tests.support.desk import Desk, Do
from tests.support.moves import MOVES

_MOVES: Final = tuple(move for move, _ in MOVES)
_WEIGHTS: Final = tuple(weight for _, weight in MOVES)


def random_newsroom(seed: int, n: int, store: Store | None = None) -> Newsroom:
    """A newsroom in which `n` random commands were recorded, after those that open it. The caller closes it."""
    return random_desk(seed, n, store).newsroom


def random_desk(seed: int, n: int, store: Store | None = None) -> Desk:
    """The same, with the desk that recorded them. The caller closes it."""
    desk = Desk(store, seed=seed)
    chance = Chance(desk, seed)
    for _ in range(n):
        step(chance)
    return desk


def step(chance: Chance, key: str | None = None) -> Do:
    """Records one more random command, under this idempotency key: throws dice until the rules allow one."""
    while True:
        (move,) = chance.dice.choices(_MOVES, _WEIGHTS)
        command = move(chance)
        if command is None:
            continue
        command = replace(chance.as_imported(command), key=key)
        try:
            outcome = chance.desk.do(command)
        except Refused:
            continue
        chance.note(command, outcome)
        return command
