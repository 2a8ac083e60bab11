"""Every command there is: its route, its body, who may ask it, and the function that decides it.

This table is the one place that the HTTP routes, the journal's `do` names, the documentation and the test of who may
what are made from. A command's name is its route without ids: `POST /claims/{claim_id}/disputes/{dispute_id}/positions`
is `claims.disputes.positions`; a plain `POST /claims` is `claims.create`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from domain import bodies
from domain.article import commands as article
from domain.article import decide as on_article
from domain.claim import citing as on_citing
from domain.claim import commands as claim
from domain.claim import decide as on_claim
from domain.claim import disputes as on_dispute
from domain.claim import quotes as on_quote
from domain.claim import replies as on_reply
from domain.claim import searches as on_search
from domain.claim import verdicts as on_verdict
from domain.desk import commands as desk
from domain.desk import decide as on_desk
from domain.desk import word_commands as word
from domain.desk import words as on_words
from domain.facts import Asked, Decided, Facts
from domain.party import commands as party
from domain.party import decide as on_party
from domain.policy import commands as policy
from domain.policy import decide as on_policy
from domain.source import commands as source
from domain.source import decide as on_source
from domain.source import snapshots as on_snapshot
from domain.values import CHECKER, Role

RecordKind = Literal["party", "source", "claim", "article", "policy", "actor", "event"]
Decide = Callable[[Asked[Any], Any, Facts], Decided]

RECORD: Final[frozenset[Role]] = frozenset({"editor", "approver", "importer"})
APPROVE: Final[frozenset[Role]] = frozenset({"approver"})
ADMINISTER: Final[frozenset[Role]] = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Act:
    """One command. `creates` says that it makes a record; every other command changes one, whose id comes first.

    `also_by` is an actor of the program itself, without a role, that gives the command too.
    """

    path: str
    kind: RecordKind
    body: type[bodies.Body]
    roles: frozenset[Role]
    decide: Decide
    also_by: str | None = None

    @property
    def creates(self) -> bool:
        """Whether the command makes a new record instead of changing one."""
        return "{" not in self.path

    @property
    def conditional(self) -> bool:
        """Whether the command changes something that has versions. An event has none: it never changes."""
        return not self.creates and self.kind != "event"

    @property
    def status(self) -> int:
        """The HTTP status of its success: 201 where it makes a record, or a proposal about an event."""
        return 201 if self.creates or (self.kind == "event" and self.path.count("/") == 3) else 200

    @property
    def name(self) -> str:
        """The command's name in journals: its route without ids."""
        words = [part for part in self.path.strip("/").split("/") if not part.startswith("{")]
        return ".".join(words) if len(words) > 1 or not self.creates else f"{words[0]}.create"

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the ids in the route, in order."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def summary(self) -> str:
        """What the command does, in a sentence."""
        return (self.body.__doc__ or "").strip().split("\n")[0]


