import json
from pathlib import Path

import pytest
from builders import make_deck

from viva.cli import _run
from viva.deck.loading import load_deck
from viva.settings import load_settings
from viva.storage import Database, DeckStore

DECK = """\
id: small
title: Small [bold]deck[/bold]
topics:
  - id: serving
    name: Serving
  - id: data
    name: Data
questions:
  - id: caching
    text: How would you [red]cache[/red]?
    topics: [serving]
    difficulty: hard
    bullets:
      - id: hot-keys
        text: Cache the hot keys.
        weight: 2
        key_terms: [LRU]
        hint: What is asked for most?
  - id: labels
    text: Where do labels come from?
    topics: [data]
    bullets:
      - id: people
        text: From people.
      - id: logs
        text: From logs.
"""

SHEET = "My sheet\n\n1. How?\n  • Use [bold]this\nImage by me\n  • And that\n\n2. Why?\n"


@pytest.fixture(autouse=True)
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(DECK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIVA_DECK", "small.yaml")
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "home"))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = _run(["deck", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


Capture = pytest.CaptureFixture[str]

# --- list, show -------------------------------------------------------------------------------


def test_list_shows_the_shipped_decks_and_the_one_in_use(capsys: Capture) -> None:
    code, out, _ = run(capsys, "list")
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert rows[1][:5] == ["ml_system_design", "ml-system-design", "ML", "system", "design"]
    assert out.splitlines()[2].split("  ")[0] == "small.yaml"
    assert rows[2][-5:] == ["2", "3", "2", "in", "use"]
    assert "Small [bold]deck[/bold]" in out


def test_list_marks_a_shipped_deck_in_use_once(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_DECK", "ml-system-design")
    _, out, _ = run(capsys, "list")
    assert out.count("ml_system_design") == out.count("in use") == 1


def test_list_shows_what_there_is_though_the_deck_in_use_is_not(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_DECK", "gone.yaml")
    code, out, err = run(capsys, "list")
    assert code == 2
    assert "ml_system_design" in out
    assert "There is no deck 'gone.yaml'" in err


def test_list_shows_own_decks_too_and_marks_the_one_in_use(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(load_settings().database)
    DeckStore(database).add(make_deck())
    database.close()
    monkeypatch.setenv("VIVA_DECK", "tiny")
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert out.splitlines()[-1].split() == "(own) tiny Tiny deck 3 9 3 in use".split()


def test_list_points_a_broken_deck_to_check(capsys: Capture, deck: Path) -> None:
    deck.write_text("id: x", encoding="utf-8")
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert "viva deck check small.yaml" in out


def test_show_lists_every_question_with_its_topics_and_difficulty(capsys: Capture) -> None:
    code, out, _ = run(capsys, "show")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["Small", "[bold]deck[/bold]:", "2", "questions"]
    assert lines[2:] == [["caching", "hard", "1", "serving"], ["labels", "medium", "2", "data"]]


def test_show_narrows_to_a_topic(capsys: Capture) -> None:
    _, out, _ = run(capsys, "show", "--topic", "data")
    assert "labels" in out
    assert "caching" not in out


def test_show_shows_a_question_with_all_that_its_bullets_hold(capsys: Capture) -> None:
    code, out, _ = run(capsys, "show", "caching")
    assert code == 0
    for words in ("How would you [red]cache[/red]?", "Cache the hot keys.", "weight 2", "LRU",
                  "What is asked for most?", "hard", "Serving"):  # fmt: skip
        assert words in out


def test_show_prints_json(capsys: Capture) -> None:
    _, out, _ = run(capsys, "show", "caching", "--json")
    assert json.loads(out)["bullets"][0]["key_terms"] == ["LRU"]
    _, out, _ = run(capsys, "show", "--topic", "data", "--json")
    assert [question["id"] for question in json.loads(out)["questions"]] == ["labels"]


def test_show_reads_another_deck(capsys: Capture) -> None:
    code, out, _ = run(capsys, "show", "--deck", "ml_system_design")
    assert code == 0
    assert "caching" not in out.split()
    assert out.startswith("ML system design: 61 questions")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cachin"], ["The deck has no question 'cachin'.", "Did you mean caching?"]),
        (["zzz"], ["The deck has no question 'zzz'.", "'viva deck show' lists all."]),
        (["--topic", "servin"], ["no topic 'servin'", "mean serving?", "It has serving, data."]),
        (["--deck", "none"], ["There is no deck 'none'.", "Shipped decks: ml_system_design"]),
        (["caching", "--topic", "data"], ["not both"]),
    ],
)
def test_show_says_what_it_does_not_find(
    capsys: Capture, arguments: list[str], words: list[str]
) -> None:
    code, out, err = run(capsys, "show", *arguments)
    assert (code, out) == (2, "")
    assert all(word in err for word in words)


# --- check ------------------------------------------------------------------------------------


def test_check_says_in_one_line_that_a_deck_is_good(capsys: Capture) -> None:
    assert run(capsys, "check") == (0, "small.yaml: 2 questions, 3 bullets, no errors.\n", "")


def test_check_lists_every_error_with_its_line(capsys: Capture, deck: Path) -> None:
    bad = DECK.replace("[data]", "[date]").replace("weight: 2", "weight: 0")
    deck.write_text(bad, encoding="utf-8")
    code, out, err = run(capsys, "check", "small.yaml")
    assert (code, out) == (2, "")
    assert "small.yaml has 2 errors:" in err
    assert "line 16: question 'caching': bullet 'hot-keys': weight must be greater than 0" in err
    assert "line 21: question 'labels': topic 'date' is not among" in err
    assert "corpus/README.md" in err


def test_check_reports_all_files_before_it_fails(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    names = ("empty.yaml", "none.yaml", "bytes.yaml", "small.yaml", "ml_system_design")
    code, out, err = run(capsys, "check", *names)
    assert code == 2
    assert out.startswith("small.yaml: 2 questions, 3 bullets, no errors.\nml_system_design: 61")
    assert "empty.yaml has 1 error:" in err
    assert "There is no deck 'none.yaml'" in err
    assert "bytes.yaml is not UTF-8 text" in err


# --- import -----------------------------------------------------------------------------------


def test_import_writes_a_deck_and_says_what_it_understood(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "sheet.txt").write_text(SHEET)
    code, out, err = run(capsys, "import", "sheet.txt")
    deck = load_deck(tmp_path / "sheet.yaml")
    assert code == 0
    assert (deck.title, deck.id) == ("My sheet", "my-sheet")
    assert [bullet.text for bullet in deck.questions[0].bullets] == ["Use [bold]this", "And that"]
    assert out.splitlines()[0] == (
        "sheet.txt, read as text: 1 question, 2 bullets, 1 topic; 2 left out."
    )
    assert "Wrote sheet.yaml." in out
    assert [line.split() for line in err.splitlines()] == [
        ["Line", "Skipped", "Why"],
        ["5", "Image", "by", "me", "an", "image", "caption"],
        ["8", "Why?", "a", "question", "without", "bullets"],
    ]


def test_import_takes_a_title_an_id_a_format_and_a_place(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "sheet.txt").write_text("# How?\n- a")
    options = ("--title", "T", "--id", "tee", "--format", "markdown", "--out", "a deck.yaml")
    code, out, err = run(capsys, "import", "sheet.txt", *options)
    deck = load_deck(tmp_path / "a deck.yaml")
    assert (code, err) == (0, "")
    assert (deck.title, deck.id, deck.questions[0].text) == ("T", "tee", "How?")
    assert "VIVA_DECK='a deck.yaml'" in out


def test_import_prints_nothing_but_the_deck_on_request(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "sheet.txt").write_text(SHEET)
    code, out, err = run(capsys, "import", "sheet.txt", "--out", "-")
    (tmp_path / "printed.yaml").write_text(out)
    assert code == 0
    assert load_deck(tmp_path / "printed.yaml").id == "my-sheet"
    assert "1 question, 2 bullets" in err
    assert not (tmp_path / "sheet.yaml").exists()


def test_import_overwrites_only_by_force(capsys: Capture, tmp_path: Path, deck: Path) -> None:
    (tmp_path / "sheet.txt").write_text(SHEET)
    code, out, err = run(capsys, "import", "sheet.txt", "--out", "small.yaml")
    assert (code, out, deck.read_text("utf-8")) == (2, "", DECK)
    assert "small.yaml is there already." in err
    assert "--force" in err
    assert run(capsys, "import", "sheet.txt", "--out", "small.yaml", "--force")[0] == 0
    assert load_deck(deck).id == "my-sheet"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.txt"], "There is no file none.txt."),
        (["."], "is a folder"),
        (["small.yaml"], "small.yaml seems to be a deck already."),
        (["empty.txt"], "empty.txt, read as text, has no question with bullets."),
        (["sheet.txt", "--out", "sheet.txt", "--force"], "would replace the sheet"),
        (["sheet.txt", "--out", "."], ". is a folder."),
        (["sheet.txt", "--out", "no/such/folder.yaml"], "cannot be written: No such file"),
        (["sheet.txt", "--id", "My Id"], "'My Id' cannot be a deck's id"),
        (["sheet.txt", "--format", "csv"], "sheet.txt has no column 'question'"),
        (["bytes.txt"], "bytes.txt is not UTF-8 text"),
    ],
)
def test_import_says_why_it_cannot(
    capsys: Capture, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "sheet.txt").write_text(SHEET)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xff")
    code, _, err = run(capsys, "import", *arguments)
    assert code == 2
    assert words in err
    assert "went wrong inside" not in err
    assert (tmp_path / "sheet.txt").read_text() == SHEET
