"""Parties and sources as JSON."""

from api.representations import shapes
from api.representations.parts import Audience, reasoned, when, withdrawal
from domain.party import Party
from domain.party.state import Affiliation
from domain.source import Source
from domain.source.commands import DIGEST
from domain.source.state import Origin, Snapshot, StandingEntry


def party_body(party: Party, audience: Audience) -> shapes.Party:
    """The party. What ties it to others is shown as the claim that it rests on; as alleged, it is only that claim."""
    return {
        "id": party.id,
        "version": party.version,
        "position": party.changed.position,
        "kind": party.kind,
        "name": party.words.name,
        "description": party.words.description,
        "same_as": list(party.words.same_as or ()),
        "private": party.private,
        "description_reason": party.words.description_reason,
        "affiliations": [_affiliation(a, audience) for a in party.affiliations],
        "registered": when(party.registered, audience),
        "changed": when(party.changed, audience),
    }


def _affiliation(affiliation: Affiliation, audience: Audience) -> shapes.Affiliation:
    words = affiliation.words
    return {
        "id": affiliation.id,
        "party_id": affiliation.party_id,
        "relation": affiliation.relation,
        "from": affiliation.since,
        "until": affiliation.until,
        "basis_claim_id": affiliation.basis_claim_id,
        "as_alleged": affiliation.as_alleged,
        "reason": words.reason,
        **when(affiliation.recorded, audience),
        "ended": reasoned(affiliation.ended, audience, words.end_reason),
        **withdrawal(affiliation.withdrawn, affiliation.cause, words.withdrawal_reason, audience),
    }


def source_body(source: Source, audience: Audience) -> shapes.Source:
    """The source, with its standing now and every change of it."""
    return {
        "id": source.id,
        "version": source.version,
        "position": source.changed.position,
        "kind": source.kind,
        "title": source.words.title,
        "url": source.words.url,
        "publisher_id": source.publisher_id,
        "author_ids": list(source.author_ids),
        "language": source.language,
        "published_on": source.published_on,
        "primary": source.primary,
        "confidential": source.confidential,
        "description_reason": source.words.description_reason,
        "standing": source.standing,
        "standings": [_standing(s, audience) for s in source.standings],
        "origins": [_origin(o, audience) for o in source.origins],
        "snapshots": [snapshot_body(s, audience) for s in source.snapshots],
        "registered": when(source.registered, audience),
        "changed": when(source.changed, audience),
    }


def _standing(entry: StandingEntry, audience: Audience) -> shapes.StandingEntry:
    return {
        "standing": entry.standing,
        "declared_by": entry.declared_by,
        "notice_url": entry.words.notice_url,
        "snapshot_id": entry.snapshot_id,
        "effective_on": entry.effective_on,
        "reason": entry.words.reason,
        **when(entry.declared, audience),
    }


def _origin(origin: Origin, audience: Audience) -> shapes.Origin:
    return {
        "id": origin.id,
        "derives_from": origin.derives_from,
        "relation": origin.relation,
        "basis_claim_id": origin.basis_claim_id,
        "as_alleged": origin.as_alleged,
        "reason": origin.words.reason,
        **when(origin.declared, audience),
        **withdrawal(origin.withdrawn, origin.cause, origin.words.withdrawal_reason, audience),
    }


def snapshot_body(snapshot: Snapshot, audience: Audience) -> shapes.Snapshot:
    """The snapshot, without its bytes."""
    words = snapshot.words
    return {
        "id": snapshot.id,
        "captured_at": snapshot.captured_at,
        "digest": None if snapshot.sha256 is None else DIGEST + snapshot.sha256,
        "size": snapshot.size,
        "media_type": snapshot.media_type,
        "stored": snapshot.stored,
        "http_status": snapshot.http_status,
        "url": words.url,
        "archive_url": words.archive_url,
        "method": words.method,
        "text_digest": None if snapshot.text_sha256 is None else DIGEST + snapshot.text_sha256,
        "text_profile": snapshot.text_profile,
        "no_text": snapshot.no_text,
        **when(snapshot.captured, audience),
        **withdrawal(snapshot.withdrawn, snapshot.cause, words.withdrawal_reason, audience),
    }
