"""Checks a proof bundle with nothing but the bundle and a key: no ledger, no network, no clock.

What holds afterwards: every event told is in the log under the checkpoint, unchanged since; the claim has exactly
these events among the ledger's first `complete_upto`, so none of them is left out, the first, one between or the last;
and the checkpoint was signed with the key. What does not: that the log shows everybody the same checkpoint (witnesses
and `stemma verify --against` are for that), and that the map is counted right (`stemma verify` counts it again).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError

from domain.canonical import BadJson, canonical, parse
from domain.errors import InvalidInput, StemmaError
from domain.proof.bundle import LARGEST, Bundle, Item, hashes
from domain.tlog.errors import TlogError
from domain.tlog.keys import VerifierKey
from domain.tlog.merkle import leaf_hash
from domain.tlog.policy import Judgement, Policy
from domain.tlog.prefixmap import Entry, Found, root_of
from domain.tlog.proving import verify_inclusion
from domain.tlog.treehead import Checkpoint

MAP_COMMITTED: Final = "map.committed.v1"
ERASED: Final = "desk.words_erased.v1"
_LEAF: Final = frozenset({"event_sha256", "recorded_at", "seq", "stream_key", "v", "version"})


class NotProven(StemmaError):
    """A bundle is well formed and does not prove what it says. The message names the event or the part."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a bundle proves. `events` is how many the claim has, of which so many are withheld or erased.

    The ledger's first `complete_upto` events hold no other event of the claim. `size` is that of the checkpoint;
    `witnesses` has the names of those of the policy that cosigned it, with the POSIX seconds of their cosignatures.
    """

    claim: str
    origin: str
    vkeys: tuple[str, ...]
    size: int
    root: str
    complete_upto: int
    events: int
    withheld: int
    erased: int
    snapshots: tuple[str, ...]
    first_at: str
    last_at: str
    witnesses: tuple[tuple[str, int], ...]


def read(data: bytes) -> Bundle:
    """The bundle that these bytes are. Raises `InvalidInput` for any other."""
    if len(data) > LARGEST:
        raise InvalidInput(f"A proof bundle has at most {LARGEST} bytes.")
    try:
        return Bundle.model_validate(parse(data), strict=False)
    except BadJson as error:
        raise InvalidInput(f"The proof bundle cannot be read: {error.detail}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"]))
        raise InvalidInput(f"This is no proof bundle: /{place}: {first['msg']}.") from error


def check(bundle: Bundle, policy: Policy | None = None) -> Proven:
    """What the bundle proves, trusting the policy's keys, or without one the key that the bundle names.

    Raises `NotProven` for whatever does not hold.
    """
    judged = _judged(bundle, policy)
    checkpoint = judged.checkpoint
    if checkpoint.origin != bundle.log.origin:
        raise NotProven("The checkpoint is of another log than the bundle says.")
    key = sha256(bundle.claim.encode()).hexdigest()
    leaves = [_checked(item, f"event {n}", checkpoint) for n, item in enumerate(bundle.events, 1)]
    _demand_stream(bundle.events, leaves, key)
    upto = _demand_complete(bundle, checkpoint, key)
    captured = [_snapshot(item, n, checkpoint) for n, item in enumerate(bundle.snapshots, 1)]
    _demand_erasures(bundle, checkpoint)
    return Proven(
        claim=bundle.claim,
        origin=checkpoint.origin,
        vkeys=tuple(sorted(_signers(judged, bundle, policy))),
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        complete_upto=upto,
        events=len(leaves),
        withheld=sum(item.state in {"withheld", "words_withheld"} for item in bundle.events),
        erased=sum(item.state == "erased" for item in bundle.events),
        snapshots=tuple(digest for digest in captured if digest is not None),
        first_at=leaves[0]["recorded_at"],
        last_at=leaves[-1]["recorded_at"],
        witnesses=judged.times,
    )


def _judged(bundle: Bundle, policy: Policy | None) -> Judgement:
    try:
        trusted = policy or Policy.of_logs([VerifierKey.parse(bundle.log.vkey)])
        judged = trusted.satisfied(bundle.checkpoint.encode())
    except (TlogError, UnicodeEncodeError) as error:
        raise NotProven(f"The checkpoint cannot be believed: {error}.") from error
    if not judged.met:
        raise NotProven(f"The checkpoint has too few witnesses: {judged.explanation}.")
    return judged


def _signers(judged: Judgement, bundle: Bundle, policy: Policy | None) -> Collection[str]:
    keys = [VerifierKey.parse(bundle.log.vkey)] if policy is None else [log.key for log in policy.logs]
    signed = {(signature.name, signature.key_id) for signature in judged.signed.verified}
    return [key.render() for key in keys if (key.name, key.key_id) in signed]


def _checked(item: Item, what: str, checkpoint: Checkpoint) -> dict[str, Any]:
    """The item's leaf, which is in the log and commits to what is told. Raises `NotProven`."""
    try:
        data = item.leaf.encode()
        leaf = parse(data)
        path = hashes(item.inclusion)
        verify_inclusion(leaf_hash(data), item.position - 1, checkpoint.size, path, checkpoint.root)
    except (BadJson, TlogError, UnicodeEncodeError) as error:
        raise NotProven(f"{what}, at position {item.position}, is not in the log: {error}.") from error
    if not isinstance(leaf, dict) or leaf.keys() != _LEAF or leaf["v"] != 1 or canonical(leaf) != data:
        raise NotProven(f"The leaf of {what}, at position {item.position}, is none.")
    if leaf["seq"] != item.position - 1:
        raise NotProven(f"The leaf of {what} is of position {leaf['seq'] + 1}, not {item.position}.")
    _demand_told(item, what, leaf)
    return dict(leaf)


