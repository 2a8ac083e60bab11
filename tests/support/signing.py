"""An office whose log is signed, when a test says so."""

from pathlib import Path
from typing import Any

from api.signing import keys
from api.signing.book import Signed
from api.signing.keyring import Keyring
from tests.api.web.office import Office


class SignedOffice:
    """An office that has a log with a key. The views follow by themselves; `sign` signs what there is."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.house = office.house
        newsroom = office.desk.newsroom
        self.keyring = Keyring(self.house.settings.signing_key)
        self.desktop = keys.Desktop(newsroom, self.keyring, self.house.book, office.desk.now, newsroom._entropy)
        self.vkey = keys.create(self.desktop)
        office.runner.start()
        self.house.signer.open()

    def sign(self) -> Signed | None:
        """Commits to the map and signs, once the views have taken in everything."""
        self.settle()
        return self.house.signer.sign_due()

    def settle(self) -> None:
        """Waits until the views have taken in everything."""
        self.office.runner.wait(self.office.desk.store.head().position, 20.0)

    def proof(self, claim: str, **given: Any) -> dict[str, Any]:
        """The proof of a claim, as it is answered."""
        answer = self.office.get(f"/claims/{self.office.desk.id(claim)}/proof", **given).then(200)
        body: dict[str, Any] = answer.body
        return body

    def write(self, folder: Path, claim: str, **given: Any) -> Path:
        """The proof of a claim in a file."""
        path = folder / f"{claim}.json"
        path.write_bytes(self.office.get(f"/claims/{self.office.desk.id(claim)}/proof", **given).then(200).content)
        return path

    def close(self) -> None:
        self.office.runner.stop()
