"""How people and programs reach the ledger: HTTP, pages, the command line."""
