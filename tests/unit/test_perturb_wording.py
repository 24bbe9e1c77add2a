import re
from collections import Counter

from builders import make_deck
from hypothesis import given
from perturbing import anything, change, changed_text, prose, seeds
from rapidfuzz.distance import DamerauLevenshtein

from viva.claims import words
from viva_eval.perturb.wording import filler_words, politeness, typos

_FILLER = re.compile(r", (?:um|uh|erm|you know|basically),")


@given(text=prose, seed=seeds)
def test_typos_are_few_and_each_is_one_slip_within_a_long_word(text: str, seed: int) -> None:
    changed = changed_text(typos, text, seed=seed)
    before, after = text.split(), changed.split()
    assert len(before) == len(after)
    slips = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
    assert len(slips) <= min(4, max(1, len(words(text)) // 20))
    for was, now in slips:
        assert DamerauLevenshtein.distance(was, now) == 1
        [word] = re.findall(r"[A-Za-z]{5,}", was)
        assert now.strip(' .,;?()"')[0] == word[0]
        assert now.strip(' .,;?()"')[-1] == word[-1]


@given(seed=seeds)
def test_typos_spare_negations_numbers_names_and_short_words(seed: int) -> None:
    text = "never without cannot neither avoid 10000 v2beta don't scikit-learn NUMBERS data.csv it"
    assert change(typos, text, seed=seed) is None


@given(seed=seeds)
def test_a_typo_never_makes_another_word_of_the_deck(seed: int) -> None:
    made = change(typos, "causal casual", seed=seed, deck=make_deck())
    assert made is None or len(set(made.text.split())) == 2


def test_a_long_answer_gets_more_than_one_typo() -> None:
    made = change(
        typos, "Regular retraining protects predictions against drifting behaviour. " * 12
    )
    assert made is not None
    assert "retraining" in made.text


@given(text=prose, seed=seeds)
def test_without_its_fillers_the_answer_is_as_it_was(text: str, seed: int) -> None:
    changed = changed_text(filler_words, text, seed=seed)
    assert _FILLER.sub("", changed) == text
    assert len(_FILLER.findall(changed)) <= max(1, len(words(text)) // 12)


@given(seed=seeds)
def test_no_filler_comes_between_a_negation_and_what_it_denies(seed: int) -> None:
    made = change(filler_words, "we do not cache and never retrain without tests", seed=seed)
    assert made is not None
    assert not re.search(r"\b(?:not|never|without),", made.text)


@given(seed=seeds)
def test_a_number_keeps_its_unit(seed: int) -> None:
    made = change(filler_words, "we wait 30 days and 5 hours", seed=seed)
    assert made is not None
    assert "30 days" in made.text
    assert "5 hours" in made.text


@given(text=anything, seed=seeds)
def test_manners_leave_the_answer_as_it_is_between_them(text: str, seed: int) -> None:
    made = change(politeness, text, seed=seed)
    assert made is not None
    assert f" {text} " in made.text


def test_which_words_slip_differs_by_seed() -> None:
    text = "Regular retraining protects predictions against drifting behaviour."
    seen = Counter(changed_text(typos, text, seed=seed) for seed in range(30))
    assert len(seen) > 10
