"""Whether every checkpoint that was ever signed is one of this ledger: form, signatures, order and roots.

All roots are reckoned from the leaves in one pass, so checkpoints with the right ones are consistent with each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from api.checks.folder import Folder, Written, lines, read_checkpoint, read_line
from api.checks.keys import LogKeys, Name
from api.signing.book import Signed
from domain.ledger.audit import Finding
from domain.tlog.errors import TlogError
from domain.tlog.keys import VerifierKey
from domain.tlog.note import Note, Signature, parse_note
from domain.tlog.treehead import Checkpoint

_LISTED: Final = 20


@dataclass(slots=True)
class Checked:
    """What the checkpoints came to.

    `fitting` counts those that the ledger fits; `abandoned` those from before a recorded break that it does not fit.
    `shown` is the size of the checkpoint that everybody is shown, `cosigned` names the witnesses that are known and
    signed it. `strange` are places in which something stands that nobody can verify, and that proves nothing.
    """

    fitting: int = 0
    abandoned: int = 0
    last: int = 0
    shown: int | None = None
    cosigned: tuple[str, ...] = ()
    strange: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, size: int, detail: str, expected: str | None = None, found: str | None = None) -> None:
        """Something that is wrong with a checkpoint of this size."""
        self.findings.append(Finding(size, None, detail, expected, found))

    def wonder(self, place: str) -> None:
        """Something that nobody can verify."""
        if len(self.strange) < _LISTED:
            self.strange.append(place)


def check(folder: Folder, written: Written, keys: LogKeys, roots: Mapping[int, bytes], size: int) -> Checked:
    """Compares the log's files, as they were when they were looked at, with the roots of a ledger of this size."""
    reading = _Reading(folder.book.path.name, keys, roots, size)
    shown, copy = _wanted(written.shown), _wanted(written.copy)
    for number, line in lines(folder.book, written.end):
        signed = reading.take(number, line)
        if signed is None:
            continue
        for wanted in (shown, copy):
            if wanted is not None and wanted.note is not None:
                wanted.compare(signed)
    checked = reading.finish()
    if keys.named and not checked.last and not checked.findings:
        checked.find(0, f"{folder.book.path.name} has no checkpoint, and the log has a key.")
    _check_wanted(checked, "checkpoint", shown)
    _check_wanted(checked, "The copy of the last checkpoint", copy)
    if shown is not None and shown.note is not None:
        checked.shown = Checkpoint.parse(shown.note.text).size
        _check_cosignatures(checked, folder, keys, shown)
    return checked


class _Reading:
    """Reads the book line by line."""

    def __init__(self, name: str, keys: LogKeys, roots: Mapping[int, bytes], size: int) -> None:
        self.checked = Checked()
        self._name = name
        self._keys = keys
        self._roots = roots
        self._size = size
        self._before = b""
        self._begun: set[Name] = set()
        self._unfit: list[Finding] = []

    def take(self, number: int, line: bytes) -> Signed | None:
        """The next line; gives the checkpoint if it is one."""
        place = f"{self._name}, line {number}"
        if not line.endswith(b"\n"):
            self.checked.wonder(f"{place}: half a line, which was never shown to anybody")
            return None
        signed = read_line(line)
        if isinstance(signed, str):
            self.checked.find(self.checked.last, f"{place} is no checkpoint: {signed}.")
            return None
        if line == self._before:
            self.checked.find(signed.checkpoint.size, f"{place} stands there twice.")
        self._before = line
        self._judge(place, signed)
        return signed

    def finish(self) -> Checked:
        """What all lines came to."""
        self.checked.findings.extend(self._unfit)
        return self.checked

    def _judge(self, place: str, signed: Signed) -> None:
        size, note = signed.checkpoint.size, parse_note(signed.note)
        allowed = self._keys.allowed(size)
        names = [(each.name, each.key_id) for each in note.signatures]
        self._note_break(names)
        if size < self.checked.last:
            self.checked.find(size, f"{place}: its size is less than that of the line before, {self.checked.last}.")
        self.checked.last = max(size, self.checked.last)
        good = self._verified(place, size, note, allowed)
        if good is None:
            return
        if not good:
            detail = f"{place}: no key has signed it that the ledger names for a checkpoint of {size} events."
            self._unfit.append(Finding(size, None, detail, _ids(allowed), _ids(names)))
        elif (root := self._roots.get(size)) != signed.checkpoint.root:
            self._unfit.append(_unfit(place, signed.checkpoint, root, self._size))
        else:
            self.checked.fitting += 1

    def _verified(self, place: str, size: int, note: Note, allowed: Mapping[Name, VerifierKey]) -> int | None:
        """How many signatures of allowed keys there are; None if one is wrong, which is found."""
        good = 0
        for signature in note.signatures:
            key = allowed.get((signature.name, signature.key_id))
            if key is None:
                self.checked.wonder(f"{place}: signed by {signature.name} ({signature.key_id.hex()}) too")
            elif not key.verifies(note.text, signature.blob):
                self.checked.find(size, f"{place}: the signature of {key.name} ({key.key_id.hex()}) is wrong.")
                return None
            else:
                good += 1
        return good

    def _note_break(self, names: list[Name]) -> None:
        """With the first checkpoint of a key that began the log anew, what did not fit before is abandoned."""
        anew = {name for name in names if self._keys.broken(name)} - self._begun
        if anew:
            self._begun |= anew
            self.checked.abandoned += len(self._unfit)
            self.checked.last = 0
            self._unfit.clear()


