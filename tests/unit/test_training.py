"""What the cross-encoder learns from: checked as it is read, and apart from the deck."""

from collections import Counter
from pathlib import Path

import pytest

from viva.domain import Deck, Verdict
from viva.errors import InputError
from viva_eval.training.outside import OutsideQuestion, load_outside
from viva_eval.training.pairs import Pair, make_pairs


@pytest.fixture(scope="module")
def questions() -> tuple[OutsideQuestion, ...]:
    return load_outside()


@pytest.fixture(scope="module")
def pairs(questions: tuple[OutsideQuestion, ...]) -> list[Pair]:
    return make_pairs(questions, seed=0)


def test_all_verdicts_are_shown_often(pairs: list[Pair]) -> None:
    shares = {verdict: n / len(pairs) for verdict, n in Counter(p.verdict for p in pairs).items()}
    assert set(shares) == set(Verdict) - {Verdict.UNGRADED}
    assert min(shares.values()) > 0.1


def test_the_same_seed_gives_the_same_pairs(questions: tuple[OutsideQuestion, ...]) -> None:
    some = questions[:3]
    assert make_pairs(some, seed=0) == make_pairs(some, seed=0)
    assert make_pairs(some, seed=0) != make_pairs(some, seed=1)


def test_claims_are_shown_beside_their_bullet_and_beside_one_that_they_do_not_state(
    questions: tuple[OutsideQuestion, ...],
) -> None:
    question = questions[0]
    bullet = question.bullets[0]
    others = {other.text for other in question.bullets} - {bullet.text}
    claims = {
        (claim, verdict) for verdict, texts in question.claims[bullet.id].items() for claim in texts
    }
    shown = make_pairs([question], seed=0)
    own = {(p.statement, p.verdict) for p in shown if p.bullet == bullet.text}
    assert len(claims & own) > 0.7 * len(claims)  # the others have a slip of typing
    elsewhere = {p.verdict for p in shown if p.bullet in others and (p.statement, p.verdict) in own}
    assert elsewhere <= {Verdict.MISSING}


def test_a_bullet_affirmed_is_covered_and_denied_is_contradicted(pairs: list[Pair]) -> None:
    for pair in pairs:
        lower = pair.bullet[0].lower() + pair.bullet[1:]
        if pair.statement == f"I would never {lower}":
            assert pair.verdict is Verdict.CONTRADICTED
        if pair.statement == pair.bullet:
            assert pair.verdict is Verdict.COVERED


def test_no_question_of_the_deck_is_among_them(
    questions: tuple[OutsideQuestion, ...], shipped_deck: Deck
) -> None:
    """So no question that the grader is tested on, nor one that its calibration is fitted on."""
    bullets = {bullet.text for question in shipped_deck.questions for bullet in question.bullets}
    assert not bullets & {bullet.text for question in questions for bullet in question.bullets}
    assert not {q.text for q in shipped_deck.questions} & {q.text for q in questions}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('"claims": {"wrong": {}}', "claims: not those of the question's bullets"),
        (
            '"answers": [{"answer": "We do.", "labels": {"one": "covered"}}]',
            "answer 1: labels or spans are not those of the bullets",
        ),
        (
            '"answers": [{"answer": "We do.", "labels": {"one": "covered"}, '
            '"spans": {"one": "not there"}}]',
            "answer 1: 'not there' is not in it",
        ),
    ],
)
def test_a_wrong_line_is_named_with_its_fault(tmp_path: Path, change: str, message: str) -> None:
    right = {
        "id": '"a-question"',
        "text": '"Why?"',
        "topic": '"reasons"',
        "bullets": '[{"id": "one", "text": "Because of that."}]',
        "claims": '{"one": {"covered": ["That is why."]}}',
        "answers": "[]",
    }
    key, value = change.split(": ", maxsplit=1)
    lines = [right, right | {key.strip('"'): value}]
    path = tmp_path / "outside.jsonl"
    path.write_text(
        "".join("{" + ", ".join(f'"{k}": {v}' for k, v in line.items()) + "}\n" for line in lines)
    )
    with pytest.raises(InputError) as caught:
        load_outside(path)
    assert "line 2: " in str(caught.value)
    assert message in str(caught.value)
    assert "line 1: " not in str(caught.value)
