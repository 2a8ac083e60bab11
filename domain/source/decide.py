"""Commands on a source."""

from domain.bodies import Withdraw
from domain.errors import NotFound, RuleBroken
from domain.events import ReasonWords
from domain.facts import Asked, Decided, Facts, demand_claim, demand_party, demand_snapshot, demand_source
from domain.source import commands as asks
from domain.source import events as happened
from domain.source.state import Source

_ALWAYS = ("kind", "title", "primary", "confidential")


def register(asked: Asked[asks.RegisterSource], _: None, facts: Facts) -> Decided:
    """A source gets a record."""
    body = asked.body
    _check_parties(asked, facts)
    event = happened.SourceRegistered(
        kind=body.kind,
        publisher_id=body.publisher_id,
        author_ids=body.author_ids,
        language=body.language,
        published_on=body.published_on,
        primary=body.primary,
        confidential=body.confidential,
        words=happened.SourceWords(title=body.title, url=body.url),
    )
    return Decided((event,))


def _check_parties(asked: Asked[asks.RegisterSource] | Asked[asks.DescribeSource], facts: Facts) -> None:
    demand_party(asked, facts, asked.body.publisher_id, "/publisher_id")
    for index, author_id in enumerate(asked.body.author_ids or ()):
        demand_party(asked, facts, author_id, f"/author_ids/{index}")


def describe(asked: Asked[asks.DescribeSource], _: Source, facts: Facts) -> Decided:
    """Some of what identifies the source changes."""
    body, changes = asked.body, asked.body.named()
    if not changes:
        raise asked.fault("", "Name at least one field that changes.")
    for required in _ALWAYS:
        if required in changes and getattr(body, required) is None:
            raise asked.fault(f"/{required}", f"A source always has its {required}; it cannot be cleared.")
    _check_parties(asked, facts)
    event = happened.SourceDescribed(
        changes=changes,
        kind=body.kind,
        publisher_id=body.publisher_id,
        author_ids=body.author_ids or (),
        language=body.language,
        published_on=body.published_on,
        primary=body.primary,
        confidential=body.confidential,
        words=happened.SourceChange(reason=body.reason, title=body.title, url=body.url),
    )
    return Decided((event,))


def declare_origin(asked: Asked[asks.DeclareOrigin], source: Source, facts: Facts) -> Decided:
    """The source got what it says from another."""
    body = asked.body
    demand_source(asked, facts, body.derives_from, "/derives_from")
    demand_claim(asked, facts, body.basis_claim_id, "/basis_claim_id")
    if body.derives_from == source.id:
        raise asked.fault("/derives_from", "A source does not derive from itself.")
    said = body.derives_from, body.relation, body.as_alleged
    if any(o.withdrawn is None and (o.derives_from, o.relation, o.as_alleged) == said for o in source.origins):
        raise asked.fault("/derives_from", "That is recorded already.")
    if body.as_alleged and body.basis_claim_id is None:
        raise asked.fault("/basis_claim_id", "What is only alleged is shown as the claim that says so: name it.")
    origin_id = asked.new_id("ori")
    event = happened.OriginDeclared(
        origin_id=origin_id,
        derives_from=body.derives_from,
        relation=body.relation,
        basis_claim_id=body.basis_claim_id,
        as_alleged=body.as_alleged,
        words=ReasonWords(reason=body.reason),
    )
    return Decided((event,), (origin_id,))


def withdraw_origin(asked: Asked[Withdraw], source: Source, _: Facts) -> Decided:
    """The declared origin should not be relied on."""
    (origin_id,) = asked.path
    origin = source.origin(origin_id)
    if origin is None:
        raise NotFound("origin", origin_id)
    if origin.withdrawn is not None:
        raise RuleBroken("The origin is withdrawn already.")
    words = ReasonWords(reason=asked.body.reason)
    return Decided((happened.OriginWithdrawn(origin_id=origin_id, cause=asked.body.cause, words=words),))


def change_standing(asked: Asked[asks.ChangeStanding], source: Source, facts: Facts) -> Decided:
    """The publisher or the desk says how far the source may be relied on."""
    body = asked.body
    demand_snapshot(asked, facts, source.id, body.snapshot_id, "/snapshot_id")
    if body.standing == source.standing != "corrected":  # a publisher may correct twice
        raise asked.fault("/standing", f"The source's standing is '{body.standing}' already.")
    if body.standing in ("corrected", "retracted"):
        _check_notice(asked)
    if body.standing in ("concern", "gone") and body.declared_by != "desk":
        raise asked.fault("/declared_by", f"'{body.standing}' is the desk's to declare.")
    event = happened.StandingChanged(
        standing=body.standing,
        declared_by=body.declared_by,
        snapshot_id=body.snapshot_id,
        effective_on=body.effective_on,
        words=happened.StandingWords(reason=body.reason, notice_url=body.notice_url),
    )
    return Decided((event,))


def _check_notice(asked: Asked[asks.ChangeStanding]) -> None:
    body = asked.body
    if body.declared_by != "publisher":
        raise asked.fault("/declared_by", f"'{body.standing}' is the publisher's to declare.")
    if body.notice_url is None and body.snapshot_id is None:
        raise asked.fault("/notice_url", f"'{body.standing}' needs the publisher's notice: its address or a snapshot.")
