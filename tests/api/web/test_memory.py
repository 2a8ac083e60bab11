"""How many records are remembered is a setting, and nobody sees it but by the time that an answer takes."""

from pathlib import Path

from api.bootstrap import initialise, open_house
from api.settings import Settings
from domain.commands import ACTS
from domain.session import Order
from domain.values import OPERATOR
from tests.support import bodies
from tests.support.desk import charter


def test_what_is_not_remembered_is_read_again(tmp_path: Path) -> None:
    # Given a house that remembers three records
    settings = Settings(data=tmp_path / "data", records_in_memory=3)
    initialise(settings, charter())
    with open_house(settings, projecting=False) as house:
        enrolled = ACTS["actors.create"].body.model_validate({"name": "Ed", "roles": ["editor"]})
        editor = house.newsroom.record(Order("actors.create", enrolled, OPERATOR, newest=True)).record

        # When ten are made and changed
        made = {}
        for number in range(10):
            said = ACTS["parties.create"].body.model_validate(bodies.party(name=f"Party {number}"))
            made[house.newsroom.record(Order("parties.create", said, editor)).record] = f"Party {number}"
        for id in made:
            said = ACTS["parties.description"].body.model_validate({"description": "Of here.", **bodies.because()})
            house.newsroom.record(Order("parties.description", said, editor, at=(id,), version=1))

        # Then three are remembered, and all of them are as they were told
        streams = house.newsroom.streams
        assert len(streams._remembered) == 3
        found = {id: streams.load(id) for id in made}
        assert {id: loaded.state.words.name for id, loaded in found.items()} == made
        assert {loaded.version for loaded in found.values()} == {2}
        assert len(streams._remembered) == 3
