"""Writes what is made from the code, pages and the examples of answers: `python -m tests.docs`."""

from api.description import answers
from tests.docs.answers import examples, text
from tests.docs.rendering import pages

for path, content in {**pages(), answers.FILE: text(examples())}.items():
    path.write_text(content, encoding="utf-8")
    print(path.name)
