"""The ledger: events as stored bytes, in one dense order, behind a small port with several stores."""
