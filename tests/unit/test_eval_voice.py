"""Plans, noise, word errors and figures of spoken answers, without a voice."""

from collections.abc import Callable

import numpy as np
import pytest
from eval_builders import make_sample
from scored_runs import DECK, make_manifest, make_record, make_spoken

from viva_eval.records import Record
from viva_eval.report import find_notable, render_page
from viva_eval.summary import SpeechFigures, summarise
from viva_eval.voice.noise import add_pink_noise
from viva_eval.voice.plan import SNRS, SPEEDS, plan_spoken
from viva_eval.voice.wording import count_errors, find_unsaid, leave_out, plain_words

TERMS = ("Spark", "says")


def plan(most: int | None = None, seed: int = 0) -> list[str]:
    samples = [make_sample(number) for number in (1, 2, 3)]
    planned = plan_spoken(samples, voices=("a", "b"), terms=TERMS, most=most, seed=seed)
    return [sample.id for sample in planned]


# --- the plan -------------------------------------------------------------------------------


def test_every_condition_of_every_answer_is_planned_with_hints_and_without() -> None:
    conditions = 2 * len(SPEEDS) * len(SNRS)
    assert len(set(plan())) == len(plan()) == 3 * (conditions + len(SNRS)) * 2


def test_the_first_voice_speaks_every_answer_cleanly_before_chance_draws_the_rest() -> None:
    assert [own for own in plan(3) if "~spoken:a:1:clean:" in own] == plan(3)
    assert set(plan(9, seed=1)) != set(plan(9, seed=2))
    assert plan(9)[: len(plan(5))] == plan(5)


def test_what_is_left_out_before_an_answer_is_spoken_has_no_labels() -> None:
    planned = plan_spoken([make_sample()], voices=("a",), terms=TERMS, most=None, seed=0)
    bare = [sample for sample in planned if sample.spoken and sample.spoken.bare]
    assert bare and not any(sample.gold for sample in bare)
    assert {sample.spoken.said for sample in bare if sample.spoken} == {"Answer 1 something it."}


def test_an_answer_without_hinted_words_is_not_spoken_a_second_time_without_them() -> None:
    planned = plan_spoken([make_sample()], voices=("a",), terms=("Ray",), most=None, seed=0)
    assert not any(sample.spoken.bare for sample in planned if sample.spoken)


def test_perturbed_and_repeated_answers_are_not_make_spoken() -> None:
    again = make_sample(repeat=1)
    changed = make_sample().model_copy(update={"perturbation": "typos"})
    assert plan_spoken([again, changed], voices=("a",), terms=(), most=None, seed=0) == ()


# --- noise and words ------------------------------------------------------------------------


def test_noise_has_the_level_that_was_asked_for_and_is_the_same_for_a_seed() -> None:
    tone = (0.2 * np.sin(np.arange(16000) / 9)).astype(np.float32)
    noisy = add_pink_noise(tone, 10.0, np.random.default_rng(3))
    noise = noisy - tone
    ratio = 10 * np.log10(np.mean(tone**2) / np.mean(noise**2))
    assert ratio == pytest.approx(10, abs=0.1)
    assert np.array_equal(noisy, add_pink_noise(tone, 10.0, np.random.default_rng(3)))
    spectrum = np.abs(np.fft.rfft(noise)) ** 2
    assert spectrum[100:1000].mean() > 3 * spectrum[1000:7000].mean()


def test_noise_over_silence_and_over_nothing_is_nothing() -> None:
    for size in (0, 100):
        silence = np.zeros(size, dtype=np.float32)
        assert not add_pink_noise(silence, 10.0, np.random.default_rng(0)).any()


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("We re-train on A/B tests.", "we retrain on AB tests", 4),
        ("We re-train it.", "we re train it", 0),
        ("Cache it, don't wait.", "cache it dont wait", 0),
        ("Cache it.", "", 2),
        ("Cache it.", "Cache it at once.", 2),
    ],
)
def test_word_errors_are_edits_of_plain_words(said: str, heard: str, errors: int) -> None:
    assert count_errors(said, heard) == (errors, len(plain_words(said).split()))


def test_only_whole_terms_that_were_not_said_count_as_unsaid() -> None:
    terms = ["Spark", "A/B test", "Ray"]
    assert find_unsaid(terms, "an array and an A/B test", "a Ray and an a b test") == ("Ray",)
    assert find_unsaid(terms, "it sparks", "it sparks") == ()


def test_the_longest_term_is_left_out_as_one() -> None:
    assert leave_out(["Spark", "Spark Streaming"], "Spark streaming on sparks") == (
        "something on sparks"
    )
    assert leave_out([], "as it is") == "as it is"


# --- figures --------------------------------------------------------------------------------


