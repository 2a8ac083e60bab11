"""A browser at the office, and what sessions are tested with."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final

from tests.api.web.office import Answer, Office
from tests.support.desk import START

FORM: Final = "application/x-www-form-urlencoded"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def rows(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        (number,) = connection.execute("SELECT count(*) FROM session").fetchone()
        return int(number)
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser at the office: it keeps the cookie that it is given."""

    office: Office
    cookies: dict[str, str]

    def sign_in(self, by: str = "ed", **headers: str) -> Answer:
        return self.send(f"token={self.office.secrets[by]}&next=/contested", "~/signin", **headers)

    def sign_out(self) -> Answer:
        return self.send("", "~/signout")

    def send(self, form: str, path: str, **headers: str) -> Answer:
        headers = {"content_type": FORM, **headers}
        return self._kept(self.office.post(path, form.encode(), **self._shown(), **headers))

    def get(self, path: str, **headers: str) -> Answer:
        return self._kept(self.office.get(path, **self._shown(), **headers))

    def _shown(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())} if self.cookies else {}

    def _kept(self, answer: Answer) -> Answer:
        for name, morsel in SimpleCookie(answer.headers.get("set-cookie", "")).items():
            self.cookies[name] = morsel.value
            if morsel["max-age"] == "0":
                del self.cookies[name]
        return answer


def sees_drafts(visitor: Visitor) -> bool:
    draft = visitor.office.desk.id("c1")
    page, data = visitor.get(f"~/claims/{draft}").status, visitor.get(f"/claims/{draft}").status
    assert page == data
    return page == 200
