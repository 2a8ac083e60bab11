"""A journal's lines as they stand in the file: read one at a time, checked strictly, gathered into runs.

The first line is `{"journal": <id>, "version": 1}`, every other one a command. Empty lines are passed over; they count
in the numbering.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, BinaryIO, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from api.problems import invalid_body, invalid_json
from domain.canonical import BadJson, parse
from domain.errors import InvalidInput, Refused
from domain.values import Frozen

LONGEST_LINE: Final = 2 * 1024 * 1024
"""Bytes that a line may have, its end not counted."""

LONGEST_GROUP: Final = 10_000
"""Lines that may be recorded all or nothing: they are held in memory together."""


Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern="^[^@]")]


class Header(Frozen):
    """The first line. The id is part of every line's idempotency key."""

    journal: Short
    version: Literal[1]


class Command(Frozen):
    """A line: what is done, to what, by whom. `name` is what later lines call the record or part that it makes.

    `file` is the path of a file beside the journal, for the one command that takes a file.
    """

    do: Short
    body: dict[str, Any]
    name: Annotated[Name | None, Field(alias="as")] = None
    at: Annotated[tuple[Short, ...], Field(max_length=10)] = ()
    by: Short | None = None
    decided_at: Short | None = None
    group: Short | None = None
    key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    file: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, counted from 1: either a command, or the fault for which it cannot be one.

    `group` is None for a line that belongs to none, and for an `opaque` one, of which that cannot be told.
    """

    number: int
    size: int
    command: Command | None = None
    fault: Refused | None = None
    group: str | None = None
    opaque: bool = False


@dataclass(slots=True)
class Run:
    """Lines that are recorded all or nothing: those of one group, or a single line.

    `spoiled_by` is the number of an opaque line beside the group, which may belong to it.
    """

    group: str | None
    lines: list[Line] = field(default_factory=list)
    spoiled_by: int | None = None

    def beside(self, opaque: int | None) -> "Run":
        """The run, whose neighbour is an opaque line with this number, or else None."""
        if self.group is not None and self.spoiled_by is None:
            self.spoiled_by = opaque
        return self


def is_journal(first: bytes) -> bool:
    """Whether a file that begins with this line is meant to be a journal."""
    try:
        header = parse(first)
    except BadJson:
        return False
    return isinstance(header, dict) and "journal" in header


def read_header(file: BinaryIO) -> Header:
    """The first line. Raises `InvalidInput` if it is none of a journal."""
    try:
        return Header.model_validate(parse(file.readline(LONGEST_LINE)))
    except BadJson as problem:
        raise InvalidInput(f"The first line is no header of a journal: {problem.detail}") from problem
    except ValidationError as problem:
        raise InvalidInput("The first line is no header of a journal.", invalid_body(problem).faults) from problem


def read_runs(file: BinaryIO) -> Iterator[Run]:
    """The lines after the header, gathered. Raises `InvalidInput` for a group of more than `LONGEST_GROUP` lines."""
    run: Run | None = None
    opaque: int | None = None
    for line in _lines(file):
        if run is not None and run.group is not None and line.group == run.group:
            if len(run.lines) == LONGEST_GROUP:
                raise InvalidInput(f"The group at line {line.number} has more than {LONGEST_GROUP} lines.")
            run.lines.append(line)
            continue
        if run is not None:
            yield run.beside(line.number if line.opaque else None)
        run = Run(line.group, [line]).beside(opaque)
        opaque = line.number if line.opaque else None
    if run is not None:
        yield run


def _lines(file: BinaryIO) -> Iterator[Line]:
    number = 1
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE and not data.endswith(b"\n"):
            _skip_rest(file)
            fault = InvalidInput(f"A line has at most {LONGEST_LINE} bytes.")
            yield Line(number, LONGEST_LINE, fault=fault, opaque=True)
        elif not data.isspace():
            yield _line(number, data)


def _skip_rest(file: BinaryIO) -> None:
    while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
        pass


def _line(number: int, data: bytes) -> Line:
    try:
        said = parse(data)
    except BadJson as problem:
        return Line(number, len(data), fault=invalid_json(problem), opaque=True)
    if not isinstance(said, dict):
        return Line(number, len(data), fault=InvalidInput("A line is a JSON object."), opaque=True)
    group = said.get("group")
    try:
        command = Command.model_validate(said)
    except ValidationError as problem:
        fault = InvalidInput("The line is no command of a journal.", invalid_body(problem).faults)
        named = group if isinstance(group, str) else None
        return Line(number, len(data), fault=fault, group=named, opaque=group is not None and named is None)
    return Line(number, len(data), command, group=command.group)
