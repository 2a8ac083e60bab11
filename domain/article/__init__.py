"""Articles: texts in which claims are placed."""

from domain.article.fold import fold
from domain.article.state import Article

__all__ = ["Article", "fold"]