def _claims() -> list[Act]:
    at, dispute, verdict = "/claims/{claim_id}", "/disputes/{dispute_id}", "/verdicts/{verdict_id}"
    reply = "/replies/{reply_id}"
    return [
        Act("/claims", "claim", claim.AssertClaim, RECORD, on_claim.assert_claim),
        Act(f"{at}/description", "claim", claim.DescribeClaim, RECORD, on_claim.describe),
        Act(f"{at}/rewording", "claim", claim.Reword, RECORD, on_claim.reword),
        Act(f"{at}/quantity", "claim", claim.StateQuantity, RECORD, on_claim.state_quantity),
        Act(f"{at}/citations", "claim", claim.Cite, RECORD, on_citing.cite),
        Act(
            f"{at}/citations/{{citation_id}}/withdrawal", "claim", bodies.Withdraw, RECORD, on_citing.withdraw_citation
        ),
        Act(f"{at}/citations/{{citation_id}}/check", "claim", claim.CheckQuote, RECORD, on_quote.check, CHECKER),
        Act(f"{at}/links", "claim", claim.Connect, RECORD, on_citing.link),
        Act(f"{at}/links/{{link_id}}/withdrawal", "claim", bodies.Withdraw, RECORD, on_citing.withdraw_link),
        Act(f"{at}/publication", "claim", bodies.Nothing, RECORD, on_claim.publish),
        Act(f"{at}/withdrawal", "claim", bodies.Withdraw, RECORD, on_claim.withdraw),
        Act(f"{at}/reinstatement", "claim", bodies.GiveReason, RECORD, on_claim.reinstate),
        Act(f"{at}/disputes", "claim", claim.OpenDispute, RECORD, on_dispute.open_dispute),
        Act(f"{at}{dispute}/positions", "claim", claim.TakePosition, RECORD, on_dispute.state_position),
        Act(
            f"{at}{dispute}/positions/{{position_id}}/withdrawal",
            "claim",
            bodies.Withdraw,
            RECORD,
            on_dispute.withdraw_position,
        ),
        Act(f"{at}{dispute}/narrowing", "claim", claim.Narrow, RECORD, on_dispute.narrow),
        Act(f"{at}{dispute}/settlement", "claim", claim.Settle, RECORD, on_dispute.settle),
        Act(f"{at}{dispute}/settlement/approval", "claim", bodies.Nothing, APPROVE, on_dispute.approve_settlement),
        Act(f"{at}{dispute}/reopening", "claim", bodies.GiveReason, RECORD, on_dispute.reopen),
        Act(f"{at}/replies", "claim", claim.AskReply, RECORD, on_reply.ask),
        Act(f"{at}{reply}/answer", "claim", claim.RecordAnswer, RECORD, on_reply.answer),
        Act(f"{at}{reply}/refusal", "claim", claim.RecordRefusal, RECORD, on_reply.decline),
        Act(f"{at}{reply}/consideration", "claim", bodies.GiveReason, RECORD, on_reply.consider),
        Act(f"{at}{reply}/withdrawal", "claim", bodies.Withdraw, RECORD, on_reply.withdraw),
        Act(f"{at}/searches", "claim", claim.RecordSearch, RECORD, on_search.record),
        Act(f"{at}/searches/{{search_id}}/withdrawal", "claim", bodies.Withdraw, RECORD, on_search.withdraw),
        Act(f"{at}/verdicts", "claim", claim.ProposeVerdict, RECORD, on_verdict.propose),
        Act(f"{at}{verdict}/approval", "claim", claim.Approve, APPROVE, on_verdict.approve),
        Act(f"{at}{verdict}/rejection", "claim", bodies.GiveReason, APPROVE, on_verdict.reject),
        Act(f"{at}{verdict}/withdrawal", "claim", bodies.Withdraw, RECORD, on_verdict.withdraw),
        Act(f"{at}{verdict}/reaffirmation", "claim", bodies.GiveReason, RECORD, on_verdict.reaffirm),
    ]


def _articles() -> list[Act]:
    at = "/articles/{article_id}"
    placement = f"{at}/placements/{{placement_id}}"
    return [
        Act("/articles", "article", article.DraftArticle, RECORD, on_article.draft),
        Act(f"{at}/revisions", "article", article.ReviseText, RECORD, on_article.revise),
        Act(f"{at}/claims", "article", article.PlaceClaim, RECORD, on_article.place),
        Act(f"{placement}/selector", "article", article.PlaceAgain, RECORD, on_article.place_again),
        Act(f"{placement}/confirmation", "article", article.ConfirmPlacement, RECORD, on_article.confirm),
        Act(f"{placement}/removal", "article", bodies.GiveReason, RECORD, on_article.remove),
        Act(f"{at}/publication", "article", article.PublishArticle, RECORD, on_article.publish),
        Act(f"{at}/withdrawal", "article", article.WithdrawArticle, RECORD, on_article.withdraw),
        Act(f"{at}/reinstatement", "article", bodies.GiveReason, RECORD, on_article.reinstate),
        Act(f"{at}/corrections", "article", article.IssueCorrection, RECORD, on_article.correct),
    ]


