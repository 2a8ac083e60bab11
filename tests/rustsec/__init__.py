"""A real history of eight years, told as a journal, and an independent count to hold the ledger against."""
