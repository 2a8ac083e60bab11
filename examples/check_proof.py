#!/usr/bin/env python3
"""Checks a proof bundle of a claim, offline: python3 check_proof.py BUNDLE.json [--vkey KEY] [--witness KEY …].

This file shares no code with Stemma and needs Python 3.11 and the package `cryptography`, nothing else. It is short so
that you can read all of it before you trust it; docs/transparency.md specifies what it checks.

What a bundle shows when this program says so:

* every event it tells was recorded as it stands, when it says, and has not been changed since;
* it has every event of the claim among the first n of the ledger: none was left out, whichever would be convenient;
* whoever holds the log's key has signed that.

What it cannot show: that a claim is true; that others are shown the same log (compare checkpoints with somebody else,
or ask for witnesses); and that the count of the claim's events, which the signer commits to, was made honestly. The log
publishes what it takes to count again, and `stemma verify` does.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class NotProven(Exception):
    """The bundle does not show what it says it does."""


def demand(holds: object, otherwise: str) -> None:
    """Goes on only if this holds."""
    if not holds:
        raise NotProven(otherwise)


def sha256(data: bytes) -> bytes:
    """The hash of these bytes."""
    return hashlib.sha256(data).digest()


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON objects with two members of one name would mean one thing here and another elsewhere."""
    demand(len(dict(pairs)) == len(pairs), "a JSON object has two members of one name")
    return dict(pairs)


def from_json(text: str) -> Any:
    """The value of a JSON text."""
    return json.loads(text, object_pairs_hook=unique)


def from_base64(text: str) -> bytes:
    """The bytes of a base64 text, which has one spelling."""
    data = base64.b64decode(text, validate=True)
    demand(base64.b64encode(data).decode() == text, "base64 is written in more than one way")
    return data


# 1. The log's signature (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
#
# A checkpoint is three lines: the log's name, the number of its entries, and the root of the tree over all of them.
# After an empty line come signatures: "— name base64(key id || signature)". The key id is the beginning of the hash of
# the key, so that a verifier finds the line that is meant for it; lines of keys it does not know, it leaves alone.


class Key:
    """A verifier key: name+id+base64(type || public key). Type 1 signs checkpoints, type 4 cosigns them (Ed25519)."""

    def __init__(self, vkey: str) -> None:
        self.name, id, text = vkey.split("+", 2)
        material = from_base64(text)
        self.type, self.public = material[0], material[1:]
        self.id = sha256(self.name.encode() + b"\n" + material)[:4]
        demand(self.id.hex() == id, "the key's id is not that of the key")
        demand(self.type in (1, 4) and len(self.public) == 32, "the key is of a kind that this program does not know")

    def verify(self, text: str, signatures: Sequence[tuple[str, bytes]]) -> bool:
        """Whether one of the signatures is this key's signature of the text; a wrong one of its own is an error."""
        for name, blob in signatures:
            if name == self.name and blob[:4] == self.id:
                message, signature = text.encode(), blob[4:]
                if self.type == 4:
                    seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                    message = b"cosignature/v1\ntime %d\n" % seconds + message
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
                except InvalidSignature:
                    raise NotProven(f"the signature of {self.name} is wrong") from None
                return True
        return False


def read_checkpoint(note: str, key: Key, witnesses: Sequence[Key]) -> tuple[int, bytes]:
    """The size and the root that the log's key signed, and every witness cosigned."""
    text, separator, lines = note.partition("\n\n")
    text += "\n"
    demand(separator and lines.endswith("\n"), "the checkpoint is no signed note")
    signatures = []
    for line in lines[:-1].split("\n"):
        demand(line.startswith("\u2014 "), "a line of the checkpoint is no signature")
        name, _, blob = line[2:].partition(" ")
        signatures.append((name, from_base64(blob)))
    demand(key.type == 1 and key.verify(text, signatures), f"the checkpoint is not signed by {key.name}")
    for witness in witnesses:
        demand(witness.type == 4 and witness.verify(text, signatures), f"{witness.name} has not cosigned")
    origin, size, root = text.split("\n")[:3]
    demand(origin == key.name, "the checkpoint is of another log")
    demand(size.isascii() and size.isdigit() and str(int(size)) == size, "the checkpoint's size is no number")
    hash = from_base64(root)
    demand(len(hash) == 32, "the checkpoint's root is no hash")
    return int(size), hash


