"""Job descriptions from text, PDF and Word files that people have at hand."""

import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

from viva.deck.reading import decode_text
from viva.errors import InputError, NotFoundError, first_line

LONGEST = 50_000
"""Most characters of a job description that are taken."""
FILE_TYPES = (".pdf", ".docx", ".txt", ".md")
"""Endings of the files that are read."""
LARGEST_FILE = 10_000_000
"""Most bytes of a file."""
_LARGEST_UNPACKED = 50_000_000
"""Bytes that a Word file, which is a zip archive, may hold."""
_MOST_PAGES = 50
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_PASTE = "Paste its text instead."


def read_job_description(path: Path) -> str:
    """Return the text of a file.

    Raises:
        NotFoundError: If there is no such file.
        InputError: If it is of another type, cannot be read, holds no text, or too much.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(
                f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB.", hint=_PASTE
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder.", hint="Name a file in it.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return check_length(_text(content, path), name=path.name)


def check_length(text: str, *, name: str = "The job description") -> str:
    """Return the text, without space around it, if it can be taken.

    Raises:
        InputError: If it is too long.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise InputError(
            f"{name} has {len(text):,} characters; {LONGEST:,} is the most.",
            hint="Leave out what is not about the work.",
        )
    return text


def _text(content: bytes, path: Path) -> str:
    name = path.name
    if content.startswith(_OLD_WORD) or path.suffix.lower() == ".doc":
        raise InputError(f"{name} is an old Word file.", hint="Save it as .docx or as PDF.")
    if content.lstrip()[:5] == b"%PDF-":
        text = _pdf_text(content, name)
        if not text.strip():
            raise InputError(
                f"{name} holds no text: it is most likely a scan, a picture of a page.",
                hint=_PASTE,
            )
        return text
    if content.startswith(b"PK"):
        text = _docx_text(content, name)
    elif path.suffix.lower() in FILE_TYPES:
        text = decode_text(content, name=name)
    else:
        raise InputError(
            f"{name} is none of the types that are read: {', '.join(FILE_TYPES)}.", hint=_PASTE
        )
    if not text.strip():
        raise InputError(f"{name} holds no text.", hint=_PASTE)
    return text


def _pdf_text(content: bytes, name: str) -> str:
    # Imported here, as below: most people never need it, and it takes a while.
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings are about others' programs
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        if len(pages) > _MOST_PAGES:
            raise InputError(
                f"{name} has {len(pages)} pages; {_MOST_PAGES} are the most.", hint=_PASTE
            )
        return "\n".join(page.extract_text() for page in pages)
    except InputError:
        raise
    except FileNotDecryptedError as error:
        raise InputError(f"{name} is protected by a password.", hint=_PASTE) from error
    except Exception as error:  # what a broken file makes of a parser cannot be listed
        raise _unreadable(name, "PDF", error) from error


def _docx_text(content: bytes, name: str) -> str:
    from docx import Document

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_UNPACKED:
                raise InputError(f"{name} unpacks to more than it should.", hint=_PASTE)
            if "word/document.xml" not in archive.namelist():
                raise InputError(f"{name} is an archive, not a Word file.", hint=_PASTE)
        document = Document(io.BytesIO(content))
        return "\n".join(_paragraphs(document))
    except InputError:
        raise
    except Exception as error:  # as above
        raise _unreadable(name, "Word file", error) from error


def _paragraphs(document: object) -> Iterator[str]:
    """Yield the text of paragraphs and table cells in the order in which they stand."""
    from docx.document import Document
    from docx.table import Table

    assert isinstance(document, Document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "\n".join(dict.fromkeys(cell.text for cell in row.cells))
        else:
            yield block.text


def _unreadable(name: str, kind: str, error: Exception) -> InputError:
    return InputError(
        f"{name} cannot be read as a {kind}: {first_line(error)}.", hint=f"Is it whole? {_PASTE}"
    )