def _parties_and_sources() -> list[Act]:
    at, affiliation = "/parties/{party_id}", "/affiliations/{affiliation_id}"
    of = "/sources/{source_id}"
    return [
        Act("/parties", "party", party.RegisterParty, RECORD, on_party.register),
        Act(f"{at}/description", "party", party.DescribeParty, RECORD, on_party.describe),
        Act(f"{at}/affiliations", "party", party.Affiliate, RECORD, on_party.affiliate),
        Act(f"{at}{affiliation}/end", "party", party.EndAffiliation, RECORD, on_party.end_affiliation),
        Act(f"{at}{affiliation}/withdrawal", "party", bodies.Withdraw, RECORD, on_party.withdraw_affiliation),
        Act("/sources", "source", source.RegisterSource, RECORD, on_source.register),
        Act(f"{of}/description", "source", source.DescribeSource, RECORD, on_source.describe),
        Act(f"{of}/origins", "source", source.DeclareOrigin, RECORD, on_source.declare_origin),
        Act(f"{of}/origins/{{origin_id}}/withdrawal", "source", bodies.Withdraw, RECORD, on_source.withdraw_origin),
        Act(f"{of}/snapshots", "source", source.CaptureSnapshot, RECORD, on_snapshot.capture),
        Act(f"{of}/snapshots/{{snapshot_id}}/withdrawal", "source", bodies.Withdraw, RECORD, on_snapshot.withdraw),
        Act(f"{of}/standing", "source", source.ChangeStanding, RECORD, on_source.change_standing),
    ]


def _policy_and_desk() -> list[Act]:
    at = "/actors/{actor_id}"
    return [
        Act("/policies", "policy", policy.ProposePolicy, APPROVE, on_policy.propose),
        Act("/policies/{policy_number}/approval", "policy", bodies.Nothing, APPROVE, on_policy.adopt),
        Act("/actors", "actor", desk.EnrolActor, ADMINISTER, on_desk.enrol),
        Act(f"{at}/roles", "actor", desk.GrantRole, ADMINISTER, on_desk.grant),
        Act(f"{at}/roles/{{role}}/revocation", "actor", desk.RevokeRole, ADMINISTER, on_desk.revoke),
        Act(f"{at}/tokens", "actor", desk.IssueToken, ADMINISTER, on_desk.issue_token),
        Act(f"{at}/tokens/{{token_id}}/revocation", "actor", desk.RevokeToken, ADMINISTER, on_desk.revoke_token),
    ]


def _words() -> list[Act]:
    erasure, withholding, release = (f"/events/{{position}}/{act}" for act in ("erasure", "withholding", "release"))
    return [
        Act(erasure, "event", word.Erase, ADMINISTER, on_words.propose_erasure),
        Act(f"{erasure}/approval", "event", word.Agree, ADMINISTER, on_words.approve_erasure),
        Act(f"{erasure}/rejection", "event", word.Disagree, ADMINISTER, on_words.reject_erasure),
        Act(withholding, "event", word.Conceal, ADMINISTER, on_words.propose_withholding),
        Act(f"{withholding}/approval", "event", word.Agree, ADMINISTER, on_words.approve_withholding),
        Act(f"{withholding}/rejection", "event", word.Disagree, ADMINISTER, on_words.reject_withholding),
        Act(release, "event", word.Conceal, ADMINISTER, on_words.propose_release),
        Act(f"{release}/approval", "event", word.Agree, ADMINISTER, on_words.approve_release),
        Act(f"{release}/rejection", "event", word.Disagree, ADMINISTER, on_words.reject_release),
    ]


ACTS: Final[dict[str, Act]] = {
    act.name: act for act in (*_claims(), *_articles(), *_parties_and_sources(), *_policy_and_desk(), *_words())
}
"""Name → command."""
