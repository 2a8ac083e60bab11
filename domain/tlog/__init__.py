"""The transparency log's mathematics. Pure; imports nothing else of Stemma."""
