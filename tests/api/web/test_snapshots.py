"""Snapshots over HTTP: what arrives, what is kept, what is served, and what is refused without a trace."""

import zlib
from base64 import b64encode
from collections.abc import Mapping
from errno import ENOSPC
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Any

import pytest

from tests.api.web.office import Answer, Office
from tests.support import bodies
from tests.support.desk import Do
from tests.support.story import snap

PAGE = (
    b"<!doctype html><html><head><title>Raid</title><script>alert(1)</script></head><body><h1>The raid</h1>"
    b"<p>One person died in the <b>raid</b>, the group says.</p><p hidden>Unseen words.</p></body></html>"
)
TEXT = "The raid\nOne person died in the raid, the group says."
WHEN = "2026-06-01T10:00:00Z"
BOUNDARY = "a7f3"
BROKEN_OFF = (
    f'Content-Disposition: form-data; name="captured_at"\r\n\r\n{WHEN}\r\n--{BOUNDARY}\r\n'
    'Content-Disposition: form-data; name="url"\r\n\r\nhttps://exam'
)


def form(
    file: bytes | None = PAGE, media_type: str | None = "text/html; charset=utf-8", **fields: str | int
) -> tuple[bytes, str]:
    """A form as browsers send it, and its Content-Type."""
    parts = []
    for name, value in fields.items():
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    if file is not None:
        declared = b"" if media_type is None else f"Content-Type: {media_type}\r\n".encode()
        head = b'Content-Disposition: form-data; name="file"; filename="../../page.html"\r\n' + declared
        parts.append(head + b"\r\n" + file)
    edge = f"--{BOUNDARY}".encode()
    content = b"".join(edge + b"\r\n" + part + b"\r\n" for part in parts) + edge + b"--\r\n"
    return content, f"multipart/form-data; boundary={BOUNDARY}"


def send(
    office: Office,
    file: bytes | None = PAGE,
    media_type: str | None = "text/html; charset=utf-8",
    given: Mapping[str, Any] | None = None,
    **fields: str | int,
) -> Answer:
    """Uploads a snapshot of `s1` as the editor."""
    content, content_type = form(file, media_type, **{"captured_at": WHEN, **fields})
    id = office.desk.id("s1")
    sent = {"by": "ed", "version": office.version("source", id), **(given or {})}
    return office.post(f"/sources/{id}/snapshots", content, **{"content-type": content_type}, **sent)


def only(answer: Answer) -> Any:
    (snapshot,) = answer.then(200).body["snapshots"]
    return snapshot


def test_a_page_is_kept_with_its_text(story: Office) -> None:
    answer = send(story, url="https://example.org/raid", method="a browser", http_status=200)

    snapshot, digest = only(answer), sha256(PAGE).hexdigest()
    assert answer.body["created"] == [snapshot["id"]]
    assert (snapshot["digest"], snapshot["size"]) == (f"sha-256:{digest}", len(PAGE))
    assert (snapshot["media_type"], snapshot["stored"], snapshot["no_text"]) == ("text/html", True, None)
    assert (snapshot["captured_at"], snapshot["http_status"]) == ("2026-06-01T10:00:00.000000Z", 200)
    assert (snapshot["url"], snapshot["method"]) == ("https://example.org/raid", "a browser")
    vault = story.desk.newsroom.vault
    assert vault is not None
    assert vault.read(digest) == PAGE
    assert vault.text(snapshot["text_digest"].removeprefix("sha-256:")) == TEXT
    assert snapshot["text_profile"].startswith("html/selectolax-")
    assert vault.path(digest).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("file", "declared", "media_type", "no_text"),
    [
        (b"One person died.", "text/plain", "text/plain", None),
        ("Une personne est décédée à l'été.".encode("latin-1"), "text/plain; charset=latin-1", "text/plain", None),
        (b"<!DOCTYPE html><p>One died.", None, "text/html", None),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><body>One.</body></html>", "application/xhtml+xml", None, None),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png", "image/png", "image"),
        (b"\xff\xd8\xff\xe0" + bytes(40), None, "image/jpeg", "image"),
        (b"GIF89a" + bytes(40), "application/octet-stream", "image/gif", "image"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp", "image"),
        (b"%PDF-1.7 and then nothing", "application/pdf", "application/pdf", "unreadable"),
        (b"<html><body><script>only()</script></body></html>", "text/html", "text/html", "empty"),
    ],
)
def test_files_of_these_kinds_are_taken(
    story: Office, file: bytes, declared: str | None, media_type: str | None, no_text: str | None
) -> None:
    snapshot = only(send(story, file, declared))

    assert snapshot["media_type"] == (media_type or declared)
    assert snapshot["no_text"] == no_text
    assert (snapshot["text_digest"] is None) == (no_text is not None)


def test_the_text_of_a_pdf_is_extracted(story: Office) -> None:
    snapshot = only(send(story, pdf("One person died in the raid"), "application/pdf"))

    vault = story.desk.newsroom.vault
    assert vault is not None
    assert vault.text(snapshot["text_digest"][8:]) == "One person died in the raid"
    assert snapshot["text_profile"].startswith("pdf/pypdf-")