# 2. That an event is in the log (RFC 6962 section 2.1, verified as RFC 9162 section 2.1.3.2 says).
#
# The log is a binary tree of hashes over its entries. The bundle has the hashes that lie beside the way from the entry
# up to the root; if they lead to the root that was signed, the entry is in the log at that place, and nothing can be
# put in its stead.


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which the entry at this index (from 0) leads in a tree of this size."""
    demand(0 <= index < size, "an entry stands beyond the end of the log")
    place, last, node = index, size - 1, sha256(b"\x00" + leaf)
    for beside in path:
        demand(last > 0 and len(beside) == 32, "a path through the log is too long, or holds what is no hash")
        if place & 1 or place == last:
            node = sha256(b"\x01" + beside + node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + beside)
        place, last = place >> 1, last >> 1
    demand(last == 0, "a path through the log is too short")
    return node


# 3. That what is told of the event is what was recorded.
#
# An entry is a small JSON text. It holds the hash of the event's *head* (what happened, to what, by whom), and the head
# holds the hash of its *words* (what people typed, with a random salt). So words can be kept from the public, or erased
# for ever, and the entry still proves the head; and whoever is shown neither learns only that there is an event.

TOLD = {
    "open": (True, True),
    "words_withheld": (True, False),
    "erased": (True, False),
    "withheld": (False, False),
}


def check_item(item: dict[str, Any], size: int, root: bytes) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The entry of an event that is in the log, with its head if that is told."""
    position, text = item["position"], item["leaf"]
    path = [from_base64(hash) for hash in item["inclusion"]]
    demand(root_from(text.encode(), position - 1, size, path) == root, f"event {position} is not in the log")
    leaf = from_json(text)
    fields = {"event_sha256", "recorded_at", "seq", "stream_key", "v", "version"}
    demand(leaf.keys() == fields and leaf["v"] == 1, f"entry {position} is of another form")
    demand(leaf["seq"] == position - 1, f"entry {position} belongs to another place")
    head, words = item.get("head"), item.get("words")
    demand((head is not None, words is not None) == TOLD[item["state"]], f"event {position} is not {item['state']}")
    if head is None:
        return leaf, None
    demand(sha256(head.encode()).hex() == leaf["event_sha256"], f"the head of event {position} was changed")
    said = from_json(head)
    demand(sha256(said["stream"].encode()).hex() == leaf["stream_key"], f"event {position} is of another record")
    demand(said["version"] == leaf["version"], f"event {position} has another number in its record")
    if words is not None:
        demand(sha256(words.encode()).hex() == said["words"], f"the words of event {position} were changed")
    return leaf, said


# 4. That none is left out.
#
# From time to time the ledger records the root of a map: for each record (by the hash of its id) the number of its
# events and the hash of the last one's entry. The map is a tree whose way is the bits of the key; where only one key is
# left, it ends. The bundle has the hashes beside the claim's way. There is one way for a key, so one answer: whoever
# leaves out an event, be it the last, shows another number than the one that was recorded and signed.


def map_root(key: bytes, count: int, last: bytes, path: Sequence[bytes]) -> bytes:
    """The root to which the entry of this key leads; `path` has the hashes beside its way, the deepest first."""
    demand(len(path) <= 256 and all(len(beside) == 32 for beside in path), "the path through the map is none")
    node = sha256(b"\x02" + key + count.to_bytes(8, "big") + last)
    bits = int.from_bytes(key, "big")
    for level, beside in zip(range(len(path) - 1, -1, -1), path, strict=True):
        right = bits >> (255 - level) & 1
        node = sha256(b"\x03" + (beside + node if right else node + beside))
    return node


