import json
from pathlib import Path

import pytest
from builders import make_deck

from viva.domain import Deck, Verdict
from viva.errors import InputError, NotFoundError
from viva_eval.datasets_index import (
    default_set,
    find_dataset,
    gold_score,
    hash_deck,
    hash_files,
    shipped_sets,
)

DECK = make_deck()
ROW = {
    "id": "caching.1",
    "question_id": "caching",
    "kind": "strong",
    "split": "train",
    "answer": "I would cache.",
    "labels": {"b3": "partial", "b1": "covered", "b2": "missing"},
}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "mine.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_every_set_that_ships_is_found_by_name(shipped_deck: Deck) -> None:
    assert default_set() in shipped_sets()
    for name, path in shipped_sets().items():
        dataset = find_dataset(name, shipped_deck)
        assert dataset.name == name
        assert dataset.sha256 == hash_files([path])
        assert dataset.deck == shipped_deck
        assert dataset.items


def test_a_file_is_found_by_its_path_and_scored_by_the_products_formula(tmp_path: Path) -> None:
    dataset = find_dataset(str(write(tmp_path, ROW)), DECK)
    (item,) = dataset.items
    assert dataset.name == "mine.jsonl"
    assert list(item.gold.items()) == [
        ("b1", Verdict.COVERED),
        ("b2", Verdict.MISSING),
        ("b3", Verdict.PARTIAL),
    ]
    assert item.gold_score == 5.0
    assert (item.kind, item.split) == ("strong", "train")


def test_a_labelled_score_and_spans_go_into_the_set(tmp_path: Path) -> None:
    row = {**ROW, "score": 7, "spans": {"b1": ["cache"]}}
    (item,) = find_dataset(str(write(tmp_path, row)), DECK).items
    assert item.gold_score == 7
    assert item.spans == {"b1": ("cache",)}


def test_contradictions_earn_nothing() -> None:
    question = DECK.question("caching")
    labels = {"b1": Verdict.COVERED, "b2": Verdict.CONTRADICTED, "b3": Verdict.CONTRADICTED}
    assert gold_score(question, labels) == 3.3


def test_bad_rows_are_named_with_their_lines(tmp_path: Path) -> None:
    path = write(tmp_path, ROW, {**ROW, "id": "b", "labels": {}}, {**ROW, "id": "c", "kind": "x"})
    with pytest.raises(InputError) as caught:
        find_dataset(str(path), DECK)
    assert "line 2: no label for b1, b2, b3" in str(caught.value)
    assert "line 3: kind" in str(caught.value)


def test_a_name_that_nothing_has_names_the_sets_that_there_are() -> None:
    with pytest.raises(NotFoundError, match="'golden'") as caught:
        find_dataset("golden", DECK)
    assert "gold" in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_text_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes("Größe".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        find_dataset(str(path), DECK)


def test_hashes_change_with_what_they_stand_for(tmp_path: Path) -> None:
    path = write(tmp_path, ROW)
    before = hash_files([path])
    write(tmp_path, {**ROW, "answer": "I would not."})
    assert hash_files([path]) != before
    assert hash_deck(DECK) != hash_deck(make_deck(DECK.questions[0]))