def speech(*records: Record) -> SpeechFigures:
    found = summarise(make_manifest(), [make_record("cpm", "cmm"), *records], DECK).speech
    assert found is not None
    return found


def test_a_run_without_speech_has_no_figures_of_it() -> None:
    assert summarise(make_manifest(), [make_record("cpm", "cmm")], DECK).speech is None


def test_verdicts_on_speech_are_compared_with_those_on_the_text() -> None:
    found = speech(make_spoken("mpp", hinted=True), make_spoken("cpm", hinted=False))
    plain = found.plain
    assert plain.name == "a, 1×, clean"
    assert (plain.changed.count, plain.changed.of) == (2, 3)
    assert plain.changed_without_hints.count == 0
    assert (plain.earns_less.count, plain.earns_more.count) == (1, 1)
    assert found.real_time_factor == pytest.approx(0.25)


def test_clean_speech_is_that_of_the_first_voice_of_the_run() -> None:
    records = [
        make_spoken("cpm", hinted=hinted, voice=voice, speed=speed)
        for voice in ("a", "b")
        for speed in (1.0, 0.8)
        for hinted in (True, False)
    ]
    manifest = make_manifest(voices=("b", "a"))
    found = summarise(manifest, [make_record("cpm", "cmm"), *records], DECK).speech
    assert found is not None
    assert (found.plain.name, found.plain.clips) == ("b, 1×, clean", 1)


def test_speech_takes_no_part_in_agreement_with_the_labels() -> None:
    text = make_record("cpm", "cmm")
    alone = summarise(make_manifest(), [text], DECK)
    both = summarise(make_manifest(), [text, make_spoken("xxx", hinted=True)], DECK)
    assert both.headline == alone.headline
    assert both.perturbations == {}


def test_what_was_heard_once_only_or_ungraded_is_not_compared() -> None:
    assert (
        summarise(
            make_manifest(), [make_record("cpm"), make_spoken("cpm", hinted=True)], DECK
        ).speech
        is None
    )
    found = speech(make_spoken("uuu", hinted=True), make_spoken("cpm", hinted=False))
    assert found.plain.changed.of == 0
    assert found.plain.changed.value is None


def test_conditions_are_told_apart() -> None:
    found = speech(
        *(
            make_spoken(given, hinted=hinted, **how)
            for hinted in (True, False)
            for given, how in (("cpm", {}), ("mmm", {"snr": 10.0}), ("mmm", {"voice": "b"}))
        )
    )
    assert {name: own.changed.count for name, own in found.by_noise.items()} == {
        "clean": 2,
        "10 dB": 2,
    }
    assert set(found.by_voice) == {"a", "b"}
    assert found.plain.changed.count == 0


def test_a_raise_counts_against_hints_only_where_its_evidence_has_a_word_they_wrote() -> None:
    wrote = make_spoken("cpm", hinted=True, answer="I spark do it.", unsaid=("Spark",))
    before = make_spoken("mmm", hinted=False)
    assert speech(wrote, before).hints.raised_by_unsaid == 2
    assert speech(wrote, before).hints.raised == 2
    elsewhere = make_spoken("cpm", hinted=True, answer="I would do it, Spark", unsaid=("Spark",))
    assert speech(elsewhere, before).hints.raised_by_unsaid == 0
    both = make_spoken("mmm", hinted=False, answer="I spark do it.", unsaid=("Spark",))
    assert speech(wrote, both).hints.raised_by_unsaid == 0


def test_bare_answers_count_only_for_what_hints_do() -> None:
    bare = [make_spoken("ccc", hinted=True, bare=True), make_spoken("mmm", hinted=False, bare=True)]
    found = speech(*bare, make_spoken("cpm", hinted=True), make_spoken("cpm", hinted=False))
    assert found.plain.clips == 1
    assert (found.hints_bare.raised, found.hints.raised) == (3, 0)


@pytest.fixture
def page() -> Callable[..., str]:
    def render(*records: Record) -> str:
        every = [make_record("cpm", "cmm"), *records]
        summary = summarise(make_manifest(), every, DECK)
        return render_page(make_manifest(), summary, DECK, find_notable(every))

    return render


def test_the_report_tells_of_speech_only_where_there_was_some(page: Callable[..., str]) -> None:
    assert "speech" not in page().lower().split("<style>")[0] + page().split("</style>")[1]
    shown = page(make_spoken("mpm", hinted=True), make_spoken("cpm", hinted=False))
    assert 'href="#speech"' in shown
    assert "a, 1×, clean" in shown


def test_a_voice_with_a_hostile_name_is_escaped(page: Callable[..., str]) -> None:
    name = "<script>alert(1)</script>"
    shown = page(*(make_spoken("cpm", hinted=own, voice=name) for own in (True, False)))
    assert name not in shown
    assert "&lt;script&gt;" in shown
