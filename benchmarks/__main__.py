"""`python -m benchmarks [names…] [options]`: measures, and prints a table. Nothing is asserted."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import machine
from benchmarks.appends import appends
from benchmarks.creates import creates
from benchmarks.evidence import evidence
from benchmarks.imports import imports
from benchmarks.logs import logs
from benchmarks.measuring import Race, Scale, spread
from benchmarks.reads import reads
from benchmarks.rebuilds import rebuilds
from benchmarks.replays import replays
from benchmarks.searches import searches
from benchmarks.verifying import verifying

BENCHMARKS: dict[str, Callable[[Path, Scale], Iterator[Race]]] = {
    "creates": creates,
    "reads": reads,
    "appends": appends,
    "replays": replays,
    "imports": imports,
    "rebuilds": rebuilds,
    "searches": searches,
    "evidence": evidence,
    "logs": logs,
    "verifying": verifying,
}
FULL = Scale(rounds=5, seconds=2.0, claims=6_000, searched=100_000)
QUICK = Scale(rounds=2, seconds=0.6, claims=1_000, searched=5_000)
NAME_WIDTH = 48
RATE_WIDTH = 26


def main() -> None:
    given = _options().parse_args()
    scale = _scale(given)
    races: list[Race] = []
    with TemporaryDirectory(prefix="stemma-bench-", dir=given.folder) as temporary:
        found = machine.describe(Path(temporary))
        _print_machine(found, scale)
        for name in given.names or BENCHMARKS:
            folder = Path(temporary, name)
            folder.mkdir()
            for race in BENCHMARKS[name](folder, scale):
                _print_race(race)
                races.append(race)
    if given.json is not None:
        written = {"measured_on": found, "scale": asdict(scale), "races": [asdict(race) for race in races]}
        given.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _scale(given: argparse.Namespace) -> Scale:
    scale = QUICK if given.quick else FULL
    chosen = {name: value for name in ("rounds", "claims") if (value := getattr(given, name)) is not None}
    return replace(scale, **chosen)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="benchmarks", description="Measures Stemma beside what it is compared with.")
    options.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="name", help=", ".join(BENCHMARKS))
    options.add_argument("--quick", action="store_true", help="fewer and shorter rounds: under a minute")
    options.add_argument("--rounds", type=int, help="so many rounds of everything")
    options.add_argument("--claims", type=int, help="so many claims in a recorded history, of some six events each")
    options.add_argument("--json", type=Path, help="write every round's figures to this file as well")
    options.add_argument("--folder", type=Path, help="where the ledgers are made: it must be on a real disk")
    return options


def _print_machine(found: dict[str, str], scale: Scale) -> None:
    for name, value in found.items():
        print(f"{name:<9}{value}")
    print(f"{'rounds':<9}{scale.rounds}, interleaved; median (least-greatest); ratios round by round to the first line")


def _print_race(race: Race) -> None:
    print(f"\n{race.title}")
    print(f"  {'':<{NAME_WIDTH}}{race.unit:>{RATE_WIDTH}}{'ratio':>{RATE_WIDTH}}")
    for result in race.results:
        rate, ratio = spread(result.rates, 0), spread(result.ratios, 2)
        print(f"  {result.name:<{NAME_WIDTH}}{rate:>{RATE_WIDTH}}{ratio:>{RATE_WIDTH}}  {result.note}".rstrip())
    sys.stdout.flush()


if __name__ == "__main__":
    main()
