"""The text of a checkpoint: C2SP tlog-checkpoint v1.0.0 (revision c0d0289, 2026-07-11), section "Note text"."""

from dataclasses import dataclass
from typing import Self

from domain.tlog.errors import BadCheckpoint
from domain.tlog.text import base64_of, check_hash, check_size, check_text, read_decimal, read_hash


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin, how many leaves it has and their root.

    The origin is one line that is not empty; nothing else is assumed of it. `size` is 0 to 2^63 - 1, `root` 32 bytes.
    That an empty tree has the empty root is checked where a checkpoint is signed or opened, not here: a witness must
    be able to read such a one to refuse it by its name. BadCheckpoint for anything else.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise BadCheckpoint("the origin is not one line")
        check_text(self.origin, "the origin", BadCheckpoint)
        check_size(self.size, "the tree size", BadCheckpoint)
        check_hash(self.root, "the root hash", BadCheckpoint)

    def text(self) -> str:
        """The three lines of a note's text. Extension lines are never written: no monitor can audit them."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checkpoint of a note's text; BadCheckpoint if it is none.

        Extension lines, which must not be empty, are read over and forgotten, so with them `text()` is not the text
        that was parsed. Whoever signs or verifies takes the note's own text.
        """
        if not text.endswith("\n"):
            raise BadCheckpoint("the checkpoint does not end with a newline")
        lines = text[:-1].split("\n")
        if len(lines) < 3:
            raise BadCheckpoint(f"the checkpoint has {len(lines)} lines, not 3")
        if not all(lines):
            raise BadCheckpoint("the checkpoint contains an empty line")
        size = read_decimal(lines[1], "the tree size", BadCheckpoint)
        return cls(lines[0], size, read_hash(lines[2], "the root hash", BadCheckpoint))
