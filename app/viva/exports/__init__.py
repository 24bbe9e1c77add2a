"""A person's interviews as files: everything as JSON, tables, documents, cards for Anki.

``export_history`` makes each of them; nothing is sent anywhere.
"""

from viva.exports.files import ExportFormat, export_history, file_name

__all__ = ["ExportFormat", "export_history", "file_name"]
