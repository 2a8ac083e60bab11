"""/audit and the proofs on the pages of claims: what is told, what is checked, and what is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.logbook import Logbook
from api.pages.audit import LARGEST
from api.signing import keys
from api.signing.tree import LedgerTree
from api.signing.witnesses import Witnesses
from domain.tlog.checkpoint import Checkpoint, sign_checkpoint
from domain.tlog.cosignature import Cosigner
from domain.tlog.keys import SigningKey
from domain.tlog.note import parse_note
from domain.tlog.policy import NONE, Policy, WitnessEntry
from domain.tlog.schemes import SignatureType
from tests.api.pages.markup import Element, parsed
from tests.api.pages.world import Readers, publication, published
from tests.api.web.office import Answer, Office, opened
from tests.support import bodies
from tests.support.desk import Do
from tests.support.proofs import ENCODED, PARTS, TAMPERED, Bundle, encoded, parts, send
from tests.support.signing import SignedOffice
from tests.support.story import told
from tests.support.wording import erase

WITNESS = SigningKey("witness.example", b"w" * 32, SignatureType.COSIGNATURE)
PQ_WITNESS = SigningKey("pq.witness.example", b"q" * 32, SignatureType.SUBTREE)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedOffice]:
    """The published story, whose log is signed. Shared: nothing may be recorded in it."""
    with opened(tmp_path_factory.mktemp("audit")) as office:
        published(office.desk)
        log = SignedOffice(office)
        log.sign()
        yield log


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SignedOffice]:
    """A small story of the test's own, whose log is signed."""
    with opened(tmp_path) as office:
        told(office.desk).given(publication("c1"))
        log = SignedOffice(office)
        log.sign()
        yield log


def bundle_of(log: SignedOffice, claim: str = "c1") -> bytes:
    return json.dumps(log.proof(claim)).encode()


def sign_again(bundle: Bundle, key: SigningKey) -> None:
    """Has this key sign the checkpoint of the bundle, in its own name."""
    checkpoint = Checkpoint.parse(parse_note(bundle["checkpoint"].encode()).text)
    bundle["checkpoint"] = sign_checkpoint(replace(checkpoint, origin=key.name), key).decode()


def shown(answer: Answer, status: int = 200) -> Element:
    assert answer.status == status, answer.content.decode()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return parsed(answer.content.decode())


def outcome(answer: Answer) -> str:
    return shown(answer).one("section", class_="outcome").words


# What is told.


def test_the_page_shows_the_newest_checkpoint_as_it_is_and_who_signed_it(signed: SignedOffice) -> None:
    page = Readers(signed.office).page("/audit")

    note = signed.house.book.now()
    assert note is not None
    assert page.one("pre", class_="signed").text == note.decode()
    checkpoint = Checkpoint.parse(parse_note(note).text)
    words = page.words
    assert f"the first {checkpoint.size} events of the ledger" in words
    assert checkpoint.root.hex() in words
    assert signed.vkey in words
    assert "the first key of the log. It signed the newest checkpoint." in words
    assert "Nobody but the log itself has signed this checkpoint." in words
    assert "as this server counts it too" in words


def test_the_page_and_its_twin_tell_the_same(signed: SignedOffice) -> None:
    readers = Readers(signed.office)

    twin = readers.page("/audit").one("link", rel="alternate").attributes["href"]
    said = readers.ask(twin).body

    assert said["checkpoint"]["note"] == readers.page("/audit").one("pre", class_="signed").text
    assert said["checkpoint"]["signed_by"] == [signed.vkey]
    assert said["map"]["sound"] is True
    assert said["map"]["position"] == said["checkpoint"]["size"] == said["position"]
    assert (said["signing"], said["why"], said["receipt"]) == ("on", None, None)


