"""Races: entrants measured turn by turn in one run, so that what disturbs the machine disturbs them all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to measure: `rounds` of every entrant, `seconds` of a timed round, `claims` of a recorded history.

    `searched` is the number of claims that are searched.
    """

    rounds: int
    seconds: float
    claims: int
    searched: int


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody in a race. `round` does one round and gives its rate per second; `note` says more afterwards."""

    name: str
    round: Callable[[], float]
    note: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Result:
    """An entrant's rates per second, one for each round, and each divided by the baseline's of the same round."""

    name: str
    rates: tuple[float, ...]
    ratios: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Race:
    """The results of one race. The first is the baseline that the others are divided by; `unit` is what was counted."""

    title: str
    unit: str
    results: tuple[Result, ...]


def race(title: str, unit: str, entrants: Sequence[Entrant], rounds: int) -> Race:
    """Runs every entrant once in each round, each time beginning with another one. The first is the baseline."""
    rates: list[list[float]] = [[] for _ in entrants]
    for number in range(rounds):
        for offset in range(len(entrants)):
            index = (number + offset) % len(entrants)
            rates[index].append(entrants[index].round())
    results = (
        Result(entrant.name, tuple(own), tuple(_ratios(own, rates[0])), entrant.note())
        for entrant, own in zip(entrants, rates, strict=True)
    )
    return Race(title, unit, tuple(results))


def timed(work: Callable[[], int]) -> float:
    """Events a second of work that says how many it went through."""
    began = perf_counter()
    events = work()
    return events / (perf_counter() - began)


def _ratios(own: Iterable[float], baseline: Iterable[float]) -> list[float]:
    return [rate / base for rate, base in zip(own, baseline, strict=True)]


def spread(values: Sequence[float], digits: int) -> str:
    """The median with the least and the greatest value: `4,120 (3,900-4,300)`."""
    middle, least, most = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return f"{middle} ({least}-{most})"
