import sqlite3
from contextlib import closing
from itertools import count

import pytest
from packages import Print, make_apkg, make_pdf, zipped

from viva.deck import importing, layout_anki
from viva.deck.importing import ImportedSheet, Layout, import_file
from viva.deck.layout_pdf import read_pdf_layout
from viva.deck.writing import dump_deck
from viva.domain import Deck
from viva.errors import DeckError, InputError, VivaError

PAGE = """<!doctype html><html><head><title>Ten questions on search | Some blog</title>
<script>alert(1)</script></head><body><nav><ul><li>Home</li></ul></nav><article>
<h1>Ten questions on search</h1><p>Welcome to this article.</p>
<h2>Serving</h2><h3>1. How would you cut the <em>latency</em>?</h3><p>It depends:</p>
<ul><li><p>Rank with a <b>cheap</b> model first.</p></li>
<li>Distill the model<ul><li>DistilBERT</li><li>TinyBERT</li></ul></li>
<li>Cache &amp; reuse *results* &lt;b&gt;</li></ul><p>That was it.</p>
<h2>Data</h2><p><strong>Where do labels come from?</strong></p><ol><li>Clicks</li>
<li>Raters</li></ol>
<dl><dt>What is skew?</dt><dd>Training and serving differ.</dd></dl>
<h2>References</h2><ul><li>A paper</li></ul></article><footer>Me</footer></body></html>"""


def read(content: bytes | str, name: str = "sheet", **wishes: object) -> ImportedSheet:
    given = content.encode() if isinstance(content, str) else content
    return import_file(given, name=name, **wishes)  # type: ignore[arg-type]  # as they are


def shape(deck: Deck) -> dict[str, list[str]]:
    return {own.text: [bullet.text for bullet in own.bullets] for own in deck.questions}


# --- HTML -------------------------------------------------------------------------------------


def test_an_articles_headings_over_lists_become_questions() -> None:
    sheet = read(PAGE)
    assert sheet.layout is Layout.HTML
    assert sheet.deck.title == "Ten questions on search"
    assert shape(sheet.deck) == {
        "How would you cut the latency?": [
            "Rank with a cheap model first.",
            "Distill the model",
            "Cache & reuse *results* <b>",
        ],
        "Where do labels come from?": ["Clicks", "Raters"],
        "What is skew?": ["Training and serving differ."],
    }
    assert [topic.name for topic in sheet.deck.topics] == ["Serving", "Data"]
    assert sheet.deck.questions[0].bullets[1].key_terms == ("DistilBERT", "TinyBERT")


def test_what_an_article_says_beside_its_lists_is_listed_as_left_out() -> None:
    skipped = [(own.text, own.reason) for own in read(PAGE).skipped]
    assert skipped == [
        ("Welcome to this article.", "before the first question"),
        ("It depends:", "neither a question nor a bullet"),
        ("That was it.", "neither a question nor a bullet"),
        ("A paper", "a bullet of no question"),
        ("References", "a heading without questions"),
    ]


def test_a_page_in_another_encoding_is_read_by_what_it_says_of_itself() -> None:
    page = '<html><meta charset="iso-8859-1"><h2>Über Züge?</h2><ul><li>Größe</li></ul></html>'
    assert shape(read(page.encode("latin-1"), "a.html").deck) == {"Über Züge?": ["Größe"]}


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 20_000 + "<h2>Q?</h2><ul><li>A</li></ul>",
        "<ul><li>" * 20_000 + "x",
        "<b>" * 5_000 + "<p>x</p>",
        "<!--" * 5_000,
    ],
)
def test_hostile_pages_end_in_a_deck_or_a_clear_error(page: str) -> None:
    try:
        assert read("<html>" + page).deck.questions
    except VivaError as error:
        assert error.hint


# --- PDF --------------------------------------------------------------------------------------

SHEET = (
    Print("Search interview", 20),
    Print("Serving", 16, gap=10),
    Print("1. How would you cut the latency of", 13, gap=10),
    Print("a ranking model?", 13),
    Print("• Rank with a cheap model first, so that the costly one"),
    Print("sees few candidates.", left=80),
    Print("• Cache results"),
    Print("What would you measure?", is_bold=True, gap=10),
    Print("• The slowest percent"),
)


def test_large_and_bold_lines_of_a_pdf_become_questions_over_its_marked_lines() -> None:
    sheet = read(make_pdf(SHEET))
    assert sheet.layout is Layout.PDF
    assert sheet.deck.title == "Search interview"
    assert shape(sheet.deck) == {
        "How would you cut the latency of a ranking model?": [
            "Rank with a cheap model first, so that the costly one sees few candidates.",
            "Cache results",
        ],
        "What would you measure?": ["The slowest percent"],
    }


def test_indented_lines_are_bullets_where_a_browser_printed_their_dots_as_drawings() -> None:
    page = (
        Print("How would you cut the latency?", 16),
        Print("These are the main points of all that can be said about it here:"),
        Print("Rank with a cheap model first, so that the costly one sees", left=102),
        Print("few of the candidates.", left=102),
        Print("Cache results", left=102),
    )
    assert shape(read(make_pdf(page)).deck) == {
        "How would you cut the latency?": [
            "Rank with a cheap model first, so that the costly one sees few of the candidates.",
            "Cache results",
        ]
    }


def test_the_head_of_every_page_is_left_out() -> None:
    pages = [
        (Print("My notes 2026"), Print(f"Question number {n}?", 16), Print(f"• Point {n}"))
        for n in range(4)
    ]
    sheet = read(make_pdf(*pages))
    assert len(sheet.deck.questions) == 4
    assert {own.reason for own in sheet.skipped} == {"the head or foot of a page"}


