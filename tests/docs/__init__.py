"""Documentation that is made from the code, or run: it fails the build when it lies."""