def test_the_reason_for_a_key_is_told_to_the_desk_alone_until_it_is_erased(own: SignedOffice) -> None:
    readers = Readers(own.office)
    keys.rotate(own.desktop, "planned", "Every year a new one.")
    (position,) = (key.since.position for key in own.house.newsroom.desk.keys[1:])

    assert [key["reason"] for key in readers.ask("/api/v1/log").body["keys"]] == [None, None]
    assert "in place of the one before, as planned." in readers.page("/audit").words
    assert "Every year a new one." not in readers.page("/audit").words
    assert readers.ask("/api/v1/log", by="au").body["keys"][0]["reason"] == "Every year a new one."
    assert "Why Every year a new one." in readers.page("/audit", by="au").words

    erase(own.office.desk, str(position))
    assert readers.ask("/api/v1/log", by="au").body["keys"][0]["reason"] is None
    assert "Why (these words are not public, or were erased)" in readers.page("/audit", by="au").words


def test_the_newest_receipt_is_told_digest_by_digest(own: SignedOffice) -> None:
    readers = Readers(own.office)
    own.office.runner.catch_up()
    made = own.house.receipts.make()

    said = readers.ask("/api/v1/log").body["receipt"]
    words = readers.page("/audit").one("section", **{"aria-labelledby": "receipt"}).words

    assert said["upto"] == made.upto
    digests = {(it.projection, it.version, it.digest) for it in made.projections}
    assert {(it["projection"], it["version"], it["digest"]) for it in said["projections"]} == digests
    assert f"Over the first {made.upto} events" in words
    assert all(f"{name}, version {version}{digest}" in words for name, version, digest in digests)
    assert readers.ask("/api/v1/receipts").status == 200


def test_witnesses_are_named_with_the_times_that_they_state_and_not_believed(own: SignedOffice) -> None:
    note = parse_note(own.house.book.now() or b"")
    cosigned = [Cosigner(key).cosign(note.text, 1_700_000_000) for key in (WITNESS, PQ_WITNESS)]
    never = replace(cosigned[0], name="never.example", blob=b"\xff" * 72)
    own.house.book.show(
        note.with_signatures([*cosigned, never, replace(never, name="odd.example", blob=b"\x01")]).render()
    )

    words = Readers(own.office).page("/audit").words

    for name in ("witness.example", "pq.witness.example"):
        assert f"{name} not verified here It states to have signed 14 November 2023, 22:13 UTC." in words
    for name in ("never.example", "odd.example"):
        assert f"{name} not verified here It states no time that could be read." in words


def test_a_witness_whose_key_is_known_is_verified_and_a_forger_in_its_name_is_not(own: SignedOffice) -> None:
    known = Policy((), (WitnessEntry("Neighbours", WITNESS.verifier),), (), NONE)
    tree = LedgerTree(own.house.newsroom, own.house.views)
    house = replace(own.house, witnesses=Witnesses(known, own.house.book, tree))
    note = parse_note(own.house.book.now() or b"")
    cosigned = Cosigner(WITNESS).cosign(note.text, 1_700_000_000)
    forged = replace(cosigned, blob=cosigned.blob[:-1] + bytes([cosigned.blob[-1] ^ 1]))

    for signature, verified in ((cosigned, True), (forged, False)):
        own.house.book.show(note.with_signatures([signature]).render())
        shown = Logbook(house).facts(desk=False).checkpoint
        assert shown is not None
        assert [(it.name, it.verified) for it in shown.cosigned] == [("witness.example", verified)]


def test_a_checkpoint_that_no_key_of_the_log_signed_is_told_to_be_none(own: SignedOffice) -> None:
    note = parse_note(own.house.book.now() or b"")
    checkpoint = Checkpoint.parse(note.text)
    own.house.book.show(sign_checkpoint(checkpoint, SigningKey(checkpoint.origin, b"f" * 32)))

    assert "None of the log’s keys has signed this checkpoint." in Readers(own.office).page("/audit").words


