import json

from builders import NOON, make_deck, make_grade

from viva.disputed import disputed_answer, to_line
from viva.domain import Contest, Turn, Verdict

FIRST = make_deck().questions[0]
SAID = "We cache the hot keys."
CONTEST = Contest(bullet_id="b2", verdict=Verdict.COVERED, quote="cache the hot keys")


def turn(*verdicts: str, contests: tuple[Contest, ...] = (CONTEST,)) -> Turn:
    grade = make_grade(FIRST, *verdicts, answer=SAID)
    return Turn(question_id=FIRST.id, asked_at=NOON, answer=SAID, grade=grade, contests=contests)


def test_only_what_was_contested_has_a_label() -> None:
    found = disputed_answer(turn("covered", "missing", "missing"), labeller="ada")
    assert found is not None
    assert json.loads(to_line(found)) == {
        "id": found.id,
        "question_id": "caching",
        "kind": "disputed",
        "split": "train",
        "answer": SAID,
        "labels": {"b2": "covered"},
        "spans": {"b2": ["cache the hot keys"]},
        "labeller": "ada",
    }


def test_who_confirms_the_rest_labels_every_bullet() -> None:
    found = disputed_answer(
        turn("covered", "missing", "missing"), labeller="ada", rest_is_right=True
    )
    assert found is not None
    assert found.labels == {"b1": "covered", "b2": "covered", "b3": "missing"}
    assert found.spans == {"b1": (SAID,), "b2": ("cache the hot keys",)}


def test_nobody_can_confirm_a_verdict_that_is_not_there() -> None:
    pending = turn("covered", "missing", "ungraded")
    assert disputed_answer(pending, labeller="ada", rest_is_right=True) is None
    assert disputed_answer(pending, labeller="ada") is not None


def test_an_answer_that_nobody_contests_is_not_exported() -> None:
    quiet = turn("covered", "missing", "missing", contests=())
    assert disputed_answer(quiet, labeller="ada", rest_is_right=True) is None
