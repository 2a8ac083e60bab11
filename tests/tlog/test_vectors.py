"""Proof vectors written by others, of which `vectors/README.md` says where they are from: good ones and bad ones."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from domain.tlog.errors import BadProof
from domain.tlog.merkle import leaf_hash, root
from domain.tlog.proving import verify_consistency, verify_inclusion

VECTORS = Path(__file__).parent / "vectors"
TREE = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    bytes(range(0x60, 0x70)),
]
"""The leaves of the tree that the vectors are about."""


def vectors(kind: str) -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads((VECTORS / f"{kind}.json").read_text(encoding="utf-8"))
    return read


def hashes(vector: dict[str, Any]) -> tuple[bytes, ...]:
    return tuple(map(base64.b64decode, vector["proof"] or []))


def verify(vector: dict[str, Any]) -> None:
    """Verify a vector of either kind."""
    if "leafIdx" in vector:
        leaf, stated = (base64.b64decode(vector[key]) for key in ("leafHash", "root"))
        verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], hashes(vector), stated)
        return
    first, second = (base64.b64decode(vector[key]) for key in ("root1", "root2"))
    verify_consistency(vector["size1"], first, vector["size2"], second, hashes(vector))


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_good_proofs_are_accepted_and_bad_ones_refused(kind: str) -> None:
    good = {name: vector for name, vector in vectors(kind).items() if not vector["wantErr"]}
    bad = {name: vector for name, vector in vectors(kind).items() if vector["wantErr"]}

    assert len(good) >= 1
    assert len(bad) >= 50
    for vector in good.values():
        verify(vector)
    for vector in bad.values():
        with pytest.raises(BadProof):
            verify(vector)


def test_the_roots_of_good_proofs_are_ours() -> None:
    good = [each for kind in ("inclusion", "consistency") for each in vectors(kind).values() if not each["wantErr"]]
    stated = {(each[size], each[root]) for each in good for size, root in PAIRS if size in each and 1 < each[size] <= 8}

    assert len(stated) >= 3
    for size, text in stated:
        assert root(map(leaf_hash, TREE[:size])) == base64.b64decode(text)


PAIRS = [("treeSize", "root"), ("size1", "root1"), ("size2", "root2")]
