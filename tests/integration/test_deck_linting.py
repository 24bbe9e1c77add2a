"""What ``viva deck lint`` says of bullets, with the real embedding model."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from builders import make_deck, make_question
from numpy.typing import NDArray

from viva.cli import _run
from viva.deck.joined_actions import action_verbs, find_second_action
from viva.deck.linting import LONGEST, Finding, Problem, lint_deck
from viva.deck.writing import dump_deck
from viva.domain import Bullet, Deck
from viva.embedding import Embedder

Capture = pytest.CaptureFixture[str]
VERBS = action_verbs(["Retrain on recent data.", "Even out the classes.", "Audit the model."])


def deck_of(*questions: Sequence[str]) -> Deck:
    """A deck whose questions have bullets with these texts."""
    return make_deck(
        *(
            make_question(f"q{number}").model_copy(
                update={
                    "bullets": tuple(
                        Bullet(id=f"b{place}", text=text)
                        for place, text in enumerate(texts, start=1)
                    )
                }
            )
            for number, texts in enumerate(questions, start=1)
        )
    )


def apart(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors that are all at right angles: no two texts are alike."""
    return np.eye(len(texts), dtype=np.float32)


def problems(text: str) -> set[Problem]:
    return {own.problem for own in lint_deck(deck_of([text]), apart)}


# --- two actions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("Cache repeated results, and balance requests over replicas.", "balance requests over"),
        ("Secure the APIs and restrict who may reach what.", "restrict who may"),
        ("Store predictions for requests that recur and reuse them.", "reuse them"),
        ("Comply with the law, and repeatedly audit your risks.", "audit your risks"),
        ("Profile the jobs to learn where time goes, then remove it.", "remove it"),
        ("Find skews against groups and correct them.", "correct them"),
        ("Gather the data and then retrain the model.", "retrain the model"),
    ],
)
def test_a_second_action_is_found(text: str, second: str) -> None:
    assert find_second_action(text, VERBS) == second


@pytest.mark.parametrize(
    "text",
    [
        "Check and clean the data.",
        "Cleanse, normalize and transform the data.",
        "Encrypt data both at rest and in transit.",
        "Watch latency and throughput.",
        "Watch memory to spot bottlenecks and fix them.",
        "Retrain often, so that needs can change and improve the model.",
        "Agree on a scheme for names and version numbers.",
        "Have the pipeline test and validate all three.",
        "Keep an eye on drift or retrain the model.",
        "Offer a catalog whose entries help people choose and deploy the right one.",
        "And deploy.",
        "",
    ],
)
def test_one_action_is_left_alone(text: str) -> None:
    assert find_second_action(text, VERBS) == ""


def test_a_deck_brings_its_own_verbs() -> None:
    text = "Watch the inputs and winsorize the outliers."
    assert find_second_action(text, action_verbs([text])) == ""
    assert find_second_action(text, action_verbs([text, "Winsorize the rest."]))


# --- empty words, length --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Follow best practices for the interfaces.",
        "Handle errors solidly when they occur.",
        "Make the service scalable, so that it copes with load.",
        "Data quality",
    ],
)
def test_words_that_fit_any_question_are_vague(text: str) -> None:
    assert problems(text) == {Problem.VAGUE}


@pytest.mark.parametrize(
    "text",
    [
        "Search by a proper method, such as Bayesian optimization.",
        "Search by a proper method: a grid or random draws.",
        "Make the service scalable through stateless replicas.",
        "Make training tolerate wrong labels, through a robust loss.",
        "Encrypt the disks.",
    ],
)
def test_words_that_are_explained_are_not_vague(text: str) -> None:
    assert problems(text) == set()


def test_a_bullet_has_one_length_too_many() -> None:
    assert problems(" ".join(["word"] * LONGEST)) == set()
    (finding,) = lint_deck(deck_of([" ".join(["word"] * (LONGEST + 1))]), apart)
    assert finding.problem is Problem.TOO_LONG
    assert f"{LONGEST + 1} words" in finding.reason


# --- near-duplicates ------------------------------------------------------------------------


def test_bullets_that_say_the_same_are_found_within_and_across_questions(
    embedder: Embedder,
) -> None:
    deck = deck_of(
        ["Encrypt data at rest and in transit.", "Encrypt the data in transit and at rest."],
        ["Encrypt data both where it rests and in transit.", "Ask users for their ratings."],
    )
    findings = lint_deck(deck, embedder.embed)
    assert {(own.question_id, own.bullet_id) for own in findings} == {("q1", "b2"), ("q2", "b1")}
    assert {own.problem for own in findings} == {Problem.NEAR_DUPLICATE}
    assert "'b1' of the same question" in findings[0].reason
    assert "of 'q1'" in findings[1].reason


def test_less_likeness_is_allowed_within_a_question_than_across() -> None:
    def near(texts: Sequence[str]) -> NDArray[np.float32]:
        """All texts at a cosine of 0.75 from each other."""
        return np.linalg.cholesky(0.75 + 0.25 * np.eye(len(texts))).astype(np.float32)

    texts = ("Cache the answers.", "Shard the tables.")
    assert len(lint_deck(deck_of(texts), near)) == 1
    assert lint_deck(deck_of(texts[:1], texts[1:]), near) == ()


# --- the shipped deck -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(shipped_deck: Deck, embedder: Embedder) -> tuple[Finding, ...]:
    return lint_deck(shipped_deck, embedder.embed)


def test_most_of_the_shipped_deck_passes(shipped: tuple[Finding, ...], shipped_deck: Deck) -> None:
    bullets = sum(len(question.bullets) for question in shipped_deck.questions)
    named = {(own.question_id, own.bullet_id) for own in shipped}
    assert 0 < len(named) < bullets / 4
    assert set(Counter(own.problem for own in shipped)) == set(Problem)


def test_the_shipped_decks_plain_cases_are_named(shipped: tuple[Finding, ...]) -> None:
    named = {(own.bullet_id, own.problem) for own in shipped}
    assert ("api-access-control", Problem.NOT_ATOMIC) in named
    assert ("api-access-control", Problem.VAGUE) in named
    assert ("encryption-rest-transit", Problem.NEAR_DUPLICATE) in named
    assert ("impute-missing", Problem.VAGUE) not in named


# --- the command ----------------------------------------------------------------------------


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = _run(["deck", "lint", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def deck_file(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(dump_deck(deck_of(["Cache keys, and limit the rate."])), encoding="utf-8")
    return str(path)


def test_findings_fail_only_if_they_are_to(capsys: Capture, deck_file: str) -> None:
    code, out, err = run(capsys, deck_file)
    assert code == 0
    assert out.startswith("q1/b1: not atomic: asks for a second action: 'limit the rate …'\n")
    assert "Cache keys, and limit the rate." in out
    assert "1 of 1 bullet to look at" in err
    assert run(capsys, deck_file, "--strict")[0] == 1


def test_a_deck_without_findings_passes_the_strict_check(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(dump_deck(deck_of(["Encrypt the disks."])), encoding="utf-8")
    assert run(capsys, str(path), "--strict")[:2] == (0, "")


def test_findings_are_printed_as_json(capsys: Capture, deck_file: str) -> None:
    code, out, _ = run(capsys, deck_file, "--json", "--strict")
    assert code == 1
    (row,) = json.loads(out)
    assert (row["question_id"], row["bullet_id"], row["problem"]) == ("q1", "b1", "not atomic")


def test_a_deck_that_is_not_there_is_said(capsys: Capture) -> None:
    code, _, err = run(capsys, "none.yaml")
    assert code == 2
    assert "There is no deck 'none.yaml'" in err
