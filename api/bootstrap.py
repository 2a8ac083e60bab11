"""The only place that builds things: a data folder becomes a ledger that is open for recording and reading.

The data folder holds `ledger.db` and `snapshots/` (precious), `views.db` (rebuildable), `fingerprint.key` (kept with
the ledger: with another key, a request given again under its idempotency key is refused instead of recognised), and
`log/` (the log's private key and all that it ever signed; it is never copied together with the ledger).
`api.app.create_app` makes the web application from the house.
"""

import os
import secrets
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.auth import Doorkeeper
from api.checking import Checker
from api.index import ViewsIndex
from api.moments import whole_number
from api.reading import Reader
from api.receipts import Receipts
from api.scouring import Scourer
from api.sessions import Sessions
from api.settings import Settings
from api.signing import keys
from api.signing.book import Book
from api.signing.keyring import Keyring
from api.signing.signer import Signer
from api.signing.tree import LedgerTree
from api.signing.witnesses import NO_POLICY, Witnesses, read_policy
from api.streaming import Hub
from api.threads import wait_apart
from api.turns import Turning
from domain.errors import DamagedLedger, InvalidInput, NotCaughtUp, StoreUnavailable
from domain.ledger.rows import stamp
from domain.ledger.sqlite import SQLiteStore
from domain.ledger.store import Store
from domain.newsroom import Charter, Newsroom
from domain.policy.commands import ProposePolicy, Rating
from domain.tlog.policy import Policy
from domain.vault import Vault
from projections.evidence.naming import known_names
from projections.leader import LeaderLock
from projections.runner import Runner
from projections.views import Views

KEY_LENGTH: Final = 32
PATIENCE: Final = 2.0
"""Seconds that a reader waits for the views."""

DEFAULT_POLICY: Final = ProposePolicy(
    scale=(
        Rating(key="true", label="True", meaning="The evidence bears the claim out.", value=5, needs_citation=True),
        Rating(
            key="mostly_true",
            label="Mostly true",
            meaning="The evidence bears out what matters in the claim; something in it is wrong or is missing.",
            value=4,
            needs_citation=True,
        ),
        Rating(
            key="mixed",
            label="Mixed",
            meaning="The evidence bears out some of the claim and contradicts some of it.",
            value=3,
            needs_citation=True,
        ),
        Rating(
            key="mostly_false",
            label="Mostly false",
            meaning="The evidence contradicts what matters in the claim; something in it is right.",
            value=2,
            needs_citation=True,
        ),
        Rating(key="false", label="False", meaning="The evidence contradicts the claim.", value=1, needs_citation=True),
        Rating(
            key="unproven",
            label="Unproven",
            meaning="There is not enough evidence to say; this does not say that the claim is false.",
            needs_citation=False,
        ),
    ),
    four_eyes=True,
    reason="The policy that a ledger begins with.",
)
"""What a new ledger begins with; approvers may propose and adopt another."""


def now() -> datetime:
    """The system clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """A ledger that is open. `runner` is None where another process of this data folder keeps the views."""

    settings: Settings
    store: Store
    newsroom: Newsroom
    views: Views
    runner: Runner | None
    index: ViewsIndex
    reader: Reader
    turning: Turning
    doorkeeper: Doorkeeper
    sessions: Sessions
    entropy: Callable[[int], bytes]
    hub: Hub
    book: Book
    signer: Signer
    scourer: Scourer | None
    witnesses: Witnesses
    clock: Callable[[], datetime]
    receipts: Receipts

    def mark(self) -> Hashable:
        """How far the ledger, each view and the clock have got, and whether the log is signed.

        Which checkpoint was signed last is not in it: what tells that is never kept (`api.shelf`). Raises `Unavailable`
        where it cannot be read.
        """
        return self.turning(), bool(self.book.standing()), self.signer.state.stopped

    async def wait(self, min_position: str | None) -> None:
        """Waits until the views have reached the position that a query asks for.

        Raises `NotCaughtUp` after 2 s, and at once for a position beyond the ledger's end: nobody was told of that one.
        """
        if min_position is None:
            return
        position = whole_number(min_position, "min_position")
        if position > self.store.head().position:
            raise NotCaughtUp(position, min(self.views.positions().values(), default=0))
        await wait_apart(self.views.wait, position, PATIENCE)


def initialise(settings: Settings, charter: Charter) -> str:
    """Makes the data folder, opens an empty ledger in it and gives its log a key; gives the ledger's id.

    Raises `RuleBroken` if there is a ledger already, `StoreUnavailable` if the folder cannot be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        key = _fingerprint_key(settings.fingerprint_key)
    except OSError as error:
        raise StoreUnavailable(f"The data folder {settings.data} cannot be written ({error.strerror}).") from error
    with ExitStack() as stack:
        store = SQLiteStore(settings.ledger)
        stack.callback(store.close)
        newsroom = Newsroom(store, now=now, entropy=secrets.token_bytes, fingerprint_key=key)
        stack.callback(newsroom.close)
        id = newsroom.open(charter)
        keys.create(desktop(settings, newsroom))
        return id


