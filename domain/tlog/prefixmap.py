"""A verifiable map: 256-bit keys, of each a count and a hash, under one root. It can prove what it holds and what not.

The form is this program's own; `docs/transparency.md` specifies its bytes, and ADR 0018 says why it is this one. It is
a binary trie over the bits of the keys, the first bit first, in which a subtree with a single key is a leaf at once:

    leaf  = SHA-256(0x02 || key || count as 8 bytes, big-endian || hash)
    inner = SHA-256(0x03 || the subtree of keys whose next bit is 0 || that of keys whose next bit is 1)
    empty = 32 zero bytes

The root is the subtree of all keys. Which keys and values there are decides it; in which order they came does not.
A key has one path only, so a root cannot hold two values for it, whoever made it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

KEY: Final = 32
"""Bytes of a key, and of a hash."""

DEPTH: Final = 8 * KEY
EMPTY: Final = bytes(KEY)
"""Stands for a subtree without keys."""

MOST: Final = (1 << 63) - 1
"""The largest count."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value: a count of at least 1, and a hash. Raises `ValueError` for other lengths and ranges."""

    key: bytes
    count: int
    last: bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY or len(self.last) != KEY or not 1 <= self.count <= MOST:
            raise ValueError("an entry has a key and a hash of 32 bytes, and a count from 1 to 2^63 - 1")

    @property
    def hash(self) -> bytes:
        """The hash of this entry as a leaf."""
        return sha256(b"\x02" + self.encoded).digest()

    @property
    def encoded(self) -> bytes:
        """The entry as 72 bytes."""
        return self.key + self.count.to_bytes(8, "big") + self.last


@dataclass(frozen=True, slots=True)
class Inner:
    """A place at which keys part: the hashes of the subtrees for a next bit of 0 and of 1."""

    zero: bytes
    one: bytes

    @property
    def hash(self) -> bytes:
        """The hash of this subtree."""
        return sha256(b"\x03" + self.encoded).digest()

    @property
    def encoded(self) -> bytes:
        """The place as 64 bytes."""
        return self.zero + self.one


Node = Entry | Inner


def decoded(data: bytes) -> Node:
    """The node with these bytes. Raises `ValueError` for any other length."""
    if len(data) == 2 * KEY:
        return Inner(data[:KEY], data[KEY:])
    if len(data) == 2 * KEY + 8:
        return Entry(data[:KEY], int.from_bytes(data[KEY : KEY + 8], "big"), data[KEY + 8 :])
    raise ValueError("a node of the map has 64 or 72 bytes")


def place(key: bytes, depth: int) -> bytes:
    """The name of the subtree of all keys that begin with the first `depth` bits of this one."""
    whole, rest = divmod(depth, 8)
    prefix = key[: whole + (rest > 0)]
    if rest:
        prefix = prefix[:-1] + bytes([prefix[-1] & (0xFF << (8 - rest))])
    return depth.to_bytes(2, "big") + prefix


Nodes = Callable[[bytes], Node | None]
"""The name of a subtree → its topmost node; None for an empty subtree, and for any below a leaf."""


@dataclass(frozen=True, slots=True)
class Update:
    """A map after changes: its root, and the nodes that are new or other than before, by place. None ever goes."""

    root: bytes
    nodes: Mapping[bytes, Node]


def update(nodes: Nodes, entries: Mapping[bytes, Entry]) -> Update:
    """The map of these nodes with these entries (key → entry), in the place of those with the same keys.

    Takes time for the entries and the length of their paths, not for the size of the map.
    """
    changed: dict[bytes, Node] = {}
    return Update(_updated(nodes, sorted(entries.values(), key=lambda e: e.key), 0, bytes(KEY), changed), changed)


def _updated(nodes: Nodes, entries: list[Entry], depth: int, key: bytes, changed: dict[bytes, Node]) -> bytes:
    """The hash of the subtree at this depth of the path of `key`, with these entries, in order, all of which are in it.

    What is new in it is added to `changed`.
    """
    here = place(key, depth)
    before = nodes(here)
    if not entries:
        return EMPTY if before is None else before.hash
    if isinstance(before, Entry):
        if all(entry.key != before.key for entry in entries):
            entries = sorted((*entries, before), key=lambda e: e.key)
        before = None
    if before is None and len(entries) == 1:
        changed[here] = entries[0]
        return entries[0].hash
    node = _parted(nodes if before is not None else _nothing, entries, depth, before, changed)
    changed[here] = node
    return node.hash


def _parted(nodes: Nodes, entries: list[Entry], depth: int, before: Inner | None, changed: dict[bytes, Node]) -> Inner:
    cut = next((n for n, entry in enumerate(entries) if bit(entry.key, depth)), len(entries))
    low, high = entries[:cut], entries[cut:]
    zero, one = (EMPTY, EMPTY) if before is None else (before.zero, before.one)
    if low:
        zero = _updated(nodes, low, depth + 1, low[0].key, changed)
    if high:
        one = _updated(nodes, high, depth + 1, high[0].key, changed)
    return Inner(zero, one)


def _nothing(_: bytes) -> None:
    return None


def bit(key: bytes, depth: int) -> int:
    """The bit of the key at this depth, counted from 0 at the first."""
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a map says of a key, and why: `siblings` are the hashes beside the path to it, the deepest first.

    `entry` is the leaf at the path's end: the key's own, or another's, which shows that the key is not in the map; None
    where the path ends in an empty subtree, which shows it too.
    """

    entry: Entry | None
    siblings: tuple[bytes, ...]


def find(nodes: Nodes, key: bytes) -> Found:
    """The path of the key in the map of these nodes."""
    siblings: list[bytes] = []
    while isinstance(node := nodes(place(key, len(siblings))), Inner):
        siblings.append(node.zero if bit(key, len(siblings)) else node.one)
    return Found(node, tuple(reversed(siblings)))


def root_of(found: Found, key: bytes) -> bytes:
    """The root of the map in which the path of the key ends as found. Raises `ValueError` if none can be such.

    Whoever knows that this is the root knows that the map holds the entry; and where that is not the key's, that the
    map does not hold the key.
    """
    depth = len(found.siblings)
    if len(key) != KEY or depth > DEPTH or any(len(sibling) != KEY for sibling in found.siblings):
        raise ValueError("a path has at most 256 siblings of 32 bytes")
    if found.entry is not None and place(found.entry.key, depth) != place(key, depth):
        raise ValueError("the entry does not lie on the path of the key")
    hash = EMPTY if found.entry is None else found.entry.hash
    for level, sibling in enumerate(found.siblings):
        pair = Inner(sibling, hash) if bit(key, depth - 1 - level) else Inner(hash, sibling)
        hash = pair.hash
    return hash
