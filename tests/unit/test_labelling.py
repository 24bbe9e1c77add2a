"""The labeller's parts: the queue, the sheet, the session at a scripted desk, the file."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from builders import make_deck

from viva.domain import Verdict
from viva.errors import InputError, NotFoundError
from viva_eval.labelled import Kind, LabelledAnswer, Split, load_answers
from viva_eval.labelling.output import LabelFile
from viva_eval.labelling.queue import (
    Unlabelled,
    choose_split,
    read_queue,
    shuffle,
)
from viva_eval.labelling.session import KEYS, Done, Session
from viva_eval.labelling.sheet import Sheet, find_spans

DECK = make_deck()
ANSWER = "I would cache the hot keys. And I would\nshard the rest. Then measure."


class ScriptedDesk:
    """A labeller who knows beforehand what to press and to type."""

    def __init__(self, keys: str, lines: Iterable[str] = ()) -> None:
        self._keys = iter(keys)
        self._lines = iter(lines)
        self.seen: list[Sheet] = []
        self.said: list[str] = []

    def show(self, sheet: Sheet, *, done: int, of: int) -> None:
        self.seen.append(sheet)

    def read_key(self) -> str:
        return next(self._keys)

    def read_line(self, prompt: str) -> str:
        return next(self._lines)

    def say(self, words: str) -> None:
        self.said.append(words)


def items(*questions: str) -> tuple[Unlabelled, ...]:
    return tuple(Unlabelled(id=f"{name}.1", question_id=name, answer=ANSWER) for name in questions)


def label(
    path: Path, desk: ScriptedDesk, *questions: str, asks_score: bool = False
) -> tuple[Done, tuple[LabelledAnswer, ...]]:
    output = LabelFile(path, DECK, labeller="ada")
    session = Session(desk, output, labeller="ada", asks_score=asks_score)
    done = session.run(items(*questions), DECK)
    return done, load_answers(path, DECK) if path.exists() else ()


def verdicts(answer: LabelledAnswer) -> str:
    return "".join({"contradicted": "x"}.get(own, own[0]) for own in answer.labels.values())


# --- the queue ------------------------------------------------------------------------------


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_labels_of_a_set_are_not_even_read(tmp_path: Path) -> None:
    row = {"id": "a", "question_id": "caching", "answer": "x", "kind": "strong", "split": "test",
           "labels": {"b1": "nonsense"}, "labeller": "eve"}  # fmt: skip
    (found,) = read_queue(write(tmp_path / "set.jsonl", row), DECK)
    assert set(found.model_dump()) == {"id", "question_id", "answer", "kind", "split"}
    assert (found.kind, found.split) == (Kind.STRONG, Split.TEST)


def test_a_disputed_answer_needs_its_question_and_text_only(tmp_path: Path) -> None:
    rows = [{"question_id": "caching", "answer": text} for text in ("one", "two")]
    first, second = read_queue(write(tmp_path / "d.jsonl", *rows), DECK)
    assert first.kind is Kind.DISPUTED
    assert first.key != second.key
    assert first.key.startswith("caching.")


def test_every_bad_line_of_a_queue_is_named(tmp_path: Path) -> None:
    good = {"id": "a", "question_id": "caching", "answer": "x"}
    bad = [{"question_id": "gone", "answer": "x"}, {"question_id": "caching", "answer": " "}, good]
    with pytest.raises(InputError) as caught:
        read_queue(write(tmp_path / "d.jsonl", good, *bad), DECK)
    assert "line 2: the deck has no question 'gone'" in str(caught.value)
    assert "line 3: answer" in str(caught.value)
    assert "line 4: the id 'a' is there already" in str(caught.value)


def test_a_queue_that_is_not_there_names_the_sets(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        read_queue(tmp_path / "none.jsonl", DECK)
    assert "gold" in caught.value.hint


def test_the_order_is_the_labellers_own_and_stays() -> None:
    queue = tuple(
        Unlabelled(id=str(number), question_id="caching", answer="x") for number in range(20)
    )
    assert shuffle(queue, "ada") == shuffle(queue, "ada")
    assert shuffle(queue, "ada") != shuffle(queue, "ben") != queue
    assert set(shuffle(queue, "ada")) == set(queue)


def test_a_split_is_the_answers_own_or_train() -> None:
    (plain,) = items("caching")
    assert choose_split(plain.model_copy(update={"split": Split.TEST})) is Split.TEST
    assert choose_split(plain) is Split.TRAIN


# --- spans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("1", ("I would cache the hot keys.",)),
        ("1, 3", ("I would cache the hot keys.", "Then measure.")),
        ("hot keys", ("hot keys",)),
        ("would  shard the", ("would\nshard the",)),
        ("9", ()),
        ("cold keys", ()),
        ("", ()),
        ("a.b", ()),
    ],
)
def test_a_span_is_the_answers_own_words_or_none(typed: str, spans: tuple[str, ...]) -> None:
    assert find_spans(typed, ANSWER) == spans
    assert all(span in ANSWER for span in spans)


# --- the session ----------------------------------------------------------------------------


def test_one_key_a_bullet_labels_an_answer(tmp_path: Path) -> None:
    desk = ScriptedDesk("cpx" + "mmc")
    done, (first, second) = label(tmp_path / "l.jsonl", desk, "caching", "drift")
    assert done == Done(labelled=2, left=0)
    assert (verdicts(first), verdicts(second)) == ("cpx", "mmc")
    assert (first.labeller, first.kind, first.split) == ("ada", Kind.DISPUTED, Split.TRAIN)
    assert first.spans == {}
    assert first.score is None


def test_other_keys_do_nothing(tmp_path: Path) -> None:
    desk = ScriptedDesk("z1 c?m\rp")
    _, (answer,) = label(tmp_path / "l.jsonl", desk, "caching")
    assert verdicts(answer) == "cmp"


def test_a_capital_asks_for_spans_until_an_empty_line(tmp_path: Path) -> None:
    desk = ScriptedDesk("CMp", ["1", "not there", "hot keys", "1", ""])
    _, (answer,) = label(tmp_path / "l.jsonl", desk, "caching")
    assert answer.spans == {"b1": ("I would cache the hot keys.", "hot keys")}
    assert desk.said == ["The answer has no such words."]
    assert verdicts(answer) == "cmp"


def test_back_opens_the_bullet_before(tmp_path: Path) -> None:
    _, (answer,) = label(tmp_path / "l.jsonl", ScriptedDesk("cbmpbbxcp"), "caching")
    assert verdicts(answer) == "xcp"


def test_back_from_a_first_bullet_opens_the_answer_before_and_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    done, answers = label(path, ScriptedDesk("ccc" + "b" + "x" + "mmm"), "caching", "drift")
    assert done == Done(labelled=2, left=0)
    assert [verdicts(answer) for answer in answers] == ["ccx", "mmm"]
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_who_goes_back_and_stops_loses_nothing(tmp_path: Path) -> None:
    _, (answer,) = label(tmp_path / "l.jsonl", ScriptedDesk("ccc" + "b" + "q"), "caching", "drift")
    assert verdicts(answer) == "ccc"


def test_back_at_the_very_start_stays_there(tmp_path: Path) -> None:
    _, (answer,) = label(tmp_path / "l.jsonl", ScriptedDesk("bbccc"), "caching")
    assert verdicts(answer) == "ccc"


def test_a_session_that_was_stopped_goes_on_with_what_is_left(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    names = ("caching", "drift", "rollback")
    done, _ = label(path, ScriptedDesk("ccc" + "s" + "mq"), *names)
    assert done == Done(labelled=1, left=2)
    desk = ScriptedDesk("ppp" + "xxx")
    done, answers = label(path, desk, *names)
    assert done == Done(labelled=2, left=0)
    assert [answer.question_id for answer in answers] == ["caching", "drift", "rollback"]
    assert {sheet.item.question_id for sheet in desk.seen} == {"drift", "rollback"}
    assert label(path, ScriptedDesk(""), *names)[0] == Done(labelled=0, left=0)


def test_a_line_that_a_killed_session_left_torn_is_labelled_again(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    label(path, ScriptedDesk("ccc" + "mmm"), "caching", "drift")
    path.write_bytes(path.read_bytes()[:-20])
    done, answers = label(path, ScriptedDesk("ppp"), "caching", "drift")
    assert done.labelled == 1
    assert [verdicts(answer) for answer in answers] == ["ccc", "ppp"]


def test_an_answer_may_get_a_score(tmp_path: Path) -> None:
    desk = ScriptedDesk("ccc" + "mmm", ["11", "x", "7.5", ""])
    _, answers = label(tmp_path / "l.jsonl", desk, "caching", "drift", asks_score=True)
    assert [answer.score for answer in answers] == [7.5, None]
    assert len(desk.said) == 2


def test_labels_of_two_people_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    label(path, ScriptedDesk("ccc"), "caching")
    with pytest.raises(InputError, match="labels by ada"):
        LabelFile(path, DECK, labeller="ben")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        label(tmp_path / "taken" / "l.jsonl", ScriptedDesk("ccc"), "caching")


def test_verdict_keys_cover_every_judgement() -> None:
    assert set(KEYS.values()) == set(Verdict) - {Verdict.UNGRADED}
