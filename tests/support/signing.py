"""An office whose log is signed, when a test says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from api.app import create_app
from api.signing import keys
from api.signing.book import Signed
from api.signing.keyring import Keyring
from api.signing.signer import Signer
from tests.api.web.office import Office


class SignedOffice:
    """An office that has a log with a key; `sign` signs what there is."""

    def __init__(self, office: Office) -> None:
        self.office = office
        newsroom, views, book = office.desk.newsroom, office.house.views, office.house.book
        self.keyring = Keyring(office.house.settings.signing_key)
        self.desktop = keys.Desktop(newsroom, self.keyring, book, office.desk.now, newsroom._entropy)
        self.vkey = keys.create(self.desktop)
        signer = Signer(newsroom, views, self.keyring, book, office.desk.now, settle=lambda _: office.runner.catch_up())
        self.house = office.house = replace(office.house, signer=signer)
        office.app = create_app(self.house)
        office.runner.catch_up()
        signer.open()

    def sign(self) -> Signed | None:
        """Commits to the map and signs, once the views have taken in everything."""
        self.office.runner.catch_up()
        return self.house.signer.sign_due()

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
