import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfWriter

from viva.errors import InputError, NotFoundError
from viva.job_description import LONGEST, check_length, read_job_description

WORDS = "We run Kafka and Spark."


def pdf(text: str) -> bytes:
    """A one-page PDF that says this, or shows nothing if it is empty."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = stream
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx(*paragraphs: str, cell: str = "") -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("job.txt", f"\n{WORDS}\n".encode()),
        ("job.md", WORDS.encode("utf-8-sig")),
        ("job.pdf", pdf(WORDS)),
        ("job.docx", docx(WORDS)),
        ("named.wrongly", pdf(WORDS)),
    ],
)
def test_text_pdf_and_word_files_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert read_job_description(file) == WORDS


def test_the_tables_of_a_word_file_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "job.docx"
    file.write_bytes(docx("Tasks:", cell="Monitor models."))
    assert read_job_description(file) == "Tasks:\nMonitor models."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("scan.pdf", pdf(""), "most likely a scan"),
        ("broken.pdf", b"%PDF-1.7 and no more", "cannot be read as a PDF"),
        ("old.doc", b"\xd0\xcf\x11\xe0rest", "old Word file"),
        ("page.html", b"<p>We run Kafka.</p>", "none of the types"),
        ("photo.txt", b"\x89PNG\0\0", "not a text file"),
        ("archive.docx", archive(readme=b"hello"), "not a Word file"),
        ("bomb.docx", archive(x=b"0" * 50_000_001), "unpacks to more"),
        ("broken.docx", b"PK and no more", "cannot be read as a Word file"),
        ("empty.docx", docx(), "holds no text"),
        ("empty.txt", b" \n", "holds no text"),
        ("long.txt", b"x" * (LONGEST + 1), "50,001 characters; 50,000 is the most"),
        ("huge.txt", b"x" * 10_000_001, "larger than 10 MB"),
        ("pages.pdf", None, "51 pages; 50 are the most"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_with_a_way_out(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    file = tmp_path / name
    if content is None:
        writer = PdfWriter()
        for _ in range(51):
            writer.add_blank_page(10, 10)
        writer.write(file)
    else:
        file.write_bytes(content)
    with pytest.raises(InputError, match=message) as refused:
        read_job_description(file)
    assert refused.value.hint


def test_a_protected_pdf_is_refused_in_words(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "job.pdf")
    with pytest.raises(InputError, match="protected by a password"):
        read_job_description(tmp_path / "job.pdf")


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read_job_description(tmp_path / "nope.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_job_description(tmp_path)


def test_pasted_text_has_the_same_limit() -> None:
    assert check_length(f"  {WORDS}\n") == WORDS
    with pytest.raises(InputError, match="The job description has"):
        check_length("x" * (LONGEST + 1))
