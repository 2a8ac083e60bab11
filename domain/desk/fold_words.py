"""How what happens to the words of recorded events becomes the desk's state."""

from typing import Any

from domain.desk import word_events as happened
from domain.desk.proposals import Concealed, ConcealedText, Outcome, Proposal, ProposalText, WordAct, WordActs
from domain.desk.state import Desk, fold
from domain.events import Recorded, Stamp
from domain.folding import reason_of, replace


@fold.then(happened.ErasureProposed)
def _erasure_proposed(desk: Desk, recorded: Recorded, event: happened.ErasureProposed) -> Desk:
    words = ProposalText() if event.words is None else ProposalText(event.words.reason, event.words.redacted)
    return _proposed(desk, Proposal(event.proposal_id, "erasure", event.positions, Stamp.of(recorded), words))


@fold.then(happened.WithholdingProposed)
def _withholding_proposed(desk: Desk, recorded: Recorded, event: happened.WithholdingProposed) -> Desk:
    words = ProposalText(reason_of(event))
    return _proposed(desk, Proposal(event.proposal_id, "withholding", event.positions, Stamp.of(recorded), words))


@fold.then(happened.ReleaseProposed)
def _release_proposed(desk: Desk, recorded: Recorded, event: happened.ReleaseProposed) -> Desk:
    words = ProposalText(reason_of(event))
    return _proposed(desk, Proposal(event.proposal_id, "release", event.positions, Stamp.of(recorded), words))


def _proposed(desk: Desk, proposal: Proposal) -> Desk:
    return _with(desk, proposals={**desk.word_acts.proposals, proposal.id: proposal})


@fold.then(happened.WordsErased)
def _erased(desk: Desk, recorded: Recorded, event: happened.WordsErased) -> Desk:
    desk = _decided(desk, recorded, event.proposal_id, "done")
    words = ConcealedText() if event.words is None else ConcealedText(event.words.reason, event.words.redacted)
    done = Concealed("erasure", Stamp.of(recorded), words)
    return _with(desk, erased={**desk.word_acts.erased, **dict.fromkeys(event.positions, done)})


@fold.then(happened.WordsWithheld)
def _withheld(desk: Desk, recorded: Recorded, event: happened.WordsWithheld) -> Desk:
    return _kept(desk, recorded, event, "withholding")


@fold.then(happened.WordsReleased)
def _released(desk: Desk, recorded: Recorded, event: happened.WordsReleased) -> Desk:
    return _kept(desk, recorded, event, "release")


@fold.then(happened.ProposalRejected)
def _rejected(desk: Desk, recorded: Recorded, event: happened.ProposalRejected) -> Desk:
    rejected = _decided(desk, recorded, event.proposal_id, "rejected")
    proposal = rejected.word_acts.proposals[event.proposal_id]
    said = replace(proposal.words, rejection_reason=reason_of(event))
    return _with(rejected, proposals={**rejected.word_acts.proposals, proposal.id: replace(proposal, words=said)})


def _kept(desk: Desk, recorded: Recorded, event: Any, act: WordAct) -> Desk:
    desk = _decided(desk, recorded, event.proposal_id, "done")
    done = Concealed(act, Stamp.of(recorded), ConcealedText(reason_of(event)))
    return _with(desk, kept={**desk.word_acts.kept, **dict.fromkeys(event.positions, done)})


def _decided(desk: Desk, recorded: Recorded, proposal_id: str, outcome: Outcome) -> Desk:
    proposal = replace(desk.word_acts.proposals[proposal_id], decided=Stamp.of(recorded), outcome=outcome)
    return _with(desk, proposals={**desk.word_acts.proposals, proposal_id: proposal})


def _with(desk: Desk, **changes: Any) -> Desk:
    acts: WordActs = replace(desk.word_acts, **changes)
    return replace(desk, word_acts=acts)
