"""Small PDF files and Anki packages, made from nothing."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple


class Print(NamedTuple):
    """A line of a PDF page."""

    text: str
    size: int = 11
    left: int = 72
    is_bold: bool = False
    gap: int = 4
    """Points between it and the line above, beyond its own size."""


def make_pdf(*pages: Sequence[Print], title: str = "") -> bytes:
    """Return a PDF of these pages, as ISO 32000 has the least of one."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",  # the pages, once their numbers are known
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        f"<< /Title ({title}) >>".encode(),
    ]
    kids = []
    for page in pages:
        drawn = _draw(page)
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        fonts = b"<< /F1 3 0 R /F2 4 0 R >>"
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font %s >> >>" % (len(bodies), fonts)
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table, len(bodies) + 1, len(file))
    )


def _draw(page: Sequence[Print]) -> bytes:
    top, commands = 800, []
    for line in page:
        top -= line.size + line.gap
        font = "F2" if line.is_bold else "F1"
        text = line.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        commands.append(f"BT /{font} {line.size} Tf 1 0 0 1 {line.left} {top} Tm ({text}) Tj ET")
    return "\n".join(commands).encode("cp1252").replace(b"\x95", rb"\225")


def make_apkg(
    *notes: Sequence[str],
    tags: str = "",
    decks: Sequence[str] = ("ML::Search",),
    inner: str = "collection.anki2",
) -> bytes:
    """Return an Anki package of these notes, each a row of fields; decks are taken in turn."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(
            "CREATE TABLE col (id INTEGER PRIMARY KEY, decks TEXT);"
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, mid INTEGER, tags TEXT, flds TEXT);"
            "CREATE TABLE cards (id INTEGER PRIMARY KEY, nid INTEGER, did INTEGER);"
        )
        named = {str(number): {"name": name} for number, name in enumerate(decks)}
        database.execute("INSERT INTO col VALUES (1, ?)", (json.dumps(named),))
        for number, fields in enumerate(notes):
            joined = "\x1f".join(fields)
            database.execute("INSERT INTO notes VALUES (?, 1, ?, ?)", (number, tags, joined))
            database.execute(
                "INSERT INTO cards VALUES (?, ?, ?)", (number, number, number % len(decks))
            )
        database.commit()
        return zipped({inner: database.serialize()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()