def test_a_file_that_is_no_checkpoint_is_not_shown_as_one(own: SignedOffice) -> None:
    own.house.book.show(b"no checkpoint\n")

    assert Readers(own.office).ask("/audit").status == 500
    assert Readers(own.office).ask("/metrics").status == 200
    assert Readers(own.office).ask("/readyz").status == 200


def test_a_note_that_is_shown_anew_is_told_at_once_though_nothing_was_recorded(own: SignedOffice) -> None:
    readers = Readers(own.office)
    before = readers.ask("/log/checkpoint").content
    assert readers.ask("/audit").content == readers.ask("/audit").content

    note = parse_note(before)
    cosigned = note.with_signatures([Cosigner(WITNESS).cosign(note.text, 1_700_000_000)])
    own.house.book.show(cosigned.render())

    assert readers.ask("/log/checkpoint").content == cosigned.render()
    assert "witness.example" in readers.page("/audit").words


def test_a_ledger_without_a_key_says_so_everywhere(story: Readers) -> None:
    page = story.page("/audit")

    assert "The log has no key: nothing of it is signed." in page.words
    assert not page.all("pre", class_="signed")
    section = story.page("/claims/@c1").one("section", **{"aria-labelledby": "proof"})
    assert section.words.startswith("Proof Nothing in this ledger is signed yet")
    assert not section.all("a", download="")
    assert not [a for a in story.page("/claims/@c1/history").all("a") if "download" in a.attributes]
    assert story.ask("/api/v1/log").body["signing"] == "off"
    assert story.ask("/readyz").body["signing"] == "off"


def test_a_signer_that_stopped_is_told_with_what_is_missing(own: SignedOffice) -> None:
    office = own.office
    path = own.house.book.path
    line = path.read_bytes().splitlines()[-1]
    text = json.loads(line)["note"].split("\n", 2)
    longer = Checkpoint(text[0], int(text[1]) + 7, b"\x01" * 32)
    note = sign_checkpoint(longer, own.keyring.read()[0]).decode()
    path.write_bytes(line + b"\n" + json.dumps({"at": "2026-11-23T10:00:00.000000Z", "note": note}).encode() + b"\n")
    own.house.signer.start()
    while own.house.signer.state.stopped is None:
        own.house.store.wait(office.length, 0.01)
    own.house.signer.stop()

    said = Readers(office).ask("/api/v1/log").body

    assert said["signing"] == "stopped"
    assert said["why"].startswith(f"The ledger ends at position {office.length}, and a checkpoint over {longer.size}")
    assert str(path.parent) not in json.dumps(said)
    page = Readers(office).page("/audit")
    assert "Nothing is signed any more. The ledger ends at position" in page.words
    assert "Nothing is signed at the moment." in Readers(office).page("/claims/@c1").words
    assert Readers(office).ask("/readyz").body == {
        "status": "ready",
        "position": office.length,
        "lag": 0,
        "erasures_pending": 0,
        "signing": "stopped",
    }


def test_a_claim_s_page_and_its_history_offer_the_proof_as_a_file(signed: SignedOffice) -> None:
    readers, id = Readers(signed.office), signed.office.desk.id("c1")

    for path in ("/claims/@c1", "/claims/@c1/history"):
        (link,) = [a for a in readers.page(path).all("a") if "download" in a.attributes]
        assert link.attributes["download"] == f"{id}.proof.json"
        assert link.attributes["href"] == f"/api/v1/claims/{id}/proof"
        assert readers.ask(link.attributes["href"]).body["claim"] == id
    section = readers.page("/claims/@c1").one("section", **{"aria-labelledby": "proof"})
    assert "it does not show that the claim is true" in section.words
    assert "Signed in" not in section.words
    assert section.all("a", href="/audit#check")
    assert "Signed in, you get all that the desk sees" in readers.page("/claims/@c1", by="ed").words


def test_the_page_of_a_past_moment_offers_no_proof_since_there_is_one_of_now_alone(signed: SignedOffice) -> None:
    past = signed.office.desk.history("c1")[-1].position

    assert not Readers(signed.office).page(f"/claims/@c1/at/{past}").all("section", **{"aria-labelledby": "proof"})


