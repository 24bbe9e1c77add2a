"""The formats on offer, and the file of each."""

from datetime import datetime
from enum import StrEnum

from viva.errors import NotFoundError
from viva.exports.anki import to_apkg
from viva.exports.documents import to_document, to_json
from viva.exports.table import to_csv
from viva.history import History


class ExportFormat(StrEnum):
    """A kind of file; its value is the file's suffix."""

    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"
    ANKI = "apkg"

    @property
    def media_type(self) -> str:
        """What the web calls it."""
        return {
            ExportFormat.JSON: "application/json; charset=utf-8",
            ExportFormat.CSV: "text/csv; charset=utf-8",
            ExportFormat.MARKDOWN: "text/markdown; charset=utf-8",
            ExportFormat.ANKI: "application/vnd.anki",
        }[self]

    @property
    def about(self) -> str:
        """What is in it, for people."""
        return {
            ExportFormat.JSON: "everything, for programs",
            ExportFormat.CSV: "a row for each question, for spreadsheets",
            ExportFormat.MARKDOWN: "every report, to read",
            ExportFormat.ANKI: "the points you missed, as cards for Anki",
        }[self]


def export_history(history: History, kind: ExportFormat, *, now: datetime) -> bytes:
    """Return a history as a file.

    Raises:
        NotFoundError: If there is nothing to write; says what there would have to be.
    """
    if not history.sessions:
        raise NotFoundError(
            "There is nothing to export yet.", hint="Answer a question first: viva practice."
        )
    match kind:
        case ExportFormat.JSON:
            return to_json(history, exported_at=now).encode()
        case ExportFormat.CSV:
            # With a byte order mark, without which Excel takes UTF-8 for something else.
            return to_csv(history).encode("utf-8-sig")
        case ExportFormat.MARKDOWN:
            return to_document(history).encode()
        case ExportFormat.ANKI:
            return to_apkg(history, now=now)


def file_name(kind: ExportFormat, now: datetime) -> str:
    """Return what a file is called."""
    return f"viva-history-{now:%Y-%m-%d}.{kind}"
