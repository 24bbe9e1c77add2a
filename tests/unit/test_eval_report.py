from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from scored_runs import (
    DECK,
    SAID,
    make_failure,
    make_folder,
    make_manifest,
    make_record,
    random_records,
)

from viva.domain import Evidence, Verdict
from viva_eval.gates import Outcome, Result
from viva_eval.records import Record
from viva_eval.report import find_notable, render_page, write_report
from viva_eval.report.cases import SHOWN_CHARACTERS, make_case
from viva_eval.report.charts import HEATS, SIDE, heats, score_marks, score_table, strip
from viva_eval.report.wording import interval, number, seconds, share, visible
from viva_eval.report.worst import distance
from viva_eval.summary import Figure, Rate, ScoreCell, summarise

GATES = (
    Result("qwk", Outcome.KNOWN_GAP, "qwk: 0.600 (at least 0.7), misses by 0.100"),
    Result("injection", Outcome.FAILED, "injection: 0.100 (at most 0), misses by 0.100"),
    Result("smd", Outcome.PASSED, "smd: 0.010 (at most 0.15)"),
    Result("flips", Outcome.NOT_MEASURED, "flips: not measured by this run"),
)


class Page(HTMLParser):
    """What a browser would make of a page, as far as the tests ask."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]


def page_of(*records: Record, gates: tuple[Result, ...] = (), **manifest: object) -> Page:
    return Page(html_of(*records, gates=gates, **manifest))


def html_of(*records: Record, gates: tuple[Result, ...] = (), **manifest: object) -> str:
    made = make_manifest(**manifest)  # type: ignore[arg-type]  # only run_id is a parameter
    return render_page(
        made, summarise(made, records, DECK), DECK, find_notable(records), gates=gates
    )


def hostile_record(text: str) -> Record:
    record = make_record("cmx", "xcm", answer_id=text, kind=text, answer=f"{SAID} {text}")
    return record.model_copy(
        update={
            "notice": text,
            "raw": (text,),
            "sample": record.sample.model_copy(update={"spans": {"b1": (text,)}}),
            "quotes": {"b1": (Evidence(start=0, end=len(text), quote=text),)},
            "grader": record.grader and record.grader.model_copy(update={"name": text}),
        }
    )


# --- Which answers are shown ----------------------------------------------------------------


def test_the_furthest_from_gold_come_first() -> None:
    near = make_record("ccp", "ccc", answer_id="near")
    far = make_record("ccc", "xxx", answer_id="far")
    same = make_record("ccc", "ccc", answer_id="same")
    found = find_notable([near, same, far])
    assert [own.sample.answer_id for own in found.worst] == ["far", "near"]
    assert (distance(far), distance(near), distance(same)) == (2.0, pytest.approx(1 / 6), 0.0)


def test_among_equals_misplaced_confidence_comes_first_then_the_id() -> None:
    sure = make_record("ccc", "mmm", answer_id="z", confidence=0.9)
    unsure = [make_record("ccc", "mmm", answer_id=own, confidence=0.4) for own in "ba"]
    found = find_notable([*unsure, sure])
    assert [own.sample.answer_id for own in found.worst] == ["z", "a", "b"]


def test_no_more_are_kept_than_are_shown() -> None:
    failures = (make_failure(answer_id=f"f{own}") for own in range(9))
    found = find_notable([*random_records(90), *failures], disagreements=7, failures=4)
    assert len(found.worst) == 7
    assert [own.sample.answer_id for own in found.failures] == ["f0", "f1", "f2", "f3"]


def test_repeats_and_perturbed_answers_are_not_shown() -> None:
    again = make_record("ccc", "xxx", repeat=1)
    perturbed = make_record("ccc", "xxx", perturbation="upper-case")
    assert find_notable([again, perturbed]).worst == ()


def test_answers_without_labelled_bullets_are_compared_by_score() -> None:
    record = make_record("ccc", "mmm")
    bare = record.sample.model_copy(update={"gold": {}, "gold_score": 2.5})
    assert distance(record.model_copy(update={"sample": bare})) == 0.75


# --- An answer laid out ---------------------------------------------------------------------


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(1, 70)), max_size=6),
)
def test_passages_put_together_are_the_answer(answer: str, spans: list[tuple[int, int]]) -> None:
    quotes = tuple(
        Evidence(start=start, end=start + size, quote="x" * size) for start, size in spans
    )
    record = make_record("ccc", "mmm", answer=f"I {answer}").model_copy(
        update={"quotes": {"b1": quotes, "b2": quotes[::2]}}
    )
    passages = make_case(record, DECK).passages
    assert "".join(passage.text for passage in passages) == f"I {answer}"


def test_a_passage_bears_the_numbers_of_the_bullets_that_rest_on_it() -> None:
    record = make_record("cxm", "mmm", answer="Cache it and expire it.")
    record = record.model_copy(
        update={
            "quotes": {
                "b1": (Evidence(start=0, end=8, quote="Cache it"),),
                "b2": (Evidence(start=6, end=23, quote="it and expire it."),),
            }
        }
    )
    found = make_case(record, DECK).passages
    assert [(own.text, own.numbers) for own in found] == [
        ("Cache ", "1"),
        ("it", "1, 2"),
        (" and expire it.", "2"),
    ]
    assert [own.verdict for own in found[::2]] == [Verdict.COVERED, Verdict.CONTRADICTED]


def test_a_very_long_answer_is_cut_and_says_so() -> None:
    record = make_record("ccc", "mmm", answer="x" * (SHOWN_CHARACTERS + 123))
    assert make_case(record, DECK).hidden == 123
    assert "and 123 more characters" in page_of(record).text


def test_a_question_that_the_deck_does_not_know_goes_by_its_ids() -> None:
    record = make_record("ccc", "mmm")
    sample = record.sample.model_copy(update={"question_id": "unheard-of"})
    case = make_case(record.model_copy(update={"sample": sample}), DECK)
    assert case.question == "unheard-of"
    assert [line.text for line in case.lines] == ["b1", "b2", "b3"]


# --- The page -------------------------------------------------------------------------------


def test_the_page_loads_nothing_and_says_so_in_its_policy() -> None:
    page = page_of(*random_records(20))
    assert [own["href"] for own in page.all("link")] == ["data:,"]
    assert not page.all("img") and not page.all("iframe")
    assert all("src" not in own for own in page.all("script"))
    assert all((own["href"] or "").startswith("#") for own in page.all("a"))
    (policy,) = (own["content"] for own in page.all("meta") if "http-equiv" in own)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not any("style" in attributes for _, attributes in page.tags)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    honest = page_of(hostile_record("plain"), make_failure(error="plain"), run_id="plain")
    page = page_of(
        hostile_record(text),
        make_failure(error=text),
        gates=(),
        run_id=text,
        model=text,
        dataset=text,
        command=text,
        machine=text,
        versions={text: text},
    )
    kinds = {tag for tag, _ in honest.tags}
    assert {tag for tag, _ in page.tags} <= kinds | {"span"}
    for tag in ("script", "style", "section", "details", "link", "h1", "meta"):
        assert len(page.all(tag)) == len(honest.all(tag))
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}


def test_templates_in_an_answer_are_not_run() -> None:
    record = hostile_record("{{ 7 * 7 }}{% raw %}")
    assert "{{ 7 * 7 }}{% raw %}" in page_of(record).text


def test_invisible_characters_of_an_answer_show_as_codes() -> None:
    page = page_of(hostile_record("a\u202eb\u200bc\x00d\U000e0049"))
    for code in ("U+202E", "U+200B", "U+0000", "U+E0049"):
        assert code in page.text


def test_lone_surrogates_do_not_stop_the_report(tmp_path: Path) -> None:
    made = make_manifest()
    record = make_record("ccc", "mmm").model_copy(update={"notice": "broken \ud800 text"})
    page = render_page(made, summarise(made, [record], DECK), DECK, find_notable([record]))
    assert "U+D800" in page
    page.encode("utf-8")


def test_gates_stand_beside_the_figures_that_bear_their_name() -> None:
    page = page_of(*random_records(40), gates=GATES)
    for result in GATES:
        assert result.message in page.text
        assert result.outcome.value in page.text
    chips = [own["class"] for own in page.all("span") if "gate " in (own.get("class") or "")]
    assert sorted(chips) == sorted(
        ["gate gate-known", "gate gate-passed"] * 2 + ["gate gate-failed", "gate gate-absent"]
    )


def test_every_chart_has_its_figures_as_a_table() -> None:
    html = html_of(*random_records(40))
    charts = html.split('<svg class="chart"')[1:]
    assert len(charts) == 2
    for chart in charts:
        assert "the table below has the figures" in chart[:200]
        after = chart.split("</svg>", 1)[1]
        assert after.index("<table") < after.index("</section>")


def test_failures_and_ungraded_bullets_are_announced() -> None:
    page = page_of(make_record("cum", "ccm"), make_failure(answer_id="b", error="timed out"))
    assert "1 of 2 samples failed (50.0%)" in page.text
    assert "1 of 3 bullets are ungraded" in page.text
    assert "timed out" in page.text


def test_a_run_without_records_still_has_a_page() -> None:
    page = page_of()
    assert "No answer has a grade that differs from gold." in page.text
    assert "The grader gave no confidence." in page.text


def test_every_anchor_of_the_page_is_there_once() -> None:
    page = page_of(*random_records(20))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(own["href"] or "")[1:] for own in page.all("a")} <= set(ids)


def test_the_report_is_written_beside_the_records(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "run", random_records(20))
    summary = summarise(folder.manifest, folder.records(), folder.deck)
    path = write_report(folder, summary, GATES)
    assert path == tmp_path / "run" / "report.html"
    first = path.read_bytes()
    assert write_report(folder, summary, GATES).read_bytes() == first
    assert b"known gap" in first
    assert sorted(own.name for own in folder.path.iterdir()) == [
        "deck.json",
        "manifest.json",
        "records.jsonl",
        "report.html",
    ]


# --- Charts and words -----------------------------------------------------------------------


def test_scores_stand_where_they_belong() -> None:
    best, worst = score_marks([ScoreCell(gold=10, given=10, n=4), ScoreCell(gold=0, given=10, n=1)])
    assert (best.x, best.y) == (SIDE, 0.0)
    assert (worst.x, worst.y) == (0.0, 0.0)
    assert best.radius == 2 * worst.radius  # four times the area


def test_the_table_of_scores_rounds_halves_up() -> None:
    table = score_table([ScoreCell(gold=2.5, given=0.5, n=3), ScoreCell(gold=3, given=1, n=2)])
    assert table[3][1] == 5
    assert sum(map(sum, table)) == 5


@given(st.lists(st.lists(st.integers(0, 1000), min_size=4, max_size=4), max_size=4))
def test_heat_is_a_step_and_none_only_for_nothing(table: list[list[int]]) -> None:
    for row, colors in zip(table, heats(table), strict=True):
        for count, color in zip(row, colors, strict=True):
            assert 0 <= color < HEATS
            assert (color == 0) == (count == 0)


def test_a_strip_stays_within_its_line() -> None:
    assert strip(Figure(value=None)) is None
    found = strip(Figure(value=-0.2, low=-0.5, high=0.3))
    assert found is not None
    assert (found.dot, found.low, found.high) == (0.0, 0.0, 30.0)


def test_what_is_not_defined_is_a_dash() -> None:
    assert number(None) == share(None) == seconds(None) == "–"
    assert interval(Figure(value=0.5)) == ""


def test_figures_are_written_alike() -> None:
    assert number(-0.12345) == "−0.123"
    assert share(0.1234) == "12.3%"
    assert interval(Rate(count=1, of=2, value=0.5, low=0.0125, high=0.9875)) == "1.2% to 98.8%"
    assert [seconds(own) for own in (0.0123, 3.21, 600.0)] == ["12 ms", "3.2 s", "10 min"]


@given(st.text())
def test_visible_text_has_no_markup_of_its_own(text: str) -> None:
    page = Page(f"<p>{visible(text)}</p>")
    assert {tag for tag, _ in page.tags} <= {"p", "span"}
    assert all(attributes == {"class": "code"} for attributes in page.all("span"))
