"""In which charset a captured page is read: as a browser reads it, so that quotes are found in what people saw."""

import pytest

from api.extractor import extract

RUSSIAN = "Полиция изъяла сто пятьдесят компьютеров в лагере."
ALBANIAN = "Policia sekuestroi njëqind kompjuterë, tha “zëdhënësi” Çela."
PERSIAN = "پلیس آلبانی صد و پنجاه رایانه را ضبط کرد"


def page(words: str, declared: str = "") -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<!doctype html><html><head>{meta}</head><body><p>{words}</p></body></html>"


@pytest.mark.parametrize(
    ("words", "declared", "written"),
    [
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "x-mac-cyrillic", "mac-cyrillic"),
        (ALBANIAN, "iso-8859-1", "cp1252"),
        (ALBANIAN, "us-ascii", "cp1252"),
        (ALBANIAN, "", "utf-8"),
        (ALBANIAN, "utf-16", "utf-8"),
        (ALBANIAN, "no-such-charset", "utf-8"),
        (PERSIAN, "", "utf-8"),
        ("鎔基先生说了这句话", "gb2312", "gbk"),
        ("警察は①台のコンピュータ", "shift_jis", "cp932"),
        ("משטרה פשטה על המחנה", "iso-8859-8-i", "iso8859-8"),
        ("\\u0041 is no letter A", "unicode_escape", "ascii"),
    ],
)
def test_a_page_is_read_as_a_browser_reads_it(words: str, declared: str, written: str) -> None:
    # Two lengths: what is even could be mistaken for two bytes a letter.
    for more in ("", "."):
        _, text = extract(page(words + more, declared).encode(written), "text/html")
        assert text == words + more


@pytest.mark.parametrize(
    ("words", "declared", "written", "damage"),
    [
        (RUSSIAN, "utf-8", "utf-8", b"\xd0"),
        (RUSSIAN, "", "utf-8", b"\xd0"),
        (ALBANIAN, "utf-8", "utf-8", b"\xff"),
        (RUSSIAN, "windows-1251", "cp1251", b"\x98"),
        (ALBANIAN, "iso-8859-1", "cp1252", b"\x81"),
    ],
)
def test_a_damaged_byte_costs_a_letter_and_not_the_page(words: str, declared: str, written: str, damage: bytes) -> None:
    _, text = extract(page(words, declared).encode(written) + damage, "text/html")

    assert text == f"{words}\n\ufffd"


def test_an_xml_declaration_counts() -> None:
    declared = '<?xml version="1.0" encoding="windows-1251"?>' + page("Да").removeprefix("<!doctype html>")

    assert extract(declared.encode("cp1251"), "application/xhtml+xml")[1] == "Да"


def test_what_the_server_declared_counts_before_what_the_page_says() -> None:
    assert extract(page(RUSSIAN, "windows-1251").encode(), "text/html", "utf-8")[1] == RUSSIAN


@pytest.mark.parametrize(("declared", "codec"), [("windows-1251", "cp1251"), ("utf-8", "utf-8"), ("Latin-1", "cp1252")])
def test_the_profile_names_the_codec_since_the_bytes_do_not(declared: str, codec: str) -> None:
    profile, text = extract(b"Words", "text/plain", declared)
    of_page, _ = extract(b"<p>Words", "text/html", declared)

    assert (profile, text) == (f"text/{codec}/nfc-1", "Words")
    assert of_page.split("/")[2:] == [codec, "nfc-1"]
