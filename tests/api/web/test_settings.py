"""Settings: options before environment before file."""

from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings, load
from domain.errors import InvalidInput


def test_without_anything_said_the_settings_are_the_usual_ones() -> None:
    assert load({}, {}) == Settings(Path("data"), "127.0.0.1", 8000, "sqlite")


def test_options_come_before_the_environment_and_it_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "stemma.toml").write_text('host = "file"\nport = 1\n', encoding="utf-8")
    environment = {"STEMMA_DATA": str(tmp_path), "STEMMA_PORT": "2", "STEMMA_OTHER": "x"}

    settings = load({"port": 3, "host": None}, environment)

    assert settings == Settings(tmp_path, "file", 3)
    assert load({}, environment).port == 2


def test_rates_are_whole_numbers_and_nothing_is_no_limit(tmp_path: Path) -> None:
    (tmp_path / "stemma.toml").write_text("rate_public = 0\nrate_desk = 100\n", encoding="utf-8")

    settings = load({}, {"STEMMA_DATA": str(tmp_path), "STEMMA_RATE_REFUSED": "5"})

    assert (settings.rate_public, settings.rate_desk, settings.rate_refused) == (0, 100, 5)


@pytest.mark.parametrize(
    ("said", "trusted"),
    [
        ("", ()),
        ("127.0.0.1", ("127.0.0.1/32",)),
        (" 10.0.0.0/8, ::1 ,", ("10.0.0.0/8", "::1/128")),
        (["192.0.2.1"], ("192.0.2.1/32",)),
        ([], ()),
    ],
)
def test_trusted_proxies_are_addresses_and_networks(said: Any, trusted: tuple[str, ...]) -> None:
    assert load({"trusted_proxies": said}, {}).trusted_proxies == trusted


def test_a_file_can_be_named_and_may_name_the_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('data = "elsewhere"\n', encoding="utf-8")

    settings = load({}, {"STEMMA_CONFIG": str(file)})

    assert settings.ledger == Path("elsewhere") / "ledger.db"
    assert settings.views == Path("elsewhere") / "views.db"


@pytest.mark.parametrize(
    "options",
    [
        {"port": "http"},
        {"port": 65536},
        {"port": -1},
        {"base_url": "https://other"},
        {"store": "postgresql://host"},
        {"rate_public": -1},
        {"rate_desk": "many"},
        {"rate_refused": 1.5},
        {"rate_public": "9" * 5000},
        {"trusted_proxies": "*"},
        {"trusted_proxies": "proxy.example.org"},
        {"trusted_proxies": "10.0.0.1/8"},
        {"trusted_proxies": ["127.0.0.1", 5.5]},
        {"trusted_proxies": 7},
    ],
)
def test_a_setting_that_cannot_be_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        load(options, {})


@pytest.mark.parametrize("text", ["host = ", "colour = 'red'", None])
def test_a_file_that_cannot_be_understood_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "named.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidInput):
        load({}, {"STEMMA_CONFIG": str(file)})