def desktop(settings: Settings, newsroom: Newsroom) -> keys.Desktop:
    """What it takes to change the key of this ledger's log."""
    book = Book(settings.log, settings.checkpoint_copy)
    shows = settings.log_policy is None
    return keys.Desktop(newsroom, Keyring(settings.signing_key), book, now, secrets.token_bytes, shows)


@contextmanager
def open_house(
    settings: Settings,
    *,
    projecting: bool = True,
    scouring: bool = True,
    signing: bool = False,
    lock_timeout: float = 5.0,
) -> Iterator[House]:
    """Opens the ledger in the data folder until the context ends.

    With `projecting` this process keeps the views in step and checks quotes, unless another one does; with `scouring`
    it also removes what was erased from all files, by itself; and with `signing` it signs the log and makes a receipt
    once a day, which may record something. `lock_timeout` is how many seconds a command waits while another process
    writes. Raises `InvalidInput` if there is no ledger, `StoreUnavailable` if it cannot be used, `DamagedLedger` if its
    bytes are not what they must be.
    """
    if not settings.ledger.exists():
        raise InvalidInput(f"There is no ledger in {settings.data}: make one with stemma init.")
    with ExitStack() as stack:
        store = SQLiteStore(settings.ledger, lock_timeout=lock_timeout)
        stack.callback(store.close)
        if not store.head().position:
            raise InvalidInput(f"The ledger in {settings.data} is empty: open it with stemma init.")
        views = Views(settings.views)
        stack.callback(views.close)
        vault = Vault(settings.snapshots)
        newsroom = Newsroom(
            store,
            now=now,
            entropy=secrets.token_bytes,
            fingerprint_key=_fingerprint_key(settings.fingerprint_key),
            capacity=settings.records_in_memory,
            vault=vault,
            names_seed=lambda: known_names(views, newsroom.desk_id),
        )
        stack.callback(newsroom.close)
        policy = read_policy(settings.log_policy) if signing and settings.log_policy is not None else NO_POLICY
        runner = _runner(settings, newsroom, views, stack) if projecting else None
        house = furnish(settings, newsroom, views, runner, policy=policy)
        stack.callback(house.sessions.close)
        if house.runner is not None:
            vault.tidy()
            checker = Checker(newsroom, views)
            checker.start()
            stack.callback(checker.stop)
            if house.scourer is not None and scouring:
                house.scourer.start()
                stack.callback(house.scourer.stop)
            if signing:
                stack.callback(house.signer.stop)
                house.signer.start()
                stack.callback(house.receipts.stop)
                house.receipts.start()
        yield house


def furnish(
    settings: Settings,
    newsroom: Newsroom,
    views: Views,
    runner: Runner | None,
    clock: Callable[[], datetime] = now,
    policy: Policy = NO_POLICY,
) -> House:
    """A house of these parts, which whoever made them closes.

    `clock` says when a token or a session ends, and whether a deadline has passed; `policy` names the log's witnesses.
    """
    index, book = ViewsIndex(views), Book(settings.log, settings.checkpoint_copy)
    witnesses = Witnesses(policy, book, LedgerTree(newsroom, views))
    sessions = Sessions(settings.sessions, clock, secrets.token_bytes)
    return House(
        settings=settings,
        store=newsroom.store,
        newsroom=newsroom,
        views=views,
        runner=runner,
        index=index,
        reader=Reader(newsroom, index.opened_at, index.placed_in, lambda: stamp(clock())),
        turning=Turning(lambda: _standing(newsroom, views), views, lambda: stamp(clock())),
        doorkeeper=Doorkeeper(newsroom.load_desk, lambda: stamp(clock()), sessions),
        sessions=sessions,
        entropy=secrets.token_bytes,
        scourer=None if runner is None else Scourer(newsroom, views, runner, Vault(settings.snapshots)),
        hub=Hub(newsroom.store, newsroom.streams.concealment),
        book=book,
        signer=Signer(newsroom, views, Keyring(settings.signing_key), book, clock, witnesses),
        witnesses=witnesses,
        clock=clock,
        receipts=Receipts(newsroom, views, clock),
    )


def _standing(newsroom: Newsroom, views: Views) -> tuple[int, ...]:
    """How far the ledger and the views have got. Whoever asks knows of every erasure up to there."""
    head = newsroom.store.head().position
    newsroom.streams.refresh_for(head)
    return head, *views.positions().values()


def _runner(settings: Settings, newsroom: Newsroom, views: Views, stack: ExitStack) -> Runner | None:
    lock = LeaderLock(settings.data)
    if not lock.acquire():
        return None
    stack.callback(lock.release)
    runner = Runner(newsroom.store, newsroom.streams, views)
    runner.start()
    stack.callback(runner.stop)
    return runner


def _fingerprint_key(path: Path) -> bytes:
    """The key in this file, which is made once. Raises `DamagedLedger` if it has another length."""
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != KEY_LENGTH:
        raise DamagedLedger(
            f"{path.name} does not hold {KEY_LENGTH} bytes; put back the one that belongs to the ledger"
        )
    return key


def _make_key(path: Path) -> None:
    """Writes a fresh key. It appears under its name whole and flushed, and never in the place of another."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
