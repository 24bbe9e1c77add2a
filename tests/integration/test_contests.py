"""``viva contests export``, and what ``viva eval`` makes of its file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import NOON, make_deck, make_grade

from viva.cli import _run
from viva.deck.writing import dump_deck
from viva.domain import Contest, Grade, Mode, Verdict
from viva.events import AnswerGiven, Contested, Event, Graded
from viva.interview import advance, start_session
from viva.settings import load_settings
from viva.storage import Database, SessionStore
from viva_eval.labelled import Split, load_answers
from viva_eval.labelling.queue import choose_split, read_queue

DECK = make_deck()
FIRST = DECK.questions[0]
SAID = "We cache the hot keys.\u2028<b>Really</b>."
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionStore]:
    (tmp_path / "tiny.yaml").write_text(dump_deck(DECK), encoding="utf-8")
    monkeypatch.setenv("VIVA_DECK", "tiny.yaml")
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    database = Database(load_settings().database)
    opened = SessionStore(database)
    yield opened
    database.close()


def graded(*verdicts: str) -> Grade:
    return make_grade(FIRST, *verdicts, answer=SAID)


def contest(bullet: str, quote: str = "") -> Contested:
    return Contested(0, Contest(bullet_id=bullet, verdict=Verdict.COVERED, quote=quote))


def interview(store: SessionStore, name: str, *events: Event) -> None:
    session = start_session(session_id=name, deck=DECK, plan=(FIRST.id,), mode=Mode.COACH, now=NOON)
    store.add(session)
    for event in events:
        session = advance(session, event, deck=DECK, now=NOON)
        store.save(session)


def export(capsys: Capture, *more: str) -> tuple[int, str, str]:
    code = _run(["contests", "export", "mine.jsonl", "--labeller", "ada", *more])
    return code, *capsys.readouterr()


def rows() -> list[dict[str, Any]]:
    lines = Path("mine.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_an_export_is_a_queue_and_only_with_the_rest_confirmed_a_set(
    store: SessionStore, capsys: Capture
) -> None:
    partly = Graded(graded("covered", "missing", "partial"))
    interview(store, "one", AnswerGiven(SAID), partly, contest("b2", "cache the hot keys"))
    code, out, _ = export(capsys)
    assert code == 0
    assert "1 contested answer is in mine.jsonl, word for word as they were given" in out
    assert "Nothing was sent." in out
    (waiting,) = read_queue(Path("mine.jsonl"), DECK)
    assert waiting.answer == SAID
    assert choose_split(waiting) is Split.TRAIN
    add = ["eval", "datasets", "add", "mine.jsonl", "--to", "set.jsonl"]
    assert _run(add) == 2
    assert "no label for b1, b3" in capsys.readouterr().err

    code, _, err = export(capsys, "--rest-is-right")
    assert code == 2
    assert "--force" in err
    assert export(capsys, "--rest-is-right", "--force")[0] == 0
    assert _run(add) == 0
    (sample,) = load_answers(Path("set.jsonl"), DECK)
    assert sample.labels == {"b1": "covered", "b2": "covered", "b3": "partial"}
    assert (sample.kind, sample.split, sample.labeller) == ("disputed", "train", "ada")
    assert sample.spans["b2"] == ("cache the hot keys",)


def test_the_same_words_are_exported_once_as_they_were_contested_last(
    store: SessionStore, capsys: Capture
) -> None:
    partly = Graded(graded("covered", "missing", "partial"))
    interview(store, "one", AnswerGiven(SAID), partly, contest("b2"))
    interview(store, "two", AnswerGiven(SAID), partly, contest("b3"))
    export(capsys)
    (row,) = rows()
    assert row["labels"] == {"b3": "covered"}


def test_answers_that_wait_for_a_grade_are_left_out_with_a_word(
    store: SessionStore, capsys: Capture
) -> None:
    half = Graded(graded("covered", "missing", "ungraded"))
    interview(store, "one", AnswerGiven(SAID), half, contest("b2"))
    code, out, _ = export(capsys, "--rest-is-right")
    assert code == 0
    assert "1 left out" in out
    assert rows() == []


def test_without_contests_there_is_nothing_to_export(store: SessionStore, capsys: Capture) -> None:
    interview(store, "one", AnswerGiven(SAID), Graded(graded("covered", "missing", "partial")))
    code, _, err = export(capsys)
    assert code == 2
    assert "No verdict on Tiny deck was contested so far." in err
    assert not Path("mine.jsonl").exists()
