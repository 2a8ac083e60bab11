"""The log's files beside a ledger, read as they stand, each in the one spelling in which it is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.signing.book import Book, Signed
from domain.canonical import BadJson, parse_canonical
from domain.errors import StoreUnavailable
from domain.ledger.rows import moment
from domain.tlog.checkpoint import check_empty
from domain.tlog.errors import TlogError
from domain.tlog.note import parse_note
from domain.tlog.policy import Policy
from domain.tlog.treehead import Checkpoint


@dataclass(frozen=True, slots=True)
class Folder:
    """What is known of a log beside its ledger. `policy` names the witnesses whose cosignatures are believed."""

    book: Book
    key: Path
    policy: Policy | None = None

    @property
    def there(self) -> bool:
        """Whether there is anything at all; a copy of the ledger alone has nothing of it."""
        return self.book.path.parent.is_dir()


@dataclass(frozen=True, slots=True)
class Written:
    """The log's files at one moment: what is shown and the copy were signed no later than the book ends."""

    shown: bytes | None
    copy: bytes | None
    end: int


def look(book: Book) -> Written:
    """Reads the log's files, before the ledger is looked at. Raises `StoreUnavailable` if one cannot be read."""
    try:
        shown = book.now()
        copy = book.copy.read_bytes() if book.copy is not None and book.copy.is_file() else None
        return Written(shown, copy, book.path.stat().st_size if book.path.is_file() else 0)
    except OSError as error:
        raise StoreUnavailable(f"The log's files beside the ledger cannot be read ({error}).") from error


def sizes(book: Book, written: Written) -> set[int]:
    """The sizes at which the ledger's roots are needed."""
    found = {0}
    for _, line in lines(book, written.end):
        signed = read_line(line)
        if isinstance(signed, Signed):
            found.add(signed.checkpoint.size)
    for note in (written.shown, written.copy):
        if note is not None and not isinstance(checkpoint := read_checkpoint(note), str):
            found.add(checkpoint.size)
    return found


def lines(book: Book, end: int) -> Iterator[tuple[int, bytes]]:
    """The lines that the book had when it was that long."""
    if not end:
        return
    with book.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            end -= len(line)
            if end < 0:
                return
            yield number, line


def read_line(line: bytes) -> Signed | str:
    """The checkpoint that a line of the book holds, in the one spelling; or what is wrong with it."""
    try:
        kept = parse_canonical(line.removesuffix(b"\n"))
        signed = Signed.of(parse_note(kept["note"].encode()), kept["at"])
        moment(signed.at)
        check_empty(signed.checkpoint)
    except (ValueError, LookupError, TypeError, AttributeError) as problem:
        return problem.detail if isinstance(problem, BadJson) else str(problem)
    return signed if signed.line() == line else "it has more than a note and its time"


def read_checkpoint(note: bytes) -> Checkpoint | str:
    """The checkpoint of a note, or what is wrong with it. No signature is verified."""
    try:
        return Checkpoint.parse(parse_note(note).text)
    except TlogError as error:
        return str(error)
