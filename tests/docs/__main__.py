"""Writes the pages that are made from the code: `python -m tests.docs`."""

from tests.docs.rendering import pages

for path, text in pages().items():
    path.write_text(text, encoding="utf-8")
    print(path.name)
