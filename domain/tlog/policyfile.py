"""The lines of a policy file: C2SP tlog-policy (revision 1896a5a, 2026-06-22), section "Policy file syntax".

Items are separated by spaces and tabs, lines end with a newline, lines that begin with `#` are comments. Octets above
0x7F are opaque: they need not be UTF-8 and are carried as Python's `surrogateescape` does. At most 1 MiB is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.tlog.errors import BadKey, BadPolicy
from domain.tlog.keys import VerifierKey

MAX_POLICY: Final = 1 << 20
"""Bytes of a policy file, at most."""

_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")
_BLANK: Final = " \t"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something: its number in the file, its first word, and the words after it."""

    number: int
    kind: str
    words: tuple[str, ...]

    def wrong(self, what: str) -> BadPolicy:
        """The error that says what is wrong with this line."""
        return BadPolicy(f"line {self.number} of the policy {what}")

    def check_count(self, least: int, most: int | None = None) -> None:
        """BadPolicy unless there are `least` to `most` words after the first."""
        if len(self.words) < least or (most is not None and len(self.words) > most):
            raise self.wrong(f"has {len(self.words)} words after {self.kind!r}")

    def key(self, place: int) -> VerifierKey:
        """The verifier key that the word at this place is."""
        try:
            return VerifierKey.parse(self.words[place])
        except BadKey as wrong:
            raise self.wrong(f"has no key: {wrong}") from wrong

    def word(self, place: int) -> str | None:
        """The word at this place, or None."""
        return self.words[place] if place < len(self.words) else None

    def threshold(self, place: int, members: int) -> int:
        """The number that `any`, `all` or a decimal stands for."""
        word = self.words[place]
        if word == "any":
            return 1
        if word == "all":
            return members
        if not _THRESHOLD.fullmatch(word):
            raise self.wrong(f"has the threshold {word!r}, which is not all, any or a decimal from 1")
        return int(word)


def lines_of(data: bytes | str) -> Iterator[Line]:
    """The lines of a policy file that are neither empty nor comments; BadPolicy for what no policy file may contain."""
    octets = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    if len(octets) > MAX_POLICY:
        raise BadPolicy(f"the policy has more than {MAX_POLICY} bytes")
    if _CONTROL.search(octets):
        raise BadPolicy("the policy contains a control character other than tab and newline")
    if octets and not octets.endswith(b"\n"):
        raise BadPolicy("the last line of the policy does not end with a newline")
    return _lines(octets.decode("utf-8", "surrogateescape"))


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text[:-1].split("\n"), 1):
        stripped = line.strip(_BLANK)
        if not stripped or stripped.startswith("#"):
            continue
        kind, *words = re.split(rf"[{_BLANK}]+", stripped)
        yield Line(number, kind, tuple(words))
