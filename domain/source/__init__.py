"""Sources: what was published or said, and can be cited."""

from domain.source.state import Source, fold

__all__ = ["Source", "fold"]
