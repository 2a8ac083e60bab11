"""Claims that others checked, with the answers on which they concluded, as a journal."""
