"""The desk: the people and programs that record, and what they may do."""

from domain.desk import fold_words as _fold_words  # what it registers belongs to the fold
from domain.desk.state import Desk, fold

__all__ = ["Desk", "_fold_words", "fold"]
