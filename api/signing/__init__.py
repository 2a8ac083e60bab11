"""Signs the ledger as a transparency log: its keys, every checkpoint that was ever signed, and who signs when."""
