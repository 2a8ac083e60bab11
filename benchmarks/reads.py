"""Readings a second through HTTP: a claim's page and its state as JSON, by 1 and 32 readers that wait for each answer.

Beside them FastAPI answers as many bytes that lie ready: nothing that looks anything up can be faster than that.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.measuring import Race, Scale, race
from benchmarks.servers import Server, get, plain_desk, stemma
from benchmarks.targets import Target

READERS = (1, 32)
STORY = Path(__file__).parent.parent / "examples" / "albania.jsonl"


def reads(folder: Path, scale: Scale) -> Iterator[Race]:
    """A contested claim of the example story, with citations and a verdict, as the public and the desk see it."""
    for name in ("plain", "stemma"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        plain = stack.enter_context(plain_desk(folder / "plain"))
        ours = stack.enter_context(stemma(folder / "stemma", journal=STORY))
        claim = json.loads(get(ours, "/api/v1/contested")[1])["items"][0]["id"]
        for readers in READERS:
            people = "1 reader" if readers == 1 else f"{readers} readers"
            for what, path in (("page", f"/claims/{claim}"), ("state as JSON", f"/api/v1/claims/{claim}")):
                targets = _targets(ours, plain, path)
                entrants = [target.entrant(name, readers, scale.seconds) for name, target in targets.items()]
                size = len(get(ours, path)[1])
                yield race(f"A claim's {what}, {size:,} bytes, {people}", "answers/s", entrants, scale.rounds)


def _targets(ours: Server, plain: Server, path: str) -> dict[str, Target]:
    headers, content = get(ours, path)
    same = {"If-None-Match": headers["etag"]}
    return {
        "FastAPI, as many bytes that lie ready": Target(plain, f"/fixed/{len(content)}", status=200, headers={}),
        "Stemma, unchanged": Target(ours, path, status=200, headers={}),
        "Stemma, unchanged and known to the reader (304)": Target(ours, path, status=304, headers=same),
        "Stemma, made anew each time (for the desk)": Target(ours, path, status=200),
    }
