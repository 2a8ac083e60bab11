"""The proof bundle of a claim as a file: its JSON, strictly read. `docs/transparency.md` specifies it.

Heads, words and leaves stand in it as the text that was stored, byte for byte: they are hashed, never written anew.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, StringConstraints

FORMAT: Final = "stemma-proof-bundle-v1"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a bundle, at most."""

MOST_EVENTS: Final = 100_000

Position = Annotated[StrictInt, Field(ge=1, lt=1 << 53)]
Hex = Annotated[StrictStr, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _hash(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9+/]{43}=", text) or b64encode(b64decode(text)).decode() != text:
        raise ValueError("a hash is 32 bytes in base64, written in the one way")
    return text


Hash = Annotated[StrictStr, AfterValidator(_hash)]
Path = Annotated[tuple[Hash, ...], Field(max_length=64)]
State = Literal["open", "words_withheld", "withheld", "erased"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Part):
    """An event, as far as it is told, and the path from its leaf to the checkpoint's root, the leaf's sibling first.

    Told are the head and the words (`open`), the head alone (`words_withheld`, or `erased`, by the event at the
    position `erased_by`), or neither (`withheld`): then the leaf says that it exists, when it was recorded, and in
    which stream.
    """

    position: Position
    state: State
    leaf: StrictStr
    inclusion: Path
    head: StrictStr | None = None
    words: StrictStr | None = None
    erased_by: Position | None = None


class MapProof(_Part):
    """The commitment to the ledger's map, and the path in it of the claim's stream key, the deepest sibling first."""

    event: Item
    path: Annotated[tuple[Hash, ...], Field(max_length=256)]


class LogName(_Part):
    """The log's origin, and the key with which it is said to sign. Who checks a proof should know the key already."""

    origin: StrictStr
    vkey: StrictStr


class Bundle(_Part):
    """Everything that it takes to check a claim's history offline.

    `events` are those of the claim, in order; `snapshots` those that captured snapshots of the sources it cites; and
    `erasures` those by which words of the others were erased.
    """

    format: Literal["stemma-proof-bundle-v1"]
    claim: StrictStr
    log: LogName
    checkpoint: StrictStr
    map: MapProof
    events: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_EVENTS)]
    snapshots: Annotated[tuple[Item, ...], Field(max_length=MOST_EVENTS)] = ()
    erasures: Annotated[tuple[Item, ...], Field(max_length=MOST_EVENTS)] = ()


def hash_text(hash: bytes) -> str:
    """A hash as it stands in a bundle."""
    return b64encode(hash).decode("ascii")


def hashes(texts: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes that stand in a bundle."""
    return tuple(map(b64decode, texts))
