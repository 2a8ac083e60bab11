"""Evidence counted by origin: which sources go back to which, whose they are, and what is left when one falls."""
