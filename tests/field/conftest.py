"""An office with the story told, as for the tests of the interface."""

from tests.api.web.conftest import office, story

__all__ = ["office", "story"]
