"""Random webs of evidence: sources that derive from each other, loops and all, their publishers, and what cites them.

Everything is recorded by real commands. `random_web(seed, n)` begins as `random_web(seed, m)` does for m > n.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from domain.errors import Refused
from domain.ledger.store import Store
from tests.support import bodies
from tests.support.desk import Desk, Do

DATES: Final = (None, "2019", "2021-05", "2023")
STANCES: Final = ("supports", "supports", "refutes", "reports_claim", "reports_denial", "context")
STANDINGS: Final = ("good", "concern", "corrected", "retracted", "retracted", "gone")
RELATIONS: Final = ("owned_by", "part_of", "operates", "shares_content_of", "funded_by")
PAGES: Final = ("https://example.org/a", "https://example.org/b/", None)
NOTICE: Final = {"notice_url": "https://example.org/notice", **bodies.because()}


def random_web(seed: int, n: int, store: Store | None = None) -> Desk:
    """A desk that recorded `n` random commands about evidence, after a few that make records. The caller closes it."""
    web = Web(Desk(store, seed=seed), Random(seed))
    web.begin()
    for _ in range(n):
        web.step()
    return web.desk


class Web:
    """A desk, dice, and the ids of the records made so far."""

    def __init__(self, desk: Desk, dice: Random) -> None:
        self.desk = desk
        self.dice = dice
        self.parties: list[str] = []
        self.sources: list[str] = []
        self.claims: list[str] = []
        self.articles: list[str] = []

    def begin(self) -> None:
        """Makes a few records of each kind, and lets allegations be published unheard."""
        policy = bodies.policy(four_eyes=False, settings={"reply_required": False})
        self.desk.given(Do("policies.create", policy, by="ap"), Do("policies.approval", {}, ("2",), "ap2"))
        for make in (self._party, self._party, self._party, self._claim, self._claim, *([self._source] * 5)):
            self._try(make())
        self._try(self._article())

    def step(self) -> None:
        """Gives one more random command; the rules may refuse it."""
        moves: tuple[tuple[Callable[[], Do], int], ...] = (
            (self._party, 2),
            (self._source, 4),
            (self._claim, 3),
            (self._article, 1),
            (self._origin, 10),
            (self._cite, 14),
            (self._standing, 7),
            (self._describe, 3),
            (self._affiliate, 5),
            (self._take_back, 6),
            (self._on_article, 6),
            (self._judge, 10),
            (self._link, 5),
            (self._on_claim, 4),
            (self._policy, 1),
        )
        (move,) = self.dice.choices([move for move, _ in moves], [weight for _, weight in moves])
        self._try(move())

    def _try(self, command: Do) -> None:
        try:
            outcome = self.desk.do(command)
        except Refused:
            return
        made = {"party": self.parties, "source": self.sources, "claim": self.claims, "article": self.articles}
        if outcome.status == 201 and outcome.kind in made:
            made[outcome.kind].append(outcome.record)

    def _of(self, ids: list[str]) -> str:
        """One of these; more often one of the first, so that much happens to some."""
        return self.dice.choice(ids[:6] if self.dice.random() < 0.7 else ids)

    def _maybe(self, ids: list[str]) -> str | None:
        return self._of(ids) if self.dice.random() < 0.6 else None

    def _state(self, id: str) -> Any:
        return self.desk.newsroom.streams.load(id).state

    def _party(self) -> Do:
        return Do("parties.create", bodies.party(kind="outlet", name=f"Outlet {len(self.parties)}"))

    def _source(self) -> Do:
        said = bodies.source(
            publisher_id=self._maybe(self.parties),
            author_ids=[self._of(self.parties)] if self.dice.random() < 0.2 else [],
            published_on=self.dice.choice(DATES),
            primary=self.dice.random() < 0.3,
            url=self.dice.choice(PAGES) if self.dice.random() < 0.3 else None,
            confidential=self.dice.random() < 0.1,
        )
        return Do("sources.create", said)

    def _claim(self) -> Do:
        claimant = self._maybe(self.parties)
        named = {} if claimant is None else {"attribution": "named", "claimant_id": claimant}
        return Do("claims.create", bodies.claim(statement=f"It is so, {len(self.claims)}.", kind="fact", **named))

    def _article(self) -> Do:
        said = {"source_id": self._maybe(self.sources), "url": self.dice.choice(PAGES)}
        return Do("articles.create", bodies.article(role=self.dice.choice(("own", "own", "examined")), **said))

    def _origin(self) -> Do:
        alleged = self.dice.random() < 0.1
        said = {
            "derives_from": self._of(self.sources),
            "relation": self.dice.choice(("republishes", "quotes")),
            "basis_claim_id": self._of(self.claims) if alleged else None,
            "as_alleged": alleged,
        }
        return Do("sources.origins", {**said, **bodies.because()}, (self._of(self.sources),))

    def _cite(self) -> Do:
        said = bodies.citation(self._of(self.sources), self.dice.choice(STANCES))
        if said["stance"].startswith("reports"):
            said["reported_party_id"] = self._of(self.parties)
        if self.dice.random() < 0.25:
            said["via_source_id"] = self._of(self.sources)
        return Do("claims.citations", said, (self._of(self.claims),))

    def _standing(self) -> Do:
        standing = self.dice.choice(STANDINGS)
        declared_by = "publisher" if standing in {"corrected", "retracted"} else "desk"
        return Do(
            "sources.standing", {"standing": standing, **NOTICE, "declared_by": declared_by}, (self._of(self.sources),)
        )

    def _describe(self) -> Do:
        said = self.dice.choice(
            (
                {"publisher_id": self._of(self.parties)},
                {"published_on": self.dice.choice(DATES[1:])},
                {"url": self.dice.choice(PAGES[:2])},
                {"author_ids": [self._of(self.parties)]},
                {"title": f"Title {self.dice.randrange(9)}"},
            )
        )
        return Do("sources.description", {**said, **bodies.because()}, (self._of(self.sources),))

    def _affiliate(self) -> Do:
        said = {
            "party_id": self._of(self.parties),
            "relation": self.dice.choice(RELATIONS),
            "from": self.dice.choice((None, "2018", "2022")),
            "until": self.dice.choice((None, "2022-12")),
            "basis_claim_id": self._of(self.claims),
            "as_alleged": self.dice.random() < 0.2,
        }
        return Do("parties.affiliations", {**said, **bodies.because()}, (self._of(self.parties),))

    def _take_back(self) -> Do:
        """Withdraws some origin, affiliation or citation, or ends an affiliation."""
        source, party, claim = (self._state(self._of(ids)) for ids in (self.sources, self.parties, self.claims))
        acts = [
            *(Do("sources.origins.withdrawal", bodies.withdraw(), (source.id, o.id)) for o in source.origins),
            *(Do("claims.citations.withdrawal", bodies.withdraw(), (claim.id, c.id)) for c in claim.citations),
            *(Do("parties.affiliations.withdrawal", bodies.withdraw(), (party.id, a.id)) for a in party.affiliations),
            *(
                Do("parties.affiliations.end", {"until": "2020", **bodies.because()}, (party.id, a.id))
                for a in party.affiliations
            ),
        ]
        return self.dice.choice(acts) if acts else self._cite()

    def _on_article(self) -> Do:
        article = self._state(self._of(self.articles))
        placed = [p.id for p in article.placed]
        if placed and self.dice.random() < 0.3:
            return Do("articles.placements.removal", bodies.because(), (article.id, self.dice.choice(placed)))
        if article.published is None and self.dice.random() < 0.5:
            return Do("articles.publication", {"url": self.dice.choice(PAGES)}, (article.id,))
        return Do("articles.claims", bodies.place(self._of(self.claims)), (article.id,))

    def _judge(self) -> Do:
        claim = self._state(self._of(self.claims))
        if claim.proposal is not None:
            if self.dice.random() < 0.3:
                return Do("claims.verdicts.rejection", bodies.because(), (claim.id, claim.proposal.id), "ap")
            return Do("claims.verdicts.approval", {}, (claim.id, claim.proposal.id), "ap")
        if claim.verdict is not None and self.dice.random() < 0.4:
            act = self.dice.choice(("reaffirmation", "withdrawal"))
            body = bodies.because() if act == "reaffirmation" else bodies.withdraw()
            if claim.verdict.pending is not None:
                return Do("claims.verdicts.approval", {}, (claim.id, claim.verdict.id), "ap")
            return Do(f"claims.verdicts.{act}", body, (claim.id, claim.verdict.id))
        named = [c.id for c in claim.citations if c.withdrawn is None and self.dice.random() < 0.5]
        said = {} if claim.verdict is None else {"changed_because": "new_evidence"}
        return Do("claims.verdicts", bodies.verdict("unproven", *named, **said), (claim.id,))

    def _link(self) -> Do:
        said = {
            "claim_id": self._of(self.claims),
            "relation": self.dice.choice(("depends_on", "depends_on", "refines")),
        }
        return Do("claims.links", said, (self._of(self.claims),))

    def _on_claim(self) -> Do:
        claim = self._state(self._of(self.claims))
        if claim.withdrawn is not None:
            return Do("claims.reinstatement", bodies.because(), (claim.id,))
        act = self.dice.choice(("withdrawal", "rewording", "publication", "disputes"))
        said = {
            "withdrawal": bodies.withdraw(),
            "rewording": bodies.rewording(f"It is really so, {self.dice.randrange(99)}."),
            "publication": {},
            "disputes": bodies.dispute(bodies.position(self._of(self.parties))),
        }
        return Do(f"claims.{act}", said[act], (claim.id,))

    def _policy(self) -> Do:
        policy = self.desk.newsroom.policy
        if policy.versions[-1].adopted is None:
            return Do("policies.approval", {}, (str(len(policy.versions)),), "ap2")
        settings = {"reply_required": False, "merge_publisher_family": self.dice.random() < 0.5}
        return Do("policies.create", bodies.policy(four_eyes=False, settings=settings), by="ap")
