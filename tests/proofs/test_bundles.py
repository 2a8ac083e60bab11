"""A claim's proof shows all that was recorded of it, and nothing else can be made of it: two verifiers, one verdict."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api.proofs import claim_bundle
from domain.errors import InvalidInput, NotCaughtUp, NotFound, Unavailable
from domain.proof.checking import NotProven, Proven, check, read
from domain.tlog.keys import SigningKey
from domain.tlog.policy import Policy
from domain.values import OPERATOR
from examples import check_proof
from projections.log import map as ledger_map
from tests.support.desk import Do
from tests.support.signing import SignedOffice
from tests.support.story import cite, dispute

Bundle = dict[str, Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "check_proof.py"


def proven(bundle: Bundle) -> Proven:
    return check(read(json.dumps(bundle).encode()))


def accepted_by(bundle: Bundle) -> list[str]:
    """Which of the two verifiers accept the bundle."""
    accepted = []
    for name, verify in (("ours", proven), ("the single file", lambda bundle: list(check_proof.check(bundle)))):
        with suppress(NotProven, InvalidInput, check_proof.NotProven, KeyError, TypeError, ValueError, AttributeError):
            verify(bundle)
            accepted.append(name)
    return accepted


# What it shows.


def test_the_public_is_shown_that_nothing_is_left_out_and_how_much_is_withheld(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")

    shown = proven(bundle)

    rows = signed.office.desk.store.stream(signed.office.desk.id("c1"))
    assert (shown.events, shown.claim) == (len(rows), rows[0].stream)
    assert [item["position"] for item in bundle["events"]] == [row.position for row in rows]
    told = [item["state"] for item in bundle["events"]]
    assert told == ["open", "open", "withheld", "withheld", "open", "open", "open", "open"]
    assert (shown.withheld, shown.erased) == (2, 0)
    assert shown.vkeys == (signed.vkey,)
    assert shown.complete_upto == shown.size - 1
    assert (shown.first_at, shown.last_at) == (rows[0].recorded_at, rows[-1].recorded_at)


def test_of_what_is_withheld_only_the_leaf_is_told(signed: SignedOffice) -> None:
    withheld = [item for item in signed.proof("c1")["events"] if item["state"] == "withheld"]

    assert withheld
    for item in withheld:
        assert item.keys() == {"position", "state", "leaf", "inclusion"}
        assert json.loads(item["leaf"]).keys() == {"event_sha256", "recorded_at", "seq", "stream_key", "v", "version"}


def test_the_desk_is_shown_everything(signed: SignedOffice) -> None:
    bundle = signed.proof("c1", by="au")

    assert {item["state"] for item in bundle["events"]} == {"open"}
    assert proven(bundle).withheld == 0
    assert all(item["words"] for item in bundle["events"])


def test_a_draft_is_proven_to_the_desk_alone(signed: SignedOffice) -> None:
    assert proven(signed.proof("c2", by="ed")).events == 1
    signed.office.get(f"/claims/{signed.office.desk.id('c2')}/proof").then(404, "not-found")


def test_words_of_a_confidential_source_are_not_in_the_proof(signed: SignedOffice) -> None:
    desk = signed.office.desk
    secret = {"confidential": True, "reason": "They are afraid."}
    desk.given(Do("sources.description", secret, ("@s1",)))
    signed.sign()

    bundle = signed.proof("c1")

    assert bundle["events"][1]["state"] == "words_withheld"
    assert "words" not in bundle["events"][1]
    assert proven(bundle).withheld == 3
    assert len(accepted_by(bundle)) == 2


def test_a_proof_waits_for_the_newest_event_and_no_longer_than_that(signed: SignedOffice) -> None:
    signed.office.desk.given(cite("s1", "context", name="x9"))
    signed.office.runner.catch_up()

    with pytest.raises(NotCaughtUp):
        claim_bundle(signed.house, signed.office.desk.id("c1"), "desk", patience=0.05)
    signed.sign()
    assert proven(signed.proof("c1")).events == 9


def test_nothing_is_proven_by_a_map_that_is_not_the_ledgers(signed: SignedOffice) -> None:
    with signed.house.views.reading() as reading:
        last = ledger_map.committed(reading)
    assert last is not None
    signed.office.desk.newsroom.commit_map(last.position, "00" * 32, (last.stream, last.version))
    signed.office.runner.catch_up()

    with pytest.raises(Unavailable, match="not that of the ledger"):
        claim_bundle(signed.house, signed.office.desk.id("c1"), "desk", patience=0)


def test_there_is_no_proof_of_what_there_is_not(signed: SignedOffice) -> None:
    with pytest.raises(NotFound):
        claim_bundle(signed.house, signed.office.desk.id("s1"), "desk")


# What cannot be made of it.


def leaves_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves_of(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves_of(inner, (*path, index))
    else:
        yield path, value


def with_changed(bundle: Bundle, path: tuple[Any, ...], value: Any) -> Bundle:
    changed = copy.deepcopy(bundle)
    holder: Any = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


def others(value: Any) -> Iterator[Any]:
    """Other values in the place of one."""
    if isinstance(value, int):
        yield from (value + 1, value - 1)
        return
    for place in {0, len(value) // 2, max(len(value) - 2, 0)}:
        yield value[:place] + ("A" if value[place : place + 1] != "A" else "B") + value[place + 1 :]
    yield from (value + " ", value[:-1], "")


def test_whatever_is_changed_in_a_proof_both_verifiers_refuse_it(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")
    assert len(accepted_by(bundle)) == 2
    tried = 0

    for path, value in leaves_of(bundle):
        for other in others(value):
            tried += 1
            assert accepted_by(with_changed(bundle, path, other)) == [], (path, other)

    assert tried > 500


def test_whatever_is_taken_out_of_a_proof_both_verifiers_refuse_it(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")

    for path, _ in leaves_of(bundle):
        for depth in range(1, len(path) + 1):
            changed = copy.deepcopy(bundle)
            holder: Any = changed
            for step in path[: depth - 1]:
                holder = holder[step]
            del holder[path[depth - 1]]
            assert accepted_by(changed) == [], path[:depth]


Change = Callable[[list[Any]], Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda events: events.pop(0),
        lambda events: events.pop(3),
        lambda events: events.pop(),
        lambda events: events.clear(),
        lambda events: events.reverse(),
        lambda events: events.append(events[-1]),
        lambda events: events.insert(1, events[1]),
        lambda events: events.__setitem__(slice(2, 4), events[3:1:-1]),
    ],
    ids=["the first", "a middle one", "the last", "all", "the order", "one twice at the end", "one twice", "a swap"],
)
def test_no_event_is_left_out_put_in_or_moved(signed: SignedOffice, change: Change) -> None:
    bundle = signed.proof("c1")

    change(bundle["events"])

    assert accepted_by(bundle) == []


def test_events_cannot_be_counted_anew(signed: SignedOffice) -> None:
    bundle = signed.proof("c1")
    bundle["events"].pop(2)
    for number, item in enumerate(bundle["events"], 1):
        leaf = json.loads(item["leaf"])
        item["leaf"] = json.dumps({**leaf, "version": number}, separators=(",", ":"), sort_keys=True)

    assert accepted_by(bundle) == []


def test_the_last_event_cannot_be_hidden_behind_an_older_commitment(signed: SignedOffice) -> None:
    older = signed.proof("c1")
    signed.office.desk.given(dispute(name="d2", question="Did anybody die?"))
    signed.sign()
    newer = signed.proof("c1")

    for name in ("map", "checkpoint", "events"):
        assert accepted_by({**newer, name: older[name]}) == []
    # Both are proofs of their own time, and say of which.
    assert proven(older).complete_upto < proven(newer).complete_upto
    assert proven(older).events < proven(newer).events


def test_a_whole_claim_cannot_be_hidden(signed: SignedOffice) -> None:
    one, other = signed.proof("c1"), signed.proof("c2", by="ed")

    assert accepted_by({**one, "claim": other["claim"]}) == []
    assert accepted_by({**other, "map": one["map"]}) == []
    assert accepted_by({**one, "events": other["events"]}) == []


def test_another_key_is_not_trusted_whatever_the_file_says(signed: SignedOffice) -> None:
    stranger = SigningKey("example.org/ledger", bytes(32)).verifier
    bundle = signed.proof("c1")

    with pytest.raises(NotProven, match="cannot be believed"):
        check(read(json.dumps(bundle).encode()), Policy.of_logs([stranger]))
    with pytest.raises(check_proof.NotProven):
        list(check_proof.check(bundle, stranger.render()))


def test_a_doubled_member_is_refused(signed: SignedOffice) -> None:
    text = json.dumps(signed.proof("c1"))
    doubled = text.replace('{"format"', '{"claim": "clm_another", "format"', 1)

    with pytest.raises(InvalidInput):
        read(doubled.encode())
    with pytest.raises(check_proof.NotProven):
        check_proof.from_json(doubled)


# The programs.


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_the_single_file_checks_a_file_and_says_what_it_found(signed: SignedOffice, tmp_path: Path) -> None:
    path = signed.write(tmp_path, "c1")

    good = run("-I", str(EXAMPLE), str(path), "--vkey", signed.vkey)

    assert good.returncode == 0
    assert good.stdout.startswith(f"PROVEN: {signed.office.desk.id('c1')} has 8 events")
    assert good.stdout.count("withheld") == 2
    path.write_text(path.read_text().replace("supports", "refutes"))
    bad = run("-I", str(EXAMPLE), str(path))
    assert bad.returncode == 1
    assert bad.stderr.startswith("NOT PROVEN: the head of event")
    path.write_text("{")
    assert run("-I", str(EXAMPLE), str(path)).returncode == 1


def test_the_single_file_is_short_and_needs_nothing_of_ours() -> None:
    text = EXAMPLE.read_text()
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}

    assert len(text.splitlines()) < 300
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_the_digest_of_a_snapshot_is_in_the_proof(signed: SignedOffice) -> None:
    desk, text = signed.office.desk, b"A member died in the raid, the group says."
    digest = sha256(text).hexdigest()
    captured = {
        "digest": f"sha-256:{digest}",
        "archive_url": "https://archive.example/1",
        "captured_at": "2026-11-20T10:00:00Z",
    }
    desk.given(
        Do("sources.snapshots", captured, ("@s1",), name="n1"),
        cite("s1", name="x7", snapshot_id="@n1", quote={"text": "A member died in the raid", "wording": "verbatim"}),
    )
    signed.sign()

    bundle = signed.proof("c1")

    assert proven(bundle).snapshots == (digest,)
    assert any(digest in line for line in check_proof.check(bundle))
    assert accepted_by({**bundle, "snapshots": bundle["map"]["event"]}) == []


# What became of words.


def do_with_words(signed: SignedOffice, act: str, position: int, **said: Any) -> None:
    """Two admins do something to the words of the event at this position."""
    office, desk = signed.office, signed.office.desk
    if "ad2" not in desk.names:
        desk.given(Do("actors.create", {"name": "Another admin", "roles": ["admin"]}, by=OPERATOR, name="ad2"))
        office.secrets["ad2"] = "stemma_ad2"
        office.issue("ad2", "stemma_ad2")
    path = f"/events/{position}/{act}"
    proposal = office.post(path, {"reason": "It names somebody.", **said}, by="ad").then(201).body["created"][0]
    office.post(f"{path}/approval", {"proposal_id": proposal}, by="ad2").then(200)
    signed.sign()


def test_erased_words_are_named_and_everything_else_still_holds(signed: SignedOffice) -> None:
    before = signed.proof("c1")
    first = before["events"][0]["position"]
    statement = signed.office.desk.state("c1").words.statement

    do_with_words(signed, "erasure", first, redacted_words={"statement": "Something was said."})

    after = signed.proof("c1")
    assert after["events"][0]["state"] == "erased"
    assert after["events"][0]["head"] == before["events"][0]["head"]
    (erasure,) = after["erasures"]
    assert after["events"][0]["erased_by"] == erasure["position"]
    assert "Something was said." in erasure["words"]
    assert statement not in json.dumps(after)
    assert len(accepted_by(after)) == 2
    assert proven(after).erased == 1
    assert len(accepted_by(before)) == 2  # who has it still, has the proof
    for path, value in leaves_of(after):
        if path[0] == "erasures" or path[:2] == ("events", 0):
            for other in others(value):
                assert accepted_by(with_changed(after, path, other)) == [], (path, other)
    assert accepted_by({**after, "erasures": []}) == []
    assert accepted_by({**after, "erasures": [after["map"]["event"]]}) == []


def test_withheld_words_are_proven_when_they_are_released_by_a_checkpoint_of_before(signed: SignedOffice) -> None:
    first = signed.proof("c1")["events"][0]["position"]
    do_with_words(signed, "withholding", first)
    withheld = signed.proof("c1")
    checkpoint = withheld["checkpoint"]
    assert withheld["events"][0]["state"] == "withheld"
    assert len(accepted_by(withheld)) == 2

    do_with_words(signed, "release", first)

    released = signed.proof("c1")["events"][0]
    assert released["state"] == "open"
    told = {**withheld["events"][0], "state": "open", "head": released["head"], "words": released["words"]}
    by_then = {**withheld, "events": [told, *withheld["events"][1:]]}
    assert by_then["checkpoint"] == checkpoint
    assert len(accepted_by(by_then)) == 2
