"""``viva history`` on a database with interviews in it."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from builders import NOON, make_deck
from histories import answered, session_of

from viva.cli import _run
from viva.deck.writing import dump_deck
from viva.domain import Phase
from viva.errors import NotFoundError
from viva.settings import load_settings
from viva.storage import Database, PeopleStore, SessionStore

DECK = make_deck()
CACHING, DRIFT, _ = DECK.questions
Capture = pytest.CaptureFixture[str]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    (tmp_path / "tiny.yaml").write_text(dump_deck(DECK), encoding="utf-8")
    monkeypatch.setenv("VIVA_DECK", "tiny.yaml")
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    opened = Database(load_settings().database)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SessionStore:
    return SessionStore(database)


@pytest.fixture
def practised(store: SessionStore) -> SessionStore:
    """Two interviews, the later of which goes on."""
    store.add(
        session_of(
            "aaaa1111" * 4,
            DECK,
            answered(CACHING, "contradicted", "covered", "missing", at=NOON),
            answered(DRIFT, "covered", "covered", "covered", at=NOON + HOUR),
        )
    )
    store.add(
        session_of(
            "bbbb2222" * 4,
            DECK,
            answered(
                CACHING,
                "covered",
                "missing",
                "missing",
                at=NOON + 2 * HOUR,
                answer="[bold]Cache[/bold] it.",
            ),
            phase=Phase.REVIEW,
        )
    )
    return store


def viva(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = _run(["history", *arguments])
    return code, *capsys.readouterr()


def test_the_list_has_the_latest_first(practised: SessionStore, capsys: Capture) -> None:
    code, out, _ = viva(capsys, "list")
    assert code == 0
    first, second = (row for row in out.splitlines() if "of 10" in row)
    assert ("bbbb2222" in first, "goes on" in first, "3.3 of 10" in first) == (True, True, True)
    assert ("aaaa1111" in second, "2 of 2" in second, "6.7 of 10" in second) == (True,) * 3
    assert "1 earlier" in viva(capsys, "list", "--limit", "1")[1]


def test_without_interviews_every_command_says_what_to_do(capsys: Capture) -> None:
    assert viva(capsys, "list")[:2] == (
        0,
        "There is no interview yet. 'viva practice' or 'viva serve' starts one.\n",
    )
    assert viva(capsys, "delete", "--all", "--yes")[:2] == (0, "There is nothing to delete.\n")
    for arguments in (["show"], ["show", "abc"], ["compare", "caching"], ["export", "a.json"]):
        code, out, error = viva(capsys, *arguments)
        assert (code, out, "viva: " in error) == (2, "", True)
    assert not Path("a.json").exists()


def test_an_interview_is_shown_with_the_names_of_its_answers(
    practised: SessionStore, capsys: Capture
) -> None:
    code, out, _ = viva(capsys, "show", "aaaa")
    assert (code, "aaaa1111.0" in out, "aaaa1111.1" in out) == (0, True, True)
    assert json.loads(viva(capsys, "show", "--json")[1])["session_id"] == "bbbb2222" * 4
    assert viva(capsys, "show", "aaaa", "--markdown")[1].startswith("# Interview on Tiny deck")
    assert "no such interview" in viva(capsys, "show", "cccc")[2]


@pytest.mark.parametrize(
    "names", [["caching"], ["aaaa1111.0"], ["bbbb.0"], ["bbbb2222.0", "aaaa.0"]]
)
def test_a_comparison_tells_what_was_gained_and_lost(
    practised: SessionStore, capsys: Capture, names: list[str]
) -> None:
    code, out, _ = viva(capsys, "compare", *names)
    assert code == 0
    assert "0 points of ten; 1 gained, 1 lost" in out
    assert "“[bold]Cache[/bold] it”" in out or "“[bold]Cache[/bold] it.”" in out
    found = json.loads(viva(capsys, "compare", *names, "--json")[1])
    assert [own["after"] for own in found["bullets"]] == ["covered", "missing", "missing"]


def test_what_cannot_be_compared_is_told(practised: SessionStore, capsys: Capture) -> None:
    for names, why in (
        (["aaaa.0", "aaaa.1"], "different questions"),
        (["aaaa.0", "aaaa.0"], "the same attempt"),
        (["drift"], "one scored answer"),
        (["rollback"], "no scored answer"),
        (["aaaa.7", "bbbb.0"], "no scored attempt"),
        (["aaaa.x", "bbbb.0"], "names no attempt"),
    ):
        code, out, error = viva(capsys, "compare", *names)
        assert (code, out, why in error) == (2, "", True), names


def test_every_format_is_written_and_nothing_is_written_over(
    practised: SessionStore, capsys: Capture
) -> None:
    for name in ("all.json", "all.csv", "all.md", "all.apkg"):
        assert viva(capsys, "export", name)[0] == 0
    assert len(json.loads(Path("all.json").read_text(encoding="utf-8"))["interviews"]) == 2
    with Path("all.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    assert zipfile.is_zipfile("all.apkg")
    code, _, error = viva(capsys, "export", "all.md")
    assert (code, "there already" in error) == (2, True)
    assert viva(capsys, "export", "all.md", "--force", "--interview", "aaaa")[0] == 0
    assert "1 interview is in" in viva(capsys, "export", "one.md", "--interview", "aaaa")[1]
    assert Path("one.md").read_bytes() == Path("all.md").read_bytes()


def test_an_unknown_format_and_a_folder_that_is_not_there_are_told(
    practised: SessionStore, capsys: Capture
) -> None:
    code, _, error = viva(capsys, "export", "all.docx")
    assert (code, "json, csv, md, apkg" in error) == (2, True)
    assert viva(capsys, "export", "all.docx", "--format", "md")[0] == 0
    code, _, error = viva(capsys, "export", "nowhere/all.md")
    assert (code, "cannot be written" in error) == (2, True)


def test_deleting_names_what_goes_and_asks_first(
    practised: SessionStore, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, out, _ = viva(capsys, "delete", "aaaa")  # nobody says yes
    assert (code, "1 interview, 2 answers with all grades" in out) == (130, True)
    assert len(practised.latest()) == 2
    assert viva(capsys, "delete", "aaaa", "--yes")[0] == 0
    with pytest.raises(NotFoundError):
        practised.load("aaaa1111" * 4)
    code, out, _ = viva(capsys, "delete", "--all", "--yes")
    assert (code, practised.latest()) == (0, [])


def test_a_persons_history_is_theirs_alone(
    practised: SessionStore, database: Database, capsys: Capture
) -> None:
    ada = PeopleStore(database).add("Ada")
    hers = session_of(
        "cccc3333" * 4, DECK, answered(DRIFT, "covered", "covered", "covered", at=NOON)
    )
    SessionStore(database, ada.id).add(hers)
    assert _run(["history", "--person", "ada", "list"]) == 0
    out = capsys.readouterr().out
    assert ("cccc3333" in out, "aaaa1111" in out) == (True, False)
    assert "cccc3333" not in viva(capsys, "list")[1]
    assert viva(capsys, "show", "cccc")[0] == 2
    assert viva(capsys, "delete", "--all", "--yes")[0] == 0
    assert SessionStore(database, ada.id).latest() == [hers.id]
    assert _run(["history", "--person", "nobody", "list"]) == 2


def test_it_must_be_clear_what_to_delete(practised: SessionStore, capsys: Capture) -> None:
    for arguments in ([], ["aaaa", "--all"], ["", "--yes"], ["cccc", "--yes"]):
        code, _, error = viva(capsys, "delete", *arguments)
        assert (code, "viva: " in error) == (2, True), arguments
    assert len(practised.latest()) == 2
