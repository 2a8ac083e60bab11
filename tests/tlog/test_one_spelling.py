"""What a parser of the log accepts, it renders to the same bytes; anything else it refuses by an error of its own."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tlog.errors import TlogError
from domain.tlog.keys import SigningKey, VerifierKey
from domain.tlog.note import Note, Signature, parse_note, parse_signatures, render_signatures
from domain.tlog.policy import Policy
from domain.tlog.proof import TlogProof
from domain.tlog.tiles import BundleId, TileId, bundle, parse_bundle, parse_tile_path, tile_path
from domain.tlog.treehead import Checkpoint
from domain.tlog.witnessing import AddCheckpoint, parse_size_body, size_body
from tests.tlog.parts import EAST, LOG_KEY, ORIGIN, WEST, cosigned, log_of, spoilt

LOG = log_of(300)
CHECKPOINT = cosigned(LOG.checkpoint(LOG_KEY), EAST)
NOTE = parse_note(CHECKPOINT)
ADD = AddCheckpoint(256, LOG.consistency(256), NOTE)


def text_of(parse: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """A reader of text as one of bytes; what is not UTF-8 reaches it as lone surrogates."""
    return lambda data: parse(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


FORMATS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "note": (CHECKPOINT, lambda data: parse_note(data).render()),
    "signatures": (render_signatures(NOTE.signatures), lambda data: render_signatures(parse_signatures(data))),
    "checkpoint": (NOTE.text.encode(), text_of(lambda text: Checkpoint.parse(text).text())),
    "proof": (LOG.proof(17, CHECKPOINT).render(), lambda data: TlogProof.parse(data).render()),
    "proof-extra": (LOG.proof(17, CHECKPOINT, b"more").render(), lambda data: TlogProof.parse(data).render()),
    "request": (ADD.render(), lambda data: AddCheckpoint.parse(data).render()),
    "size": (size_body(300), lambda data: size_body(parse_size_body(data))),
    "vkey": (LOG_KEY.verifier.render().encode(), text_of(lambda text: VerifierKey.parse(text).render())),
    "vkey-long": (WEST.verifier.render().encode(), text_of(lambda text: VerifierKey.parse(text).render())),
    "skey": (LOG_KEY.render().encode(), text_of(lambda text: SigningKey.parse(text).render())),
    "tile": (b"tile/1/x001/x234/067.p/17", text_of(lambda path: tile_path(parse_tile_path(path)))),
    "entries": (b"tile/entries/x001/x234/067", text_of(lambda path: tile_path(parse_tile_path(path)))),
    "bundle": (bundle([b"", b"one", b"two" * 9]), lambda data: bundle(parse_bundle(data, 3))),
}


@pytest.mark.parametrize("format", FORMATS)
def test_what_was_rendered_is_parsed_to_the_same_bytes(format: str) -> None:
    data, again = FORMATS[format]

    assert again(data) == data


@pytest.mark.parametrize("format", FORMATS)
@given(drawn=st.data())
def test_changed_bytes_are_refused_or_are_another_thing_s_one_spelling(format: str, drawn: st.DataObject) -> None:
    data, again = FORMATS[format]
    changed = drawn.draw(spoilt(data))

    try:
        rendered = again(changed)
    except TlogError:
        return
    if format == "checkpoint" and changed.count(b"\n") > 3:
        assert changed.startswith(rendered)  # extension lines are read over
        return
    assert rendered == changed


@given(data=st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_an_error_of_the_log_s_own(data: bytes) -> None:
    for _, again in FORMATS.values():
        try:
            rendered = again(data)
        except TlogError:
            continue
        assert rendered == data


@given(drawn=st.data())
def test_a_spoilt_policy_is_refused_by_an_error_of_the_log_s_own_or_still_one(drawn: st.DataObject) -> None:
    lines = [
        f"log {LOG_KEY.verifier.render()}",
        f"witness east {EAST.verifier.render()} https://east.example/",
        "group all-of-them all east",
        "quorum all-of-them",
        "",
    ]
    changed = drawn.draw(spoilt("\n".join(lines).encode()))

    try:
        policy = Policy.parse(changed)
    except TlogError:
        return
    assert policy.quorum in {"none", *(each.name for each in policy.witnesses), *(each.name for each in policy.groups)}


names = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1, max_size=40)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=100).map(
    "{}\n".format
)
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=90))


@given(note=st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=20).map(tuple)))
def test_every_note_survives_its_bytes(note: Note) -> None:
    assert parse_note(note.render()) == note


@given(
    id=st.builds(TileId, st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256))
    | st.builds(BundleId, st.integers(0, 2**55 - 1), st.integers(1, 256))
)
def test_every_tile_survives_its_path(id: TileId | BundleId) -> None:
    assert parse_tile_path(tile_path(id)) == id


@given(entries=st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_every_bundle_survives_its_bytes(entries: list[bytes]) -> None:
    assert parse_bundle(bundle(entries), len(entries)) == tuple(entries)


@given(index=st.integers(0, 299), extra=st.none() | st.binary(min_size=1, max_size=200))
def test_every_proof_survives_its_bytes(index: int, extra: bytes | None) -> None:
    proof = LOG.proof(index, CHECKPOINT, extra)

    assert TlogProof.parse(proof.render()) == proof


@given(time=st.integers(1, 2**63 - 1))
def test_every_cosigned_checkpoint_survives_its_bytes(time: int) -> None:
    text = Checkpoint(ORIGIN, 300, LOG.root()).text()
    note = Note(text, (EAST.cosign(text, time),))

    assert parse_note(note.render()) == note
    assert time == int.from_bytes(note.signatures[0].blob[:8], "big")
