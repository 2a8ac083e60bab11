"""Random ledgers: any mix of commands that the rules allow, the same for the same seed.

`random_desk(seed, n)` begins with the same commands as `random_desk(seed, m)` for m > n, so that a property test that
draws seed and length shrinks to a short story.
"""

from dataclasses import replace
from typing import Final

from domain.errors import Refused
from domain.ledger.store import Store
from domain.newsroom import Newsroom
from tests.support import bodies
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


def corrected(desk: Desk) -> dict[tuple[str, str], bool]:
    """Publishes what can be published, and corrects each article once for each claim: whether that was allowed."""
    streams = desk.newsroom.streams
    begun = dict.fromkeys(recorded.stream for recorded in streams.events())
    claims = [stream for stream in begun if stream.startswith("clm")]
    allowed = {}
    for article in (stream for stream in begun if stream.startswith("art")):
        _try(desk, Do("articles.publication", {}, (article,)))
        kind = "update" if streams.load(article).state.withdrawn is None else "retraction"
        for claim in claims:
            said = bodies.correction(kind, claim)
            allowed[article, claim] = _try(desk, Do("articles.corrections", said, (article,)))
    return allowed


def _try(desk: Desk, command: Do) -> bool:
    try:
        desk.do(command)
    except Refused:
        return False
    return True
