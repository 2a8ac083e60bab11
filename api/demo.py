"""The demonstration: a ledger that tells the example story, and three people who can sign in to it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from api.auth import hash_of
from api.bootstrap import DEFAULT_POLICY, House, now
from api.journal import Files, import_journal
from api.tokens import Issued, enrol, issue
from domain.commitments.events import MapCommitted
from domain.desk.events import KeyRotated, ReceiptMade
from domain.errors import InvalidInput
from domain.ledger.codec import type_of
from domain.ledger.rows import stamp
from domain.ledger.store import Store
from domain.newsroom import Charter
from domain.values import OPERATOR

STORY: Final = Path(__file__).parent.parent / "examples" / "albania.jsonl"
PEOPLE: Final = ("editor", "approver", "auditor")
"""The roles of the people who can sign in, one each."""

_OPENING: Final = 3  # events with which every ledger is opened
_BATCH: Final = 1_000
_ITS_OWN: Final = frozenset({KeyRotated.TYPE, MapCommitted.TYPE, ReceiptMade.TYPE})
"""What a ledger records by itself, whoever uses it."""

_FIRST_KEY: Final = "albania:2"  # of the first line of the story that is recorded

Progress = Callable[[int], None]


def charter(address: str) -> Charter:
    """What a ledger for demonstration is opened with, at this public address."""
    return Charter("Stemma demonstration", "demo.stemma.example/ledger", address, DEFAULT_POLICY)


def tell_story(house: House, progress: Progress = lambda _: None) -> int:
    """Records the example story in a ledger that holds nothing yet, or only a part of it; gives the number of lines.

    Raises `InvalidInput` if the story does not lie beside the program or is refused.
    """
    begun = house.store.remembered(OPERATOR, _FIRST_KEY) is not None
    if not begun and _in_use(house.store):
        return 0
    if not STORY.is_file():
        raise InvalidInput(f"The example story is not there ({STORY}).")
    with STORY.open("rb") as file:
        files = Files(STORY.parent, house.newsroom.vault, house.settings.snapshot_bytes)
        imported = import_journal(house.newsroom, file, progress, files)
    if imported.refused:
        raise InvalidInput(f"Line {imported.refused[0].line} of the example story was refused.")
    return imported.recorded


def _in_use(store: Store) -> bool:
    """Whether anybody has recorded anything in the ledger."""
    after = _OPENING
    while rows := store.rows(after, _BATCH):
        if any(type_of(row.head) not in _ITS_OWN for row in rows):
            return True
        after = rows[-1].position
    return False


def sign_in(house: House) -> dict[str, Issued]:
    """A good token for each role. They are kept in the data folder, for its owner alone, as long as they are good."""
    kept = house.settings.data / "demo-tokens.json"
    known = _read(kept)
    tokens = {role: _good(house, known.get(role)) or _new(house, role) for role in PEOPLE}
    _write(
        kept, {role: {"token": t.token, "token_id": t.token_id, "actor_id": t.actor_id} for role, t in tokens.items()}
    )
    return tokens


def _new(house: House, role: str) -> Issued:
    actor_id = enrol(house.newsroom, f"Demo {role}", [role], key=f"demo:{role}")
    return issue(house.newsroom, actor_id, house.entropy, "demonstration")


def _good(house: House, known: Any) -> Issued | None:
    """The token that was kept, if it still opens this ledger."""
    if not isinstance(known, dict) or not isinstance(secret := known.get("token"), str):
        return None
    token = house.newsroom.desk.token_by_secret(hash_of(secret))
    if token is None or not token.opens_at(stamp(now())):
        return None
    return Issued(secret, token.id, token.actor_id)


def _read(kept: Path) -> dict[str, Any]:
    try:
        known = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(kept: Path, tokens: dict[str, dict[str, str]]) -> None:
    """Writes the file anew, so that nobody else can read it even if its rights were wider before."""
    partial = kept.with_name(f"{kept.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(tokens, file, indent=2)
    partial.replace(kept)
