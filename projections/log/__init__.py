"""The transparency log and the ledger's map, kept at hand: hashes that proofs are made from."""
