"""The proof of a claim as its page offers it."""

from dataclasses import dataclass

from api.pages.library import Library


@dataclass(frozen=True, slots=True)
class ProofPart:
    """Where the proof of the claim is, absent where nothing is signed, and what its file is called.

    `stopped` says that nothing is signed any more, so that the proof may be had no longer.
    """

    href: str | None
    file: str
    stopped: bool


def proof_part(id: str, library: Library) -> ProofPart | None:
    """The proof of everything up to now; None on the page of a past moment."""
    if library.past:
        return None
    signing = library.log.signing
    return ProofPart(
        href=None if signing == "off" else f"/api/v1/claims/{id}/proof",
        file=f"{id}.proof.json",
        stopped=signing == "stopped",
    )