@dataclass(slots=True)
class _Wanted:
    """A note that must be one of the book's, perhaps with more signatures, or what is wrong with it."""

    note: Note | None
    problem: str | None
    met: Note | None = None

    def compare(self, signed: Signed) -> None:
        """Looks whether this line of the book is the note."""
        if self.note is None:
            return
        met = parse_note(signed.note)
        if met.text == self.note.text and set(met.signatures) <= set(self.note.signatures):
            self.met = met


def _wanted(note: bytes | None) -> _Wanted | None:
    if note is None:
        return None
    checkpoint = read_checkpoint(note)
    return _Wanted(None, checkpoint) if isinstance(checkpoint, str) else _Wanted(parse_note(note), None)


def _check_wanted(checked: Checked, name: str, wanted: _Wanted | None) -> None:
    if wanted is None or wanted.met is not None:
        return
    if wanted.note is None:
        checked.find(checked.last, f"{name} is no checkpoint: {wanted.problem}.")
        return
    size = Checkpoint.parse(wanted.note.text).size
    checked.find(size, f"{name}, over {size} events, is none of those in the book, signed as there.")


def _check_cosignatures(checked: Checked, folder: Folder, keys: LogKeys, shown: _Wanted) -> None:
    if shown.note is None or shown.met is None:
        return
    more = set(shown.note.signatures) - set(shown.met.signatures)
    known = {(each.key.name, each.key.key_id) for each in folder.policy.witnesses} if folder.policy else set()
    for signature in sorted(more, key=_line_of):
        if (signature.name, signature.key_id) not in known:
            checked.wonder(f"checkpoint: signed by {signature.name} ({signature.key_id.hex()}), who is not known")
    if folder.policy is None:
        return
    size = checked.shown or 0
    try:
        judged = folder.policy.satisfied(shown.note, keys.keys)
    except TlogError as error:
        checked.find(size, f"checkpoint: {error}.")
        return
    checked.cosigned = tuple(name for name, _ in judged.times)
    if not judged.met:
        checked.find(size, f"checkpoint: {judged.explanation}.")


def _line_of(signature: Signature) -> str:
    return signature.line()


def _unfit(place: str, checkpoint: Checkpoint, root: bytes | None, size: int) -> Finding:
    if root is None:
        detail = f"{place}: it is over {checkpoint.size} events, and the ledger ends at position {size}."
        return Finding(size + 1, None, detail)
    detail = f"{place}: the ledger's first {checkpoint.size} events are not those that were signed."
    return Finding(checkpoint.size, None, detail, checkpoint.root.hex(), root.hex())


def _ids(names: Mapping[Name, VerifierKey] | list[Name]) -> str:
    return ", ".join(id.hex() for _, id in names)
