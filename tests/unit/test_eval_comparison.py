from collections.abc import Iterable
from pathlib import Path

import pytest
from scored_runs import (
    DECK,
    IDENTITY,
    make_failure,
    make_folder,
    make_manifest,
    make_record,
    random_records,
)

from viva.domain import Verdict
from viva.errors import InputError
from viva_eval.comparison import Comparison, compare, compare_folders, to_markdown
from viva_eval.metrics.paired import Finding
from viva_eval.records import Record, RunFolder

FIRST, SECOND, THIRD = DECK.questions


def compared(first: Iterable[Record], second: Iterable[Record], **changes: object) -> Comparison:
    return compare((make_manifest("before"), first), (make_manifest("after", **changes), second))


def many(given: str, gold: str = "cmx", *, count: int = 40) -> list[Record]:
    """The same verdicts over and over, on all three questions."""
    return [
        make_record(given, gold, answer_id=str(number), question=DECK.questions[number % 3])
        for number in range(count)
    ]


# --- The word -------------------------------------------------------------------------------


def test_a_run_against_itself_shows_no_difference() -> None:
    records = list(random_records(60))
    found = compared(records, records)
    assert found.finding is Finding.NO_DIFFERENCE
    assert found.changed == ()
    assert found.mcnemar.p == 1.0
    assert found.verdicts["accuracy"].difference == 0.0
    assert "No answer is graded differently." in to_markdown(found)


def test_a_grader_that_gets_right_what_was_wrong_is_better() -> None:
    varied = [
        make_record(
            "cmx" if own % 2 else "mcc",
            "cmx" if own % 2 else "mcx",
            answer_id=str(own),
            question=DECK.questions[own % 3],
        )
        for own in range(60)
    ]
    worse = [
        record.model_copy(update={"verdicts": dict.fromkeys(record.verdicts, Verdict.COVERED)})
        for record in varied
    ]
    assert compared(worse, varied).verdict_finding is Finding.BETTER
    assert compared(varied, worse).verdict_finding is Finding.WORSE
    assert compared(varied, worse).finding is Finding.WORSE


def test_a_handful_of_changes_is_no_difference_shown() -> None:
    before = many("cmx")
    after = [make_record("ccx", "cmx", answer_id="0"), *before[1:]]
    found = compared(before, after)
    assert found.verdict_finding is Finding.NO_DIFFERENCE
    assert found.mcnemar.only_first == 1
    assert len(found.changed) == 1


def test_mcnemar_and_the_clustered_interval_must_agree() -> None:
    """All that changed is on one question of three: many bullets, and one thing learned."""
    before = [
        make_record(
            "ccc" if own % 3 else "mmm", "ccc", answer_id=str(own), question=DECK.questions[own % 3]
        )
        for own in range(60)
    ]
    after = [
        make_record("ccc", "ccc", answer_id=str(own), question=DECK.questions[own % 3])
        for own in range(60)
    ]
    found = compared(before, after)
    assert found.mcnemar.finding is Finding.BETTER
    assert found.verdicts["accuracy"].finding is Finding.NO_DIFFERENCE
    assert found.verdict_finding is Finding.NO_DIFFERENCE


def test_worse_scores_outweigh_better_verdicts() -> None:
    found = compared(many("cmx"), many("cmx"))
    mixed = found.model_copy(
        update={"verdict_finding": Finding.BETTER, "score_finding": Finding.WORSE}
    )
    assert mixed.finding is Finding.WORSE


# --- What is compared -----------------------------------------------------------------------


def test_only_what_both_runs_graded_is_compared() -> None:
    before = [
        make_record("cmx", "cmx", answer_id="both"),
        make_record("cmx", "cmx", answer_id="only-first"),
        make_failure(answer_id="failed"),
        make_record("cmx", "cmx", answer_id="edited"),
        make_record("cmx", "cmx", answer_id="relabelled"),
    ]
    after = [
        make_record("cmx", "cmx", answer_id="both"),
        make_record("cmx", "cmx", answer_id="only-second"),
        make_record("ccc", "ccc", answer_id="failed"),
        make_record("cmx", "cmx", answer_id="edited", answer="I would not do it."),
        make_record("cmx", "ccx", answer_id="relabelled"),
    ]
    overlap = compared(before, after).overlap
    assert overlap.model_dump() == {
        "compared": 1,
        "only_first": 1,
        "only_second": 1,
        "failed": 1,
        "altered": 2,
    }


def test_repeats_and_perturbed_answers_take_no_part() -> None:
    before = many("cmx")
    extra = [
        make_record("ccc", "cmx", answer_id="0", repeat=1),
        make_record("ccc", "cmx", answer_id="0", perturbation="padding"),
    ]
    assert compared([*before, *extra], before) == compared(before, before)