def test_a_pdf_without_text_is_called_a_scan() -> None:
    with pytest.raises(DeckError, match="no text in it: it may be a scan"):
        read(make_pdf(()))


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    ticks = count(step=40)
    with pytest.raises(DeckError, match="too long to be read"):
        read_pdf_layout(make_pdf(SHEET, SHEET, SHEET), name="a.pdf", clock=lambda: next(ticks))


@pytest.mark.parametrize("cut", [20, 200, 700])
def test_a_damaged_pdf_is_a_clear_error(cut: int) -> None:
    with pytest.raises(DeckError, match=r"a\.pdf"):
        read(make_pdf(SHEET)[:cut], "a.pdf")


# --- Anki -------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["collection.anki2", "collection.anki21"])
def test_the_notes_of_an_anki_package_become_questions(inner: str) -> None:
    package = make_apkg(
        ["How do you <b>rank</b> fast?", "<ul><li>Two stages</li><li>Cache &amp; reuse</li></ul>"],
        ["What drifts? [sound:a.mp3]", "Inputs<br>Labels<div>Both</div><img src='x.png'>", "Extra"],
        ["{{c1::Batching}} raises {{c2::throughput::what}}."],
        ["<img src='x.png'>", "only a picture"],
        ["No answer?", ""],
        inner=inner,
    )
    sheet = read(package, "cards.apkg")
    assert sheet.layout is Layout.ANKI
    assert sheet.deck.title == "Search"
    assert shape(sheet.deck) == {
        "How do you rank fast?": ["Two stages", "Cache & reuse"],
        "What drifts?": ["Inputs", "Labels", "Both", "Extra"],
        "Complete: […] raises [what].": ["Batching raises throughput."],
    }
    assert sheet.deck.questions[2].bullets[0].key_terms == ("Batching", "throughput")
    assert [own.reason for own in sheet.skipped] == [
        "a note without a text in front",
        "a question without bullets",
    ]


def test_tags_are_topics_and_so_are_several_decks_names() -> None:
    notes = (["How?", "So"], ["Why?", "Because"])
    tagged = read(make_apkg(*notes, tags=" ml::deep_learning "), "a.apkg").deck
    assert [topic.name for topic in tagged.topics] == ["deep learning"]
    parted = read(make_apkg(*notes, decks=["All::Serving", "All::Data"]), "a.apkg").deck
    assert [topic.name for topic in parted.topics] == ["Serving", "Data"]


def test_the_newer_format_says_how_to_export_the_older_one() -> None:
    package = zipped({"collection.anki21b": b"(\xb5/\xfd", "collection.anki2": b"x"})
    with pytest.raises(DeckError, match="newer format") as caught:
        read(package, "a.apkg")
    assert "Support older Anki versions" in caught.value.hint


def test_a_zip_bomb_is_never_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_anki, "_LARGEST", 1_000_000)
    bomb = zipped({"collection.anki2": bytes(30_000_000)})
    assert len(bomb) < 100_000
    with pytest.raises(DeckError, match="unpacks to more than"):
        read(bomb, "a.apkg")


def test_a_database_that_would_never_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_anki, "_MOST_STEPS", 50)
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(
            "CREATE TABLE col (decks TEXT); CREATE TABLE cards (nid, did);"
            "CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
            " SELECT id, '' AS tags, '' AS flds FROM n;"
        )
        package = zipped({"collection.anki2": database.serialize()})
        with pytest.raises(DeckError, match="damaged"):
            read(package, "a.apkg")
    many = make_apkg(*[["How?", "So"]] * 20_000)
    with pytest.raises(DeckError, match="damaged"):
        read(many, "a.apkg")


@pytest.mark.parametrize(
    "content",
    [b"no zip", zipped({"a.txt": b"x"}), zipped({"collection.anki2": b"no database"}), b"PK\3\4"],
)
def test_what_is_no_anki_package_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(DeckError, match=r"a\.apkg is (no|a damaged) Anki package"):
        read(content, "a.apkg")


def test_a_package_with_a_password_is_a_clear_error() -> None:
    content = bytearray(make_apkg(["How?", "So"]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1  # the flag that says so
    with pytest.raises(DeckError, match="damaged"):
        read(bytes(content), "a.apkg")


# --- Any file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "a zip archive or an office document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xd0\xcf\x11\xe0rest", "an office document"),
    ],
)
def test_files_of_other_kinds_are_named_and_refused(content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(content, "notes.docx")
    assert "paste its text" in caught.value.hint


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LARGEST_FILE", 10)
    with pytest.raises(InputError, match="larger than"):
        read(b"x" * 11)


def test_a_deck_of_more_questions_than_anybody_practises_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "MOST_QUESTIONS", 2)
    with pytest.raises(InputError, match="3 questions; a deck has at most 2"):
        read("".join(f"{n}. How?\n- So\n" for n in range(3)))


def test_bullets_beyond_a_hundred_of_one_question_are_left_out() -> None:
    sheet = read("1. How?\n" + "".join(f"- Point {n} of it\n" for n in range(103)))
    assert len(sheet.deck.questions[0].bullets) == 100
    assert [own.line_number for own in sheet.skipped] == [102, 103, 104]


def test_an_exported_deck_is_imported_as_it_is() -> None:
    deck = read("1. How?\n- So\n").deck
    for name in ("deck.yaml", "pasted text"):
        sheet = read(dump_deck(deck), name)
        assert sheet == (deck, Layout.DECK, ())
    assert read(dump_deck(deck), "deck.yaml", title="Mine").deck.title == "Mine"