def _demand_told(item: Item, what: str, leaf: dict[str, Any]) -> None:
    """Whether head and words are those that the leaf commits to, and are there or not as the state says."""
    told = {"open": (True, True), "words_withheld": (True, False), "erased": (True, False), "withheld": (False, False)}
    if (item.head is not None, item.words is not None) != told[item.state]:
        raise NotProven(f"{what}, at position {item.position}, is said to be {item.state}, and tells more or less.")
    if (item.erased_by is not None) != (item.state == "erased"):
        raise NotProven(f"{what}, at position {item.position}, is said to be {item.state} and erased, or not.")
    if item.head is None:
        return
    if _sha256(item.head) != leaf["event_sha256"]:
        raise NotProven(f"The head of {what}, at position {item.position}, is not the one that was recorded.")
    head = _head(item)
    if sha256(str(head.get("stream")).encode()).hexdigest() != leaf["stream_key"]:
        raise NotProven(f"The head of {what}, at position {item.position}, is of another stream than its leaf.")
    if head.get("version") != leaf["version"]:
        raise NotProven(f"The head of {what}, at position {item.position}, has another version than its leaf.")
    if item.words is not None and _sha256(item.words) != head.get("words"):
        raise NotProven(f"The words of {what}, at position {item.position}, are not those that were recorded.")


def _head(item: Item) -> dict[str, Any]:
    try:
        head = parse((item.head or "").encode())
    except (BadJson, UnicodeEncodeError) as error:
        raise NotProven(f"The head at position {item.position} cannot be read: {error}.") from error
    if not isinstance(head, dict) or not isinstance(head.get("data"), dict):
        raise NotProven(f"The head at position {item.position} is none.")
    return head


def _demand_stream(items: Sequence[Item], leaves: Sequence[dict[str, Any]], key: str) -> None:
    """Whether these are the events 1, 2, 3 … of the claim, in the order of the ledger."""
    for number, (item, leaf) in enumerate(zip(items, leaves, strict=True), 1):
        if leaf["stream_key"] != key:
            raise NotProven(f"Event {number}, at position {item.position}, is not of this claim.")
        if leaf["version"] != number:
            raise NotProven(f"Event {number} is missing: at position {item.position} there is event {leaf['version']}.")
        if number > 1 and item.position <= items[number - 2].position:
            raise NotProven(f"Event {number} stands before the one that it follows.")


def _demand_complete(bundle: Bundle, checkpoint: Checkpoint, key: str) -> int:
    """The number of the ledger's events among which the claim has exactly those told. Raises `NotProven`."""
    item = bundle.map.event
    _checked(item, "the commitment to the map", checkpoint)
    if item.head is None:
        raise NotProven("The commitment to the map is withheld.")
    head = _head(item)
    size, root = head["data"].get("size"), head["data"].get("root")
    if head.get("type") != MAP_COMMITTED or not isinstance(size, int) or not 0 < size < item.position:
        raise NotProven("What should commit to the map does not.")
    covered = [event for event in bundle.events if event.position <= size]
    if not covered or len(covered) != len(bundle.events):
        raise NotProven(f"The map is of the ledger's first {size} events, and the claim has later ones.")
    entry = Entry(bytes.fromhex(key), len(covered), leaf_hash(covered[-1].leaf.encode()))
    try:
        reckoned = root_of(Found(entry, hashes(bundle.map.path)), entry.key).hex()
    except ValueError as error:
        raise NotProven(f"The path in the map is none: {error}.") from error
    if reckoned != root:
        raise NotProven("The map does not say that the claim has these events and no others: some are left out.")
    return size


def _snapshot(item: Item, number: int, checkpoint: Checkpoint) -> str | None:
    """The digest of the snapshot that the event captured, in hex; None where that is withheld."""
    _checked(item, f"snapshot {number}", checkpoint)
    if item.head is None:
        return None
    digest = _head(item)["data"].get("sha256")
    return digest if isinstance(digest, str) else None


def _demand_erasures(bundle: Bundle, checkpoint: Checkpoint) -> None:
    """Whether each event that is said to be erased was, by an event that names it. Raises `NotProven`."""
    named: dict[int, Any] = {}
    for number, item in enumerate(bundle.erasures, 1):
        _checked(item, f"erasure {number}", checkpoint)
        head = _head(item) if item.head is not None else {}
        named[item.position] = head["data"].get("positions") if head.get("type") == ERASED else None
    for item in (*bundle.events, *bundle.snapshots):
        positions = named.get(item.erased_by or 0)
        if item.state == "erased" and not (isinstance(positions, list) and item.position in positions):
            raise NotProven(f"Nothing shows that the words at position {item.position} were erased.")


def _sha256(text: str) -> str:
    try:
        return sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise NotProven(f"A text of the bundle is no Unicode: {error}.") from error
