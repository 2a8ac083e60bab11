"""The policy: how verdicts are given, by whom, on which scale."""

from domain.policy.state import Policy, fold

__all__ = ["Policy", "fold"]