def test_the_single_file_can_be_had_as_it_is(signed: SignedOffice) -> None:
    answer = Readers(signed.office).ask("/audit/check_proof.py")

    assert answer.status == 200
    assert answer.content == Path("examples/check_proof.py").read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="check_proof.py"'
    again = {"if-none-match": answer.headers["etag"]}
    assert Readers(signed.office).ask("/audit/check_proof.py", **again).status == 304


# What is checked.


@pytest.mark.parametrize("form", ["file", "pasted", "encoded"])
def test_a_proof_is_proven_however_it_is_brought(signed: SignedOffice, form: str) -> None:
    bundle = bundle_of(signed)
    sent = {"file": parts(bundle), "pasted": parts(pasted=bundle), "encoded": encoded(bundle)}

    answer = send(signed.office, sent[form], ENCODED if form == "encoded" else PARTS)

    words = outcome(answer)
    assert words.startswith("Proven What is told of the claim The group says: A member died in the raid")
    assert f"Signed with this ledger’s key: {signed.vkey}." in words
    assert "The ledger on this server continues the checkpoint" in words
    size = int(signed.proof("c1")["checkpoint"].split("\n")[1])
    assert f"among the first {size - 1} events of the ledger, nothing of the claim is left out" in words
    assert shown(answer).one("title").text == "Proven: Check the record · The desk"


def test_what_is_withheld_is_counted(signed: SignedOffice) -> None:
    states = [item["state"] for item in signed.proof("c3")["events"]]
    assert states.count("withheld")

    words = outcome(send(signed.office, parts(bundle_of(signed, "c3"))))

    assert f"{states.count('open')} events told whole" in words
    assert f"{states.count('withheld')} events withheld: only that" in words or "1 event withheld" in words


@pytest.mark.parametrize(("tamper", "words"), TAMPERED, ids=lambda it: getattr(it, "__name__", ""))
def test_a_proof_that_was_tampered_with_is_not_proven_and_it_is_said_where(
    signed: SignedOffice, tamper: Callable[[Bundle], None], words: str
) -> None:
    bundle = signed.proof("c1")
    tamper(bundle)

    answer = send(signed.office, parts(json.dumps(bundle).encode()))

    assert outcome(answer).startswith(f"Not proven {words}")
    assert "It was checked with this ledger’s keys" in outcome(answer)
    assert shown(answer).one("title").text.startswith("Not proven: ")


