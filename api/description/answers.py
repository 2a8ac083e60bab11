"""Examples of answers and problems: what the application answered in a small story, kept in `answers.json`.

Long lists are shortened to their first and last item. A test compares the file with what is answered now.
"""

import json
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("answers.json")
_KEPT: Final[dict[str, dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))

ANSWERS: Final = _KEPT["answers"]
"""Operation → what it answers when all is well."""

PROBLEMS: Final = _KEPT["problems"]
"""Kind of problem → one of that kind."""
