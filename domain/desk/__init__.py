"""The desk: the people and programs that record, and what they may do."""

from domain.desk.state import Desk, fold

__all__ = ["Desk", "fold"]
