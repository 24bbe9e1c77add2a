import json
from pathlib import Path

import pytest
from builders import NOON
from eval_builders import DECK, make_manifest, make_sample

from viva.domain import Evidence, Verdict
from viva.errors import InputError, NotFoundError
from viva_eval.records import Record, RunFolder


def make_record(number: int, *, error: str = "") -> Record:
    return Record(
        sample=make_sample(number),
        verdicts={} if error else {"b1": Verdict.COVERED, "b2": Verdict.UNGRADED},
        confidence={} if error else {"b1": 0.75, "b2": 0.0},
        quotes={} if error else {"b1": (Evidence(start=0, end=6, quote="Answer"),)},
        score=None if error else 10.0,
        error=error,
        cost=0.01,
        raw=("Zeile\nzwei …",),
    )


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", make_manifest(), DECK)


def test_what_is_appended_is_read_back_in_order(folder: RunFolder) -> None:
    records = [make_record(1), make_record(2, error="boom"), make_record(3)]
    for record in records:
        folder.append(record)
    assert list(RunFolder(folder.path).records()) == records
    assert folder.done_ids() == {"caching.1#0", "caching.2#0", "caching.3#0"}


def test_a_new_run_has_no_records_and_keeps_its_deck(folder: RunFolder) -> None:
    assert list(folder.records()) == []
    assert folder.deck == DECK
    assert folder.manifest == make_manifest()


@pytest.mark.parametrize("kept", [1, 200])
def test_a_torn_last_line_is_no_record_and_goes_with_the_next_one(
    folder: RunFolder, kept: int
) -> None:
    folder.append(make_record(1))
    path = folder.path / "records.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:kept])
    again = RunFolder(folder.path)
    assert list(again.records()) == [make_record(1)]
    again.append(make_record(2))
    assert list(again.records()) == [make_record(1), make_record(2)]


def test_a_torn_first_line_goes_even_if_it_is_very_long(folder: RunFolder) -> None:
    (folder.path / "records.jsonl").write_bytes(b"x" * 200_000)
    folder.append(make_record(1))
    assert list(folder.records()) == [make_record(1)]


def test_a_line_that_was_changed_is_named(folder: RunFolder) -> None:
    folder.append(make_record(1))
    with (folder.path / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    with pytest.raises(InputError, match="line 2"):
        list(folder.records())


def test_failed_records_are_taken_out_to_be_tried_again(folder: RunFolder) -> None:
    for record in (make_record(1), make_record(2, error="boom"), make_record(3)):
        folder.append(record)
    assert folder.drop_failed() == 1
    assert folder.done_ids() == {"caching.1#0", "caching.3#0"}
    assert folder.drop_failed() == 0


def test_a_run_is_not_written_over_another(folder: RunFolder) -> None:
    with pytest.raises(InputError, match="holds a run already") as caught:
        RunFolder.create(folder.path, make_manifest(), DECK)
    assert "--resume" in caught.value.hint


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not the folder of a run"):
        RunFolder(tmp_path)


def test_a_broken_manifest_says_so(folder: RunFolder) -> None:
    (folder.path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json cannot be read"):
        _ = folder.manifest


def test_the_manifest_is_replaced_as_a_whole(folder: RunFolder) -> None:
    finished = folder.manifest.model_copy(update={"finished": NOON, "cost": 0.25})
    folder.write_manifest(finished)
    assert folder.manifest == finished
    held = json.loads((folder.path / "manifest.json").read_text(encoding="utf-8"))
    assert held["cost"] == 0.25
    assert sorted(path.name for path in folder.path.iterdir()) == ["deck.json", "manifest.json"]
