"""What becomes of a verdict when the ground under it moves."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

Effect = Literal["unaffected", "weakened", "unsupported"]


class Ground(NamedTuple):
    """How many independent origins a claim's verdict rests on: with the source in good standing, and as supposed."""

    before: int
    after: int


def effects(grounds: Mapping[str, Ground], depends_on: Iterable[tuple[str, str]]) -> dict[str, Effect]:
    """Claim → what becomes of it. `depends_on` has (claim, claim that it depends on); both are among the grounds.

    A claim is *weakened* when it loses an origin, or when a claim that it depends on is weakened or unsupported. It is
    *unsupported* when no origin is left to it where there was one, or when it never had any and all it depends on fell.
    """
    relying: dict[str, list[str]] = {}
    leaning: dict[str, list[str]] = {}
    for claim, dependency in depends_on:
        relying.setdefault(dependency, []).append(claim)
        leaning.setdefault(claim, []).append(dependency)
    found = {claim: _own(ground) for claim, ground in grounds.items()}
    waiting = [claim for claim, effect in found.items() if effect != "unaffected"]
    while waiting:
        for claim in relying.get(waiting.pop(), ()):
            carried = _carried(grounds[claim], [found[dependency] for dependency in leaning[claim]])
            if _WORSE[carried] > _WORSE[found[claim]]:
                found[claim] = carried
                waiting.append(claim)
    return found


_WORSE: Mapping[Effect, int] = {"unaffected": 0, "weakened": 1, "unsupported": 2}


def _own(ground: Ground) -> Effect:
    if ground.after >= ground.before:
        return "unaffected"
    return "weakened" if ground.after else "unsupported"


def _carried(ground: Ground, dependencies: list[Effect]) -> Effect:
    if not ground.after and all(effect == "unsupported" for effect in dependencies):
        return "unsupported"
    return "weakened" if any(effect != "unaffected" for effect in dependencies) else "unaffected"
