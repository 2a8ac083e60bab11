"""Who imports whom, how long a file may be, and that the domain is handed its time and its ids.

`docs/architecture.md` holds one fenced block marked `layers` that a test compares with the import contracts. One layer
a line, from high to low; the indented lines below a package are the layers inside it. In one line, modules between
`|` may not import each other and modules between `:` may:

    api
    projections
    domain
      high
      one | two
      low : lower
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("domain", "projections", "api")
LONGEST_FILE = 400

# Modules and functions that read the clock, chance or the environment; a module stands for all that is in it.
FROM_OUTSIDE = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "random",
    "secrets",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
)

# A file that breaks one contract, what it imports, and the contract.
BREACHES = [
    ("domain/planted.py", "import projections", "packages"),
    ("projections/planted.py", "import api", "packages"),
    ("domain/values.py", "import domain.events", "domain"),
    ("domain/party/planted.py", "import domain.ledger.store", "domain"),
    ("domain/claim/planted.py", "import domain.source.events", "aggregates"),
    ("domain/ledger/planted.py", "import domain.claim", "ledger"),
    ("domain/tlog/planted.py", "import domain.errors", "tlog"),
    ("domain/planted.py", "import fastapi", "http"),
    ("projections/planted.py", "from starlette.responses import Response", "http"),
    ("domain/claim/planted.py", "import sqlite3", "sqlite"),
    ("api/planted.py", "import sqlite3", "sqlite"),
    ("projections/planted.py", "import eventsourcing.persistence", "library"),
]

Layers = dict[str, list[tuple[str, frozenset[str]]]]


def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def contracts() -> list[dict[str, Any]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = config["tool"]["importlinter"]["contracts"]
    return found


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    linter = str(Path(sys.executable).with_name("lint-imports"))
    command = [linter, "--no-cache", "--no-logo", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def layer(line: str) -> tuple[str, frozenset[str]]:
    """A layer as (separator, modules); the parentheses of an optional module say nothing about order."""
    separator = next((sign for sign in "|:" if sign in line), "")
    names = line.split(separator) if separator else [line]
    return separator, frozenset(name.strip(" ()") for name in names)


def layers_of_contracts() -> Layers:
    layered = [contract for contract in contracts() if contract["type"] == "layers"]
    return {
        container: [layer(line) for line in contract["layers"]]
        for contract in layered
        for container in contract.get("containers", [""])
    }


def layers_of_picture(markdown: str) -> Layers:
    """The layers drawn in a document's one `layers` block, by package; the packages themselves are under ''."""
    (block,) = re.findall(r"^```layers\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)
    layers: Layers = {"": []}
    package = ""
    for line in filter(str.strip, block.splitlines()):
        if line[0].isspace():
            layers.setdefault(package, []).append(layer(line))
            continue
        package = line.strip()
        layers[""].append(layer(line))
    return layers


def qualified_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported name as it is used or imported, with its line: `datetime.datetime.now` for `dt.now`."""
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            yield node.lineno, prefix + alias.name
            plain = alias.name if prefix else alias.name.partition(".")[0]
            imported[alias.asname or plain] = prefix + (alias.name if alias.asname else plain)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            if first in imported:
                yield node.lineno, f"{imported[first]}.{rest}"


def reads_from_outside(code: str) -> set[str]:
    return {
        f"line {line}: {name}"
        for line, name in qualified_names(ast.parse(code))
        for outside in FROM_OUTSIDE
        if name == outside or name.startswith(f"{outside}.")
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the packages and their contracts, to be spoiled."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_import_contract_is_kept() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("file", "line", "contract"), BREACHES, ids=lambda value: value.replace("/", "."))
def test_a_breach_of_a_contract_is_found(checkout: Path, file: str, line: str, contract: str) -> None:
    with (checkout / file).open("a", encoding="utf-8") as target:
        target.write(f"\n{line}\n")

    result = lint_imports(checkout, "--contract", contract)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_every_contract_has_a_breach_that_it_finds() -> None:
    assert {contract["id"] for contract in contracts()} == {contract for _, _, contract in BREACHES}


def test_the_picture_in_the_documentation_shows_the_contracts() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert layers_of_picture(picture) == layers_of_contracts()


def test_a_picture_is_read_with_its_order_and_its_signs() -> None:
    picture = "# House\n\n```layers\napi\ndomain\n  (high)\n  one | two\n  low : lower\n```\n\nMore.\n"

    assert layers_of_picture(picture) == {
        "": [("", frozenset({"api"})), ("", frozenset({"domain"}))],
        "domain": [
            ("", frozenset({"high"})),
            ("|", frozenset({"one", "two"})),
            (":", frozenset({"low", "lower"})),
        ],
    }


@pytest.mark.parametrize("picture", ["", "```layers\napi\n```\n\n```layers\napi\n```\n"])
def test_no_picture_and_two_pictures_are_refused(picture: str) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        layers_of_picture(picture)


def test_no_file_has_grown_too_long() -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PACKAGES)
    }

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_domain_reads_no_clock_no_chance_and_no_environment() -> None:
    found = {path.relative_to(ROOT): reads_from_outside(path.read_text(encoding="utf-8")) for path in sources("domain")}

    assert {path: reads for path, reads in found.items() if reads} == {}


@pytest.mark.parametrize(
    "code",
    [
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import datetime as dt\nmoment = dt.now",
        "from datetime import date\ndate.today()",
        "from time import time as clock",
        "import time\ntime.time_ns()",
        "import random as chance",
        "from random import choice",
        "import secrets",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "import os\nos.environ['HOME']",
        "import os.path\nos.urandom(16)",
    ],
)
def test_a_read_from_outside_is_found(code: str) -> None:
    assert reads_from_outside(code)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.fromisoformat('2023-06-20')",
        "import time\ntime.monotonic()",
        "from uuid import UUID",
        "self._now()",
        "import os\nos.fsync(3)",
    ],
)
def test_what_is_handed_in_or_only_measured_is_allowed(code: str) -> None:
    assert reads_from_outside(code) == set()
