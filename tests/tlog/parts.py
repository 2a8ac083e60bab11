"""Keys, logs and notes that the tests of the transparency log share, and how their bytes are spoilt."""

from collections.abc import Callable
from hashlib import sha256

from hypothesis import strategies as st

from domain.tlog.cosignature import Cosigner
from domain.tlog.keys import SigningKey
from domain.tlog.log import Log
from domain.tlog.note import parse_note
from domain.tlog.schemes import SignatureType

ORIGIN = "news.example/log"
TIME = 1_700_000_000


def seed(word: str) -> bytes:
    return sha256(word.encode()).digest()


LOG_KEY = SigningKey(ORIGIN, seed("log"))
OTHER_KEY = SigningKey("elsewhere.example/log", seed("elsewhere"))
EAST = Cosigner(SigningKey("east.example/w", seed("east"), SignatureType.COSIGNATURE))
WEST = Cosigner(SigningKey("west.example/w", seed("west"), SignatureType.SUBTREE))


def log_of(size: int, origin: str = ORIGIN) -> Log:
    return Log(origin, [b"entry %d" % number for number in range(size)])


def cosigned(checkpoint: bytes, *cosigners: Cosigner, time: int = TIME) -> bytes:
    """The checkpoint with a cosignature of each."""
    note = parse_note(checkpoint)
    return note.with_signatures([each.cosign(note.text, time) for each in cosigners]).render()


@st.composite
def spoilt(draw: Callable[[st.SearchStrategy[int]], int], data: bytes) -> bytes:
    """The bytes with one to three changed, added, taken away, or a stretch of them repeated."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(changed) - 1, 0)))
        kind = draw(st.integers(0, 4))
        if kind == 0 and changed:
            changed[place] = draw(st.integers(0, 255))
        elif kind == 1:
            changed.insert(place, draw(st.integers(0, 255)))
        elif kind == 2:
            del changed[place : place + draw(st.integers(1, 4))]
        elif kind == 3:
            changed[place:place] = changed[place : place + draw(st.integers(1, 80))]
        elif changed:
            changed[place] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)
