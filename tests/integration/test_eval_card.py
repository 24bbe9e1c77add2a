"""Report cards: made of scripted runs, compared with what is installed, read by the page."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scored_runs import DECK, make_manifest, make_record

from viva.cli import run_command
from viva.confidence import Confidence
from viva.domain import Verdict
from viva.errors import InputError
from viva.settings import Settings
from viva_eval.card import ReportCard, find_changes, make_card, to_markdown
from viva_eval.card.checking import installed_identity, installed_weights
from viva_eval.card.making import measure_bullets, measure_words
from viva_eval.cli import eval_commands
from viva_eval.records import Manifest, Record, RunFolder

Capture = pytest.CaptureFixture[str]
FIRST, SECOND = DECK.questions[:2]


def make_run(path: Path, records: Sequence[Record], manifest: Manifest | None = None) -> RunFolder:
    folder = RunFolder.create(path, manifest or make_manifest(), DECK)
    for record in records:
        folder.append(record)
    return folder


RECORDS = [
    make_record("cpm", "ccm", answer_id="a"),
    make_record("ccm", "ccm", answer_id="b"),
    make_record("mpm", "mcm", answer_id="c", question=SECOND),
    make_record("cmm", "mmm", answer_id="d", question=SECOND, kind="stuffed"),
    make_record("mmm", "mmm", answer_id="e", kind="unknown"),
]


# --- making ---------------------------------------------------------------------------------


def test_a_card_says_what_was_measured_and_how_it_came_out(tmp_path: Path) -> None:
    card = make_card(make_run(tmp_path / "run", RECORDS), weights={"w": "0" * 64})
    assert (card.grader.name, card.weights, card.deck_id) == ("scripted", {"w": "0" * 64}, DECK.id)
    assert str(card.measured) == "2026-01-05"
    assert (card.answers, card.bullets, card.synthetic) == (5, 15, False)
    assert card.accuracy.value == pytest.approx(12 / 15)
    assert card.kappa.value is not None and card.kappa.low is not None
    assert (card.false_credit["stuffed"].count, card.false_credit["stuffed"].of) == (1, 3)
    assert (card.false_credit["unknown"].count, card.false_credit["unknown"].of) == (0, 3)
    assert card.false_credit["injection"].value is None
    assert card.flip_share is None


def test_the_worst_bullets_come_first_with_their_commonest_mistake(tmp_path: Path) -> None:
    card = make_card(make_run(tmp_path / "run", RECORDS), weights={})
    worst = card.by_bullet[:3]
    assert {(own.question_id, own.bullet_id) for own in worst[:2]} == {
        (SECOND.id, "b1"),
        (SECOND.id, "b2"),
    }
    assert (worst[2].question_id, worst[2].bullet_id) == (FIRST.id, "b2")
    assert worst[2].commonest == (Verdict.COVERED, Verdict.PARTIAL)
    assert (worst[2].right, worst[2].n) == (2, 3)
    assert card.by_bullet[-1].commonest is None
    assert card.unmeasured == 3


def test_right_verdicts_are_counted_by_the_word_for_confidence() -> None:
    records = [
        make_record("cmm", "cmp", answer_id="a", confidence=0.9),
        make_record("cmm", "pcp", answer_id="a", confidence=0.9, repeat=1),
        make_record("cmu", "mmm", answer_id="b", confidence=0.3),
        make_record("xxx", "mmm", answer_id="b", confidence=0.3, perturbation="typos"),
    ]
    shares = {word: (own.count, own.of) for word, own in measure_words(records).items()}
    assert shares == {Confidence.SURE: (2, 3), Confidence.UNSURE: (1, 2)}


def test_flips_are_counted_over_repeats_and_perturbed_answers_left_out(tmp_path: Path) -> None:
    records = [
        make_record("cmm", "cmm", answer_id="a"),
        make_record("pmm", "cmm", answer_id="a", repeat=1),
        make_record("xxx", "cmm", answer_id="a", perturbation="typos"),
    ]
    first, second, third = measure_bullets(records, DECK)
    flips = {own.bullet_id: own.flips for own in (first, second, third)}
    assert flips == {"b1": 1, "b2": 0, "b3": 0}
    assert all(own.share == 1 for own in (first, second, third))
    manifest = make_manifest(repeats=2)
    card = make_card(make_run(tmp_path / "run", records, manifest), weights={})
    assert card.flip_share == pytest.approx(1 / 3)


def test_what_was_not_graded_is_no_mistake() -> None:
    (only,) = measure_bullets([make_record("cuu", "cmm")], DECK)
    assert (only.bullet_id, only.n) == ("b1", 1)


def test_bullets_may_come_from_another_run_of_the_same_grader(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", RECORDS[:2], make_manifest(split="test"))
    rest = make_run(tmp_path / "all", RECORDS, make_manifest("all", split="all"))
    card = make_card(run, weights={}, bullets_of=rest)
    assert (card.answers, card.split, card.bullets_split) == (2, "test", "all")
    assert len(card.by_bullet) == 6
    assert "has seen some of these answers" in to_markdown(card)
    other = make_manifest("other", deck_sha256="0" * 64)
    with pytest.raises(InputError, match="not of the same grader and deck"):
        make_card(run, weights={}, bullets_of=make_run(tmp_path / "other", RECORDS, other))


def test_a_run_with_samples_left_makes_no_card(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", RECORDS, make_manifest(finished=None))
    with pytest.raises(InputError, match="not finished"):
        make_card(run, weights={})


def test_each_language_model_has_a_card_of_its_own(tmp_path: Path) -> None:
    manifest = make_manifest(grader_name="llm", model="Some/Model 2.5", prompt="p")
    card = make_card(make_run(tmp_path / "run", RECORDS, manifest), weights={})
    assert card.file_name == "llm-some-model-2.5"


def test_people_read_the_figures_the_hashes_and_the_worst_bullets(tmp_path: Path) -> None:
    page = to_markdown(make_card(make_run(tmp_path / "run", RECORDS), weights={"w": "0" * 64}))
    assert "| accuracy | 0.800 |" in page
    assert "| stuffed with terms | 1 | 3 | 0.333 |" in page
    assert "| orders to the grader | 0 | 0 | not measured |" in page
    assert "verdicts that flip over 1 repeats | not measured" in page
    assert f"fingerprint `{'f' * 16}`" in page
    assert "missing, graded covered" in page
    assert "covered, graded partial" in page


def test_a_bullets_words_cannot_break_the_table(tmp_path: Path) -> None:
    card = make_card(make_run(tmp_path / "run", RECORDS), weights={})
    odd = card.by_bullet[0].model_copy(update={"text": "a | b\n<i>c"})
    page = to_markdown(card.model_copy(update={"by_bullet": (odd,)}))
    assert "| a \\| b &lt;i>c |" in page


# --- checking -------------------------------------------------------------------------------


@pytest.fixture
def shipped_card() -> dict[str, Any]:
    path = Path(__file__).parents[2] / "docs" / "report-cards" / "local.json"
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def changes(content: dict[str, Any], settings: Settings) -> tuple[str, ...]:
    return find_changes(ReportCard.model_validate_json(json.dumps(content)), settings)


def test_the_shipped_card_fits_what_is_installed(
    shipped_card: dict[str, Any], settings: Settings
) -> None:
    assert changes(shipped_card, settings) == ()


def test_any_hash_that_changed_is_named(shipped_card: dict[str, Any], settings: Settings) -> None:
    zeros = "0" * 64
    assert changes({**shipped_card, "deck_sha256": zeros}, settings) == (
        "the deck ml-system-design",
    )
    assert changes({**shipped_card, "deck_id": "gone"}, settings) == ("the deck gone",)
    (found,) = changes({**shipped_card, "dataset_sha256": zeros}, settings)
    assert found.startswith("the set ")
    assert changes({**shipped_card, "prompt": zeros}, settings) == ("the grading prompt",)
    (found,) = changes(
        {**shipped_card, "grader": {**shipped_card["grader"], "fingerprint": "f"}}, settings
    )
    assert found.startswith("the grader: ")
    weights = dict.fromkeys(shipped_card["weights"], zeros)
    assert changes({**shipped_card, "weights": weights}, settings) == tuple(weights)


def test_a_grader_that_is_not_there_is_a_change(
    shipped_card: dict[str, Any], settings: Settings
) -> None:
    found = changes({**shipped_card, "name": "gone"}, settings)
    assert found[0].startswith("the grader is not to be had")


def test_a_grader_behind_a_server_is_known_by_its_prompt(settings: Settings) -> None:
    assert installed_identity("llm", settings) is None
    assert installed_weights("llm") == {}


# --- the command ----------------------------------------------------------------------------


def viva_eval(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = run_command(eval_commands, arguments, name="eval")
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def local_run(tmp_path: Path, settings: Settings) -> Path:
    identity = installed_identity("local", settings)
    manifest = make_manifest(grader=identity, grader_name="local")
    return make_run(tmp_path / "run", RECORDS, manifest).path


def test_a_card_is_written_for_people_and_for_the_page(
    capsys: Capture, local_run: Path, tmp_path: Path
) -> None:
    code, out, _ = viva_eval(capsys, "card", str(local_run), "--out", str(tmp_path / "cards"))
    assert code == 0
    assert "local.json" in out and "local.md" in out
    card = ReportCard.model_validate_json((tmp_path / "cards" / "local.json").read_bytes())
    assert len(card.weights) == 3
    page = (tmp_path / "cards" / "local.md").read_text("utf-8")
    assert page.startswith("# Report card: local\n")
    assert all(digest in page for digest in card.weights.values())


def test_a_stale_card_has_an_exit_code_of_its_own(
    capsys: Capture, local_run: Path, tmp_path: Path
) -> None:
    cards = tmp_path / "cards"
    viva_eval(capsys, "card", str(local_run), "--out", str(cards))
    code, _, err = viva_eval(capsys, "card", "--check", "--out", str(cards))
    assert code == 4
    assert "local: changed since: the deck tiny" in err
    assert "local: changed since: the set tiny" in err
    assert "grader:" not in err


def test_the_shipped_cards_pass_the_check(capsys: Capture) -> None:
    code, out, _ = viva_eval(capsys, "card", "--check")
    assert code == 0
    assert "local: fits what is installed." in out


def test_a_run_of_another_version_makes_no_card(capsys: Capture, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", RECORDS, make_manifest(grader_name="local"))
    code, _, err = viva_eval(capsys, "card", str(run.path), "--out", str(tmp_path / "cards"))
    assert code == 4
    assert "installed is" in err
    assert not (tmp_path / "cards").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["card"], "Name a run, or --check"),
        (["card", "run", "--check"], "Name a run, or --check"),
        (["card", "--check", "--out", "empty"], "There are no cards"),
        (["card", "none"], "is not the folder of a run"),
        (["card", "--check", "--out", "broken"], "is no report card"),
    ],
)
def test_what_cannot_be_used_is_said(
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "broken"):
        (tmp_path / name).mkdir()
    (tmp_path / "broken" / "x.json").write_text("{}", encoding="utf-8")
    code, _, err = viva_eval(capsys, *arguments)
    assert code == 2
    assert says in err
