"""How the log gets its first key and every later one. Nobody else signs meanwhile: whoever calls this leads.

The order of the steps is what makes a crash between any two of them harmless: a key is in its file before it signs, a
checkpoint of it is in the book before the ledger names it, and only what the ledger names signs from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.signing.book import Book, Signed
from api.signing.keyring import Keyring, new_key
from domain.desk.events import KeyRotated
from domain.desk.state import Desk
from domain.errors import DamagedLedger, RuleBroken, StoreUnavailable
from domain.events import ReasonWords
from domain.ledger.rows import stamp
from domain.ledger.store import Store
from domain.newsroom import Newsroom
from domain.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from domain.tlog.errors import TlogError
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.merkle import Frontier, leaf_hash
from domain.values import OPERATOR, KeyCause
from projections.engine import Progress

FIRST_REASON: Final = "The log begins."
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Desktop:
    """What it takes to change the log's key: the ledger, the files beside it, the clock and the dice.

    `shows` says whether a checkpoint is shown as it is; otherwise its witnesses come first.
    """

    newsroom: Newsroom
    keyring: Keyring
    book: Book
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    shows: bool = True


def create(at: Desktop) -> str:
    """Gives the log its first key, and the book its first checkpoint; gives the verifier key as text.

    What a crash left of an earlier attempt is gone on with. Raises `RuleBroken` if the log has a key, or if the files
    beside the ledger belong to another one.
    """
    if at.newsroom.desk.key is not None:
        raise RuleBroken("The log has a key already; stemma key rotate gives it another.")
    if not at.keyring.exists():
        at.keyring.write([new_key(at.newsroom.desk.origin, at.entropy)])
    key, known = at.keyring.read()[0], _known(at, "first")
    found = roots(at.newsroom.store, *_sizes(known))
    _demand_continued(known, found)
    _enter(at, (key,), found)
    _record(at, key, "first", FIRST_REASON, None)
    return key.verifier.render()


def rotate(at: Desktop, cause: KeyCause, reason: str, progress: Progress = lambda *_: None) -> str:
    """Gives the log another key, and records why; gives the verifier key as text.

    As `planned` the key before goes on signing beside the new one, until `retire`; as `lost` it need not be here, and
    signs no more. Both raise `RuleBroken` if the ledger does not continue the last checkpoint, or there is none. As
    `broken` that is what is recorded. Raises `RuleBroken` for a log that has no key yet.
    """
    desk = at.newsroom.desk
    if desk.key is None:
        raise RuleBroken("The log has no key yet; stemma key create makes the first.")
    known, (present, fresh) = _known(at, cause), _here(at, cause)
    old = present if cause == "planned" else ()
    if cause == "planned" and not old:
        raise RuleBroken("The log's key is not here; stemma key rotate --lost gives it another.")
    found = roots(at.newsroom.store, *_sizes(known), progress=progress)
    if cause != "broken":
        _demand_any(known)
        _demand_continued(known, found)
    key = fresh or new_key(desk.origin, at.entropy)
    at.keyring.write((key, *present))
    _enter(at, (key, *old), found)
    _record(at, key, cause, reason, max(known, key=lambda signed: signed.checkpoint.size, default=None))
    if cause == "broken":
        at.keyring.write([key])
    return key.verifier.render()


def retire(at: Desktop) -> tuple[str, ...]:
    """Forgets the private keys that were replaced: from now on only the log's key signs. Gives the verifier keys."""
    desk = at.newsroom.desk
    keys = at.keyring.read()
    current = [key for key in keys if desk.key is not None and key.verifier.render() == desk.key.vkey]
    if not current:
        raise RuleBroken("The log's key is not here; stemma key rotate --lost gives it another.")
    at.keyring.write(current)
    return tuple(key.verifier.render() for key in keys if key not in current)


