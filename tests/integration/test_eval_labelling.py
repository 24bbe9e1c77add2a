"""``viva eval label`` in a real pseudo-terminal, and ``viva eval datasets add`` with its labels."""

import json
import os
import pty
import select
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from builders import make_deck

from viva.cli import run_command
from viva.deck.writing import dump_deck
from viva_eval.cli import eval_commands
from viva_eval.datasets_index import shipped_sets

Capture = pytest.CaptureFixture[str]
ROW: dict[str, Any] = {
    "id": "caching.1",
    "question_id": "caching",
    "kind": "stuffed",
    "split": "test",
    "answer": "I would cache the hot keys. Shard the rest.\u001b[2J",
    "labels": {"b1": "contradicted", "b2": "missing", "b3": "partial"},
}
CODE = "import sys; from viva_eval.cli import main; main()"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tiny.yaml").write_text(dump_deck(make_deck()), encoding="utf-8")
    monkeypatch.setenv("VIVA_DECK", "tiny.yaml")
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Person:
    """Somebody at a terminal of 100 columns who waits to see before they press."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "TERM": "xterm",
                "COLUMNS": "100",
                "LINES": "40",
            }
            os.execve(sys.executable, [sys.executable, "-c", CODE, *arguments], environment)
        self.screen = ""

    def wait_for(self, words: str) -> str:
        """Read until the words appear; return everything up to the end of what came."""
        seen = ""
        while words not in seen or not self._takes_keys():
            ready, _, _ = select.select([self._fd], [], [], 60 if words not in seen else 0.05)
            if not ready and words not in seen:
                raise AssertionError(f"never saw {words!r} in {seen!r}")
            if ready:
                seen += self._read()
        self.screen += seen
        return seen

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def finish(self) -> tuple[int, str]:
        """Return the exit code and all that was shown last."""
        said = ""
        while piece := self._read():
            said += piece
        self.screen += said
        _, status = os.waitpid(self.pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status), said

    def _takes_keys(self) -> bool:
        """Whether a key is read as it is pressed: a change to that drops what was typed before."""
        return not termios.tcgetattr(self._fd)[3] & termios.ICANON

    def _read(self) -> str:
        try:
            return os.read(self._fd, 65536).decode(errors="replace")
        except OSError:  # the other side is closed
            return ""


def write(path: str, *rows: object) -> str:
    Path(path).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def read(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def viva_eval(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = run_command(eval_commands, arguments, name="eval")
    said = capsys.readouterr()
    return code, said.out, said.err


# --- label ----------------------------------------------------------------------------------


def label(*more: str) -> Person:
    return Person("label", "set.jsonl", "--labeller", "ada", "--out", "labels.jsonl", *more)


@pytest.mark.slow
def test_a_person_labels_at_a_terminal_stops_and_goes_on() -> None:
    other = {**ROW, "id": "drift.1", "question_id": "drift", "answer": "Watch the inputs."}
    write("set.jsonl", ROW, other)
    person = label()
    person.wait_for("Answer 1 of 2")
    for _ in range(3):
        person.press("p")
        person.wait_for("quit")
    assert "Answer 2 of 2" in person.screen
    person.press("q")
    code, said = person.finish()
    assert code == 0
    assert "1 labelled now, 1 left." in said
    assert len(read("labels.jsonl")) == 1

    person = label()
    person.wait_for("Answer 1 of 1")
    person.press("\x1b[A")  # an arrow is no key
    person.press("c")
    person.wait_for("✓")
    person.press("m")
    person.wait_for("○")
    person.press("x")
    code, _ = person.finish()
    assert code == 0
    first, second = read("labels.jsonl")
    assert {first["id"], second["id"]} == {"caching.1", "drift.1"}
    assert second["labels"] == {"b1": "covered", "b2": "missing", "b3": "contradicted"}
    assert second["kind"] == "stuffed"


@pytest.mark.slow
def test_what_others_said_and_what_steers_a_terminal_is_never_shown() -> None:
    write("set.jsonl", ROW)
    person = label()
    screen = person.wait_for("quit")
    person.press("\x03")
    code, said = person.finish()
    assert code == 130
    assert "Stopped." in said
    assert "I would cache the hot keys." in screen
    assert "Point 2 of caching." in screen
    assert "stuffed" not in screen
    assert "caching.1" not in screen
    assert "[2J" in screen.partition("Shard the rest.")[2]  # words, and no order any more
    assert "\x1b[2J" not in screen.partition("Shard the rest.")[2]
    assert not Path("labels.jsonl").exists()


@pytest.mark.slow
def test_spans_are_taken_by_number_and_by_pasting() -> None:
    write("set.jsonl", ROW)
    person = label("--score")
    person.wait_for("quit")
    person.press("C")
    for typed in ("1", "Shard  the rest", ""):
        ask_for_line(person)
        person.press(f"{typed}\r")
    person.wait_for("quit")
    person.press("m")
    person.wait_for("○")
    person.press("p")
    ask_for_line(person)
    person.press("4.5\r")
    assert person.finish()[0] == 0
    (row,) = read("labels.jsonl")
    assert row["spans"] == {"b1": ["I would cache the hot keys.", "Shard the rest"]}
    assert row["score"] == 4.5


def ask_for_line(person: Person) -> None:
    """Wait for a prompt that takes a line, which the terminal itself collects."""
    seen = ""
    while ": " not in seen[-12:]:
        seen += person._read()
    person.screen += seen


def test_without_a_terminal_it_says_so(capsys: Capture) -> None:
    write("set.jsonl", ROW)
    code, _, err = viva_eval(
        capsys, "label", "set.jsonl", "--labeller", "ada", "--out", "labels.jsonl"
    )
    assert code == 2
    assert "needs a terminal" in err


# --- datasets add ---------------------------------------------------------------------------


def test_labels_are_added_to_a_set_that_is_made(capsys: Capture) -> None:
    write("new.jsonl", ROW, {**ROW, "id": "drift.1", "question_id": "drift"})
    code, out, _ = viva_eval(capsys, "datasets", "add", "new.jsonl", "--to", "mine.jsonl")
    assert code == 0
    assert out == "2 answers added; mine.jsonl has 2.\n"
    write("more.jsonl", {**ROW, "id": "caching.2", "answer": "Other words."})
    code, out, _ = viva_eval(capsys, "datasets", "add", "more.jsonl", "--to", "mine.jsonl")
    assert out == "1 answers added; mine.jsonl has 3.\n"
    assert [row["id"] for row in read("mine.jsonl")] == ["caching.1", "drift.1", "caching.2"]


def test_a_set_without_a_last_line_end_is_added_to_all_the_same(capsys: Capture) -> None:
    Path("mine.jsonl").write_text(json.dumps(ROW), encoding="utf-8")
    write("more.jsonl", {**ROW, "id": "caching.2", "answer": "Other words."})
    assert viva_eval(capsys, "datasets", "add", "more.jsonl", "--to", "mine.jsonl")[0] == 0
    assert len(read("mine.jsonl")) == 2


def test_every_answer_that_cannot_be_added_is_named_and_none_is(capsys: Capture) -> None:
    write("mine.jsonl", ROW)
    before = Path("mine.jsonl").read_bytes()
    write(
        "new.jsonl",
        {**ROW, "id": "good", "answer": "Fine."},
        {**ROW, "answer": "Same id."},
        {**ROW, "id": "again", "answer": "i would CACHE the hot keys; shard the rest. [2J"},
        {**ROW, "id": "twin", "answer": "fine"},
    )
    code, out, err = viva_eval(capsys, "datasets", "add", "new.jsonl", "--to", "mine.jsonl")
    assert (code, out) == (2, "")
    assert "caching.1: the set has an answer of this id" in err
    assert "again: the same words as caching.1" in err
    assert "twin: the same words as good" in err
    assert "good:" not in err.replace("as good", "")
    assert Path("mine.jsonl").read_bytes() == before


def test_a_question_stays_in_its_split(capsys: Capture) -> None:
    write("mine.jsonl", ROW)
    write("new.jsonl", {**ROW, "id": "b", "answer": "Other words.", "split": "train"})
    code, _, err = viva_eval(capsys, "datasets", "add", "new.jsonl", "--to", "mine.jsonl")
    assert code == 2
    assert "b: train, but 'caching' is in test" in err


def test_a_shipped_set_is_never_changed_by_the_way(capsys: Capture) -> None:
    path = shipped_sets()["gold"]
    before = path.read_bytes()
    write("new.jsonl", ROW)
    code, _, err = viva_eval(capsys, "datasets", "add", "new.jsonl", "--to", str(path))
    assert code == 2
    assert "--shipped" in err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**ROW, "labels": {"b1": "covered"}}, "line 1: no label for b2, b3"),
        ({**ROW, "spans": {"b1": ["not there"]}}, "line 1: Value error, spans: b1: 'not there'"),
    ],
)
def test_a_line_that_is_wrong_is_refused(capsys: Capture, row: object, says: str) -> None:
    write("new.jsonl", row)
    code, _, err = viva_eval(capsys, "datasets", "add", "new.jsonl", "--to", "mine.jsonl")
    assert code == 2
    assert says in err
    assert not Path("mine.jsonl").exists()


def test_a_file_that_is_not_there_is_said(capsys: Capture) -> None:
    code, _, err = viva_eval(capsys, "datasets", "add", "none.jsonl", "--to", "mine.jsonl")
    assert code == 2
    assert "There is no file none.jsonl" in err


def test_datasets_alone_still_lists(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIVA_DECK")
    code, out, _ = viva_eval(capsys, "datasets")
    assert code == 0
    assert "gold" in out
