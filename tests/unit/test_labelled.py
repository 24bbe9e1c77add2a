import json
from pathlib import Path
from typing import Any

import pytest
from builders import make_deck

from viva.domain import Deck
from viva.errors import InputError
from viva_eval.labelled import SHIPPED, Kind, LabelledAnswer, Split, load_answers, only

ROW: dict[str, Any] = {
    "id": "caching.1",
    "question_id": "caching",
    "kind": "strong",
    "split": "train",
    "answer": "I would cache.",
    "labels": {"b1": "covered", "b2": "missing", "b3": "partial"},
}


@pytest.fixture(scope="module")
def shipped(shipped_deck: Deck) -> tuple[LabelledAnswer, ...]:
    return load_answers(SHIPPED, shipped_deck)


def write(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_there_is_enough_to_fit_and_to_test(shipped: tuple[LabelledAnswer, ...]) -> None:
    assert len(shipped) >= 300
    assert len({answer.question_id for answer in shipped}) == 61
    assert {answer.kind for answer in shipped} == set(Kind) - {Kind.DISPUTED}
    assert len({answer.answer for answer in shipped}) == len(shipped)


def test_no_question_is_in_both_splits(shipped: tuple[LabelledAnswer, ...]) -> None:
    train = {answer.question_id for answer in only(shipped, Split.TRAIN)}
    test = {answer.question_id for answer in only(shipped, Split.TEST)}
    assert train and test and not train & test


def test_labels_name_exactly_the_questions_bullets(
    shipped: tuple[LabelledAnswer, ...], shipped_deck: Deck
) -> None:
    for answer in shipped:
        question = shipped_deck.question(answer.question_id)
        assert set(answer.labels) == {bullet.id for bullet in question.bullets}


def test_good_rows_are_read_and_blank_lines_skipped(tmp_path: Path) -> None:
    (answer,) = load_answers(write(tmp_path, ROW, ""), make_deck())
    assert answer.kind is Kind.STRONG
    assert answer.labels["b3"] == "partial"


def test_a_row_may_name_spans_a_labeller_and_a_score(tmp_path: Path) -> None:
    row = {**ROW, "spans": {"b1": ["I would", "cache"]}, "labeller": "ada", "score": 4.5}
    (answer,) = load_answers(write(tmp_path, row), make_deck())
    assert answer.spans == {"b1": ("I would", "cache")}
    assert (answer.labeller, answer.score) == ("ada", 4.5)


def test_an_answer_may_hold_a_line_separator(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {**ROW, "answer": "I would\u2028cache."}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (answer,) = load_answers(path, make_deck())
    assert answer.answer == "I would\u2028cache."


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{not json", "JSON"),
        ({**ROW, "kind": "boastful"}, "kind"),
        ({**ROW, "labels": {**ROW["labels"], "b1": "great"}}, "labels.b1"),
        ({**ROW, "labels": {**ROW["labels"], "b1": "ungraded"}}, "ungraded"),
        ({**ROW, "labels": {"b1": "covered", "b2": "missing"}}, "no label for b3"),
        ({**ROW, "labels": {**ROW["labels"], "b9": "missing"}}, "b9: no bullet"),
        ({**ROW, "question_id": "nowhere"}, "no question 'nowhere'"),
        ({**ROW, "surprise": 1}, "surprise"),
        ({**ROW, "spans": {"b1": ["I would  cache"]}}, "'I would  cache' is not in the answer"),
        ({**ROW, "spans": {"b2": ["cache"]}}, "b2 is not labelled as said"),
        ({**ROW, "spans": {"b9": ["cache"]}}, "b9 is not labelled as said"),
        ({**ROW, "score": 11}, "score"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: object, says: str) -> None:
    with pytest.raises(InputError) as caught:
        load_answers(write(tmp_path, {**ROW, "id": "first"}, row), make_deck())
    assert "line 2" in str(caught.value)
    assert says in str(caught.value)


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "{", ROW, ROW, {**ROW, "id": "other", "split": "test"})
    with pytest.raises(InputError) as caught:
        load_answers(path, make_deck())
    message = str(caught.value)
    assert "line 1" in message
    assert "line 3: the id 'caching.1' is that of line 2 too" in message
    assert "lines 2 and 4: the question 'caching' is in both splits" in message
