"""What may be said and what was said: values, events, records and their rules, and the ledger that keeps them."""