def check_complete(bundle: dict[str, Any], leaves: list[dict[str, Any]], size: int, root: bytes) -> int:
    """Up to which position of the ledger the claim has no other events than those told."""
    leaf, head = check_item(bundle["map"]["event"], size, root)
    if head is None or head["type"] != "map.committed.v1":
        raise NotProven("the commitment to the map is none")
    upto = int(head["data"]["size"])
    demand(upto <= leaf["seq"], "the map was committed to before what it covers")
    events = bundle["events"]
    demand(all(event["position"] <= upto for event in events), "an event is newer than the map")
    last = sha256(b"\x00" + events[-1]["leaf"].encode())
    path = [from_base64(hash) for hash in bundle["map"]["path"]]
    found = map_root(bytes.fromhex(leaves[0]["stream_key"]), len(events), last, path)
    demand(found.hex() == head["data"]["root"], "the map knows of other events of the claim: some are left out")
    return upto


def check_erasures(bundle: dict[str, Any], size: int, root: bytes) -> None:
    """Whether words that are said to be erased are named by an event that erased them."""
    named = {}
    for erasure in bundle.get("erasures", ()):
        _, head = check_item(erasure, size, root)
        demand(head and head["type"] == "desk.words_erased.v1", "an erasure is none")
        named[erasure["position"]] = head["data"]["positions"] if head else ()
    for event in (*bundle["events"], *bundle.get("snapshots", ())):
        erased = event["state"] == "erased"
        demand(not erased or event["position"] in named.get(event["erased_by"], ()), "nothing shows what was erased")


def check(bundle: dict[str, Any], vkey: str | None = None, witnesses: Sequence[str] = ()) -> Iterator[str]:
    """What the bundle proves, as lines of text. Raises `NotProven`."""
    demand(bundle["format"] == "stemma-proof-bundle-v1", "the file is no proof bundle of a form that is known here")
    key = Key(vkey or bundle["log"]["vkey"])
    demand(bundle["log"]["origin"] == key.name, "the bundle names another log than its key")
    size, root = read_checkpoint(bundle["checkpoint"], key, [Key(witness) for witness in witnesses])
    items = [check_item(event, size, root) for event in bundle["events"]]
    leaves = [leaf for leaf, _ in items]
    stream_key = sha256(bundle["claim"].encode()).hex()
    positions = [event["position"] for event in bundle["events"]]
    demand(items and all(leaf["stream_key"] == stream_key for leaf in leaves), "an event is of another record")
    demand([leaf["version"] for leaf in leaves] == list(range(1, len(leaves) + 1)), "an event is missing in between")
    demand(positions == sorted(set(positions)), "the events are not in the order of the ledger")
    upto = check_complete(bundle, leaves, size, root)
    check_erasures(bundle, size, root)
    yield f"PROVEN: {bundle['claim']} has {len(leaves)} events among the first {upto} of the log {key.name}."
    for event, (leaf, head) in zip(bundle["events"], items, strict=True):
        what = head["type"] if head else "an event that is withheld"
        note = {"words_withheld": ", words withheld", "erased": f", words erased by event {event.get('erased_by')}"}
        yield f"  {leaf['recorded_at']}  {what}{note.get(event['state'], '')}"
    for item in bundle.get("snapshots", ()):
        _, head = check_item(item, size, root)
        if head and "sha256" in head["data"]:
            yield f"  snapshot of a cited source, sha-256 {head['data']['sha256']}"
    yield f"  signed over {size} events, root {root.hex()}, with {key.name}+{key.id.hex()}"
    if vkey is None:
        yield "  The key is the one that the file names. Compare it with the one that you know (--vkey)."


def main() -> None:
    """Checks the file that the command line names."""
    parser = argparse.ArgumentParser(description="Checks a proof bundle of a claim, offline.")
    parser.add_argument("bundle", help="the file")
    parser.add_argument("--vkey", help="the log's key, from somewhere else than the file")
    parser.add_argument("--witness", action="append", default=[], help="the key of a witness that must have cosigned")
    asked = parser.parse_args()
    try:
        bundle = from_json(Path(asked.bundle).read_text(encoding="utf-8"))
        lines = list(check(bundle, asked.vkey and asked.vkey.strip(), asked.witness))
    except NotProven as refusal:
        sys.exit(f"NOT PROVEN: {refusal}")
    except (OSError, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        sys.exit(f"NOT PROVEN: the file cannot be read as a proof bundle ({type(error).__name__}: {error})")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