def pdf(text: str) -> bytes:
    """A document of one page with one line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % len(content)
    return content + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def test_a_bomb_hurts_nobody(story: Office) -> None:
    content = b"BT " + b"(A) Tj " * 6_000_000
    squeezed = zlib.compress(zlib.compress(content))
    bomb = b"%PDF-1.4\n1 0 obj<</Length " + str(len(squeezed)).encode()
    bomb += b"/Filter[/FlateDecode/FlateDecode]>>stream\n" + squeezed + b"\nendstream endobj\n%%EOF"
    nested = b"<!doctype html>" + b"<b>" * 30_000 + b"deep"

    assert only(send(story, bomb, "application/pdf"))["no_text"] == "unreadable"
    assert send(story, nested, captured_at="2026-06-02T10:00:00Z").status == 200


# What is refused.


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "text/html"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "text/plain"),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (b"PK\x03\x04\x00\x00", "application/zip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/jpeg"),
        (b"%PDF-1.7", "text/html"),
        (b"no image at all", "image/png"),
        (b"{}", "application/json"),
    ],
)
def test_files_of_other_kinds_are_refused(story: Office, file: bytes, declared: str | None) -> None:
    before = story.length

    send(story, file, declared).then(415, "unsupported-media-type")

    assert story.length == before


@pytest.mark.parametrize(
    ("file", "fields", "pointers"),
    [
        (b"", {}, ["/file"]),
        (None, {}, ["/file"]),
        (PAGE, {"captured_at": "yesterday"}, ["/captured_at"]),
        (PAGE, {"captured_at": "2027-01-01T00:00:00Z"}, ["/captured_at"]),
        (PAGE, {"digest": f"sha-256:{'00' * 32}"}, ["/digest"]),
        (PAGE, {"http_status": 99}, ["/http_status"]),
        (PAGE, {"http_status": 7000}, ["/http_status"]),
        (PAGE, {"url": "javascript:alert(1)"}, ["/url"]),
        (PAGE, {"size": "1"}, ["/size"]),
        (PAGE, {"no_text": "image"}, ["/no_text"]),
    ],
)
def test_a_form_that_does_not_fit_is_refused(
    story: Office, file: bytes | None, fields: dict[str, Any], pointers: list[str]
) -> None:
    before = story.length

    answer = send(story, file, **fields).then(422, "invalid-input")

    assert (answer.pointers, story.length) == (pointers, before)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"--x\r\n", "multipart/form-data"),
        (b"nothing like a form", f"multipart/form-data; boundary={BOUNDARY}"),
        (form(captured_at=WHEN)[0].replace(b'name="captured_at"', b'name="file"'), form()[1]),
        (form(captured_at=WHEN, method="m")[0].replace(b"\r\nm\r\n", b"\r\n\xed\xa0\x80\r\n"), form()[1]),
        (f"{form()[0].decode()[:-4]}\r\n{BROKEN_OFF}".encode(), form()[1]),
    ],
)
def test_bytes_that_are_no_form_are_refused(story: Office, content: bytes, content_type: str) -> None:
    id = story.desk.id("s1")

    answer = story.post(f"/sources/{id}/snapshots", content, by="ed", version=1, **{"content-type": content_type})

    answer.then(422, "invalid-input")
    assert "form" in answer.body["detail"]


def test_the_fields_of_a_form_are_utf_8_whatever_it_says(story: Office) -> None:
    content, content_type = form(captured_at=WHEN, method="saved by Çela")
    id = story.desk.id("s1")
    said = {"content-type": f"{content_type}; charset=nonsense", "by": "ed", "version": 1}

    assert only(story.post(f"/sources/{id}/snapshots", content, **said))["method"] == "saved by Çela"


@pytest.mark.parametrize("forged", ["size", "media_type", "text_digest", "text_sha256", "no_text", "stored"])
def test_nobody_says_what_was_found_out_about_bytes(story: Office, forged: str) -> None:
    id = story.desk.id("s1")

    answer = story.post(f"/sources/{id}/snapshots", bodies.snapshot(**{forged: "1"}), by="ed", version=1)

    assert answer.then(422, "invalid-input").pointers == [f"/{forged}"]


def test_a_file_that_is_too_long_is_refused(story: Office) -> None:
    before = story.length

    send(story, b"x" * 20_000_001, "text/plain").then(413, "too-large")
    send(story, b"x" * 21_000_000, "text/plain").then(413, "too-large")

    assert story.length == before


def test_without_room_for_a_file_that_arrives_nothing_is_recorded(
    story: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(SpooledTemporaryFile[bytes]):
        def rollover(self) -> None:
            raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", Full)
    before = story.length

    send(story, b"x" * 2_000_000, "text/plain").then(503)

    assert story.length == before


def test_a_form_is_taken_for_snapshots_alone(story: Office) -> None:
    content, content_type = form()
    for path in ("/sources", f"/sources/{story.desk.id('s1')}/standing"):
        story.post(path, content, by="ed", version=1, **{"content-type": content_type}).then(415)


@pytest.mark.parametrize(("by", "status"), [(None, 401), ("au", 403), ("ad", 403)])
def test_only_who_records_may_upload(story: Office, by: str | None, status: int) -> None:
    send(story, given={"by": by}).then(status)
    vault = story.desk.newsroom.vault
    assert vault is not None
    assert list(vault.digests()) == []


def test_an_upload_is_for_a_version_and_says_the_same_once_under_its_key(story: Office) -> None:
    version = story.version("source", story.desk.id("s1"))
    send(story, given={"version": None}).then(428, "version-needed")
    send(story, given={"version": version + 1}).then(412, "stale-version")

    first = send(story, given={"key": "up-1", "version": version}).then(200)
    again = send(story, given={"key": "up-1", "version": version}).then(200)

    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    send(story, PAGE + b" ", given={"key": "up-1", "version": version}).then(422, "key-reused")


# What is served.


def test_the_desk_may_save_what_was_captured_and_nothing_of_it_runs(story: Office) -> None:
    snapshot = only(send(story))
    path = f"/sources/{story.desk.id('s1')}/snapshots/{snapshot['id']}"

    answer = story.get(f"{path}/content", by="au").then(200)

    assert answer.content == PAGE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{snapshot["id"]}.html"'
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["repr-digest"] == f"sha-256=:{b64encode(sha256(PAGE).digest()).decode()}:"
    assert story.get(path, by="ed").then(200).body == snapshot


def test_what_is_not_here_is_not_served(story: Office) -> None:
    id = story.desk.id("s1")
    story.desk.given(snap(), snap("s2", "n2"))

    for snapshot in ("n1", "n2"):
        story.get(f"/sources/{id}/snapshots/{story.desk.id(snapshot)}/content", by="ed").then(404, "not-found")
    story.get(f"/sources/{id}/snapshots/{story.desk.id('n2')}", by="ed").then(404, "not-found")
    story.get(f"/sources/{story.desk.id('c1')}/snapshots/{story.desk.id('n1')}", by="ed").then(404, "not-found")


def test_damaged_bytes_are_not_served(story: Office) -> None:
    snapshot = only(send(story))
    vault = story.desk.newsroom.vault
    assert vault is not None
    vault.path(sha256(PAGE).hexdigest()).write_bytes(b"something else")

    path = f"/sources/{story.desk.id('s1')}/snapshots/{snapshot['id']}/content"
    story.get(path, by="ed").then(500, "damaged-ledger")


# What the public sees.


def test_the_public_reads_of_a_snapshot_but_not_its_bytes_nor_how_it_was_made(story: Office) -> None:
    id = story.desk.id("s1")
    archive = "https://archive.example.org/1"
    snapshot = only(send(story, url="https://example.org/raid?key=SECRET", method="SECRET tool", archive_url=archive))
    path = f"/sources/{id}/snapshots/{snapshot['id']}"
    story.get(path).then(404, "not-found")

    story.desk.given(Do("claims.publication", {}, ("@c1",)))

    shown = story.get(path).then(200).body
    assert (shown["digest"], shown["archive_url"]) == (snapshot["digest"], archive)
    assert (shown["url"], shown["method"], "by" in shown) == (None, None, False)
    story.get(f"{path}/content").then(401, "unauthenticated")
    for public in (f"/sources/{id}", f"/sources/{id}/history", f"~/sources/{id}", f"~/sources/{id}/history"):
        answer = story.get(public).then(200)
        assert b"SECRET" not in answer.content
        assert snapshot["digest"][8:20].encode() in answer.content or "history" in public


def test_of_a_confidential_source_no_snapshot_is_public(story: Office) -> None:
    id = story.desk.id("s1")
    snapshot = only(send(story, archive_url="https://archive.example.org/1"))
    hide = Do("sources.description", {"confidential": True, **bodies.because()}, ("@s1",))
    story.desk.given(Do("claims.publication", {}, ("@c1",)), hide)

    story.get(f"/sources/{id}/snapshots/{snapshot['id']}").then(404, "not-found")
    for public in (f"/sources/{id}", f"/sources/{id}/history", f"~/sources/{id}", f"~/claims/{story.desk.id('c1')}"):
        assert snapshot["digest"][8:20].encode() not in story.get(public).then(200).content


def test_a_snapshot_withdrawn_before_the_opening_stays_with_the_desk(story: Office) -> None:
    story.desk.given(snap(), Do("sources.snapshots.withdrawal", bodies.withdraw(), ("@s1", "@n1")), snap(name="n2"))
    story.desk.given(Do("claims.publication", {}, ("@c1",)))

    shown = story.get(f"/sources/{story.desk.id('s1')}").then(200).body["snapshots"]

    assert [snapshot["id"] for snapshot in shown] == [story.desk.id("n2")]
