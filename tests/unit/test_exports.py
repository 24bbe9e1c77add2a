import csv
import io
import json
import sqlite3
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON, make_deck
from histories import answered, session_of

from viva.domain import Deck, Mode, Phase, Session
from viva.errors import NotFoundError
from viva.exports import ExportFormat, export_history, file_name
from viva.history import History

DECK = make_deck()
CACHING, DRIFT, _ = DECK.questions
HOSTILE = '=HYPERLINK("http://evil.example","<b>x</b>")'


def find_deck(deck_id: str, version: str) -> Deck | None:
    return DECK if deck_id == DECK.id else None


def history_of(*sessions: Session) -> History:
    return History.of(sessions, find_deck)


def one_interview(**fields: object) -> Session:
    turn = answered(CACHING, "covered", "missing", "contradicted", at=NOON, answer=HOSTILE)
    return session_of("s1", DECK, turn).model_copy(update=fields)


def exported(kind: ExportFormat, *sessions: Session) -> bytes:
    return export_history(history_of(*sessions), kind, now=NOON)


def notes(package: bytes, folder: Path) -> dict[str, tuple[list[str], str]]:
    """Fields and tags of the notes by their stable id, as Anki reads them."""
    path = folder / "collection.anki2"
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        assert json.loads(file.read("media")) == {}
        path.write_bytes(file.read("collection.anki2"))
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT guid, flds, tags FROM notes").fetchall()
        assert database.execute("SELECT count(*) FROM cards").fetchone()[0] == len(rows)
    database.close()
    return {guid: (fields.split("\x1f"), tags) for guid, fields, tags in rows}


def test_json_holds_every_interview_whole_and_the_words_of_what_was_asked() -> None:
    session = one_interview()
    found = json.loads(exported(ExportFormat.JSON, session))
    assert (found["format"], found["version"]) == ("viva-history", 1)
    assert [Session.model_validate(own) for own in found["interviews"]] == [session]
    assert list(found["decks"]["tiny"]["questions"]) == ["caching"]
    assert found["decks"]["tiny"]["questions"]["caching"]["bullets"]["b1"] == "Point 1 of caching."


def test_csv_has_a_row_for_each_question_and_runs_no_formula() -> None:
    text = exported(ExportFormat.CSV, one_interview()).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["answer"] == "'" + HOSTILE
    assert (row["attempt"], row["state"], row["score_of_10"]) == ("s1.0", "graded", "3.3")
    assert (row["covered"], row["missing"], row["contradicted"]) == ("1", "1", "1")
    assert row["points_missed"] == "Point 2 of caching. | Point 3 of caching."


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_cell_starts_as_a_formula_does(start: str) -> None:
    turn = answered(CACHING, "missing", "missing", "missing", at=NOON, answer=f"{start}1+1")
    text = exported(ExportFormat.CSV, session_of("s", DECK, turn)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["answer"] == f"'{start}1+1"


def test_markdown_has_every_report() -> None:
    later = session_of(
        "s2", DECK, answered(DRIFT, "covered", "covered", "covered", at=NOON + timedelta(days=1))
    )
    text = exported(ExportFormat.MARKDOWN, later, one_interview()).decode()
    assert text.index("05 January 2026") < text.index("06 January 2026")
    assert "<b>" not in text


def test_anki_gets_a_card_for_each_missed_point_with_all_text_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    bullet = CACHING.bullets[1].model_copy(update={"text": "a < b & <script>", "hint": "Smaller?"})
    question = CACHING.model_copy(
        update={"bullets": (CACHING.bullets[0], bullet, CACHING.bullets[2])}
    )
    deck = DECK.model_copy(update={"questions": (question, *DECK.questions[1:])})
    history = History.of([one_interview()], lambda *_: deck)
    found = notes(export_history(history, ExportFormat.ANKI, now=NOON), tmp_path)
    assert not list(folder.iterdir()), "a copy of the answers was left behind"
    fields, tags = next(own for own in found.values() if own[0][1] == "2 of 3")
    assert len(found) == 2
    assert fields[2:5] == ["Smaller?", "a &lt; b &amp; &lt;script&gt;", "term 2"]
    assert tags.split() == ["viva", "serving"]


def test_a_later_file_has_the_same_ids_so_that_anki_updates_its_cards(tmp_path: Path) -> None:
    later = session_of(
        "s2",
        DECK,
        answered(CACHING, "missing", "missing", "covered", at=NOON + timedelta(days=1)),
    )
    first = notes(exported(ExportFormat.ANKI, one_interview()), tmp_path)
    second = notes(
        export_history(
            history_of(one_interview(), later), ExportFormat.ANKI, now=NOON + timedelta(days=1)
        ),
        tmp_path,
    )
    shared = first.keys() & second.keys()
    assert [first[guid][0][1] for guid in shared] == ["2 of 3"]
    assert len(second) == 2


def test_what_nobody_missed_makes_no_cards_and_says_so() -> None:
    perfect = session_of("s", DECK, answered(CACHING, "covered", "covered", "covered", at=NOON))
    with pytest.raises(NotFoundError, match="no missed point"):
        exported(ExportFormat.ANKI, perfect)


@pytest.mark.parametrize("kind", ExportFormat)
def test_without_interviews_there_is_nothing_to_export(kind: ExportFormat) -> None:
    with pytest.raises(NotFoundError, match="nothing to export"):
        exported(kind)
    assert file_name(kind, NOON) == f"viva-history-2026-01-05.{kind.value}"


@pytest.mark.parametrize("kind", [ExportFormat.JSON, ExportFormat.CSV, ExportFormat.MARKDOWN])
def test_an_exam_that_goes_on_tells_no_marks(kind: ExportFormat) -> None:
    running = one_interview(mode=Mode.EXAM, phase=Phase.ANSWER)
    text = exported(kind, running).decode()
    assert "contradicted" not in text.partition("\n")[2]
    assert "Point 2" not in text, "the reference of an open question"
    assert "HYPERLINK" in text


def test_interviews_on_a_deck_that_is_gone_are_exported_but_make_no_cards() -> None:
    history = History.of([one_interview()], lambda *_: None)
    for kind in (ExportFormat.JSON, ExportFormat.CSV, ExportFormat.MARKDOWN):
        assert export_history(history, kind, now=NOON)
    with pytest.raises(NotFoundError, match="no missed point"):
        export_history(history, ExportFormat.ANKI, now=NOON)