def test_ungraded_bullets_are_left_out_and_listed_as_changed() -> None:
    before = many("cmx", count=6)
    after = [make_record("uux", "cmx", answer_id="0"), *before[1:]]
    found = compared(before, after)
    assert found.mcnemar.n == 6 * 3 - 2
    (change,) = found.changed
    assert [own.second for own in change.bullets] == [Verdict.UNGRADED] * 2


def test_runs_with_nothing_in_common_are_refused() -> None:
    with pytest.raises(InputError, match="no graded answer in common") as raised:
        compared([make_record("cmx", "cmx", answer_id="a")], [])
    assert raised.value.exit_code == 2


def test_answers_without_labelled_bullets_are_compared_by_score() -> None:
    def bare(records: Iterable[Record]) -> list[Record]:
        return [
            own.model_copy(update={"sample": own.sample.model_copy(update={"gold": {}})})
            for own in records
        ]

    found = compared(bare(random_records(30)), bare(random_records(30)))
    assert found.mcnemar.n == 0
    assert found.scores["qwk"].difference == 0.0
    assert found.verdict_finding is Finding.NO_DIFFERENCE
    assert "| quadratic weighted kappa of scores |" in to_markdown(found)


def test_what_was_not_made_alike_is_said() -> None:
    records = many("cmx")
    found = compared(records, records, deck_sha256="0" * 64, dataset_sha256="1" * 64, finished=None)
    assert found.caveats == ("The decks differ.", "The data sets differ.", "A run is not finished.")
    assert "The decks differ." in to_markdown(found)


# --- What changed ---------------------------------------------------------------------------


def test_those_that_lost_most_come_first() -> None:
    before = [make_record("cmx", "cmx", answer_id=own) for own in ("a", "b", "c")]
    after = [
        make_record("cmx", "cmx", answer_id="a"),
        make_record("ccx", "cmx", answer_id="b"),
        make_record("mcc", "cmx", answer_id="c"),
    ]
    found = compared(before, after)
    assert [(own.sample_id, own.step) for own in found.changed] == [("c#0", -3), ("b#0", -1)]
    (bullet,) = found.changed[1].bullets
    assert (bullet.first, bullet.second, bullet.gold) == (
        Verdict.MISSING,
        Verdict.COVERED,
        Verdict.MISSING,
    )


def test_the_markdown_shows_the_first_changes_and_counts_all() -> None:
    text = to_markdown(compared(many("cmx", count=9), many("ccx", count=9)), shown=2)
    assert "9 answers are graded differently, 2 shown" in text
    assert text.count("b2: missing → covered (gold missing)") == 2


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    text = to_markdown(compared(random_records(30), random_records(30, seed=0)))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 10
    assert {row.count("|") for row in rows} == {7}


@pytest.mark.parametrize(
    "name", ["a|b", "<script>alert(1)</script>", "a\n# b", "[x](https://example.com)", "@someone"]
)
def test_names_in_the_markdown_are_no_markup(name: str) -> None:
    before = make_record("cmx", "cmx", answer_id=name, kind=name)
    after = make_record("ccx", "cmx", answer_id=name, kind=name)
    text = to_markdown(
        compared([before], [after], grader=IDENTITY.model_copy(update={"name": name}), model=name)
    )
    for forged in ("<script", "\n# b", "[x](", "@someone"):
        assert forged not in text
    assert {row.count("|") for row in text.splitlines() if row.startswith("|")} == {7, 6}


def test_folders_are_compared_in_markdown(tmp_path: Path) -> None:
    first = make_folder(tmp_path / "a", random_records(20))
    second = make_folder(tmp_path / "b", random_records(20))
    assert compare_folders(first, second).startswith("### Grader: no difference shown\n")


# --- Laws -----------------------------------------------------------------------------------


def test_laws_that_both_runs_tried_stand_side_by_side(tmp_path: Path) -> None:
    def run(name: str, given: str) -> RunFolder:
        records: list[Record] = []
        for own in many("cmx"):
            sample = own.sample.model_copy(
                update={"id": f"{own.sample.answer_id}~typos#0", "perturbation": "typos"}
            )
            other = make_record(given, "cmx", question=DECK.question(own.sample.question_id))
            records += [own, other.model_copy(update={"sample": sample})]
        return make_folder(tmp_path / name, records, DECK)

    steady, wavering = run("steady", "cmx"), run("wavering", "mmx")
    worse, better = compare_folders(steady, wavering), compare_folders(wavering, steady)
    assert "| typos | unchanged | 1.000 of 40 | 0.000 of 40 | worse |" in worse
    assert "| typos | unchanged | 0.000 of 40 | 1.000 of 40 | better |" in better
    assert "| typos | unchanged | 1.000 of 40 | 1.000 of 40 | no difference shown |" in (
        compare_folders(steady, steady)
    )
