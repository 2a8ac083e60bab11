"""The sources behind a claim: what it cites, and what that goes back to."""

from collections.abc import Iterator
from contextlib import suppress

from api.moments import Moment
from api.reading import Reader
from api.representations import Audience
from domain.claim import Claim
from domain.errors import NotFound
from domain.source import Source


def sources_behind(reader: Reader, claim: Claim, audience: Audience, moment: Moment) -> tuple[str, ...]:
    """The sources that the claim cites or cited, and what those were found to go back to, each once.

    The public is led no further than to a source that it may not be told of: what lies behind would say where that one
    draws from.
    """
    waiting = [id for c in claim.citations for id in (c.via_source_id, c.source_id) if id is not None]
    cited, found = frozenset(waiting), dict[str, None]()
    while waiting:
        id = waiting.pop()
        tellable = audience == "desk" or reader.tells(id)
        if id in found or not (tellable or id in cited):
            continue
        found[id] = None
        waiting.extend(_goes_back_to(reader, id, audience, moment) if tellable else ())
    return tuple(found)


def _goes_back_to(reader: Reader, id: str, audience: Audience, moment: Moment) -> Iterator[str]:
    with suppress(NotFound):
        source: Source = reader.state("source", id, audience, moment)
        yield from (origin.derives_from for origin in source.origins if not origin.as_alleged)
