"""Who is signed in with a browser: sessions on the server, in the file `sessions.db` of the data folder.

A session is found by the SHA-256 of a random secret that only the browser's cookie holds. It remembers which token it
was begun with; what that token opens is asked of the desk at every request, so a session ends with its token. It also
ends after `IDLE` seconds without a request, and after `LONGEST` seconds in any case. The file is no part of backups:
when it is lost or damaged, people sign in again.
"""

import os
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from domain.errors import Unavailable

IDLE: Final = 12 * 3600
"""Seconds after the last request at which a session ends."""

LONGEST: Final = 7 * 24 * 3600
"""Seconds after signing in at which a session ends."""

PER_TOKEN: Final = 20
"""Sessions that one token has at most; when another begins, the one used least recently ends."""

_NOTED_EVERY: Final = 300  # seconds: the last request is remembered no more exactly than this
_RUINED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS session (
    secret_sha256 BLOB PRIMARY KEY, token_id TEXT NOT NULL, actor_id TEXT NOT NULL,
    began INTEGER NOT NULL, seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""
_FOUND: Final = "SELECT token_id, actor_id, began, seen FROM session WHERE secret_sha256 = ?"
_ENDED: Final = "DELETE FROM session WHERE secret_sha256 = ?"
_CROWDED_OUT: Final = """
DELETE FROM session WHERE secret_sha256 IN (
    SELECT secret_sha256 FROM session WHERE token_id = ? ORDER BY seen DESC, began DESC LIMIT -1 OFFSET ?
)"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in: by which token, and whose it was then. Times are seconds since 1970."""

    token_id: str
    actor_id: str
    began: int
    seen: int

    def lasts_at(self, now: int) -> bool:
        """Whether it has ended neither of idleness nor of age."""
        return now < self.seen + IDLE and now < self.began + LONGEST


class Sessions:
    """The sessions in the file `path`, which is made when the first one begins. Any thread and any process may ask.

    `clock` gives the present, `entropy` random bytes. Everything raises `Unavailable` where the file cannot be used; a
    damaged file is made anew.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime], entropy: Callable[[int], bytes]) -> None:
        self._path = path
        self._clock = clock
        self._entropy = entropy
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def begin(self, token_id: str, actor_id: str) -> str:
        """Begins a session; gives its secret, 256 random bits in 43 letters. Sessions that have ended are swept out."""
        secret, now = urlsafe_b64encode(self._entropy(32)).rstrip(b"=").decode(), int(self._clock().timestamp())
        row = (_key(secret), token_id, actor_id, now, now)

        def begun(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM session WHERE seen <= ? OR began <= ?", (now - IDLE, now - LONGEST))
            connection.execute(_CROWDED_OUT, (token_id, PER_TOKEN - 1))
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", row)

        self._use(begun)
        return secret

    def find(self, secret: str) -> Session | None:
        """The session with this secret, if it lasts; that it was asked for keeps it alive."""
        key, now = _key(secret), int(self._clock().timestamp())

        def found(connection: sqlite3.Connection) -> Session | None:
            row = connection.execute(_FOUND, (key,)).fetchone()
            if row is None or not (session := Session(*row)).lasts_at(now):
                return None
            if now >= session.seen + _NOTED_EVERY:
                connection.execute("UPDATE session SET seen = ? WHERE secret_sha256 = ?", (now, key))
            return session

        return self._use(found) if self._is_there() else None

    def end(self, secret: str) -> None:
        """Ends the session with this secret, if there is one."""
        if self._is_there():
            self._use(lambda connection: connection.execute(_ENDED, (_key(secret),)))

    def close(self) -> None:
        """Closes the file; it is opened again when it is asked for. Closing twice is harmless."""
        with self._lock:
            self._let_go()

    def _is_there(self) -> bool:
        return self._connection is not None or self._path.exists()

    def _use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return self._tried(work)
            except sqlite3.Error as error:
                raise Unavailable(f"The sessions {self._path} cannot be used now ({error}).") from error

    def _tried(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work gives. A damaged file is thrown away, and the work done on a new one."""
        try:
            return work(self._opened())
        except sqlite3.Error as error:
            self._let_go()
            if error.sqlite_errorcode & 0xFF not in _RUINED:
                raise
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        return work(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        with suppress(OSError):  # it is there already, or SQLite will say why it cannot be
            # SQLite would make it readable for others; the files beside it take its mode.
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=1.0)
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _key(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
