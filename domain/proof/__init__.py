"""Proofs for strangers: what was recorded of a claim, that nothing of it is left out, and who signed that."""
