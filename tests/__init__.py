"""The tests of Stemma."""
