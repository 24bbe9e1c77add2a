import io
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from viva.cli import _run
from viva.domain import Grade, Kind
from viva.settings import Settings
from viva.storage import Database, SessionStore
from viva.wiring import Parts

ANSWER = (
    "I have few labels, so I would start from a model that was pre-trained on a large related "
    "task and fine-tune it on the few annotated examples. I would also augment the data.\n"
)
QUESTION = "limited-labels"
TINY_DECK = """\
id: tiny
title: Tiny deck
topics:
  - id: serving
    name: Serving
questions:
  - id: caching
    text: How would you cache?
    topics: [serving]
    bullets:
      - id: hot-keys
        text: Cache the hot keys.
      - id: expiry
        text: Let entries expire.
"""
HEAVY = {"chromadb", "gradio", "numpy", "pydantic", "sentence_transformers", "torch"}


@pytest.fixture(autouse=True)
def home(parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ready index; nothing else of this machine's Viva is seen."""
    monkeypatch.setenv("VIVA_HOME", str(parts.settings.home))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return parts.settings.home


@pytest.fixture
def tiny_deck(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small deck whose index was not built."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY_DECK, encoding="utf-8")
    monkeypatch.setenv("VIVA_DECK", str(path))
    monkeypatch.setenv("VIVA_HOME", str(settings.home))
    return path


Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process, where the models are loaded."""
    code = _run(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def start(*arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own, with this typed into a pipe."""
    return subprocess.run(
        [sys.executable, *arguments],
        input=typed,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def run_and_list_imports(*arguments: str) -> tuple[int, str, set[str]]:
    """Run the command line in a process of its own; return what it wrote and what it imported."""
    code = (
        "import sys; from viva.cli import _run\n"
        f"code = _run({list(arguments)!r})\n"
        "print('\\n', *sys.modules, file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = start("-c", code)
    *said, modules = done.stderr.splitlines()
    return done.returncode, done.stdout + "\n".join(said), set(modules.split())


# --- viva -----------------------------------------------------------------------------------


def test_help_lists_the_commands_and_imports_nothing_heavy() -> None:
    code, said, imported = run_and_list_imports("--help")
    assert code == 0
    for command in ("serve", "practice", "grade", "deck", "index", "doctor"):
        assert re.search(rf"^  {command}  +\w", said, re.MULTILINE), command
    assert "\n  viva practice              the interview in the terminal\n" in said
    assert "viva.cli" in imported
    assert not imported & HEAVY


def test_bad_usage_and_bad_settings_exit_with_2(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = run(capsys, "gossip")
    assert code == 2
    assert "gossip" in err
    monkeypatch.setenv("VIVA_PORT", "eighty")
    code, _, err = run(capsys, "doctor")
    assert code == 2
    assert "VIVA_PORT" in err
    assert "Traceback" not in err


# --- viva grade -----------------------------------------------------------------------------


def type_in(monkeypatch: pytest.MonkeyPatch, typed: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))


def test_an_answer_in_a_file_is_graded_for_people(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("\ufeff" + ANSWER, encoding="utf-8")
    code, out, _ = run(capsys, "grade", "--question", QUESTION, str(file))
    assert code == 0
    assert re.search(r"^\d+(\.\d)? of 10  \([\d.]+ of \d+ points\)$", out, re.MULTILINE)
    assert "Graded by local" in out


def test_an_answer_on_standard_input_is_graded_for_programs(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, parts: Parts
) -> None:
    type_in(monkeypatch, ANSWER.encode())
    code, out, _ = run(capsys, "grade", "--question", QUESTION, "--json")
    grade = Grade.model_validate_json(out)
    assert code == 0
    assert grade == parts.grader.grade(parts.deck.question(QUESTION), ANSWER.strip())
    assert json.loads(out)["grader"]["name"] == "local"


def test_an_unknown_question_is_answered_with_near_ones(capsys: Capture) -> None:
    code, out, err = run(capsys, "grade", "--question", "limited-label", "answer.txt")
    assert (code, out) == (2, "")
    assert "no question 'limited-label'" in err
    assert f"Did you mean {QUESTION}" in err


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (b"", "no answer yet"),
        (b" \n\t\n", "no answer yet"),
        (b"I would \xff\xfe it.", "not UTF-8"),
        (b"very " * 5_000, "20,000 is the most"),
    ],
)
def test_an_answer_that_cannot_be_taken_exits_with_2(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: bytes, complaint: str
) -> None:
    type_in(monkeypatch, typed)
    code, out, err = run(capsys, "grade", "--question", QUESTION)
    assert (code, out) == (2, "")
    assert complaint in err


def test_a_file_that_is_not_there_exits_with_2(capsys: Capture) -> None:
    code, _, err = run(capsys, "grade", "--question", QUESTION, "nowhere.txt")
    assert code == 2
    assert "nowhere.txt cannot be read: No such file" in err


# --- viva practice --------------------------------------------------------------------------


def test_an_interview_in_the_terminal_stops_when_the_input_ends_and_is_gone_on_with(
    parts: Parts,
) -> None:
    plan = (
        QUESTION,
        "recommender-cold-start",
        "large-scale-stream-ingestion",
        "concept-drift-response",
    )
    first, second, third, fourth = map(parts.deck.question, plan)
    asked = [part for question_id in plan for part in ("--question", question_id)]
    typed = [
        *("/hint", "I would think about it", "for a while.", ""),
        *("I would let the model choose which examples", "people label next.", ""),
        *("y", ""),  # the reference, please; next
        *("/reference", "y", "/skip", "n", ""),
        *("I would think about it for a while.", ""),
    ]
    stopped = start("-m", "viva", "practice", *asked, typed="\n".join(typed) + "\n")
    assert stopped.returncode == 0, stopped.stderr
    out = " ".join(stopped.stdout.split())
    assert "That cost" in out
    assert first.bullets[0].hint in out
    assert out.count("of 10 (") == 3  # the first answer, with its follow-up, the third answer
    assert "Question 2 of 4" in out
    assert second.bullets[0].text in out
    assert "Question 3 of 4" in out
    assert third.bullets[0].text not in out
    resume = re.search(r"^.*viva practice --resume (\w+)$", stopped.stdout, re.MULTILINE)
    assert resume, stopped.stdout

    database = Database(parts.settings.database)
    stored = SessionStore(database)
    session = stored.load(resume[1])
    assert session.turns[0].answer == "I would think about it\nfor a while."
    assert session.turns[0].follow_up
    assert session.turns[0].follow_up.answer == (
        "I would let the model choose which examples\npeople label next."
    )
    assert session.turns[2].answer == "I would think about it for a while."

    typed = [
        *("", "n", "/contest", "1", "partial", "Think about it", ""),
        *("I would retrain it", "every night.", "", "/quit"),
    ]
    resumed = start("-m", "viva", "practice", "--resume", resume[1], typed="\n".join(typed) + "\n")
    assert resumed.returncode == 0, resumed.stderr
    out = " ".join(resumed.stdout.split())
    assert "Question 4 of 4" in out
    assert fourth.text in out
    assert third.bullets[0].text in out  # no longer a secret once the follow-up is declined
    assert "Your interview: " in out
    assert "To study" in out
    assert f"Interview {resume[1]} on ML system design." in out
    assert "Noted. Your score stays as it is." in out
    (contest,) = stored.load(resume[1]).turns[2].contests
    assert (contest.bullet_id, contest.verdict) == (third.bullets[0].id, "partial")
    assert contest.quote == "think about it"
    database.close()


def test_what_is_asked_wrongly_is_said_before_the_interview_starts(
    capsys: Capture, tmp_path: Path
) -> None:
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Größe zählt".encode("latin-1"))
    long = tmp_path / "long.txt"
    long.write_text("work " * 10_001, encoding="utf-8")
    for arguments, complaint in (
        (("--question", "limited-label"), f"Did you mean {QUESTION}"),
        (("--topic", "gardening"), "no topic 'gardening'"),
        (("--job", str(latin)), "not UTF-8"),
        (("--today", "--mock"), "--today and --mock are different kinds of practice"),
        (("--mock", "--exam"), "an exam already"),
        (("--today", "--count", "3"), "chooses its questions by itself"),
        (("--question", QUESTION, "--topic", "serving"), "chooses its questions by itself"),
        (("--job", str(long)), "50,000 is the most"),
        (("--job", "nowhere.txt"), "no file nowhere.txt"),
        (("--count", "62"), "62"),
        (("--resume", "nobody"), "no such interview"),
    ):
        code, out, err = run(capsys, "practice", *arguments)
        assert code == 2, arguments
        assert complaint in err
        assert "Question 1" not in out


def test_every_kind_of_practice_starts_from_the_terminal(
    capsys: Capture, tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    job = tmp_path / "job.txt"
    job.write_text("You will build streaming pipelines with Kafka.", encoding="utf-8")
    for arguments, kind, said in (
        ((), Kind.TOPIC, "I have three questions"),
        (("--today",), Kind.TODAY, "questions in about 15 minutes"),
        (("--job", str(job), "--count", "2"), Kind.JOB, "“You will build streaming pipelines"),
        (("--question", QUESTION), Kind.QUESTION, parts.deck.question(QUESTION).text),
        (("--mock",), Kind.MOCK, "45 minutes of the round are left."),
    ):
        code, out, err = run(capsys, "practice", *arguments)
        assert code == 0, err
        assert said in " ".join(out.split()), out
        resume = re.search(r"--resume (\w+)", out)
        assert resume
        stored = SessionStore(Database(parts.settings.database)).load(resume[1])
        assert stored.kind is kind


def test_a_mock_interview_in_the_terminal_ends_with_a_recommendation(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ["I would measure it, log it and alert on it.", "", "/skip"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join([*answer * 6, ""])))
    code, out, err = run(capsys, "practice", "--mock")
    assert code == 0, err
    said = " ".join(out.split())
    assert "Hint" not in said
    assert re.search(r"Recommendation: (hire|lean hire|lean no|no) [\d.]+ of [\d.]+ points", said)


# --- viva doctor ----------------------------------------------------------------------------


def test_a_good_installation_is_well(capsys: Capture) -> None:
    code, out, _ = run(capsys, "doctor")
    assert code == 0, out
    assert "All is well." in out
    code, out, _ = run(capsys, "doctor", "--json")
    findings = json.loads(out)
    assert code == 0
    assert all(finding["ok"] and not finding["mend"] for finding in findings)
    by_check = {finding["check"]: finding["detail"] for finding in findings}
    assert {"Python", "torch", "weights", "deck", "index", "database", "grader"} <= set(by_check)
    assert by_check["index"].startswith("ready in ")
    assert "61 questions" in by_check["deck"]


@pytest.mark.parametrize(
    ("name", "value", "check", "mend"),
    [
        ("VIVA_CHROMA_URL", "http://127.0.0.1:1", "index", "VIVA_CHROMA_URL"),
        ("VIVA_DECK", "no-such-deck", "deck", "Shipped decks: ml_system_design"),
        ("VIVA_GRADER", "oracle", "grader", "VIVA_GRADER"),
        ("VIVA_DATABASE_URL", "sqlite:////proc/viva.db", "database", "can be written"),
    ],
)
def test_what_is_wrong_comes_with_a_way_to_mend_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str, mend: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = run(capsys, "doctor", "--json")
    assert code == 1
    assert err == ""
    wrong = {finding["check"]: finding for finding in json.loads(out) if not finding["ok"]}
    assert mend in wrong[check]["mend"]
    assert "weights" not in wrong


def test_the_way_to_mend_is_shown_to_people_too(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_CHROMA_URL", "http://127.0.0.1:1")
    code, out, _ = run(capsys, "doctor")
    assert code == 1
    assert "→ Check that the server runs" in out
    assert "2 to mend" in out


# --- viva index -----------------------------------------------------------------------------


def test_the_index_is_shown_and_built_by_hand(
    capsys: Capture, tiny_deck: Path, settings: Settings
) -> None:
    code, out, _ = run(capsys, "index", "status")
    assert code == 0
    assert "Tiny deck with all-MiniLM-L6-v2: absent" in out
    assert str(settings.index_path) in out
    assert run(capsys, "index", "build")[:2] == (0, "3 texts embedded, 0 taken over.\n")
    assert run(capsys, "index", "build")[:2] == (0, "The index is ready; nothing to do.\n")
    assert ": ready (" in run(capsys, "index", "status")[1]

    tiny_deck.write_text(TINY_DECK.replace("hot keys", "warm keys"), encoding="utf-8")
    assert ": stale (" in run(capsys, "index", "status")[1]
    assert run(capsys, "index", "build")[:2] == (0, "1 texts embedded, 2 taken over.\n")
    assert run(capsys, "index", "build", "--fresh")[:2] == (0, "3 texts embedded, 0 taken over.\n")


# --- viva serve -----------------------------------------------------------------------------


def test_a_port_that_is_taken_is_said_before_the_models_load() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said, imported = run_and_list_imports("serve", "--port", str(port))
    assert code == 2
    assert f"127.0.0.1:{port} cannot be listened on: Address already in use" in said
    assert "viva serve --port" in said
    assert "Traceback" not in said
    assert not imported & {"torch", "sentence_transformers"}
