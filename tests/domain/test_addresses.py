"""Which spellings of a web address surely lead to one page."""

import pytest

from domain.addresses import same_page

PAGE = "https://example.org/Raid"


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "http://example.org/Raid",
        "HTTPS://Example.ORG/Raid",
        "https://example.org:443/Raid/",
        "http://example.org:80/Raid#page=3",
        "https://example.org/Raid#:~:text=One%20person",
    ],
)
def test_other_spellings_of_one_page_are_one(url: str) -> None:
    assert same_page(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/Raid",
        "https://example.org/raid",
        "https://example.org/Raid?page=2",
        "https://example.org:8443/Raid",
        "https://example.org/Raid/more",
        "https://archive.example.org/web/https://example.org/Raid",
    ],
)
def test_nothing_else_is_guessed(url: str) -> None:
    assert same_page(url) != PAGE


@pytest.mark.parametrize("url", ["https://[::1", "https://a:b/c", "https://a:99999/"])
def test_what_cannot_be_taken_apart_stays_as_it_is(url: str) -> None:
    assert same_page(url) == url
