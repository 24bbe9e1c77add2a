"""The gold set is what its datasheet says."""

import json
from collections import Counter

import pytest
from sklearn.metrics import cohen_kappa_score

from viva.domain import Deck, Verdict
from viva_eval.labelled import SHIPPED, LabelledAnswer, load_answers

PASSES = SHIPPED.with_name("gold_passes.jsonl")
SHEET = SHIPPED.with_name("DATASHEET.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gold(shipped_deck: Deck) -> tuple[LabelledAnswer, ...]:
    return load_answers(SHIPPED, shipped_deck)


@pytest.fixture(scope="module")
def passes() -> dict[str, dict[str, dict[str, str]]]:
    rows = [json.loads(line) for line in PASSES.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row for row in rows}


def test_every_verdict_but_missing_has_its_words(gold: tuple[LabelledAnswer, ...]) -> None:
    for answer in gold:
        said = {name for name, label in answer.labels.items() if label is not Verdict.MISSING}
        assert set(answer.spans) == said
        assert all(span in answer.answer for spans in answer.spans.values() for span in spans)


def test_labels_are_those_on_which_both_passes_agree(
    gold: tuple[LabelledAnswer, ...], passes: dict[str, dict[str, dict[str, str]]]
) -> None:
    assert set(passes) == {answer.id for answer in gold}
    settled = 0
    for answer in gold:
        first, second = passes[answer.id]["first"], passes[answer.id]["second"]
        assert set(first) == set(second) == set(answer.labels)
        for bullet, label in answer.labels.items():
            if first[bullet] == second[bullet]:
                assert label == first[bullet]
            else:
                settled += 1
    assert f"The {settled} disagreements" in SHEET


def test_the_datasheet_tells_the_agreement_of_the_passes(
    passes: dict[str, dict[str, dict[str, str]]],
) -> None:
    pairs = [
        (label, row["second"][bullet])
        for row in passes.values()
        for bullet, label in row["first"].items()
    ]
    same = sum(first == second for first, second in pairs)
    kappa = cohen_kappa_score(*zip(*pairs, strict=True))
    assert f"They agree on {same:,} of {len(pairs):,}" in SHEET
    assert f"Cohen's kappa {kappa:.3f}" in SHEET


def test_the_datasheet_counts_answers_by_kind_and_split(gold: tuple[LabelledAnswer, ...]) -> None:
    counts = Counter((answer.kind.value, answer.split.value) for answer in gold)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in SHEET.splitlines()
        if line.startswith("| ")
    ]
    told = {row[0]: (row[2], row[3]) for row in rows if len(row) == 4}
    for kind in {answer.kind.value for answer in gold}:
        assert told[kind] == (str(counts[kind, "train"]), str(counts[kind, "test"]))
