"""Parties: who claims, denies, publishes, or is spoken of."""

from domain.party.state import Party, fold

__all__ = ["Party", "fold"]