def signing(desk: Desk, keys: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
    """The keys that sign now: the log's own first, then those it replaced as planned. Empty if its own is not here.

    A key that the ledger does not name, or that came before a break, never signs.
    """
    here = {key.verifier.render(): key for key in keys}
    named = vkeys(desk)
    if not named or named[0] not in here:
        return ()
    return tuple(here[vkey] for vkey in named if vkey in here)


def vkeys(desk: Desk) -> tuple[str, ...]:
    """The verifier keys whose signatures bind the log now: its own, then those that it replaced as planned."""
    named = []
    for key in reversed(desk.keys):
        named.append(key.vkey)
        if key.cause != "planned":
            break
    return tuple(named)


def _known(at: Desktop, cause: KeyCause) -> list[Signed]:
    """The last checkpoints of the log's key that are known: here, elsewhere, and held against the log.

    Where there is a break, what can be read.
    """
    known = []
    for look in (at.book.last, at.book.elsewhere, lambda: _held(at)):
        try:
            known.append(look())
        except (DamagedLedger, StoreUnavailable):
            if cause != "broken":
                raise
    return [signed for signed in known if signed is not None]


def _held(at: Desktop) -> Signed | None:
    """The checkpoint that is held against the log, if a key that binds it signed it."""
    note = at.book.held_against()
    binding = [VerifierKey.parse(vkey) for vkey in vkeys(at.newsroom.desk)]
    if note is None:
        return None
    try:
        open_checkpoint(note, binding, at.newsroom.desk.origin)
    except TlogError:
        return None
    return Signed.of(note, "")


def _sizes(known: list[Signed]) -> tuple[int, ...]:
    return tuple(signed.checkpoint.size for signed in known)


def _here(at: Desktop, cause: KeyCause) -> tuple[tuple[SigningKey, ...], SigningKey | None]:
    """The keys that stay until the ledger names the new one, and that one, if an interrupted rotation made it already.

    After a break no key is taken up that the ledger does not name: it may have signed what is gone.
    """
    try:
        here = at.keyring.read()
    except (StoreUnavailable, DamagedLedger):
        if cause == "planned":
            raise
        return (), None
    named = {key.vkey for key in at.newsroom.desk.keys}
    present = () if cause == "lost" else tuple(key for key in here if key.verifier.render() in named)
    made = None if cause == "broken" else next((key for key in here if key.verifier.render() not in named), None)
    return present, made


def _demand_any(known: list[Signed]) -> None:
    if not known:
        raise RuleBroken("The checkpoints that were signed are not here; if they are lost, that is a break (--broken).")


def _demand_continued(known: list[Signed], found: dict[int, bytes]) -> None:
    for signed in known:
        size = signed.checkpoint.size
        if found.get(size) != signed.checkpoint.root:
            raise RuleBroken(
                f"The ledger does not continue the last checkpoint, over {size} events: that is a break (--broken)."
            )


def roots(store: Store, *sizes: int, progress: Progress = lambda *_: None) -> dict[int, bytes]:
    """The ledger's roots at these sizes, as far as it reaches, and at its end, which comes last; from the leaves."""
    upto, frontier, found = store.head().position, Frontier(), {}
    while frontier.size < upto and (rows := store.rows(frontier.size, min(_BATCH, upto - frontier.size))):
        for row in rows:
            frontier.push(leaf_hash(row.leaf))
            if frontier.size in sizes:
                found[frontier.size] = frontier.root()
        progress(frontier.size, upto)
    found.pop(frontier.size, None)
    return {**found, frontier.size: frontier.root()}


def _enter(at: Desktop, keys: tuple[SigningKey, ...], found: dict[int, bytes]) -> None:
    size = next(reversed(found))
    checkpoint = Checkpoint(at.newsroom.desk.origin, size, found[size])
    signed = Signed(checkpoint, sign_checkpoint(checkpoint, *keys), stamp(at.now()))
    at.book.enter(signed)
    if at.shows:
        at.book.show(signed.note)


def _record(at: Desktop, key: SigningKey, cause: KeyCause, reason: str, last: Signed | None) -> None:
    def event(desk: Desk) -> KeyRotated:
        return KeyRotated(
            vkey=key.verifier.render(),
            cause=cause,
            previous_vkey=None if desk.key is None else desk.key.vkey,
            last_size=None if last is None else last.checkpoint.size,
            last_root=None if last is None else last.checkpoint.root.hex(),
            words=ReasonWords(reason=reason),
        )

    at.newsroom.note_on_desk(event, OPERATOR)
