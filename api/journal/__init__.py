"""The journal: commands as JSON Lines, the way in for stories, histories and other programs' data."""

from api.journal.files import Files
from api.journal.importing import Imported, Refusal, import_journal
from api.journal.lines import is_journal

__all__ = ["Files", "Imported", "Refusal", "import_journal", "is_journal"]