def test_a_proof_of_another_log_is_checked_with_the_key_in_it_and_that_is_said(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")
    other = SigningKey("other.example/ledger", b"o" * 32)
    bundle["log"] = {"origin": other.name, "vkey": other.verifier.render()}
    sign_again(bundle, other)

    words = outcome(send(signed.office, parts(json.dumps(bundle).encode())))

    assert words.startswith("Proven")
    assert "It is a proof of another log than this one: other.example/ledger." in words
    assert other.verifier.render() in words
    assert "continues the checkpoint" not in words


def test_a_proof_in_this_log_s_name_with_another_key_is_not_proven(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")
    forger = SigningKey(bundle["log"]["origin"], b"f" * 32)
    bundle["log"]["vkey"] = forger.verifier.render()
    sign_again(bundle, forger)

    words = outcome(send(signed.office, parts(json.dumps(bundle).encode())))

    assert words.startswith("Not proven The checkpoint cannot be believed: no known key")


def test_a_proof_of_a_history_that_this_ledger_does_not_continue_raises_the_alarm(
    own: SignedOffice, tmp_path: Path
) -> None:
    (tmp_path / "fork").mkdir()
    with opened(tmp_path / "fork") as office:
        rewording = Do("claims.rewording", bodies.rewording("Two members died."), ("@c1",))
        told(office.desk).given(publication("c1"), rewording)
        forked = SignedOffice(office)
        forked.sign()
        bundle = forked.proof("c1")
    sign_again(bundle, own.keyring.read()[0])

    words = outcome(send(own.office, parts(json.dumps(bundle).encode())))

    assert words.startswith("Proven")
    assert "The ledger on this server does not continue the checkpoint." in words


def test_a_proof_that_only_a_key_before_a_break_signed_says_so(own: SignedOffice) -> None:
    bundle = bundle_of(own)
    keys.rotate(own.desktop, "broken", "Events were lost.")
    own.office.runner.catch_up()

    words = outcome(send(own.office, parts(bundle)))

    assert "That is a key which the log has given up" in words
    page = Readers(own.office).page("/audit")
    assert "The log began anew after it." in page.words
    assert "because events were lost for good" in page.words


def test_nothing_of_what_was_sent_is_kept(signed: SignedOffice) -> None:
    folder, bundle = signed.house.settings.data, bundle_of(signed)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    send(signed.office, parts(bundle))

    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


# What is refused.


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (parts(), "Nothing was sent."),
        (parts(pasted=b"  \r\n "), "Nothing was sent."),
        (parts(b"{}", b"{}"), "A file was chosen and something was pasted."),
        (parts(b"not json"), "The proof bundle cannot be read"),
        (parts(b"\xff\xfe"), "The proof bundle cannot be read"),
        (parts(b"[]"), "This is no proof bundle"),
        (parts(b'{"format": "stemma-proof-bundle-v2"}'), "This is no proof bundle"),
        (parts(b"{" * 100_000), "The proof bundle cannot be read"),
        (parts(b"x")[:-20], "The form"),
        (b"--other\r\n", "The form"),
    ],
)
def test_what_is_no_proof_is_told_from_one_that_proves_nothing(signed: SignedOffice, form: bytes, words: str) -> None:
    page = shown(send(signed.office, form), 422)

    assert page.one(role="alert").words.startswith(f"Nothing was checked. {words}")
    assert not page.all("section", class_="outcome")
    field = page.one("textarea").attributes
    assert field["aria-invalid"] == "true"
    assert page.one(role="alert").attributes["id"] in field["aria-describedby"].split()


@pytest.mark.parametrize("type", [ENCODED, PARTS])
def test_too_long_a_proof_is_refused_as_soon_as_that_is_known(signed: SignedOffice, type: str) -> None:
    long = b"x" * (LARGEST + 1)
    form = encoded(long) if type == ENCODED else parts(long)

    page = shown(send(signed.office, form, type), 413)

    assert "may have 8 MiB; stemma check-proof checks longer ones." in page.one(role="alert").words


def test_what_is_not_a_form_is_not_read(signed: SignedOffice) -> None:
    page = shown(send(signed.office, bundle_of(signed), "application/json"), 415)

    assert "What was sent is not a form." in page.one(role="alert").words


@pytest.mark.parametrize(
    "headers", [{"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_of_another_site_is_not_checked(signed: SignedOffice, headers: dict[str, str]) -> None:
    page = shown(send(signed.office, parts(bundle_of(signed)), **headers), 403)

    assert "another site" in page.one(role="alert").words
    assert not page.all("section", class_="outcome")


def test_what_a_bundle_says_is_shown_as_text(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")
    bundle["claim"] = bundle["log"]["origin"] = "<script>alert(1)</script>\u202e"

    answer = send(signed.office, parts(json.dumps(bundle).encode()))

    assert b"<script" not in answer.content
    assert "<script>alert(1)</script>" in outcome(answer)


def test_the_sent_form_is_answered_to_the_desk_as_the_desk_s(signed: SignedOffice) -> None:
    office: Office = signed.office
    secret = office.secrets["ed"]

    page = shown(send(office, parts(bundle_of(signed)), authorization=f"Bearer {secret}"))

    assert "the desk’s view" in page.one("aside", class_="desk").words
