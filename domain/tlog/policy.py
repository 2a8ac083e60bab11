"""Trust policies: C2SP tlog-policy (revision 1896a5a, 2026-06-22).

A policy names logs by their keys, witnesses, groups of them, and the quorum whose cosignatures a checkpoint needs.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Self

from domain.tlog.checkpoint import SignedCheckpoint, open_checkpoint
from domain.tlog.cosignature import COSIGNING, timestamp
from domain.tlog.errors import BadPolicy
from domain.tlog.keys import VerifierKey
from domain.tlog.note import Note, parse_note
from domain.tlog.policyfile import Line, lines_of
from domain.tlog.treehead import Checkpoint

NONE: Final = "none"
"""The quorum that needs no witness; no witness or group may be called so."""

MAX_PARTS: Final = 256
"""Logs, witnesses and groups of a policy, at most that many of each."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A log that is believed. Its key is called as the log's origin; what `url` is for, the application says."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class WitnessEntry:
    """A witness, under the name that it has in the policy; `url` is its submission prefix, if given."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group has witnessed a checkpoint when at least `threshold` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a policy says of a checkpoint that one of its logs signed.

    `times` has for each witness that cosigned, in the order of the policy, the POSIX seconds of its latest cosignature;
    `absent` names the other witnesses; `explanation` says both in one sentence.
    """

    met: bool
    signed: SignedCheckpoint
    times: tuple[tuple[str, int], ...]
    absent: tuple[str, ...]
    explanation: str

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that was judged."""
        return self.signed.checkpoint


@dataclass(frozen=True, slots=True)
class Policy:
    """Which logs are believed, and whose cosignatures a checkpoint of theirs needs.

    BadPolicy if two logs or two witnesses have one public key, a witness has no cosigner's key, a name is given twice
    or is `none`, a threshold is not 1 to the number of members, a group names what does not stand before it, a name
    is a member twice, or the quorum is not defined.
    """

    logs: tuple[LogEntry, ...]
    witnesses: tuple[WitnessEntry, ...]
    groups: tuple[Group, ...]
    quorum: str

    def __post_init__(self) -> None:
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > MAX_PARTS:
            raise BadPolicy(f"the policy has more than {MAX_PARTS} logs, witnesses or groups")
        _check_distinct([each.key.public for each in self.logs], "two logs have one public key")
        _check_distinct([each.key.public for each in self.witnesses], "two witnesses have one public key")
        names = [*(each.name for each in self.witnesses), *(each.name for each in self.groups)]
        _check_distinct(names, "a witness or group is defined twice")
        if NONE in names:
            raise BadPolicy(f"a witness or group is called {NONE!r}")
        if self.quorum != NONE and self.quorum not in names:
            raise BadPolicy(f"the quorum {self.quorum!r} is not defined")
        for witness in self.witnesses:
            if witness.key.type not in COSIGNING:
                raise BadPolicy(f"the key of witness {witness.name!r} is not a cosigner's")
        self._check_groups()

    def _check_groups(self) -> None:
        known = {each.name for each in self.witnesses}
        for group in self.groups:
            if not 1 <= group.threshold <= len(group.members):
                raise BadPolicy(f"group {group.name!r} needs {group.threshold} of {len(group.members)} members")
            if unknown := set(group.members) - known:
                raise BadPolicy(f"group {group.name!r} names {min(unknown)!r}, which is not defined before it")
            known.add(group.name)
        members = [member for group in self.groups for member in group.members]
        _check_distinct(members, "a witness or group is a member twice")

    @classmethod
    def of_logs(cls, keys: Collection[VerifierKey]) -> Self:
        """The policy that believes these logs without any witness."""
        return cls(tuple(LogEntry(key) for key in keys), (), (), NONE)

    @classmethod
    def parse(cls, data: bytes | str) -> Self:
        """The policy of a file; BadPolicy, with the line where one is to blame, if it is not to the letter."""
        reading = _Reading([], [], [], [])
        for line in lines_of(data):
            reading.take(line)
        if len(reading.quorums) != 1:
            raise BadPolicy(f"the policy has {len(reading.quorums)} quorum lines, not one")
        return cls(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorums[0])

    def satisfied(self, checkpoint: bytes | Note, logs: Collection[VerifierKey] = ()) -> Judgement:
        """Whether a checkpoint has the cosignatures that the policy asks for, and who gave them.

        `logs` are keys known from elsewhere, believed besides the policy's own. Only keys called as the checkpoint's
        origin count. BadNote and below it if the checkpoint is malformed, if none of these logs signed it, or if the
        signature of one of them or of a witness of the policy is wrong.
        """
        note = checkpoint if isinstance(checkpoint, Note) else parse_note(checkpoint)
        origin = Checkpoint.parse(note.text).origin
        keys = [key for key in (*(each.key for each in self.logs), *logs) if key.name == origin]
        signed = open_checkpoint(note, keys, origin, [each.key for each in self.witnesses])
        times = dict(_times(self.witnesses, signed))
        absent = tuple(each.name for each in self.witnesses if each.name not in times)
        met = self.met_by(times)
        explanation = (
            f"the quorum {self.quorum!r} is {'met' if met else 'not met'}: "
            f"cosigned by {_listed(times)}; not by {_listed(absent)}"
        )
        return Judgement(met, signed, tuple(times.items()), absent, explanation)

    def met_by(self, witnesses: Collection[str]) -> bool:
        """Whether the cosignatures of these witnesses, by their names here, are as many as the policy asks for."""
        return self.quorum == NONE or self.quorum in self._witnessed(set(witnesses))

    def _witnessed(self, cosigned: set[str]) -> set[str]:
        """The witnesses and groups that have witnessed; groups name only what stands before them, so one pass does."""
        witnessed = set(cosigned)
        for group in self.groups:
            if len(witnessed.intersection(group.members)) >= group.threshold:
                witnessed.add(group.name)
        return witnessed


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the lines of a file have defined so far."""

    logs: list[LogEntry]
    witnesses: list[WitnessEntry]
    groups: list[Group]
    quorums: list[str]

    def take(self, line: Line) -> None:
        """Add what a line defines."""
        if line.kind == "log":
            line.check_count(1, 2)
            self.logs.append(LogEntry(line.key(0), line.word(1)))
        elif line.kind == "witness":
            line.check_count(2, 3)
            self.witnesses.append(WitnessEntry(line.words[0], line.key(1), line.word(2)))
        elif line.kind == "group":
            line.check_count(3)
            name, _, *members = line.words
            self._check_known(line, members)
            self.groups.append(Group(name, line.threshold(1, len(members)), tuple(members)))
        elif line.kind == "quorum":
            line.check_count(1, 1)
            self._check_known(line, [name for name in line.words if name != NONE])
            self.quorums.append(line.words[0])
        else:
            raise line.wrong(f"begins with {line.kind!r}, not with log, witness, group or quorum")

    def _check_known(self, line: Line, names: list[str]) -> None:
        known = {each.name for each in self.witnesses} | {each.name for each in self.groups}
        for name in names:
            if name not in known:
                raise line.wrong(f"names {name!r}, which is not defined above it")


def _times(witnesses: Collection[WitnessEntry], signed: SignedCheckpoint) -> Iterator[tuple[str, int]]:
    for witness in witnesses:
        own = (witness.key.name, witness.key.key_id)
        times = [timestamp(each) for each in signed.verified if (each.name, each.key_id) == own]
        if times:
            yield witness.name, max(times)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) if names else "nobody"


def _check_distinct(things: list[str] | list[bytes], message: str) -> None:
    if len(set(things)) != len(things):
        raise BadPolicy(message)
