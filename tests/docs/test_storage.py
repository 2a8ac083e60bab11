"""The storage format's example is, to the byte, the one that the codec's tests hold."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def shown() -> dict[str, str]:
    text = (ROOT / "docs" / "storage.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```golden (\w+)\n(.*?)\n^```$", text, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("part", ["words", "head", "leaf"])
def test_the_bytes_shown_are_the_golden_ones(part: str) -> None:
    golden = json.loads((ROOT / "tests/domain/golden/claim.reworded.v1.json").read_text(encoding="utf-8"))
    assert shown()[part] == golden[part]


@pytest.mark.parametrize(("part", "inside", "field"), [("words", "head", "words"), ("head", "leaf", "event_sha256")])
def test_each_part_commits_to_the_one_before(part: str, inside: str, field: str) -> None:
    assert json.loads(shown()[inside])[field] == sha256(shown()[part].encode()).hexdigest()
