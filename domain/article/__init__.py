"""Articles: texts in which claims are placed."""

from domain.article.state import Article, fold

__all__ = ["Article", "fold"]
